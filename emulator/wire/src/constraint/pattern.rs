//! The models' regular expressions, which are Java's, matched with Rust's.

use dashmap::DashMap;
use regex::Regex;
use std::sync::LazyLock;

/// Whether all of the text matches. What Rust's engine cannot express (look-around) constrains nothing here:
/// the service itself has the last word on such values.
pub(super) fn matches(pattern: &'static str, text: &str) -> bool {
    static COMPILED: LazyLock<DashMap<&'static str, Option<Regex>>> = LazyLock::new(DashMap::new);
    COMPILED
        .entry(pattern)
        .or_insert_with(|| Regex::new(&format!("^(?:{})$", in_rust(pattern))).ok())
        .as_ref()
        .is_none_or(|regex| regex.is_match(text))
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
    }
}
