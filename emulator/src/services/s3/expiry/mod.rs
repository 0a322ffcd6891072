//! The lifecycle of objects takes place: at the first midnight (UTC) of the emulator's clock after something is due, when
//! the bucket is next looked at.
//!
//! Source: S3 User Guide, "Managing the lifecycle of objects".

mod rule;

pub(super) use rule::midnight_after;

use super::happening::{Happening, Kind};
use super::object::Object;
use super::objects::{Listed, Version, Versioning};
use super::put;
use super::settings::Lifecycle;
use super::state::Bucket;
use super::store::Deleting;
use super::{S3, listing};
use crate::gateway::Caller;
use rule::{Rule, day};
use ruststack_wire::Timestamp;
use ruststack_wire::shape::TimestampFormat;
use std::ops::Bound;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// What is to become of a version.
enum Fate {
    /// It expires: an object by a delete marker where versions are kept.
    Expire,
    /// It is removed for good.
    Remove(String),
    /// It moves to another storage class.
    Move(String, &'static str),
}

impl S3 {
    /// Lets the lifecycle of a bucket take place, once a day.
    pub(super) fn age(&self, caller: &Caller, bucket: &Bucket) {
        let today = day(caller.now);
        if bucket.aged.load(Ordering::Relaxed) == today || bucket.aged.swap(today, Ordering::Relaxed) == today
        {
            return;
        }
        let Some(lifecycle) = bucket.settings().lifecycle.clone() else { return };
        let rules: Vec<Rule<'_>> = rules(&lifecycle).collect();
        self.abort_uploads(caller, bucket, &rules);
        for (key, fates) in due(bucket, &rules, caller.now) {
            for fate in fates {
                self.take_place(caller, bucket, &key, fate);
            }
        }
    }

    /// Does what is to become of a version. What is locked stays.
    fn take_place(&self, caller: &Caller, bucket: &Bucket, key: &str, fate: Fate) {
        let version_id = match &fate {
            Fate::Expire => None,
            Fate::Remove(id) | Fate::Move(id, _) => Some(id.as_str()),
        };
        if let Fate::Move(_, class) = fate {
            let moved = bucket.amend(key, version_id, "PUT", |object| {
                object.storage_class = Some(class);
                Ok(())
            });
            if moved.is_ok() {
                self.described(caller, bucket, Kind::LifecycleTransition, key, version_id);
            }
            return;
        }
        let what = Deleting { key, version_id, if_match: None, bypasses_governance: false };
        let Ok(deletion) = bucket.delete(caller, &what) else { return };
        let is_new_marker = deletion.is_marker && version_id.is_none();
        let kind = if is_new_marker { Kind::LifecycleDeleteMarkerCreated } else { Kind::LifecycleDelete };
        if deletion.is_change {
            let version_id = deletion.version_id.as_deref();
            self.happened(caller, bucket, &Happening { kind, key, object: None, version_id });
        }
    }

