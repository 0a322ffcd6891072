//! Reads a pattern from its beginning to its end.

use super::{InvalidPattern, bad_term, invalid};
use regex::{Regex, RegexBuilder};

/// How large a compiled regular expression may be, in bytes.
const REGEX_SIZE: usize = 1 << 20;

/// A pattern and how much of it is left.
#[derive(Debug, Clone)]
pub(super) struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Scanner<'a> {
        Scanner { rest: text }
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a str {
        self.rest
    }

    /// Leaves blanks behind.
    pub(super) fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// The next character, which stays.
    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Takes a text, if it comes next.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Takes the characters that come next and are such.
    pub(super) fn take_while(&mut self, is_such: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|character| !is_such(character)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// Takes a word, whatever its case, if it comes next.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let is_next = self.rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
            && !self.rest[word.len()..].starts_with(|next: char| next.is_alphanumeric() || next == '_');
        if is_next {
            self.rest = &self.rest[word.len()..];
        }
        is_next
    }

    /// Takes what is between two quotes; a backslash takes the meaning from a quote.
    pub(super) fn quoted(&mut self) -> Result<String, InvalidPattern> {
        let mut characters = self.rest.char_indices();
        if !matches!(characters.next(), Some((_, '"'))) {
            return Err(invalid());
        }
        let mut text = String::new();
        while let Some((index, character)) = characters.next() {
            match character {
                '"' => {
                    self.rest = &self.rest[index + 1..];
                    return Ok(text);
                }
                '\\' => match characters.next() {
                    Some((_, escaped @ ('"' | '\\'))) => text.push(escaped),
                    Some((_, other)) => text.extend(['\\', other]),
                    None => break,
                },
                other => text.push(other),
            }
        }
        Err(invalid())
    }

    /// Takes a regular expression between two `%`.
    pub(super) fn regex(&mut self) -> Result<Regex, InvalidPattern> {
        let inner = self.rest.strip_prefix('%').ok_or_else(invalid)?;
        let (expression, rest) = inner.split_once('%').ok_or_else(invalid)?;
        self.rest = rest;
        if expression.is_empty() || !expression.chars().all(is_of_regexes) {
            return Err(bad_term(expression));
        }
        RegexBuilder::new(expression).size_limit(REGEX_SIZE).build().map_err(|_| invalid())
    }
}

/// The characters of regular expressions; parentheses are none of them.
fn is_of_regexes(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_#=@'\";,:-/ []{}.?*+|^$\\<>!&~`".contains(character)
}
