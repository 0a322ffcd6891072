//! Moments in time, and the three ways in which AWS writes them.

use crate::shape::TimestampFormat;
use std::fmt;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime, UtcOffset};

/// A moment, in UTC, to the nanosecond.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(OffsetDateTime);

impl Timestamp {
    /// The moment so many milliseconds after the beginning of 1970; moments past the year 9999 become its end.
    pub fn from_millis(millis: i64) -> Timestamp {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000)
            .map_or(Timestamp::from(PrimitiveDateTime::MAX.assume_utc()), Timestamp)
    }

    /// Whole milliseconds since the beginning of 1970.
    pub fn millis(self) -> i64 {
        (self.0.unix_timestamp_nanos() / 1_000_000) as i64
    }

    /// Whole seconds since the beginning of 1970.
    pub fn seconds(self) -> i64 {
        self.0.unix_timestamp()
    }

    /// The same moment without its fraction of a second, as HTTP dates have it.
    pub fn whole_seconds(self) -> Timestamp {
        Timestamp(self.0.replace_nanosecond(0).unwrap_or(self.0))
    }

    /// This moment and so many seconds.
    pub fn plus_seconds(self, seconds: i64) -> Timestamp {
        Timestamp(self.0.saturating_add(time::Duration::seconds(seconds)))
    }

    /// Writes the moment. Fractions of a second are written where there are any; HTTP dates have none.
    pub fn format(self, format: TimestampFormat) -> String {
        match format {
            TimestampFormat::Iso8601 => self.iso8601(),
            TimestampFormat::HttpDate => self.http_date(),
            TimestampFormat::UnixSeconds => self.unix_seconds(),
        }
    }

    /// `12/Mar/2020:19:03:58 +0000`: as logs of web servers have it, and events of API Gateway.
    pub fn common_log(self) -> String {
        let date = self.format(TimestampFormat::HttpDate);
        match date.split(' ').collect::<Vec<_>>().as_slice() {
            [_, day, month, year, time, _] => format!("{day}/{month}/{year}:{time} +0000"),
            _ => date.clone(),
        }
    }

    /// `2026-06-02T18:30:40.000Z`: milliseconds always, as S3 writes the moments in its XML.
    pub fn iso8601_millis(self) -> String {
        let t = self.0;
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            t.year(),
            u8::from(t.month()),
            t.day(),
            t.hour(),
            t.minute(),
            t.second(),
            t.millisecond()
        )
    }

    fn iso8601(self) -> String {
        self.0.format(&Rfc3339).unwrap_or_else(|_| self.iso8601_millis())
    }

    fn http_date(self) -> String {
        const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        const MONTHS: [&str; 12] =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let t = self.0;
        let mut text = String::with_capacity(29);
        text.push_str(DAYS[usize::from(t.weekday().number_days_from_monday())]);
        text.push_str(", ");
        push_two(&mut text, t.day());
        text.push(' ');
        text.push_str(MONTHS[usize::from(u8::from(t.month())) - 1]);
        text.push(' ');
        push_two(&mut text, (t.year() / 100) as u8);
        push_two(&mut text, (t.year() % 100) as u8);
        for (before, part) in [(' ', t.hour()), (':', t.minute()), (':', t.second())] {
            text.push(before);
            push_two(&mut text, part);
        }
        text.push_str(" GMT");
        text
    }

    fn unix_seconds(self) -> String {
        let nanos = self.0.unix_timestamp_nanos();
        let sign = if nanos < 0 { "-" } else { "" };
        let (seconds, fraction) = (nanos.abs() / 1_000_000_000, nanos.abs() % 1_000_000_000);
        if fraction == 0 {
            return format!("{sign}{seconds}");
        }
        format!("{sign}{seconds}.{}", format!("{fraction:09}").trim_end_matches('0'))
    }

    /// Reads a moment in this format, with the variations that AWS takes: an offset other than `Z`, HTTP dates
    /// with fractions, and the two obsolete forms of RFC 9110.
    pub fn parse(text: &str, format: TimestampFormat) -> Option<Timestamp> {
        match format {
            TimestampFormat::Iso8601 => Timestamp::parse_iso8601(text),
            TimestampFormat::HttpDate => Timestamp::parse_http_date(text),
            TimestampFormat::UnixSeconds => Timestamp::parse_unix_seconds(text),
        }
    }

    /// Reads a moment in whichever of the formats it is written.
    pub fn parse_any(text: &str) -> Option<Timestamp> {
        Timestamp::parse_iso8601(text)
            .or_else(|| Timestamp::parse_http_date(text))
            .or_else(|| Timestamp::parse_unix_seconds(text))
    }

    fn parse_iso8601(text: &str) -> Option<Timestamp> {
        OffsetDateTime::parse(text, &Rfc3339).ok().map(Timestamp::from)
    }

    fn parse_http_date(text: &str) -> Option<Timestamp> {
        const IMF_FIXDATE: &[time::format_description::BorrowedFormatItem<'_>] = format_description!(
            "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second][optional [.[subsecond]]] GMT"
        );
        const RFC850: &[time::format_description::BorrowedFormatItem<'_>] = format_description!(
            "[weekday], [day]-[month repr:short]-[year repr:last_two] [hour]:[minute]:[second] GMT"
        );
        const ASCTIME: &[time::format_description::BorrowedFormatItem<'_>] = format_description!(
            "[weekday repr:short] [month repr:short] [day padding:space] [hour]:[minute]:[second] [year]"
        );
        [IMF_FIXDATE, RFC850, ASCTIME]
            .into_iter()
            .find_map(|format| PrimitiveDateTime::parse(text, format).ok())
            .map(|moment| Timestamp(moment.assume_utc()))
    }

    fn parse_unix_seconds(text: &str) -> Option<Timestamp> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        if let (Ok(seconds), true) = (whole.parse::<i64>(), fraction.bytes().all(|b| b.is_ascii_digit())) {
            let nanos: i128 = format!("{fraction:0<9.9}").parse().ok()?;
            let nanos = if whole.starts_with('-') { -nanos } else { nanos };
            let total = i128::from(seconds) * 1_000_000_000 + nanos;
            return OffsetDateTime::from_unix_timestamp_nanos(total).ok().map(Timestamp);
        }
        // Exponents, as in 1.780425042E9, which JSON answers of AWS have.
        let seconds: f64 = text.parse().ok()?;
        let millis = (seconds * 1000.0).round();
        (millis.abs() < 9e15).then(|| Timestamp::from_millis(millis as i64))
    }
}