    fn abort_uploads(&self, caller: &Caller, bucket: &Bucket, rules: &[Rule<'_>]) {
        let is_due = |key: &str, initiated: Timestamp| {
            let mut due = rules.iter().filter(|rule| rule.is_about_key(key));
            due.any(|rule| rule.aborts(initiated).is_some_and(|due| due <= caller.now))
        };
        let aborted = bucket.uploads().abort_due(is_due, caller.now);
        // The bytes are let go of after the lock.
        drop(aborted);
    }
}

impl Bucket {
    /// Notes that the rules are new: they take place from the next midnight on.
    pub(super) fn has_aged(&self, now: Timestamp) {
        self.aged.store(day(now), Ordering::Relaxed);
    }
}

fn rules(lifecycle: &Lifecycle) -> impl Iterator<Item = Rule<'_>> {
    lifecycle.configuration.rules.iter().flatten().filter_map(Rule::of)
}

/// Every key something is due for, and what.
fn due(bucket: &Bucket, rules: &[Rule<'_>], now: Timestamp) -> Vec<(String, Vec<Fate>)> {
    let objects = bucket.objects();
    let keeps_versions = objects.versioning != Versioning::Never;
    let (mut found, mut from) = (Vec::new(), Bound::Unbounded);
    while let Some(key) = objects.next_key(listing::as_ref(&from)) {
        let versions: Vec<Listed> = objects.versions_of(key).collect();
        let fates = fates(key, &versions, keeps_versions, rules, now);
        if !fates.is_empty() {
            found.push((key.to_owned(), fates));
        }
        from = Bound::Excluded(key.to_owned());
    }
    found
}

/// What is to become of the versions of a key, which come with the newest first.
fn fates(
    key: &str,
    versions: &[Listed],
    keeps_versions: bool,
    rules: &[Rule<'_>],
    now: Timestamp,
) -> Vec<Fate> {
    let mut fates = Vec::new();
    for (index, listed) in versions.iter().enumerate() {
        let id = listed.version.id().to_string();
        let written = listed.version.last_modified();
        let any = |is_due: &dyn Fn(&Rule<'_>) -> bool| {
            let mut about = rules.iter().filter(|rule| match &listed.version {
                Version::Object(object) => rule.is_about(key, object),
                Version::Marker(_) => rule.is_about_key(key),
            });
            about.any(is_due)
        };
        if index > 0 {
            let since = versions[index - 1].version.last_modified();
            if any(&|rule| rule.removes_noncurrent(since, index - 1, now)) {
                fates.push(Fate::Remove(id));
            }
            continue;
        }
        match &listed.version {
            Version::Marker(_) if versions.len() == 1 && any(&|rule| rule.removes_marker(written, now)) => {
                fates.push(Fate::Remove(id));
            }
            Version::Marker(_) => {}
            Version::Object(_) if any(&|rule| rule.expires(written).is_some_and(|due| due <= now)) => {
                fates.push(Fate::Expire);
            }
            Version::Object(object) => fates.extend(moved(key, object, rules, now).map(|class| {
                let id = if keeps_versions { id } else { "null".to_owned() };
                Fate::Move(id, class)
            })),
        }
    }
    fates
}

/// The storage class that the rules have an object in now, where it is another than its own.
fn moved(key: &str, object: &Arc<Object>, rules: &[Rule<'_>], now: Timestamp) -> Option<&'static str> {
    let about = rules.iter().filter(|rule| rule.is_about(key, object));
    let moves = about.filter_map(|rule| rule.moved(object.last_modified, object.content.len(), now));
    let (_, class) = moves.max_by_key(|(when, _)| *when)?;
    let class = put::storage_class(Some(class)).ok()??;
    (object.storage_class != Some(class)).then_some(class)
}

impl Bucket {
    /// The header `x-amz-expiration`: when an object expires, and by which rule; of several rules the first that is due.
    pub(super) fn expiration(&self, key: &str, object: &Object) -> Option<String> {
        let lifecycle = self.settings().lifecycle.clone()?;
        let about = rules(&lifecycle).filter(|rule| rule.is_about(key, object));
        let due = about.filter_map(|rule| Some((rule.expires(object.last_modified)?, rule.id().to_owned())));
        let (when, id) = due.min_by_key(|(when, _)| *when)?;
        let (when, id) = (when.format(TimestampFormat::HttpDate), listing::url_encode(&id));
        Some(format!("expiry-date=\"{when}\", rule-id=\"{id}\""))
    }

    /// When an upload of this key that began then is given up, and by which rule.
    pub(super) fn abortion(&self, key: &str, initiated: Timestamp) -> Option<(Timestamp, String)> {
        let lifecycle = self.settings().lifecycle.clone()?;
        let about = rules(&lifecycle).filter(|rule| rule.is_about_key(key));
        let due = about.filter_map(|rule| Some((rule.aborts(initiated)?, rule.id().to_owned())));
        due.min_by_key(|(when, _)| *when)
    }
}
