//! Into which buckets objects are replicated.
//!
//! Sources: API reference, PutBucketReplication, GetBucketReplication, DeleteBucketReplication and ReplicationRule; User
//! Guide, "Replication configuration file elements"; the sentences as reported of S3 itself:
//! nozaq/terraform-aws-remote-state-s3-backend issue 107 and terraform-provider-aws issue 23803.

use super::{give_id, schema};
use crate::gateway::Caller;
use crate::services::s3::errors::{
    DESTINATION_IS_GONE, DESTINATION_IS_UNVERSIONED, DUPLICATE_TAG_KEYS, NO_SUCH_REPLICATION,
    SOURCE_IS_UNVERSIONED,
};
use crate::services::s3::{S3, S3Error};
use ruststack_models::s3::types::{
    DeleteBucketReplicationRequest, GetBucketReplicationOutput, GetBucketReplicationRequest,
    PutBucketReplicationRequest, ReplicationRule,
};
use ruststack_wire::value::{Unit, copy};
use std::collections::HashSet;
use std::sync::Arc;

/// The most rules of a bucket.
const MOST_RULES: usize = 1000;
/// The longest id of a rule, in characters.
const LONGEST_ID: usize = 255;

impl S3 {
    /// Gives a bucket these rules instead of those it has. Versions are kept in it, and in each destination.
    pub(in crate::services::s3) async fn put_bucket_replication(
        &self,
        caller: &Caller,
        input: PutBucketReplicationRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let mut configuration = schema::read(input.replication_configuration)?;
        check(configuration.rules.as_deref().unwrap_or_default())?;
        if !bucket.has_versioning() {
            return Err(SOURCE_IS_UNVERSIONED.told());
        }
        for rule in configuration.rules.iter().flatten() {
            self.check_destination(rule)?;
        }
        configuration.rules.iter_mut().flatten().for_each(|rule| give_id(&mut rule.id, caller));
        bucket.settings_mut().replication = Some(Arc::new(configuration));
        Ok(Unit {})
    }

    /// Tells the rules of a bucket, which must have some.
    pub(in crate::services::s3) async fn get_bucket_replication(
        &self,
        caller: &Caller,
        input: GetBucketReplicationRequest,
    ) -> Result<GetBucketReplicationOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let kept = bucket.settings().replication.clone();
        let kept = kept.ok_or_else(|| NO_SUCH_REPLICATION.of_bucket(&bucket.name))?;
        Ok(GetBucketReplicationOutput { replication_configuration: Some(copy(&*kept)) })
    }

    /// Takes the rules off a bucket.
    pub(in crate::services::s3) async fn delete_bucket_replication(
        &self,
        caller: &Caller,
        input: DeleteBucketReplicationRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        bucket.settings_mut().replication = None;
        Ok(Unit {})
    }

    fn check_destination(&self, rule: &ReplicationRule) -> Result<(), S3Error> {
        let arn = rule.destination.as_ref().and_then(|destination| destination.bucket.as_deref());
        let name = arn.and_then(|arn| arn.strip_prefix("arn:aws:s3:::")).ok_or(S3Error::InvalidSetting {
            message: "Invalid bucket ARN".into(),
            name: None,
            value: None,
        })?;
        let destination = self.buckets.get(name).map(|bucket| bucket.clone());
        match destination {
            None => Err(DESTINATION_IS_GONE.told()),
            Some(destination) if !destination.has_versioning() => Err(DESTINATION_IS_UNVERSIONED.told()),
            Some(_) => Ok(()),
        }
    }
}

/// A rule of the first form has a prefix; one of the second a filter, a priority, and says what becomes of markers.
fn check(rules: &[ReplicationRule]) -> Result<(), S3Error> {
    if rules.is_empty() || rules.len() > MOST_RULES {
        return Err(S3Error::MalformedXml);
    }
    let (mut ids, mut priorities) = (HashSet::new(), HashSet::new());
    for rule in rules {
        let is_long = rule.id.as_ref().is_some_and(|id| id.chars().count() > LONGEST_ID);
        let is_twin = rule.id.as_ref().is_some_and(|id| !id.is_empty() && !ids.insert(id));
        if is_long || is_twin {
            return Err(S3Error::MalformedXml);
        }
        let Some(filter) = &rule.filter else {
            if rule.prefix.is_none() || rule.priority.is_some() || rule.delete_marker_replication.is_some() {
                return Err(S3Error::MalformedXml);
            }
            continue;
        };
        let is_whole = rule.prefix.is_none() && rule.delete_marker_replication.is_some();
        let Some(priority) = rule.priority.filter(|priority| *priority >= 0 && is_whole) else {
            return Err(S3Error::MalformedXml);
        };
        schema::count(&[filter.prefix.is_some(), filter.tag.is_some(), filter.and.is_some()], 0..=1)?;
        if schema::has_twins(filter.and.as_ref().and_then(|and| and.tags.as_deref()).unwrap_or_default()) {
            return Err(DUPLICATE_TAG_KEYS.told());
        }
        if !priorities.insert(priority) {
            let message = format!("Found duplicate priority {priority} in the replication configuration");
            return Err(S3Error::InvalidRequest(message));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruststack_models::s3::types::{DeleteMarkerReplication, ReplicationRuleFilter};
    use ruststack_wire::Fault;

    fn rule(id: &str, priority: Option<i32>) -> ReplicationRule {
        ReplicationRule {
            id: Some(id.to_owned()),
            priority,
            filter: priority.map(|_| ReplicationRuleFilter::default()),
            prefix: priority.is_none().then(String::new),
            delete_marker_replication: priority.map(|_| DeleteMarkerReplication::default()),
            ..Default::default()
        }
    }

    #[track_caller]
    fn is_refused(rules: &[ReplicationRule], code: Option<&str>) {
        let found = check(rules).err().map(|error| Fault::from(error).code.into_owned());
        assert_eq!(found.as_deref(), code);
    }

    #[test]
    fn a_rule_is_of_one_form_or_the_other() {
        is_refused(&[rule("a", Some(1)), rule("b", Some(2))], None);
        is_refused(&[rule("a", None), rule("b", None)], None);
        is_refused(&[], Some("MalformedXML"));
        is_refused(&[rule("a", Some(1)), rule("a", Some(2))], Some("MalformedXML"));
        is_refused(&[rule("a", Some(1)), rule("b", Some(1))], Some("InvalidRequest"));
        is_refused(&[ReplicationRule { prefix: None, ..rule("a", None) }], Some("MalformedXML"));
        is_refused(&[ReplicationRule { priority: None, ..rule("a", Some(1)) }], Some("MalformedXML"));
        is_refused(
            &[ReplicationRule { prefix: Some(String::new()), ..rule("a", Some(1)) }],
            Some("MalformedXML"),
        );
    }
}
