//! Where an item stands: bytes that sort as DynamoDB sorts.
//!
//! First comes the hash of the partition key, the first eight bytes of the MD5 of `Outliers` and the key: in this order
//! AWS gives the items of a Scan (all 44 scans that go-cloud recorded, TestConformance). Then the partition key, then the
//! sort key, each so encoded that no value is the beginning of another and bytes sort as values do; an index adds the keys
//! of the table, so that no two items stand in one place.

use crate::services::dynamodb::value::Value;
use md5::{Digest, Md5};
use std::ops::{Bound, RangeBounds};

/// Where an item stands in a table or in an index. The hash comes first and stands by itself, so that most places are told
/// apart without a look at the rest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::services::dynamodb) struct Place {
    /// The hash of the partition key.
    pub(in crate::services::dynamodb) partition: u64,
    /// The partition key and the sort key, encoded.
    pub(in crate::services::dynamodb) rest: Box<[u8]>,
}

/// The places between two bounds.
#[derive(Debug, Clone)]
pub(in crate::services::dynamodb) struct Span {
    pub(in crate::services::dynamodb) from: Bound<Place>,
    pub(in crate::services::dynamodb) to: Bound<Place>,
}

impl Place {
    /// This place in an index, of the item that stands there in the table.
    pub(in crate::services::dynamodb) fn followed_by(self, of_table: &Place) -> Place {
        Place { rest: [&*self.rest, &*of_table.rest].concat().into(), ..self }
    }

    /// The first place of all that can have this hash.
    pub(in crate::services::dynamodb) fn first(partition: u64) -> Place {
        Place { partition, rest: Box::default() }
    }
}

impl Span {
    /// All places of a partition that begin so.
    pub(in crate::services::dynamodb) fn prefix(partition: u64, prefix: Vec<u8>) -> Span {
        let to = successor(partition, prefix.clone());
        Span { from: Bound::Included(Place { partition, rest: prefix.into() }), to }
    }

    /// What comes after this place, or before it when read backward.
    pub(in crate::services::dynamodb) fn after(mut self, place: Place, backward: bool) -> Span {
        if backward {
            self.to = Bound::Excluded(place);
        } else {
            self.from = Bound::Excluded(place);
        }
        self
    }

    /// Whether a place is in it.
    pub(in crate::services::dynamodb) fn has(&self, place: &Place) -> bool {
        (self.from.as_ref(), self.to.as_ref()).contains(place)
    }

    /// Whether there can be any place in it.
    pub(in crate::services::dynamodb) fn is_empty(&self) -> bool {
        match (&self.from, &self.to) {
            (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
            (Bound::Included(from), Bound::Included(to)) => from > to,
            (Bound::Included(from) | Bound::Excluded(from), Bound::Excluded(to) | Bound::Included(to)) => {
                from >= to
            }
        }
    }
}

/// Begins a place: the hash of these values, and the values.
pub(in crate::services::dynamodb) fn begin(hash: &[&Value]) -> (u64, Vec<u8>) {
    let mut digest = Md5::new();
    digest.update(b"Outliers");
    for value in hash {
        match value {
            Value::S(text) => digest.update(text.as_bytes()),
            Value::B(bytes) => digest.update(bytes),
            other => {
                let mut encoded = Vec::new();
                write_key_value(&mut encoded, other);
                digest.update(&encoded);
            }
        }
    }
    let digest = digest.finalize();
    let partition = digest.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    let mut rest = Vec::with_capacity(48);
    for value in hash {
        write_key_value(&mut rest, value);
    }
    (partition, rest)
}

/// Writes a value of a key.
pub(in crate::services::dynamodb) fn write_key_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::S(text) => terminated(out, text.as_bytes()),
        Value::B(bytes) => terminated(out, bytes),
        Value::N(number) => number.encode_into(out),
        // No key is of another type.
        _ => {}
    }
}

/// Writes the beginning of a text or of bytes, for what begins with it.
pub(in crate::services::dynamodb) fn write_beginning(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::S(text) => escaped(out, text.as_bytes()),
        Value::B(bytes) => escaped(out, bytes),
        _ => {}
    }
}

/// A zero within is followed by 255, the end is a zero and a one: so the shorter sorts first.
fn terminated(out: &mut Vec<u8>, bytes: &[u8]) {
    escaped(out, bytes);
    out.extend_from_slice(&[0, 1]);
}

fn escaped(out: &mut Vec<u8>, bytes: &[u8]) {
    for byte in bytes {
        out.push(*byte);
        if *byte == 0 {
            out.push(0xff);
        }
    }
}

/// The end of all places of a partition that begin so.
pub(in crate::services::dynamodb) fn successor(partition: u64, mut prefix: Vec<u8>) -> Bound<Place> {
    while let Some(last) = prefix.last_mut() {
        if *last < 0xff {
            *last += 1;
            return Bound::Excluded(Place { partition, rest: prefix.into() });
        }
        prefix.pop();
    }
    partition.checked_add(1).map_or(Bound::Unbounded, |next| Bound::Excluded(Place::first(next)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn encoded(value: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        write_key_value(&mut out, &Value::B(Bytes::copy_from_slice(value)));
        out
    }

    #[test]
    fn bytes_sort_as_their_encodings_do() {
        let mut values: Vec<&[u8]> =
            vec![b"a", b"a\0", b"a\0\0", b"a\x01", b"ab", b"\0", b"\xff\xff", b"\0\xff", b""];
        values.sort_unstable();
        let encodings: Vec<Vec<u8>> = values.iter().map(|value| encoded(value)).collect();
        assert!(encodings.is_sorted());
        for (one, other) in encodings.iter().zip(&encodings[1..]) {
            assert!(!other.starts_with(one), "{one:?} begins {other:?}");
        }
    }

    #[test]
    fn a_prefix_ends_before_its_successor() {
        let place = |partition, rest: &[u8]| Bound::Excluded(Place { partition, rest: rest.into() });
        assert_eq!(successor(7, vec![1, 255]), place(7, &[2]));
        assert_eq!(successor(7, vec![255, 255]), place(8, &[]));
        assert_eq!(successor(u64::MAX, vec![]), Bound::Unbounded);
    }
}
