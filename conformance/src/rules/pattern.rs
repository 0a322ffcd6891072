//! Paths into an answer, and the patterns that rules have for them.

use std::fmt::Write as _;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Into a member or an entry.
    Name(String),
    /// To an item.
    Index(usize),
}

/// A path pattern: names separated by dots, `*` for any one of them, `**` for any number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<String>);

impl Pattern {
    /// Reads a pattern.
    pub fn parse(text: &str) -> Pattern {
        Pattern(text.split('.').map(|part| part.trim_end_matches("[]").to_owned()).collect())
    }

    /// The name that every matching path ends in; `None` when it may be any.
    pub fn last(&self) -> Option<&str> {
        self.0.last().map(String::as_str).filter(|last| !last.starts_with('*'))
    }

    /// Whether a path matches. Positions in lists do not count.
    pub fn matches(&self, path: &[Segment]) -> bool {
        matches(&self.0, path)
    }
}

fn matches(pattern: &[String], path: &[Segment]) -> bool {
    let path = match path.iter().position(|segment| matches!(segment, Segment::Name(_))) {
        Some(skipped) => &path[skipped..],
        None => &[],
    };
    match pattern.split_first() {
        None => path.is_empty(),
        Some((part, rest)) if part == "**" => (0..=path.len()).any(|skipped| matches(rest, &path[skipped..])),
        Some((part, rest)) => match path.split_first() {
            Some((Segment::Name(name), path)) => (part == "*" || part == name) && matches(rest, path),
            _ => false,
        },
    }
}

/// Writes a path behind the name of its operation.
pub(crate) fn written(operation: &str, path: &[Segment]) -> String {
    let mut text = operation.to_owned();
    for segment in path {
        match segment {
            Segment::Name(name) => {
                text.push('.');
                text.push_str(name);
            }
            Segment::Index(index) => {
                let _ = write!(text, "[{index}]");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use Segment::{Index, Name};

    #[test]
    fn positions_do_not_count() {
        let name = |name: &str| Name(name.to_owned());
        let path = [name("Messages"), Index(3), name("Attributes"), name("SenderId")];
        for text in ["Messages.Attributes.SenderId", "Messages[].*.SenderId", "**.SenderId", "**"] {
            assert!(Pattern::parse(text).matches(&path), "{text}");
        }
        for text in ["Messages.SenderId", "*.SenderId", "Messages.Attributes", "**.Attributes"] {
            assert!(!Pattern::parse(text).matches(&path), "{text}");
        }
        assert_eq!(written("ReceiveMessage", &path), "ReceiveMessage.Messages[3].Attributes.SenderId");
    }
}
