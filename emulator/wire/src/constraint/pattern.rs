//! The models' regular expressions, which are Java's, matched with Rust's.

use dashmap::DashMap;
use regex::Regex;
use std::sync::LazyLock;

/// A pattern, and what the text must not begin with.
struct Compiled {
    wanted: Regex,
    unwanted: Option<Regex>,
}

/// Whether all of the text matches. What Rust's engine cannot express (look-around other than what a text must not begin
/// with) constrains nothing here: the service itself has the last word on such values.
pub(super) fn matches(pattern: &'static str, text: &str) -> bool {
    static COMPILED: LazyLock<DashMap<&'static str, Option<Compiled>>> = LazyLock::new(DashMap::new);
    COMPILED.entry(pattern).or_insert_with(|| Compiled::of(pattern)).as_ref().is_none_or(|compiled| {
        let is_unwanted = compiled.unwanted.as_ref().is_some_and(|unwanted| unwanted.is_match(text));
        !is_unwanted && compiled.wanted.is_match(text)
    })
}

impl Compiled {
    fn of(pattern: &str) -> Option<Compiled> {
        let (unwanted, wanted) = match look_ahead(pattern) {
            Some((unwanted, wanted)) => (Some(unwanted), wanted),
            None => (None, pattern),
        };
        let wanted = Regex::new(&format!("^(?:{})$", in_rust(wanted))).ok()?;
        let unwanted = match unwanted {
            Some(unwanted) => Some(Regex::new(&format!("^(?:{})", in_rust(unwanted))).ok()?),
            None => None,
        };
        Some(Compiled { wanted, unwanted })
    }
}

/// What a text must not begin with, and the rest: `(?!a)b` and `((?!a)b)`, where neither has further groups.
fn look_ahead(pattern: &str) -> Option<(&str, &str)> {
    let bare = pattern.strip_prefix('(').and_then(|inner| inner.strip_suffix(')'));
    let bare = bare.filter(|inner| inner.starts_with("(?!")).unwrap_or(pattern);
    let (unwanted, wanted) = bare.strip_prefix("(?!")?.split_once(')')?;
    (!unwanted.contains('(')).then_some((unwanted, wanted))
}

/// A Java pattern as Rust spells it: `\p{ASCII}` and the like have other names, and `[` inside a class must be
/// escaped.
fn in_rust(pattern: &str) -> String {
    let mut rust = String::with_capacity(pattern.len());
    let mut in_class = false;
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                rust.push('\\');
                rust.extend(characters.next());
                continue;
            }
            '[' if in_class => rust.push('\\'),
            '&' | '~' | '-' if in_class && characters.peek() == Some(&character) => rust.push('\\'),
            '[' => in_class = true,
            ']' => in_class = false,
            _ => {}
        }
        rust.push(character);
    }
    rust.replace("\\p{ASCII}", "[\\x00-\\x7F]")
        .replace("\\p{Graph}", "[[:graph:]]")
        .replace("\\p{Print}", "[[:print:]]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_all_of_the_text() {
        assert!(matches("[a-zA-Z0-9_.-]+", "table-1"));
        assert!(!matches("[a-zA-Z0-9_.-]+", "table 1"));
        assert!(!matches("a|b", "ab"));
        assert!(matches("[[a]+", "[a"), "a bracket inside a class is itself");
        assert!(matches("(?=x)y", "anything"), "look-ahead constrains nothing");
        for alias in ["(?!^[0-9]+$)([a-zA-Z0-9-_]+)", "((?!^\\d+$)^[0-9a-zA-Z-_]+$)"] {
            assert!(matches(alias, "2024-01-02") && !matches(alias, "2024") && !matches(alias, "$LATEST"));
        }
    }
}
