//! The kinds of expressions.

use std::fmt;

/// What an expression is for; its sentences begin with the name of the parameter, which is this and `Expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Whether a write may take place.
    Condition,
    /// Which items a read gives back.
    Filter,
    /// Which items a query reads.
    KeyCondition,
    /// Which attributes a read gives back.
    Projection,
    /// What an update does.
    Update,
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self:?}Expression")
    }
}
