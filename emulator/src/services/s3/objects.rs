//! The objects of a bucket and their versions, in the order of their keys.
//!
//! What a listing shows stands by itself, so that its page costs what it holds however many versions and delete markers
//! there are. What is no longer the latest, and the delete markers, stand beside it.
//!
//! Source: S3 User Guide, "Retaining multiple versions of objects with S3 Versioning".

use super::lock::BucketLock;
use super::object::Object;
use super::version::VersionId;
use crate::gateway::Caller;
use ruststack_wire::Timestamp;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

/// Objects by key. `String` orders by UTF-8 bytes, which is S3's order.
pub(super) type Current = BTreeMap<String, Arc<Object>>;

/// Whether a bucket keeps the versions of its objects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Versioning {
    /// It never did: each object has one version, called `null`.
    #[default]
    Never,
    /// Every write makes a version.
    Enabled,
    /// It did: what was kept stays, and new writes are the version called `null`.
    Suspended,
}

/// The objects of a bucket and their versions.
#[derive(Default)]
pub(super) struct Objects {
    pub(super) versioning: Versioning,
    /// The bucket's object lock, where it has one.
    pub(super) lock: Option<BucketLock>,
    /// How many versions have been given an id.
    versions: u64,
    /// The latest versions, but for those that are delete markers.
    current: Current,
    /// All other versions of a key, the newest first.
    others: BTreeMap<String, Vec<Version>>,
}

/// A version of an object.
#[derive(Debug, Clone)]
pub(super) enum Version {
    Object(Arc<Object>),
    Marker(DeleteMarker),
}

/// A version that says that the object was deleted.
#[derive(Debug, Clone)]
pub(super) struct DeleteMarker {
    pub(super) id: VersionId,
    /// When the object was deleted, to the second.
    pub(super) last_modified: Timestamp,
}

/// A version as a listing shows it.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    pub(super) key: String,
    pub(super) version: Version,
    pub(super) is_latest: bool,
}

impl Version {
    /// Its id.
    pub(super) fn id(&self) -> &VersionId {
        match self {
            Version::Object(object) => &object.version_id,
            Version::Marker(marker) => &marker.id,
        }
    }

    /// When it was written, to the second.
    pub(super) fn last_modified(&self) -> Timestamp {
        match self {
            Version::Object(object) => object.last_modified,
            Version::Marker(marker) => marker.last_modified,
        }
    }
}

impl Objects {
    /// Gives the bucket an object lock, for which it keeps versions (User Guide, "Object Lock considerations").
    pub(super) fn enable_lock(&mut self) {
        self.versioning = Versioning::Enabled;
        self.lock.get_or_insert_default();
    }

    /// The objects that a listing shows.
    pub(super) fn current(&self) -> &Current {
        &self.current
    }

    /// Whether there is nothing at all, no version and no delete marker either.
    pub(super) fn is_empty(&self) -> bool {
        self.current.is_empty() && self.others.is_empty()
    }

    /// The object of this key, unless its latest version is a delete marker.
    pub(super) fn get(&self, key: &str) -> Option<&Arc<Object>> {
        self.current.get(key)
    }

    /// The latest version of this key.
    pub(super) fn latest(&self, key: &str) -> Option<Version> {
        match self.current.get(key) {
            Some(object) => Some(Version::Object(object.clone())),
            None => self.others.get(key)?.first().cloned(),
        }
    }

    /// A version of this key.
    pub(super) fn version(&self, key: &str, id: &VersionId) -> Option<Version> {
        if let Some(object) = self.current.get(key).filter(|object| object.version_id == *id) {
            return Some(Version::Object(object.clone()));
        }
        self.others.get(key)?.iter().find(|version| version.id() == id).cloned()
    }

    /// The id of what is written now.
    pub(super) fn next_id(&mut self, caller: &Caller) -> VersionId {
        match self.versioning {
            Versioning::Enabled => {
                self.versions += 1;
                VersionId::new(caller, self.versions)
            }
            Versioning::Never | Versioning::Suspended => VersionId::NULL,
        }
    }

    /// The id of a version as answers tell it: a bucket that never kept versions tells none.
    pub(super) fn told(&self, id: &VersionId) -> Option<String> {
        (self.versioning != Versioning::Never).then(|| id.to_string())
    }

    /// Makes this object the latest version of its key, and gives what is no more: what was there where no versions
    /// are kept, else what was there under the same id.
    pub(super) fn put(&mut self, key: String, object: Arc<Object>) -> Option<Version> {
        if self.versioning == Versioning::Never {
            return self.current.insert(key, object).map(Version::Object);
        }
        let replaced = self.remove(&key, &object.version_id);
        if let Some(previous) = self.current.insert(key.clone(), object) {
            self.others.entry(key).or_default().insert(0, Version::Object(previous));
        }
        replaced
    }

    /// Makes a delete marker the latest version of a key, and gives what is no more: what was there under its id.
    pub(super) fn mark(&mut self, key: &str, marker: DeleteMarker) -> Option<Version> {
        let replaced = self.remove(key, &marker.id);
        let previous = self.current.remove(key).map(Version::Object);
        let others = self.others.entry(key.to_owned()).or_default();
        others.splice(0..0, [Version::Marker(marker)].into_iter().chain(previous));
        replaced
    }

    /// Removes a version for good. The version before the latest becomes the latest.
    pub(super) fn remove(&mut self, key: &str, id: &VersionId) -> Option<Version> {
        let removed = match self.current.get(key) {
            Some(object) if object.version_id == *id => self.current.remove(key).map(Version::Object),
            _ => {
                let others = self.others.get_mut(key)?;
                let place = others.iter().position(|version| version.id() == id)?;
                Some(others.remove(place))
            }
        };
        self.settle(key);
        removed
    }

