//! `AttributesToGet`: which attributes are given back.

use super::super::expression::{Invalid, Path, Projection};
use super::invalid;
use std::collections::HashSet;

/// The projection of `AttributesToGet`.
pub(crate) fn attributes_to_get<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Projection, Invalid> {
    let mut known = HashSet::new();
    let mut paths = Vec::new();
    for name in names {
        if !known.insert(name) {
            return Err(invalid(format_args!("Duplicate value in attribute name: {name}")));
        }
        paths.push(Path::of(name));
    }
    Ok(Projection::to(&paths))
}
