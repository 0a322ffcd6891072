//! Values inside values: the sections of an ARN, the segments of a URL.

use std::borrow::Cow;

/// A value with more sections than this is prose, not a name.
const MOST_SECTIONS: usize = 24;

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b':' | b'/' | b'?' | b'&' | b'=' | b',' | b'#')
}

/// A value with every known part replaced: the whole of it, or else the longest runs of sections that are known.
pub(super) fn replaced<'a, 'b>(value: &'a str, known: &dyn Fn(&str) -> Option<&'b str>) -> Cow<'a, str> {
    if let Some(whole) = known(value) {
        return Cow::Owned(whole.to_owned());
    }
    let bounds = sections(value);
    if bounds.len() < 2 || bounds.len() > MOST_SECTIONS {
        return Cow::Borrowed(value);
    }
    let mut made = String::new();
    let (mut written, mut first) = (0, 0);
    while first < bounds.len() {
        let run = (first..bounds.len())
            .rev()
            .find_map(|last| known(&value[bounds[first].0..bounds[last].1]).map(|actual| (last, actual)));
        first = match run {
            Some((last, actual)) => {
                made.push_str(&value[written..bounds[first].0]);
                made.push_str(actual);
                written = bounds[last].1;
                last + 1
            }
            None => first + 1,
        };
    }
    match written {
        0 => Cow::Borrowed(value),
        _ => Cow::Owned(made + &value[written..]),
    }
}

/// The sections in which two ARNs or URLs of the same build differ.
pub(super) fn differing<'a>(recorded: &'a str, actual: &'a str) -> Vec<(&'a str, &'a str)> {
    if !recorded.starts_with("arn:") && !recorded.starts_with("http") {
        return Vec::new();
    }
    let (ours, theirs) = (sections(recorded), sections(actual));
    if ours.len() != theirs.len() {
        return Vec::new();
    }
    ours.iter()
        .zip(&theirs)
        .map(|(ours, theirs)| (&recorded[ours.0..ours.1], &actual[theirs.0..theirs.1]))
        .filter(|(recorded, actual)| recorded != actual && !actual.is_empty())
        .collect()
}

/// Where the sections of a value begin and end.
fn sections(value: &str) -> Vec<(usize, usize)> {
    let mut bounds = Vec::new();
    let mut start = 0;
    for (place, byte) in value.bytes().enumerate() {
        if is_delimiter(byte) {
            bounds.push((start, place));
            start = place + 1;
            if bounds.len() > MOST_SECTIONS {
                return bounds;
            }
        }
    }
    bounds.push((start, value.len()));
    bounds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_run_wins() {
        let known = |value: &str| match value {
            "arn:a:topic" => Some("arn:b:theme"),
            "topic" => Some("wrong"),
            "12345678" => Some("87654321"),
            _ => None,
        };
        assert_eq!(replaced("arn:a:topic:12345678", &known), "arn:b:theme:87654321");
        assert_eq!(replaced("arn:c:topic", &known), "arn:c:wrong");
        assert_eq!(replaced("a topic", &known), "a topic");
    }

    #[test]
    fn two_arns_tell_their_parts() {
        assert_eq!(differing("arn:aws:sns:1111:t", "arn:aws:sns:2222:t"), [("1111", "2222")]);
        assert_eq!(differing("arn:aws:sns:1111:t", "arn:aws:sns:2222"), []);
        assert_eq!(differing("a:1", "a:2"), []);
    }
}
