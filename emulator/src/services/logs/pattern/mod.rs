//! The language of filters: which events a pattern lets through.
//!
//! Terms (`ERROR -"not this"`, `?any ?of`, `%regex%`), conditions on JSON (`{ $.a[0] = 1 && $.b IS NULL }`), and columns
//! (`[ip, ..., status=4*]`). Source: User Guide, "Filter pattern syntax" (github.com/awsdocs/amazon-cloudwatch-logs-user-guide,
//! doc_source/FilterAndPatternSyntax.md) and "Supported regular expressions (regex) syntax".

mod columns;
mod condition;
mod expression;
mod json;
mod scanner;
mod terms;
#[cfg(test)]
mod tests;

use columns::Columns;
use json::JsonPattern;
use terms::Terms;

/// What a pattern without meaning is told.
pub(super) const INVALID: &str = "Invalid filter pattern";

/// Why a pattern cannot be read: the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InvalidPattern(pub(super) String);

/// A pattern, read.
#[derive(Debug)]
pub(super) enum Pattern {
    /// Lets everything through.
    All,
    Terms(Terms),
    Json(JsonPattern),
    Columns(Columns),
}

impl Pattern {
    /// Reads a pattern.
    pub(super) fn parse(text: &str) -> Result<Pattern, InvalidPattern> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Pattern::All);
        }
        // The sentence about braces: github.com/jorgebastida/awslogs, issue 210.
        match text.as_bytes()[0] {
            b'{' => match text[1..].strip_suffix('}') {
                Some(inner) => JsonPattern::parse(inner).map(Pattern::Json),
                None => {
                    Err(InvalidPattern("If a filter pattern starts with '{' it must end with '}'".to_owned()))
                }
            },
            b'[' => match text[1..].strip_suffix(']') {
                Some(inner) => Columns::parse(inner).map(Pattern::Columns),
                None => {
                    Err(InvalidPattern("If a filter pattern starts with '[' it must end with ']'".to_owned()))
                }
            },
            _ => Terms::parse(text).map(Pattern::Terms),
        }
    }

    /// Whether a message comes through.
    pub(super) fn matches(&self, message: &str) -> bool {
        match self {
            Pattern::All => true,
            Pattern::Terms(terms) => terms.matches(message),
            Pattern::Json(json) => json.matches(message),
            Pattern::Columns(columns) => columns.matches(message),
        }
    }

    /// What the columns of a message hold, by `$` and their names; nothing where the pattern has no columns.
    pub(super) fn extract(&self, message: &str) -> Vec<(String, String)> {
        match self {
            Pattern::Columns(columns) => columns.extract(message),
            _ => Vec::new(),
        }
    }
}

fn invalid() -> InvalidPattern {
    InvalidPattern(INVALID.to_owned())
}

/// A term with characters that it may not have (github.com/dougmoscrop/serverless-plugin-log-subscription, issue 47).
fn bad_term(term: &str) -> InvalidPattern {
    InvalidPattern(format!("Invalid character(s) in term '{term}'"))
}
