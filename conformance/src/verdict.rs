//! What is said about one interaction.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How two answers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The HTTP status.
    Status,
    /// The code of an error.
    ErrorCode,
    /// The sentence of an error.
    ErrorMessage,
    /// A header is missing, not expected, or has another value.
    Header,
    /// A member of the body is not there.
    Missing,
    /// A member of the body is there that should not be.
    Extra,
    /// A member of the body is of another type, or the body of another format.
    Type,
    /// A member of the body has another value.
    Value,
    /// The items of a list are the same in another order.
    Order,
    /// A state that was still coming on AWS has come here. Told and counted, but no gap.
    Timing,
}

impl Kind {
    /// Every kind.
    pub const ALL: &[Kind] = &[
        Kind::Status,
        Kind::ErrorCode,
        Kind::ErrorMessage,
        Kind::Header,
        Kind::Missing,
        Kind::Extra,
        Kind::Type,
        Kind::Value,
        Kind::Order,
        Kind::Timing,
    ];

    /// What it means, in a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Kind::Status => "The HTTP status is another one.",
            Kind::ErrorCode => "The code of the error is another one.",
            Kind::ErrorMessage => "The sentence of the error is another one.",
            Kind::Header => "A header is missing, not expected, or has another value.",
            Kind::Missing => "A member of the body is not there.",
            Kind::Extra => "A member of the body is there that AWS did not send.",
            Kind::Type => "A member of the body is of another type, or the body of another format.",
            Kind::Value => "A member of the body has another value.",
            Kind::Order => "The items of a list are the same in another order.",
            Kind::Timing => "A state that was still coming on AWS had come. This is no gap.",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Status => "status",
            Kind::ErrorCode => "error-code",
            Kind::ErrorMessage => "error-message",
            Kind::Header => "header",
            Kind::Missing => "missing",
            Kind::Extra => "extra",
            Kind::Type => "type",
            Kind::Value => "value",
            Kind::Order => "order",
            Kind::Timing => "timing",
        })
    }
}

/// One thing that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Where: `PutItem.ConsumedCapacity.TableName`, `GetObject.header.etag`, `Scan.Items[2].Name`.
    pub path: String,
    /// How.
    pub kind: Kind,
    /// What AWS answered; absent where it answered nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<String>,
    /// What the endpoint answered; absent where it answered nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<String>,
}

impl Difference {
    /// The path without the positions in lists: what differences of one cause share.
    pub fn pattern(&self) -> String {
        let mut pattern = String::with_capacity(self.path.len());
        let mut rest = self.path.as_str();
        while let Some(start) = rest.find('[') {
            let (before, index) = rest.split_at(start + 1);
            pattern.push_str(before);
            let digits = index.bytes().take_while(u8::is_ascii_digit).count();
            let closes = digits > 0 && index.as_bytes().get(digits) == Some(&b']');
            rest = if closes { &index[digits..] } else { index };
        }
        pattern + rest
    }
}

/// What is said about one interaction. The four are never added together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "verdict")]
pub enum Verdict {
    /// The answer is the recorded one.
    Pass,
    /// The answer is another one.
    Differs {
        /// What differs.
        differences: Vec<Difference>,
    },
    /// The endpoint does not offer the operation.
    NotServed {
        /// What it said.
        reason: String,
    },
    /// Nothing can be said.
    NotCompared {
        /// Why.
        reason: String,
    },
}

impl Verdict {
    /// What differs; empty unless something does.
    pub fn differences(&self) -> &[Difference] {
        match self {
            Verdict::Differs { differences } => differences,
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_no_positions() {
        let of = |path: &str| {
            let path = path.to_owned();
            Difference { path, kind: Kind::Value, recorded: None, actual: None }.pattern()
        };
        assert_eq!(of("Scan.Items[12].Name[0]"), "Scan.Items[].Name[]");
        assert_eq!(of("Scan.Items.a[b].c[1"), "Scan.Items.a[b].c[1");
    }
}
