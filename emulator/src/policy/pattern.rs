//! Texts with wildcards (`*`, `?`) and variables (`${aws:username}`), as policies write names and values.
//!
//! Source: IAM User Guide, "Policy elements: Variables and tags" and "Policy elements: Resource".

use super::evaluate::Context;

/// A text to match others with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(char),
    /// `*`: any number of characters.
    Many,
    /// `?`: one character.
    One,
    /// `${key}` or `${key, 'default'}`.
    Variable {
        key: String,
        default: Option<String>,
    },
}

impl Pattern {
    /// Reads a pattern. Variables are read where the policy's version has them.
    pub fn new(text: &str, has_variables: bool) -> Pattern {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            if has_variables && let Some((piece, after)) = variable(rest) {
                pieces.push(piece);
                rest = after;
                continue;
            }
            pieces.push(match character {
                '*' => Piece::Many,
                '?' => Piece::One,
                other => Piece::Literal(other),
            });
            rest = &rest[character.len_utf8()..];
        }
        Pattern { text: text.to_owned(), pieces }
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether there is neither a wildcard nor a variable, so that the pattern means one text.
    pub fn is_fixed(&self) -> bool {
        self.pieces.iter().all(|piece| matches!(piece, Piece::Literal(_)))
    }

    /// Whether a text matches, with the values that variables have in this context. A variable without a value
    /// matches nothing.
    pub fn matches(&self, text: &str, context: &dyn Context) -> bool {
        self.resolve(context, true).is_some_and(|pieces| matches(&pieces, text, false))
    }

    /// The same, without regard to case.
    pub fn matches_ignoring_case(&self, text: &str, context: &dyn Context) -> bool {
        self.resolve(context, true).is_some_and(|pieces| matches(&pieces, text, true))
    }

    /// Whether a text is this one, wildcards meaning themselves and variables their values.
    pub fn equals(&self, text: &str, ignores_case: bool, context: &dyn Context) -> bool {
        self.resolve(context, false).is_some_and(|pieces| matches(&pieces, text, ignores_case))
    }

    /// Whether two parts of names match that are separated by colons, part by part, as those of ARNs are.
    pub fn matches_arn(&self, arn: &str, context: &dyn Context) -> bool {
        let Some(pieces) = self.resolve(context, true) else { return false };
        let patterns: Vec<&[Piece]> = pieces.splitn(6, |piece| *piece == Piece::Literal(':')).collect();
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        patterns.len() == parts.len()
            && patterns.iter().zip(parts).all(|(pattern, part)| matches(pattern, part, false))
    }

    /// The pieces with the values of variables in their places; `None` where one has no value.
    fn resolve(&self, context: &dyn Context, has_wildcards: bool) -> Option<Vec<Piece>> {
        let mut resolved = Vec::with_capacity(self.pieces.len());
        for piece in &self.pieces {
            match piece {
                Piece::Many if !has_wildcards => resolved.push(Piece::Literal('*')),
                Piece::One if !has_wildcards => resolved.push(Piece::Literal('?')),
                Piece::Variable { key, default } => {
                    // A variable stands for one value: that of a key with several has none.
                    let mut values = context.values(key);
                    let value = match values.len() {
                        1 => values.pop(),
                        _ => default.clone(),
                    };
                    resolved.extend(value?.chars().map(Piece::Literal));
                }
                other => resolved.push(other.clone()),
            }
        }
        Some(resolved)
    }
}

/// The variable that a text begins with, and what follows it. `${*}`, `${?}` and `${$}` are the characters themselves.
fn variable(text: &str) -> Option<(Piece, &str)> {
    let (name, after) = text.strip_prefix("${")?.split_once('}')?;
    let piece = match name {
        "*" | "?" | "$" => Piece::Literal(name.chars().next()?),
        _ => match name.split_once(',') {
            Some((key, default)) => {
                let default = default.trim();
                let default = default.strip_prefix('\'').and_then(|text| text.strip_suffix('\''))?;
                Piece::Variable { key: key.trim().to_owned(), default: Some(default.to_owned()) }
            }
            None => Piece::Variable { key: name.trim().to_owned(), default: None },
        },
    };
    Some((piece, after))
}

/// Whether a text matches, in time that grows with the product of both lengths: the last `*` is the only one to go
/// back to.
fn matches(pieces: &[Piece], text: &str, ignores_case: bool) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut piece, mut at) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while at < text.len() {
        let fits = match pieces.get(piece) {
            Some(Piece::Many) => {
                retry = Some((piece + 1, at));
                piece += 1;
                continue;
            }
            Some(Piece::One) => true,
            Some(Piece::Literal(wanted)) => is_same(*wanted, text[at], ignores_case),
            Some(Piece::Variable { .. }) | None => false,
        };
        if fits {
            (piece, at) = (piece + 1, at + 1);
        } else {
            let Some((after_star, from)) = retry else { return false };
            retry = Some((after_star, from + 1));
            (piece, at) = (after_star, from + 1);
        }
    }
    pieces[piece.min(pieces.len())..].iter().all(|piece| *piece == Piece::Many)
}

fn is_same(wanted: char, found: char, ignores_case: bool) -> bool {
    wanted == found || (ignores_case && wanted.to_lowercase().eq(found.to_lowercase()))
}
