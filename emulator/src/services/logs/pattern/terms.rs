//! Terms: texts that a message has, has not, or has one of.

use super::scanner::Scanner;
use super::{InvalidPattern, bad_term};
use regex::Regex;

/// Terms, as they stand before each other.
#[derive(Debug, Default)]
pub(in crate::services::logs) struct Terms {
    all: Vec<Term>,
    none: Vec<Term>,
    /// These count only where there are no others (User Guide: "If you combine the question mark with other patterns, the
    /// question mark pattern is ignored").
    any: Vec<Term>,
}

#[derive(Debug)]
enum Term {
    Text(String),
    Regex(Regex),
}

impl Terms {
    /// Reads terms between blanks.
    pub(super) fn parse(text: &str) -> Result<Terms, InvalidPattern> {
        let mut scanner = Scanner::new(text);
        let mut terms = Terms::default();
        loop {
            scanner.blanks();
            let place = match scanner.peek() {
                None => return Ok(terms),
                Some('?') => &mut terms.any,
                Some('-') => &mut terms.none,
                Some(_) => &mut terms.all,
            };
            if scanner.take("?") || scanner.take("-") {
                scanner.blanks();
            }
            place.push(term(&mut scanner)?);
        }
    }

    /// Whether a message has what it should have.
    pub(super) fn matches(&self, message: &str) -> bool {
        if self.all.is_empty() && self.none.is_empty() {
            return self.any.iter().any(|term| term.is_in(message));
        }
        self.all.iter().all(|term| term.is_in(message)) && !self.none.iter().any(|term| term.is_in(message))
    }
}

impl Term {
    fn is_in(&self, message: &str) -> bool {
        match self {
            Term::Text(text) => message.contains(text.as_str()),
            Term::Regex(regex) => regex.is_match(message),
        }
    }
}

fn term(scanner: &mut Scanner<'_>) -> Result<Term, InvalidPattern> {
    match scanner.peek() {
        Some('"') => scanner.quoted().map(Term::Text),
        Some('%') => scanner.regex().map(Term::Regex),
        _ => {
            let word = scanner.take_while(|character| !character.is_whitespace());
            let is_sound = |character: char| character.is_alphanumeric() || character == '_';
            if word.is_empty() || !word.chars().all(is_sound) {
                return Err(bad_term(word));
            }
            Ok(Term::Text(word.to_owned()))
        }
    }
}
