//! The dates of signatures: `20130524T000000Z` and what may stand in its place.

use time::format_description::well_known::Rfc2822;
use time::macros::format_description;
use time::{Date, OffsetDateTime, PrimitiveDateTime};

/// Reads `yyyymmddThhmmssZ`.
pub(super) fn parse(text: &str) -> Option<OffsetDateTime> {
    // The parser would take a sign before the year.
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    PrimitiveDateTime::parse(text, format).ok().map(PrimitiveDateTime::assume_utc)
}

/// Reads an `X-Amz-Date` or a `Date` header: the form above or that of RFC 1123.
pub(super) fn parse_header(text: &str) -> Option<OffsetDateTime> {
    parse(text).or_else(|| OffsetDateTime::parse(&text.replace("GMT", "+0000"), &Rfc2822).ok())
}

/// Reads the `yyyymmdd` of a credential scope.
pub(super) fn parse_day(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Date::parse(text, format_description!("[year][month][day]")).ok()
}

/// `20130524T000000Z`.
pub(super) fn basic(time: OffsetDateTime) -> String {
    let time = time.to_offset(time::UtcOffset::UTC);
    let mut text = day(time);
    text.push('T');
    [time.hour(), time.minute(), time.second()].into_iter().for_each(|number| push_pair(&mut text, number));
    text.push('Z');
    text
}

/// `20130524`.
pub(super) fn day(time: OffsetDateTime) -> String {
    let date = time.to_offset(time::UtcOffset::UTC).date();
    let Ok(year @ 0..=9999) = u16::try_from(date.year()) else {
        return format!("{}{:02}{:02}", date.year(), u8::from(date.month()), date.day());
    };
    let mut text = String::with_capacity("20130524T000000Z".len());
    for pair in [(year / 100) as u8, (year % 100) as u8, date.month().into(), date.day()] {
        push_pair(&mut text, pair);
    }
    text
}

/// Writes two digits. Every request is dated, and the general way takes ten times as long.
fn push_pair(text: &mut String, number: u8) {
    text.push(char::from(b'0' + number / 10));
    text.push(char::from(b'0' + number % 10));
}

/// `2013-05-24T00:00:00Z`, as S3 tells its own time.
pub(super) fn extended(time: OffsetDateTime) -> String {
    let time = time.to_offset(time::UtcOffset::UTC);
    let date = time.date();
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        date.year(),
        u8::from(date.month()),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_date_header_are_the_same_moment() {
        let moment = parse("20130524T010203Z");
        assert!(moment.is_some());
        assert_eq!(moment, parse_header("Fri, 24 May 2013 01:02:03 GMT"));
        assert_eq!(moment.map(basic).as_deref(), Some("20130524T010203Z"));
        assert_eq!(moment.map(extended).as_deref(), Some("2013-05-24T01:02:03Z"));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in ["", "20130524", "20131324T000000Z", "+0130524T000000Z", "20130524T000000z", "é"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse_day("20130230"), None);
    }
}
