//! The `Range` header: one range of bytes.
//!
//! S3 takes one range; with several, or with what is none, it sends the whole object (RFC 9110, section 14.2).

use super::S3Error;

/// A range that lies within an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    /// The first byte.
    pub(super) start: u64,
    /// The byte after the last.
    pub(super) end: u64,
}

/// The range that a header asks of an object of this size; `None` for the whole.
pub(super) fn resolve(header: &str, size: u64) -> Result<Option<Range>, S3Error> {
    let unsatisfiable = || S3Error::InvalidRange { requested: header.to_owned(), size };
    let Some((first, last)) = parse(header) else { return Ok(None) };
    let range = match (first, last) {
        (Some(first), Some(last)) if first > last => return Ok(None),
        (Some(first), last) => {
            let end = last.map_or(size, |last| last.saturating_add(1).min(size));
            Range { start: first, end }
        }
        (None, Some(length)) => Range { start: size.saturating_sub(length), end: size },
        (None, None) => return Ok(None),
    };
    if range.start >= range.end { Err(unsatisfiable()) } else { Ok(Some(range)) }
}

/// `bytes=first-last`, either of which may be missing.
fn parse(header: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (first, last) = header.trim().strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| match text.trim() {
        "" => Some(None),
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(Some(digits.parse().unwrap_or(u64::MAX)))
        }
        _ => None,
    };
    Some((number(first)?, number(last)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, size: u64, expected: Option<(u64, u64)>) {
        let found = resolve(header, size).expect("a range").map(|range| (range.start, range.end));
        assert_eq!(found, expected, "{header}");
    }

    #[test]
    fn one_range_is_taken() {
        check("bytes=0-4", 10, Some((0, 5)));
        check("bytes=5-", 10, Some((5, 10)));
        check("bytes=5-99999999999999999999", 10, Some((5, 10)));
        check("bytes=-3", 10, Some((7, 10)));
        check("bytes=-30", 10, Some((0, 10)));
        for whole in ["bytes=0-1,3-4", "bytes=4-2", "bytes=-", "bytes=a-b", "chunks=0-1", "", "bytes=1"] {
            check(whole, 10, None);
        }
    }

    #[test]
    fn what_lies_outside_is_refused() {
        for (header, size) in
            [("bytes=10-", 10), ("bytes=10-20", 10), ("bytes=-0", 10), ("bytes=0-", 0), ("bytes=-1", 0)]
        {
            assert!(matches!(resolve(header, size), Err(S3Error::InvalidRange { .. })), "{header}");
        }
    }
}
