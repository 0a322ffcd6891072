//! Names, and the ones that take their place.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What every name of one run has in it: letters and digits, which every kind of name may have.
#[derive(Debug)]
pub struct Mark {
    text: String,
    taken: AtomicUsize,
}

/// How many letters tell one run from another.
const DRAWN: usize = 6;
const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

impl Mark {
    /// A mark of its own for a run.
    pub fn draw() -> Mark {
        let drawn = (0..DRAWN).map(|_| fastrand::lowercase());
        Mark { text: "rs".chars().chain(drawn).collect(), taken: AtomicUsize::new(0) }
    }

    /// The mark, as it stands in each name of the run.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The letters for the next replay. All are of the same length for the first 46,656.
    pub(super) fn next(&self) -> String {
        let mut number = self.taken.fetch_add(1, Ordering::Relaxed);
        let mut digits = Vec::new();
        while number > 0 || digits.len() < 3 {
            digits.push(char::from(DIGITS[number % DIGITS.len()]));
            number /= DIGITS.len();
        }
        self.text.chars().chain(digits.into_iter().rev()).collect()
    }
}

/// Names, each with the one that takes its place.
#[derive(Clone, Debug)]
pub(super) struct Names {
    token: String,
    /// By the old name.
    new: BTreeMap<String, String>,
    /// The old names, the longest first: one within another goes last.
    by_length: Vec<String>,
    /// What tells calls from their repetitions, by the old text.
    tokens: BTreeMap<String, String>,
    /// Old names by new ones, where taking the letters out does not give them back.
    cut: BTreeMap<String, String>,
}

/// How long what tells a call from its repetitions may be.
const LONGEST_TOKEN: usize = 36;

impl Names {
    pub(super) fn new(token: String) -> Names {
        Names {
            token,
            new: BTreeMap::new(),
            by_length: Vec::new(),
            tokens: BTreeMap::new(),
            cut: BTreeMap::new(),
        }
    }

    pub(super) fn all(&self) -> BTreeSet<&str> {
        self.new.keys().map(String::as_str).collect()
    }

    /// Adds a name that may be so long.
    pub(super) fn add(&mut self, old: &str, longest: usize) {
        if self.new.contains_key(old) || !old.is_ascii() {
            return;
        }
        let new = self.made(old, front(old), longest);
        self.new.insert(old.to_owned(), new);
        self.by_length.push(old.to_owned());
        self.by_length.sort_by_key(|old| std::cmp::Reverse(old.len()));
    }

    /// Adds what tells a call from its repetitions.
    pub(super) fn add_token(&mut self, old: &str) {
        if !self.tokens.contains_key(old) && old.is_ascii() && !old.is_empty() {
            let new = self.made(old, 0, LONGEST_TOKEN);
            self.tokens.insert(old.to_owned(), new);
        }
    }

    fn made(&mut self, old: &str, at: usize, longest: usize) -> String {
        if old.len() + self.token.len() <= longest {
            return marked(old, at, &self.token);
        }
        // No room: the letters take the place of others, and a number keeps two such names apart.
        let token = format!("{}{:02}", self.token, self.cut.len());
        let rest = old.get(at + token.len()..).unwrap_or_default();
        let new = format!("{}{token}{rest}", &old[..at]);
        self.cut.insert(new.clone(), old.to_owned());
        new
    }

    /// Whether nothing is renamed.
    pub(super) fn is_empty(&self) -> bool {
        self.new.is_empty() && self.tokens.is_empty()
    }

    /// What takes the place of this one that tells a call from its repetitions.
    pub(super) fn token(&self, old: &str) -> Option<&str> {
        self.tokens.get(old).map(String::as_str)
    }

    /// The name that takes this one's place.
    pub(super) fn of(&self, old: &str) -> Option<&str> {
        self.new.get(old).map(String::as_str)
    }

    /// The text with the other names, wherever one stands that is no part of a longer word.
    pub(super) fn in_text(&self, text: &str) -> Option<String> {
        let mut made = String::with_capacity(text.len());
        let mut rest = 0;
        while let Some(next) = text[rest..].chars().next() {
            let found = self.by_length.iter().find(|old| stands_alone(text, rest, old));
            match found.and_then(|old| Some((old, self.new.get(old)?))) {
                Some((old, new)) => {
                    made.push_str(new);
                    rest += old.len();
                }
                None => {
                    made.push(next);
                    rest += next.len_utf8();
                }
            }
        }
        (made != text).then_some(made)
    }

    /// The beginning that names have in common with this one, as they have it now.
    pub(super) fn prefix(&self, prefix: &str) -> Option<String> {
        let is_ours =
            |old: &&String| old.len() > prefix.len() && old.starts_with(prefix) && front(old) < prefix.len();
        let old = self.by_length.iter().find(is_ours)?;
        let at = front(old);
        (self.new[old] == marked(old, at, &self.token)).then(|| marked(prefix, at, &self.token))
    }

    /// The folder that hierarchical names are in, as they have it now.
    pub(super) fn folder(&self, folder: &str) -> Option<String> {
        let inner = format!("{}/", folder.trim_end_matches('/'));
        self.by_length.iter().any(|old| old.starts_with(&inner)).then(|| self.prefix(folder)).flatten()
    }

    pub(super) fn is_named_in(&self, text: &[u8]) -> bool {
        memchr::memmem::find(text, self.token.as_bytes()).is_some()
    }

