//! What a value is held against: a text with `*` at its ends, a number, a regular expression.

use super::scanner::Scanner;
use super::{InvalidPattern, bad_term, invalid};
use regex::Regex;
use std::cmp::Ordering;

/// How a value is held against another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What a value is held against.
#[derive(Debug)]
pub(super) enum Operand {
    Text(Text),
    /// The number, and as it was written.
    Number(f64, String),
    Regex(Regex),
}

/// A text; `*` stands for anything at its beginning and its end, and for itself elsewhere.
#[derive(Debug)]
pub(super) struct Text {
    text: String,
    is_open_before: bool,
    is_open_behind: bool,
}

/// A comparison with what is on its right side.
#[derive(Debug)]
pub(super) struct Condition {
    comparison: Comparison,
    operand: Operand,
}

/// A value as a condition sees it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Subject<'a> {
    Text(&'a str),
    /// The number, and as it was written.
    Number(f64, &'a str),
}

impl Condition {
    /// Reads a comparison and its right side.
    pub(super) fn parse(scanner: &mut Scanner<'_>) -> Result<Condition, InvalidPattern> {
        let comparison = Comparison::parse(scanner).ok_or_else(invalid)?;
        scanner.blanks();
        let operand = Operand::parse(scanner)?;
        let is_equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        if !is_equality && !matches!(operand, Operand::Number(..)) {
            return Err(invalid());
        }
        Ok(Condition { comparison, operand })
    }

    /// Whether a value is such.
    pub(super) fn holds(&self, subject: Subject<'_>) -> bool {
        use Comparison::*;
        if let (Operand::Number(wanted, _), Subject::Number(number, _)) = (&self.operand, subject) {
            return self.comparison.holds(number.partial_cmp(wanted));
        }
        let (Subject::Text(text) | Subject::Number(_, text)) = subject;
        let is_equal = match &self.operand {
            Operand::Text(wanted) => wanted.is(text),
            Operand::Number(_, wanted) => wanted == text,
            Operand::Regex(regex) => regex.is_match(text),
        };
        match self.comparison {
            Equal => is_equal,
            NotEqual => !is_equal,
            Less | LessOrEqual | Greater | GreaterOrEqual => false,
        }
    }
}

impl Comparison {
    /// Reads a comparison. `=!` is the guide's other way to write `!=` between columns.
    fn parse(scanner: &mut Scanner<'_>) -> Option<Comparison> {
        use Comparison::*;
        const ALL: [(&str, Comparison); 7] = [
            ("!=", NotEqual),
            ("=!", NotEqual),
            ("<=", LessOrEqual),
            (">=", GreaterOrEqual),
            ("=", Equal),
            ("<", Less),
            (">", Greater),
        ];
        ALL.iter().find(|(text, _)| scanner.take(text)).map(|(_, comparison)| *comparison)
    }

    fn holds(self, order: Option<Ordering>) -> bool {
        use Comparison::*;
        let Some(order) = order else { return false };
        match self {
            Equal => order.is_eq(),
            NotEqual => order.is_ne(),
            Less => order.is_lt(),
            LessOrEqual => order.is_le(),
            Greater => order.is_gt(),
            GreaterOrEqual => order.is_ge(),
        }
    }
}

impl Operand {
    fn parse(scanner: &mut Scanner<'_>) -> Result<Operand, InvalidPattern> {
        match scanner.peek() {
            Some('"') => scanner.quoted().map(|text| Operand::Text(Text::new(&text))),
            Some('%') => scanner.regex().map(Operand::Regex),
            _ => {
                let word = scanner
                    .take_while(|character| !character.is_whitespace() && !",)&|]}".contains(character));
                let is_sound = |character: char| character.is_alphanumeric() || "_-.*+:/".contains(character);
                if word.is_empty() || !word.chars().all(is_sound) {
                    return Err(bad_term(word));
                }
                Ok(match number(word) {
                    Some(number) => Operand::Number(number, word.to_owned()),
                    None => Operand::Text(Text::new(word)),
                })
            }
        }
    }
}

impl Text {
    fn new(text: &str) -> Text {
        let (is_open_before, text) = text.strip_prefix('*').map_or((false, text), |text| (true, text));
        let (is_open_behind, text) = text.strip_suffix('*').map_or((false, text), |text| (true, text));
        // A single `*` is open on both sides of nothing.
        Text {
            is_open_behind: is_open_behind || (is_open_before && text.is_empty()),
            is_open_before,
            text: text.to_owned(),
        }
    }

    fn is(&self, value: &str) -> bool {
        match (self.is_open_before, self.is_open_behind) {
            (true, true) => value.contains(&self.text),
            (true, false) => value.ends_with(&self.text),
            (false, true) => value.starts_with(&self.text),
            (false, false) => value == self.text,
        }
    }
}

/// A number as the guide has it: with a sign, a point and an exponent, and nothing else.
pub(super) fn number(text: &str) -> Option<f64> {
    let is_written = text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    text.parse().ok().filter(|number: &f64| is_written && number.is_finite())
}