    /// Changes a version of a key in place, the latest where no other is named. It gives what the change gives, or
    /// `None` where there is no such object.
    pub(super) fn amend<T>(
        &mut self,
        key: &str,
        id: Option<&VersionId>,
        change: impl FnOnce(&mut Object) -> T,
    ) -> Option<T> {
        let current = self.current.get_mut(key).filter(|object| id.is_none_or(|id| object.version_id == *id));
        let object = match (current, id) {
            (Some(object), _) => object,
            (None, None) => return None,
            (None, Some(id)) => {
                let found = self.others.get_mut(key)?.iter_mut().find(|version| version.id() == id)?;
                let Version::Object(object) = found else { return None };
                object
            }
        };
        // Readers who hold the version keep what they have; its bytes are shared.
        Some(change(Arc::make_mut(object)))
    }

    /// Brings the newest object to the front where nothing is newer than it.
    fn settle(&mut self, key: &str) {
        let Some(others) = self.others.get_mut(key) else { return };
        if !self.current.contains_key(key)
            && let Some(Version::Object(newest)) = others.first().cloned()
        {
            others.remove(0);
            self.current.insert(key.to_owned(), newest);
        }
        if others.is_empty() {
            self.others.remove(key);
        }
    }

    /// The first key from here on that has any version.
    pub(super) fn next_key(&self, from: Bound<&str>) -> Option<&str> {
        let current = self.current.range::<str, _>((from, Bound::Unbounded)).next().map(|(key, _)| key);
        let other = self.others.range::<str, _>((from, Bound::Unbounded)).next().map(|(key, _)| key);
        match (current, other) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        }
        .map(String::as_str)
    }

    /// Every version of a key, the newest first.
    pub(super) fn versions_of(&self, key: &str) -> impl Iterator<Item = Listed> + '_ {
        let current = self.current.get(key).map(|object| Version::Object(object.clone()));
        let others = self.others.get(key).into_iter().flatten().cloned();
        let key = key.to_owned();
        current.into_iter().chain(others).enumerate().map(move |(index, version)| Listed {
            key: key.clone(),
            version,
            is_latest: index == 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(id: &VersionId) -> Arc<Object> {
        Arc::new(Object { version_id: id.clone(), ..Object::default() })
    }

    fn id(name: &str) -> VersionId {
        VersionId::of_test(name)
    }

    fn told(objects: &Objects, key: &str) -> Vec<String> {
        objects
            .versions_of(key)
            .map(|listed| match listed.version {
                Version::Object(object) => object.version_id.to_string(),
                Version::Marker(marker) => format!("-{}", marker.id),
            })
            .collect()
    }

    fn mark(objects: &mut Objects, id: &VersionId) {
        objects.mark("k", DeleteMarker { id: id.clone(), last_modified: Timestamp::default() });
    }

    #[test]
    fn without_versions_the_last_write_is_all_there_is() {
        let mut objects = Objects::default();
        assert!(objects.put("k".into(), object(&VersionId::NULL)).is_none());
        assert!(objects.put("k".into(), object(&VersionId::NULL)).is_some());
        assert_eq!(told(&objects, "k"), ["null"]);
        assert!(objects.remove("k", &VersionId::NULL).is_some());
        assert!(objects.is_empty());
    }

    #[test]
    fn versions_pile_up_and_come_back() {
        let mut objects = Objects::default();
        objects.put("k".into(), object(&VersionId::NULL));
        objects.versioning = Versioning::Enabled;
        objects.put("k".into(), object(&id("1")));
        mark(&mut objects, &id("2"));
        assert_eq!(told(&objects, "k"), ["-2", "1", "null"]);
        assert!(objects.get("k").is_none());
        assert!(matches!(objects.latest("k"), Some(Version::Marker(_))));
        assert!(objects.remove("k", &id("2")).is_some());
        assert_eq!(objects.get("k").map(|object| object.version_id.clone()), Some(id("1")));
        assert!(objects.remove("k", &id("1")).is_some());
        assert_eq!(told(&objects, "k"), ["null"]);
        assert!(objects.others.is_empty());
        assert!(objects.remove("k", &id("1")).is_none());
    }

    #[test]
    fn while_suspended_one_null_version_replaces_the_other() {
        let mut objects = Objects { versioning: Versioning::Enabled, ..Objects::default() };
        objects.put("k".into(), object(&id("1")));
        objects.versioning = Versioning::Suspended;
        assert!(objects.put("k".into(), object(&VersionId::NULL)).is_none());
        assert_eq!(told(&objects, "k"), ["null", "1"]);
        mark(&mut objects, &VersionId::NULL);
        assert_eq!(told(&objects, "k"), ["-null", "1"]);
        mark(&mut objects, &VersionId::NULL);
        assert_eq!(told(&objects, "k"), ["-null", "1"]);
        objects.put("k".into(), object(&VersionId::NULL));
        assert_eq!(told(&objects, "k"), ["null", "1"]);
    }

    #[test]
    fn a_version_is_amended_where_it_stands() {
        let mut objects = Objects { versioning: Versioning::Enabled, ..Objects::default() };
        objects.put("k".into(), object(&id("1")));
        objects.put("k".into(), object(&id("2")));
        mark(&mut objects, &id("3"));
        assert!(objects.amend("k", None, |_| ()).is_none(), "the latest is a delete marker");
        assert!(objects.amend("k", Some(&id("3")), |_| ()).is_none(), "a delete marker is no object");
        let class = |object: &mut Object| object.storage_class = Some("GLACIER");
        assert!(objects.amend("k", Some(&id("1")), class).is_some());
        let Some(Version::Object(object)) = objects.version("k", &id("1")) else { panic!("the version") };
        assert_eq!(object.storage_class, Some("GLACIER"));
    }
}
