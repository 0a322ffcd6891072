//! What is wrong with an expression.

use super::kind::Kind;
use std::fmt::Display;

/// The whole sentence of a `ValidationException`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Invalid(pub(crate) String);

impl Invalid {
    /// What is wrong with an expression of this kind.
    pub(crate) fn of(kind: Kind, what: impl Display) -> Invalid {
        Invalid(format!("Invalid {kind}: {what}"))
    }

    /// The sentence as PutItem, UpdateItem and DeleteItem say it of what is wrong with a request, before they look at any
    /// table, since AWS checks their requests anew (github.com/paritysuite/dynamodb-conformance,
    /// tests/tier3/error-messages/putItem.test.ts and valueLayers.test.ts, October 2026). Other operations say it bare.
    pub(crate) fn enveloped(self) -> Invalid {
        Invalid(format!("1 validation error detected: {}", self.0))
    }
}

impl From<&str> for Invalid {
    fn from(sentence: &str) -> Invalid {
        Invalid(sentence.to_owned())
    }
}
