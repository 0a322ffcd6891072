//! Two lists of a structure written as one: S3 lists versions and delete markers in the order of their keys, and of one
//! key the newest first, each in an element of its own name (API reference, ListObjectVersions, "Examples").

use crate::Timestamp;
use crate::shape::Member;
use crate::value::{Sequence, Structure, View};
use percent_encoding::percent_decode_str;
use std::cmp::Ordering;

/// The names of two lists that are written as one, by the name of the structure that has them.
const INTERLEAVED: (&str, [&str; 2]) = ("ListObjectVersionsOutput", ["Versions", "DeleteMarkers"]);

/// Where the other list stands that a list is written together with, and whether the other is written first.
pub(super) fn other(structure: &dyn Structure, member: &Member) -> Option<(usize, bool)> {
    let (shape, [first, second]) = INTERLEAVED;
    if structure.shape().name != shape {
        return None;
    }
    let (name, is_second) = match member.name {
        name if name == first => (second, false),
        name if name == second => (first, true),
        _ => return None,
    };
    let index = structure.shape().index_of(name)?;
    structure.member(index).map(|_| (index, is_second))
}

/// The order of the items of both lists: from which of them each comes, and its place there. Keys that the structure
/// says are URL-encoded are compared as what they stand for.
pub(super) fn order(
    structure: &dyn Structure,
    one: &dyn Sequence,
    other: &dyn Sequence,
) -> Vec<(bool, usize)> {
    let is_encoded = text(structure, "EncodingType") == "url";
    let (mut place, mut of_other) = (0, 0);
    let mut order = Vec::with_capacity(one.len() + other.len());
    while place < one.len() || of_other < other.len() {
        let is_other = match (place < one.len(), of_other < other.len()) {
            (true, true) => {
                compare(other.item(of_other).view(), one.item(place).view(), is_encoded) == Ordering::Less
            }
            (has_one, _) => !has_one,
        };
        let next = if is_other { &mut of_other } else { &mut place };
        order.push((is_other, *next));
        *next += 1;
    }
    order
}

/// By key, and of one key the latest first.
fn compare(one: View<'_>, other: View<'_>, is_encoded: bool) -> Ordering {
    let (View::Structure(one), View::Structure(other)) = (one, other) else { return Ordering::Equal };
    let key = |item: &dyn Structure| match text(item, "Key") {
        key if is_encoded => percent_decode_str(&key.replace('+', " ")).collect(),
        key => key.into_bytes(),
    };
    let of = |item: &dyn Structure| (key(item), !flag(item, "IsLatest"), moment(item, "LastModified"));
    let ((key, is_old, written), (other_key, other_is_old, other_written)) = (of(one), of(other));
    key.cmp(&other_key).then(is_old.cmp(&other_is_old)).then(other_written.cmp(&written))
}

fn member<'a>(item: &'a dyn Structure, name: &str) -> Option<View<'a>> {
    Some(item.member(item.shape().index_of(name)?)?.view())
}

fn text(item: &dyn Structure, name: &str) -> String {
    match member(item, name) {
        Some(View::String(text)) => text.to_owned(),
        _ => String::new(),
    }
}

fn flag(item: &dyn Structure, name: &str) -> bool {
    matches!(member(item, name), Some(View::Boolean(true)))
}

fn moment(item: &dyn Structure, name: &str) -> Option<Timestamp> {
    match member(item, name) {
        Some(View::Timestamp(moment)) => Some(moment),
        _ => None,
    }
}