    /// The bytes with the names that they had before.
    pub(super) fn taken_back(&self, bytes: &[u8]) -> Vec<u8> {
        let mut made = Vec::with_capacity(bytes.len());
        let mut at = 0;
        for found in memchr::memmem::find_iter(bytes, self.token.as_bytes()) {
            if found < at {
                continue;
            }
            let cut = self.cut.iter().find_map(|(new, old)| {
                let begin = found.checked_sub(new.find(&self.token)?)?;
                (begin >= at && bytes[begin..].starts_with(new.as_bytes())).then_some((begin, new, old))
            });
            match cut {
                Some((begin, new, old)) => {
                    made.extend_from_slice(&bytes[at..begin]);
                    made.extend_from_slice(old.as_bytes());
                    at = begin + new.len();
                }
                None => {
                    made.extend_from_slice(&bytes[at..found]);
                    at = found + self.token.len();
                }
            }
        }
        made.extend_from_slice(&bytes[at..]);
        made
    }
}

fn marked(name: &str, at: usize, token: &str) -> String {
    format!("{}{token}{}", &name[..at], &name[at..])
}

/// Where a name's own part begins: behind what AWS wants in front of it.
fn front(name: &str) -> usize {
    // `/aws/lambda/name`, `aws.partner/example.com/name`.
    for reserved in ["/aws/", "aws.partner/"] {
        if let Some(rest) = name.strip_prefix(reserved) {
            return reserved.len() + rest.find('/').map_or(0, |slash| slash + 1);
        }
    }
    ["alias/", "/"].iter().find(|begin| name.starts_with(**begin)).map_or(0, |begin| begin.len())
}

/// Whether a name stands here, and is no part of a longer word.
fn stands_alone(text: &str, at: usize, name: &str) -> bool {
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let bytes = text.as_bytes();
    let ends = |edge: Option<&u8>, inner: Option<&u8>| {
        !(edge.copied().is_some_and(is_of_name) && inner.copied().is_some_and(is_of_name))
    };
    let end = at + name.len();
    text[at..].starts_with(name)
        && ends(at.checked_sub(1).and_then(|before| bytes.get(before)), name.as_bytes().first())
        && ends(bytes.get(end), name.as_bytes().last())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(all: &[(&str, usize)]) -> Names {
        let mut names = Names::new("rsabc".to_owned());
        all.iter().for_each(|(name, longest)| names.add(name, *longest));
        names
    }

    #[test]
    fn a_name_gets_letters_in_front_and_loses_them_again() {
        let names = names(&[
            ("orders", 63),
            ("orders-dlq", 80),
            ("/app/db/host", 1011),
            ("alias/key", 256),
            ("/aws/lambda/f", 512),
            ("aws.partner/example.com/s", 256),
        ]);
        for (old, new) in [
            ("orders", "rsabcorders"),
            ("arn:aws:sqs:us-east-1:1:orders-dlq", "arn:aws:sqs:us-east-1:1:rsabcorders-dlq"),
            ("arn:aws:s3:::orders/*", "arn:aws:s3:::rsabcorders/*"),
            ("arn:aws:ssm:r:1:parameter/app/db/host", "arn:aws:ssm:r:1:parameter/rsabcapp/db/host"),
            ("alias/key", "alias/rsabckey"),
            ("/aws/lambda/f:*", "/aws/lambda/rsabcf:*"),
            ("aws.partner/example.com/s", "aws.partner/example.com/rsabcs"),
            ("SELECT * FROM \"orders\".\"ix\"", "SELECT * FROM \"rsabcorders\".\"ix\""),
        ] {
            assert_eq!(names.in_text(old).as_deref(), Some(new));
            assert_eq!(names.taken_back(new.as_bytes()), old.as_bytes());
        }
        for other in ["my-orders", "orders2", "preorders", "/app/db/host2", "application"] {
            assert_eq!(names.in_text(other), None, "{other}");
        }
        assert_eq!(names.prefix("ord").as_deref(), Some("rsabcord"));
        assert_eq!(names.prefix("/aws/lambda/"), None, "more than ours begins so");
        assert_eq!(names.folder("/app").as_deref(), Some("/rsabcapp"));
        assert_eq!(names.folder("/app/db").as_deref(), Some("/rsabcapp/db"));
        assert_eq!(names.folder("/ap"), None);
    }

    #[test]
    fn a_name_without_room_keeps_its_length() {
        let (one, two) = ("a".repeat(62) + "1", "a".repeat(62) + "2");
        let names = names(&[(&one, 63), (&two, 63)]);
        let (first, second) = (names.of(&one).unwrap(), names.of(&two).unwrap());
        assert!(first != second && first.len() == 63 && second.len() == 63);
        let both = format!("<N>{first}</N><N>{second}</N>");
        assert_eq!(names.taken_back(both.as_bytes()), format!("<N>{one}</N><N>{two}</N>").as_bytes());
    }

    #[test]
    fn what_tells_repetitions_apart_is_renamed_as_a_whole() {
        let mut names = names(&[("orders", 63)]);
        let (short, long) = ("orders", "6e2b1f0a-90c1-4f7e-8c53-aa4f3b8e1d10");
        [short, long].iter().for_each(|token| names.add_token(token));
        assert_eq!(names.token(short), Some("rsabcorders"));
        let new = names.token(long).unwrap();
        assert!(new.len() == long.len() && new != long);
        assert_eq!(names.taken_back(new.as_bytes()), long.as_bytes());
        assert_eq!(names.in_text(long), None, "it is no name");
    }

    #[test]
    fn no_two_replays_have_the_same_letters() {
        let mark = Mark::draw();
        let drawn: BTreeSet<String> = (0..2000).map(|_| mark.next()).collect();
        assert_eq!(drawn.len(), 2000);
        assert!(drawn.iter().all(|token| token.starts_with(mark.as_str()) && token.len() == 11));
    }
}
