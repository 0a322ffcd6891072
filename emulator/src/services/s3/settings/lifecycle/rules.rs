//! What the rules of a lifecycle may say: their ids, and which objects they are about.
//!
//! Sources: localstack's recordings of S3 (tests/aws/services/s3/test_s3.snapshot.json,
//! TestS3BucketLifecycle::test_put_bucket_lifecycle_conf_exc); noobaa-core issues 8549, 8550 and 8870; ceph/s3-tests
//! issue 638; aws-cli issue 8239.

use super::actions::{self, invalid};
use crate::services::s3::S3Error;
use crate::services::s3::errors::{
    ABORT_WITH_TAGS, DELETE_MARKER_WITH_TAGS, DUPLICATE_TAG_KEYS, NO_LIFECYCLE_ACTION,
};
use crate::services::s3::settings::schema;
use ruststack_models::s3::types::{LifecycleRule, LifecycleRuleAndOperator, LifecycleRuleFilter};
use std::collections::HashSet;

/// The most rules of a bucket.
const MOST_RULES: usize = 1000;
/// The longest id of a rule, in characters.
const LONGEST_ID: usize = 255;

/// Refuses rules that S3 does not take.
pub(super) fn check(rules: &[LifecycleRule]) -> Result<(), S3Error> {
    if rules.is_empty() || rules.len() > MOST_RULES {
        return Err(S3Error::MalformedXml);
    }
    let mut ids = HashSet::new();
    for rule in rules {
        if let Some(id) = rule.id.as_deref().filter(|id| !id.is_empty()) {
            if id.chars().count() > LONGEST_ID {
                return Err(invalid("ID length should not exceed allowed limit of 255".into()));
            }
            if !ids.insert(id) {
                return Err(invalid("Rule ID must be unique. Found same ID for more than one rule".into()));
            }
        }
        let chosen = Chosen::read(rule)?;
        check_actions(rule, &chosen)?;
    }
    Ok(())
}

/// Which objects a rule is about.
struct Chosen {
    by_tags: bool,
    by_size: bool,
    /// As sentences tell it.
    text: String,
}

impl Chosen {
    /// A rule has a prefix, as in the first form, or a filter with one condition, of which `And` holds several.
    fn read(rule: &LifecycleRule) -> Result<Chosen, S3Error> {
        schema::count(&[rule.prefix.is_some(), rule.filter.is_some()], 1..=1)?;
        let nothing = LifecycleRuleFilter::default();
        let filter = rule.filter.as_ref().unwrap_or(&nothing);
        let (above, below) = (filter.object_size_greater_than, filter.object_size_less_than);
        schema::count(
            &[
                filter.prefix.is_some(),
                filter.tag.is_some(),
                filter.and.is_some(),
                above.is_some(),
                below.is_some(),
            ],
            0..=1,
        )?;
        let and = filter.and.as_ref();
        if let Some(and) = and {
            check_and(and)?;
        }
        let all = and.and_then(|and| and.tags.as_deref()).unwrap_or_default();
        let prefix = rule.prefix.as_ref().or(filter.prefix.as_ref());
        let prefix = prefix.or_else(|| and.and_then(|and| and.prefix.as_ref()));
        let tags: Vec<_> = filter.tag.iter().chain(all).collect();
        let texts =
            prefix.map(|prefix| format!("prefix={prefix}")).into_iter().chain(tags.iter().map(|tag| {
                format!(
                    "tag: key={} and value={}",
                    tag.key.as_deref().unwrap_or_default(),
                    tag.value.as_deref().unwrap_or_default()
                )
            }));
        let text = texts.collect::<Vec<_>>().join(" and ");
        let and_by_size = and
            .is_some_and(|and| and.object_size_greater_than.is_some() || and.object_size_less_than.is_some());
        Ok(Chosen {
            by_tags: !tags.is_empty(),
            by_size: above.is_some() || below.is_some() || and_by_size,
            text: format!("({text})"),
        })
    }
}

fn check_and(and: &LifecycleRuleAndOperator) -> Result<(), S3Error> {
    let tags = and.tags.as_deref().unwrap_or_default();
    let others =
        [and.prefix.is_some(), and.object_size_greater_than.is_some(), and.object_size_less_than.is_some()];
    if tags.len() + others.iter().filter(|there| **there).count() < 2 {
        return Err(S3Error::MalformedXml);
    }
    if schema::has_twins(tags) {
        return Err(DUPLICATE_TAG_KEYS.told());
    }
    Ok(())
}

fn check_actions(rule: &LifecycleRule, chosen: &Chosen) -> Result<(), S3Error> {
    let transitions = rule.transitions.as_deref().unwrap_or_default();
    let noncurrent = rule.noncurrent_version_transitions.as_deref().unwrap_or_default();
    if rule.expiration.is_none()
        && transitions.is_empty()
        && noncurrent.is_empty()
        && rule.noncurrent_version_expiration.is_none()
        && rule.abort_incomplete_multipart_upload.is_none()
    {
        return Err(NO_LIFECYCLE_ACTION.told());
    }
    if let Some(expiration) = &rule.expiration {
        if expiration.expired_object_delete_marker.is_some() {
            if chosen.by_size {
                return Err(S3Error::MalformedXml);
            }
            if chosen.by_tags {
                return Err(DELETE_MARKER_WITH_TAGS.told());
            }
        }
        actions::check_expiration(expiration)?;
    }
    actions::check_transitions(transitions, rule.expiration.as_ref(), &chosen.text)?;
    actions::check_noncurrent(noncurrent, rule.noncurrent_version_expiration.as_ref())?;
    if let Some(abort) = &rule.abort_incomplete_multipart_upload {
        if chosen.by_tags {
            return Err(ABORT_WITH_TAGS.told());
        }
        if chosen.by_size {
            let message = "AbortIncompleteMultipartUpload cannot be specified with Object Size.";
            return Err(S3Error::InvalidRequest(message.into()));
        }
        let days = abort.days_after_initiation.ok_or(S3Error::MalformedXml)?;
        actions::positive(days, "DaysAfterInitiation", "AbortIncompleteMultipartUpload")?;
    }
    Ok(())
}
