//! A rule of a lifecycle, as it is held against objects.

use crate::services::s3::object::Object;
use ruststack_models::s3::types::{LifecycleRule, LifecycleRuleFilter, Tag};
use ruststack_wire::Timestamp;

const DAY_SECONDS: i64 = 24 * 60 * 60;
/// Objects smaller than this are not moved to another class, unless a rule says from which size on it moves them.
const SMALLEST_MOVED: u64 = 128 << 10;

/// A rule that is enabled.
pub(super) struct Rule<'a> {
    rule: &'a LifecycleRule,
    prefix: &'a str,
    tags: Vec<&'a Tag>,
    greater_than: Option<u64>,
    less_than: Option<u64>,
}

/// The midnight, UTC, after so many days: 3 days after ten in the morning of the 15th is the beginning of the 19th
/// (User Guide, "Lifecycle configuration elements").
pub(in crate::services::s3) fn midnight_after(moment: Timestamp, days: i64) -> Timestamp {
    let seconds = moment.plus_seconds(days.saturating_mul(DAY_SECONDS)).seconds();
    let midnight = seconds.div_euclid(DAY_SECONDS).saturating_add(1).saturating_mul(DAY_SECONDS);
    Timestamp::from_millis(midnight.saturating_mul(1000))
}

/// The number of the day, counted from 1970.
pub(super) fn day(moment: Timestamp) -> i64 {
    moment.seconds().div_euclid(DAY_SECONDS)
}

impl<'a> Rule<'a> {
    /// The rule, if it is enabled.
    pub(super) fn of(rule: &'a LifecycleRule) -> Option<Rule<'a>> {
        if rule.status.as_deref() != Some("Enabled") {
            return None;
        }
        let nothing = || Rule {
            rule,
            prefix: rule.prefix.as_deref().unwrap_or_default(),
            tags: Vec::new(),
            greater_than: None,
            less_than: None,
        };
        let size = |bytes: Option<i64>| bytes.and_then(|bytes| u64::try_from(bytes).ok());
        Some(match &rule.filter {
            None => nothing(),
            Some(LifecycleRuleFilter { and: Some(and), .. }) => Rule {
                prefix: and.prefix.as_deref().unwrap_or_default(),
                tags: and.tags.iter().flatten().collect(),
                greater_than: size(and.object_size_greater_than),
                less_than: size(and.object_size_less_than),
                ..nothing()
            },
            Some(filter) => Rule {
                prefix: filter.prefix.as_deref().unwrap_or_default(),
                tags: filter.tag.iter().collect(),
                greater_than: size(filter.object_size_greater_than),
                less_than: size(filter.object_size_less_than),
                ..nothing()
            },
        })
    }

    /// The rule's id.
    pub(super) fn id(&self) -> &'a str {
        self.rule.id.as_deref().unwrap_or_default()
    }

    /// Whether the rule is about a key, whatever stands there.
    pub(super) fn is_about_key(&self, key: &str) -> bool {
        key.starts_with(self.prefix)
    }

    /// Whether the rule is about an object.
    pub(super) fn is_about(&self, key: &str, object: &Object) -> bool {
        let size = object.content.len();
        self.is_about_key(key)
            && self.greater_than.is_none_or(|bytes| size > bytes)
            && self.less_than.is_none_or(|bytes| size < bytes)
            && self.tags.iter().all(|tag| {
                let (key, value) = (tag.key.as_deref().unwrap_or_default(), tag.value.as_deref());
                object.tags.get(key) == Some(value.unwrap_or_default())
            })
    }

    /// When an object that was written then expires.
    pub(super) fn expires(&self, written: Timestamp) -> Option<Timestamp> {
        let expiration = self.rule.expiration.as_ref()?;
        due(written, expiration.days, expiration.date)
    }

    /// Whether a delete marker that nothing stands under is removed now.
    pub(super) fn removes_marker(&self, written: Timestamp, now: Timestamp) -> bool {
        let Some(expiration) = &self.rule.expiration else { return false };
        let is_asked = expiration.expired_object_delete_marker == Some(true);
        is_asked || expiration.days.is_some() && self.expires(written).is_some_and(|due| due <= now)
    }

    /// When the rule moved an object of this size, written then, and to which storage class, if it has by now.
    pub(super) fn moved(
        &self,
        written: Timestamp,
        size: u64,
        now: Timestamp,
    ) -> Option<(Timestamp, &'a str)> {
        if size < SMALLEST_MOVED && self.greater_than.is_none() && self.less_than.is_none() {
            return None;
        }
        let transitions = self.rule.transitions.iter().flatten();
        let due = transitions.filter_map(|transition| {
            let when = due(written, transition.days, transition.date)?;
            (when <= now).then_some((when, transition.storage_class.as_deref()?))
        });
        due.max_by_key(|(when, _)| *when)
    }

    /// Whether a version is removed now that has been followed by another since then, and by so many others before that.
    pub(super) fn removes_noncurrent(&self, since: Timestamp, newer: usize, now: Timestamp) -> bool {
        let Some(expiration) = &self.rule.noncurrent_version_expiration else { return false };
        let kept =
            expiration.newer_noncurrent_versions.and_then(|kept| usize::try_from(kept).ok()).unwrap_or(0);
        let days = i64::from(expiration.noncurrent_days.unwrap_or_default());
        newer >= kept && midnight_after(since, days) <= now
    }

    /// When an upload in parts that began then is given up.
    pub(super) fn aborts(&self, initiated: Timestamp) -> Option<Timestamp> {
        let days = self.rule.abort_incomplete_multipart_upload.as_ref()?.days_after_initiation?;
        Some(midnight_after(initiated, i64::from(days)))
    }
}

/// When something is due that was written then: so many days after, or on a date.
fn due(written: Timestamp, days: Option<i32>, date: Option<Timestamp>) -> Option<Timestamp> {
    date.or_else(|| days.map(|days| midnight_after(written, i64::from(days))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_guide() {
        let at = |text| Timestamp::parse_any(text).expect("a moment");
        assert_eq!(midnight_after(at("2014-01-15T10:30:00Z"), 3), at("2014-01-19T00:00:00Z"));
        assert_eq!(day(at("1970-01-02T00:00:00Z")), 1);
    }
}