impl Default for Timestamp {
    fn default() -> Timestamp {
        Timestamp(OffsetDateTime::UNIX_EPOCH)
    }
}

impl From<OffsetDateTime> for Timestamp {
    fn from(moment: OffsetDateTime) -> Timestamp {
        Timestamp(moment.to_offset(UtcOffset::UTC))
    }
}

impl From<Timestamp> for OffsetDateTime {
    fn from(moment: Timestamp) -> OffsetDateTime {
        moment.0
    }
}

/// Two digits of a number below 100.
fn push_two(text: &mut String, number: u8) {
    text.push(char::from(b'0' + number / 10 % 10));
    text.push(char::from(b'0' + number % 10));
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iso8601())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use TimestampFormat::*;

    #[track_caller]
    fn check(text: &str, format: TimestampFormat, expected: &str) {
        let moment = Timestamp::parse(text, format).expect("a moment");
        assert_eq!(moment.iso8601(), expected);
    }

    #[test]
    fn every_format_is_read() {
        check("2014-04-29T18:30:38Z", Iso8601, "2014-04-29T18:30:38Z");
        check("2014-04-29T18:30:38.25+01:00", Iso8601, "2014-04-29T17:30:38.25Z");
        check("Tue, 29 Apr 2014 18:30:38 GMT", HttpDate, "2014-04-29T18:30:38Z");
        check("Sun, 02 Jan 2000 20:34:56.456 GMT", HttpDate, "2000-01-02T20:34:56.456Z");
        check("Sun Nov  6 08:49:37 1994", HttpDate, "1994-11-06T08:49:37Z");
        check("1398796238", UnixSeconds, "2014-04-29T18:30:38Z");
        check("-1.5", UnixSeconds, "1969-12-31T23:59:58.5Z");
        check("1.780425042E9", UnixSeconds, "2026-06-02T18:30:42Z");
    }

    #[test]
    fn every_format_is_written() {
        let moment = Timestamp::from_millis(1_398_796_238_250);
        assert_eq!(moment.format(Iso8601), "2014-04-29T18:30:38.25Z");
        assert_eq!(moment.format(HttpDate), "Tue, 29 Apr 2014 18:30:38 GMT");
        assert_eq!(moment.format(UnixSeconds), "1398796238.25");
        assert_eq!(moment.iso8601_millis(), "2014-04-29T18:30:38.250Z");
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in
            ["", "yesterday", "2014-13-01T00:00:00Z", "99999999999999999999", "1e400", "NaN", "-", "."]
        {
            assert_eq!(Timestamp::parse_any(text), None, "{text:?}");
        }
    }
}
