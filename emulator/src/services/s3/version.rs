//! Ids of versions.

use super::S3Error;
use crate::gateway::Caller;
use std::fmt;
use std::sync::Arc;

/// What ids are made of, as S3's are.
const CHARACTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
/// How many characters an id has.
const LENGTH: usize = 32;
/// How many of them are random.
const RANDOM: usize = 20;
/// How many of them, after the random ones, say when among the writes of its bucket the version was made.
const SEQUENCE: usize = 8;

/// The id of a version: 32 characters, or `null` for what was written without versioning.
///
/// Like S3's own, an id can be told from any other text of its form: the last characters follow from the others. So a
/// version that is gone is "no such version", and an id that was never given is invalid. It also tells which of two
/// versions is the newer, so that a listing goes on behind a version that has been removed meanwhile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct VersionId(Option<Arc<str>>);

impl VersionId {
    /// The id of what was written without versioning.
    pub(super) const NULL: VersionId = VersionId(None);

    /// A new id, of the version made by the bucket's so-manieth write.
    pub(super) fn new(caller: &Caller, sequence: u64) -> VersionId {
        let mut id = caller.fresh.text(RANDOM, CHARACTERS);
        id.push_str(&characters(sequence ^ hash(&id), SEQUENCE));
        id.push_str(&characters(hash(&id), LENGTH - RANDOM - SEQUENCE));
        VersionId(Some(id.into()))
    }

    /// Reads the parameter `versionId`.
    pub(super) fn parse(text: &str) -> Result<VersionId, S3Error> {
        if text == "null" {
            return Ok(VersionId::NULL);
        }
        let is_given = text.len() == LENGTH
            && text
                .split_at_checked(RANDOM + SEQUENCE)
                .is_some_and(|(start, check)| characters(hash(start), LENGTH - RANDOM - SEQUENCE) == check);
        if is_given {
            return Ok(VersionId(Some(text.into())));
        }
        let message = match text {
            "" => "Version id cannot be the empty string",
            _ => "Invalid version id specified",
        };
        Err(S3Error::InvalidArgument { message, name: "versionId", value: text.to_owned() })
    }

    /// Which of the bucket's writes made the version; the null version does not tell.
    pub(super) fn sequence(&self) -> Option<u64> {
        let (random, rest) = self.0.as_deref()?.split_at_checked(RANDOM)?;
        let hidden = rest.bytes().take(SEQUENCE).rev().try_fold(0, |number, byte| {
            let digit = CHARACTERS.iter().position(|character| *character == byte)?;
            Some(number << 6 | digit as u64)
        });
        Some((hidden? ^ hash(random)) & ((1 << (6 * SEQUENCE)) - 1))
    }

    /// Whether it is the id of what was written without versioning.
    pub(super) fn is_null(&self) -> bool {
        self.0.is_none()
    }

    #[cfg(test)]
    pub(super) fn of_test(name: &str) -> VersionId {
        VersionId(Some(name.into()))
    }
}

impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_deref().unwrap_or("null"))
    }
}

/// An FNV-1a hash.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// A number as so many characters of six bits, the lowest first.
fn characters(number: u64, count: usize) -> String {
    (0..count).map(|index| char::from(CHARACTERS[(number >> (6 * index)) as usize & 63])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_told_from_other_text() {
        assert!(VersionId::parse("null").is_ok_and(|id| id.is_null()));
        let caller = crate::services::s3::tests::caller();
        let id = VersionId::new(&caller, 7).to_string();
        assert_eq!(id.len(), LENGTH);
        assert_eq!(VersionId::parse(&id).map(|id| id.to_string()).ok().as_ref(), Some(&id));
        let other = format!("{}{}", if id.starts_with('b') { 'c' } else { 'b' }, &id[1..]);
        for bad in ["", "x", &id[1..], &other, "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD", &"é".repeat(16)] {
            assert!(VersionId::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_id_tells_when_it_was_made() {
        let caller = crate::services::s3::tests::caller();
        for sequence in [0, 1, 63, 64, 1 << 40] {
            assert_eq!(VersionId::new(&caller, sequence).sequence(), Some(sequence));
        }
        assert_eq!(VersionId::NULL.sequence(), None);
    }
}
