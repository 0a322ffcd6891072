//! A document held against the model, as S3 holds it against its schema.

use crate::services::s3::S3Error;
use crate::services::s3::errors::MISSING_BODY;
use ruststack_models::s3::types::Tag;
use ruststack_wire::shape::{Kind, Shape};
use ruststack_wire::value::{Field, Structure, View};
use std::collections::HashSet;

/// Strings whose values S3 does not hold against the schema: a filter's rule has a sentence of its own, whatever its
/// case, and a grant for logs may be any (localstack's recordings of S3, test_bucket_notification_with_invalid_filter_rules,
/// test_filter_rules_case_insensitive and test_put_bucket_logging_accept_wrong_grants).
const FREE: [&str; 2] = ["BucketLogsPermission", "FilterRuleName"];

/// The configuration that came, if it is one.
pub(super) fn read<T: Structure>(configuration: Option<T>) -> Result<T, S3Error> {
    let configuration = configuration.ok_or_else(|| MISSING_BODY.told())?;
    if fits(&configuration) { Ok(configuration) } else { Err(S3Error::MalformedXml) }
}

/// Whether what must be there is there, and what may have certain values has one of them.
fn fits(structure: &dyn Structure) -> bool {
    structure.shape().members().iter().enumerate().all(|(index, member)| match structure.member(index) {
        Some(field) => field_fits(field, member.shape),
        None => !member.required || !member.location.is_body(),
    })
}

fn field_fits(field: &dyn Field, shape: &'static Shape) -> bool {
    match (field.view(), &shape.kind) {
        (View::String(text), Kind::String(values)) => {
            values.is_empty() || values.contains(&text) || FREE.contains(&shape.name)
        }
        (View::Structure(structure), _) => fits(structure),
        (View::List(items), Kind::List { member, .. }) => {
            (0..items.len()).all(|index| field_fits(items.item(index), member.shape))
        }
        _ => true,
    }
}

/// Whether a key is among these tags twice.
pub(super) fn has_twins(tags: &[Tag]) -> bool {
    let mut keys = HashSet::new();
    !tags.iter().all(|tag| keys.insert(tag.key.as_deref()))
}

/// Refuses a document that must have at most one of several members, or exactly one.
pub(super) fn count(there: &[bool], allowed: std::ops::RangeInclusive<usize>) -> Result<(), S3Error> {
    let found = there.iter().filter(|there| **there).count();
    if allowed.contains(&found) { Ok(()) } else { Err(S3Error::MalformedXml) }
}
