//! The uploads of a bucket: those under way, by key and then by when they began, and for a day those that have ended.

use super::scheme::Scheme;
use crate::services::s3::access::ObjectAccess;
use crate::services::s3::content::Content;
use crate::services::s3::encryption::Encryption;
use crate::services::s3::lock::Lock;
use crate::services::s3::object::Description;
use crate::services::s3::sum::Sum;
use crate::services::s3::tags::Tags;
use ruststack_wire::Timestamp;
use ruststack_wire::sign::checksum::Checksum;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

/// How long an upload that has ended is remembered: the same request again is then answered as before (S3 forgets
/// after about 24 hours: go-storage issue 963).
const REMEMBERED_MS: i64 = 24 * 60 * 60 * 1000;
/// How many ended uploads a bucket remembers at most.
const MOST_REMEMBERED: usize = 10_000;

/// Where an upload stands among those under way: under its key, in the order of their beginnings.
pub(super) type Place = (String, u64);

/// The uploads of a bucket.
#[derive(Default)]
pub(in crate::services::s3) struct Uploads {
    open: BTreeMap<Place, Pending>,
    places: HashMap<String, Place>,
    ended: HashMap<String, Ended>,
    /// When each upload ended, in that order.
    endings: VecDeque<(Timestamp, String)>,
    begun: u64,
}

/// An upload under way.
#[derive(Debug, Default)]
pub(in crate::services::s3) struct Pending {
    pub(super) id: String,
    pub(super) initiated: Timestamp,
    /// The account that began it.
    pub(super) initiator: String,
    pub(super) scheme: Scheme,
    pub(super) storage_class: Option<&'static str>,
    pub(super) tags: Tags,
    pub(super) access: Option<Arc<ObjectAccess>>,
    pub(super) described: Arc<Description>,
    pub(super) encryption: Encryption,
    pub(super) lock: Option<Lock>,
    pub(super) parts: BTreeMap<i32, Arc<Part>>,
    /// Whether the key was written or deleted since the upload began.
    pub(super) is_disturbed: bool,
}

/// A part.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) content: Content,
    pub(super) md5: Checksum,
    pub(super) checksum: Checksum,
    /// When it was uploaded, to the second.
    pub(super) last_modified: Timestamp,
}

/// An upload that has ended.
#[derive(Debug)]
struct Ended {
    key: String,
    /// What became of it; `None` where it was given up.
    completion: Option<Completion>,
}

/// How an upload was completed.
#[derive(Debug, Clone)]
pub(super) struct Completion {
    /// The parts that were asked for, with their ETags without quotes.
    pub(super) parts: Vec<(i32, String)>,
    /// The ETag of the object, in quotes.
    pub(super) etag: String,
    pub(super) sum: Sum,
    pub(super) version_id: Option<String>,
    pub(super) expiration: Option<String>,
    pub(super) encryption: Encryption,
}

/// What is known of an id.
pub(super) enum Known<'a> {
    Open(&'a mut Pending),
    /// Completed, or given up.
    Ended(Option<&'a Completion>),
    Not,
}

impl Uploads {
    /// Begins an upload.
    pub(super) fn begin(&mut self, key: String, upload: Pending) {
        let place = (key, self.begun);
        self.begun += 1;
        self.places.insert(upload.id.clone(), place.clone());
        self.open.insert(place, upload);
    }

    /// What is known of the upload of this id and key.
    pub(super) fn find(&mut self, key: &str, id: &str) -> Known<'_> {
        if let Some(place) = self.places.get(id).filter(|place| place.0 == key) {
            return self.open.get_mut(place).map_or(Known::Not, Known::Open);
        }
        match self.ended.get(id).filter(|ended| ended.key == key) {
            Some(ended) => Known::Ended(ended.completion.as_ref()),
            None => Known::Not,
        }
    }

    /// The upload of this id and key, if it is under way.
    pub(super) fn open(&mut self, key: &str, id: &str) -> Option<&mut Pending> {
        match self.find(key, id) {
            Known::Open(upload) => Some(upload),
            _ => None,
        }
    }

    /// Ends an upload that is under way, and lets go of its parts.
    pub(super) fn end(
        &mut self,
        id: &str,
        completion: Option<Completion>,
        now: Timestamp,
    ) -> Option<Pending> {
        let place = self.places.remove(id)?;
        let upload = self.open.remove(&place)?;
        self.ended.insert(id.to_owned(), Ended { key: place.0, completion });
        self.endings.push_back((now, id.to_owned()));
        self.forget(now);
        Some(upload)
    }

    fn forget(&mut self, now: Timestamp) {
        while let Some((ended, id)) = self.endings.front() {
            let age_ms = now.millis().saturating_sub(ended.millis());
            if age_ms <= REMEMBERED_MS && self.endings.len() <= MOST_REMEMBERED {
                break;
            }
            self.ended.remove(id);
            self.endings.pop_front();
        }
    }

    /// Notes that a key was written or deleted while uploads of it are under way.
    pub(in crate::services::s3) fn disturb(&mut self, key: &str) {
        if self.open.is_empty() {
            return;
        }
        for (_, upload) in self.open.range_mut((key.to_owned(), 0)..=(key.to_owned(), u64::MAX)) {
            upload.is_disturbed = true;
        }
    }

    /// Gives up the uploads of which this is said, by their keys and when they began.
    pub(in crate::services::s3) fn abort_due(
        &mut self,
        is_due: impl Fn(&str, Timestamp) -> bool,
        now: Timestamp,
    ) -> Vec<Pending> {
        let due = self.open.iter().filter(|((key, _), upload)| is_due(key, upload.initiated));
        let ids: Vec<String> = due.map(|(_, upload)| upload.id.clone()).collect();
        ids.iter().filter_map(|id| self.end(id, None, now)).collect()
    }

    /// Where the upload of this id stands.
    pub(super) fn place(&self, id: &str) -> Option<&Place> {
        self.places.get(id)
    }

    /// The uploads under way, from a place on.
    pub(super) fn from(
        &self,
        beginning: std::ops::Bound<Place>,
    ) -> impl Iterator<Item = (&Place, &Pending)> + '_ {
        self.open.range((beginning, std::ops::Bound::Unbounded))
    }
}

impl Part {
    /// The ETag, in quotes.
    pub(super) fn quoted_etag(&self) -> String {
        format!("\"{}\"", self.md5.to_hex())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upload(id: &str) -> Pending {
        Pending { id: id.into(), ..Pending::default() }
    }

    #[test]
    fn what_has_ended_is_remembered_for_a_day() {
        let mut uploads = Uploads::default();
        uploads.begin("k".into(), upload("one"));
        uploads.begin("k".into(), upload("two"));
        assert!(uploads.open("k", "one").is_some());
        assert!(uploads.open("other", "one").is_none());
        assert!(uploads.end("one", None, Timestamp::from_millis(0)).is_some());
        assert!(uploads.end("one", None, Timestamp::from_millis(0)).is_none());
        assert!(matches!(uploads.find("k", "one"), Known::Ended(None)));
        assert!(matches!(uploads.find("j", "one"), Known::Not));
        uploads.end("two", None, Timestamp::from_millis(REMEMBERED_MS + 1));
        assert!(matches!(uploads.find("k", "one"), Known::Not));
        assert!(matches!(uploads.find("k", "two"), Known::Ended(None)));
        assert!(uploads.open.is_empty() && uploads.places.is_empty());
    }
}
