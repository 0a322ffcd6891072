//! Conditional requests: `If-Match` and its kin.
//!
//! Source: S3 User Guide, "Conditional requests"; RFC 9110, section 13.2.2 for the order.

use super::S3Error;
use super::errors::{CONDITIONAL_REQUEST_CONFLICT, HEADER_NOT_IMPLEMENTED};
use super::etag::ETag;
use ruststack_wire::Timestamp;
use ruststack_wire::shape::TimestampFormat;

/// What a condition is held against.
#[derive(Clone, Copy)]
pub(super) struct Subject {
    pub(super) etag: ETag,
    /// When the object was written, to the second.
    pub(super) last_modified: Timestamp,
}

/// The conditions of a read, or of the source of a copy.
#[derive(Default)]
pub(super) struct Conditions<'a> {
    pub(super) if_match: Option<&'a str>,
    pub(super) if_none_match: Option<&'a str>,
    pub(super) if_modified_since: Option<Timestamp>,
    pub(super) if_unmodified_since: Option<Timestamp>,
}

impl Conditions<'_> {
    /// Whether an object may be read. Where both a tag and a date are given, the tag decides.
    pub(super) fn check_read(&self, subject: Subject, now: Timestamp) -> Result<(), S3Error> {
        let not_modified = || S3Error::NotModified {
            etag: subject.etag.quoted(),
            last_modified: subject.last_modified.format(TimestampFormat::HttpDate),
        };
        match (self.failed_match(subject), self.is_unchanged(subject, now)) {
            (Some(condition), _) => Err(S3Error::PreconditionFailed(condition)),
            (None, true) => Err(not_modified()),
            (None, false) => Ok(()),
        }
    }

    /// Whether an object may be copied from: what a read would call unchanged is a failed condition here.
    pub(super) fn check_copy(&self, subject: Subject, now: Timestamp) -> Result<(), S3Error> {
        let failed = match self.failed_match(subject) {
            Some("If-Match") => Some("x-amz-copy-source-If-Match"),
            Some(_) => Some("x-amz-copy-source-If-Unmodified-Since"),
            None if !self.is_unchanged(subject, now) => None,
            None if self.if_none_match.is_some() => Some("x-amz-copy-source-If-None-Match"),
            None => Some("x-amz-copy-source-If-Modified-Since"),
        };
        failed.map_or(Ok(()), |condition| Err(S3Error::PreconditionFailed(condition)))
    }

    fn failed_match(&self, subject: Subject) -> Option<&'static str> {
        match (self.if_match, self.if_unmodified_since) {
            (Some(tags), _) => (!matches(tags, subject.etag)).then_some("If-Match"),
            (None, Some(date)) => (subject.last_modified > date).then_some("If-Unmodified-Since"),
            (None, None) => None,
        }
    }

    /// A date that has not come yet is not looked at (cassettes/corpus/s3/copy-object-preconditions).
    fn is_unchanged(&self, subject: Subject, now: Timestamp) -> bool {
        match (self.if_none_match, self.if_modified_since) {
            (Some(tags), _) => matches(tags, subject.etag),
            (None, Some(date)) => date <= now && subject.last_modified <= date,
            (None, None) => false,
        }
    }
}

/// The conditions of a write. `If-None-Match` takes `*` alone, `If-Match` a tag, and there is one of them at most.
#[derive(Debug, Default)]
pub(super) struct WriteConditions<'a> {
    if_match: Option<&'a str>,
    is_first: bool,
}

impl<'a> WriteConditions<'a> {
    /// Reads the headers.
    pub(super) fn parse(
        if_match: Option<&'a str>,
        if_none_match: Option<&'a str>,
    ) -> Result<WriteConditions<'a>, S3Error> {
        let refused = |header: &str, more: String| {
            Err(HEADER_NOT_IMPLEMENTED.with([("Header", header.to_owned()), ("additionalMessage", more)]))
        };
        let value = |header| format!("We don't accept the provided value of {header} header for this API");
        match (if_match, if_none_match) {
            (Some(_), Some(_)) => refused(
                "If-Match,If-None-Match",
                "Multiple conditional request headers present in the request".into(),
            ),
            (Some("*"), None) => refused("If-Match", value("If-Match")),
            (None, Some(tag)) if tag != "*" => refused("If-None-Match", value("If-None-Match")),
            (if_match, if_none_match) => Ok(WriteConditions { if_match, is_first: if_none_match.is_some() }),
        }
    }

    /// Whether a write may take place over what is there. Where there is nothing to match, the answer is that there is
    /// no such key.
    pub(super) fn check(&self, key: &str, existing: Option<Subject>) -> Result<(), S3Error> {
        match (self.if_match, existing) {
            (Some(_), None) => Err(S3Error::NoSuchKey(key.to_owned())),
            (Some(tags), Some(subject)) if !matches(tags, subject.etag) => {
                Err(S3Error::PreconditionFailed("If-Match"))
            }
            (_, Some(_)) if self.is_first => Err(S3Error::PreconditionFailed("If-None-Match")),
            _ => Ok(()),
        }
    }

    /// Refuses what takes longer than one request where another write came between: the conditions hold, and cannot be
    /// relied on.
    pub(super) fn check_undisturbed(&self, key: &str, is_disturbed: bool) -> Result<(), S3Error> {
        let condition = match (self.if_match, self.is_first) {
            (Some(_), _) => "If-Match",
            (None, true) => "If-None-Match",
            (None, false) => return Ok(()),
        };
        if !is_disturbed {
            return Ok(());
        }
        Err(CONDITIONAL_REQUEST_CONFLICT.with([("Condition", condition.to_owned()), ("Key", key.to_owned())]))
    }
}

/// Whether an object may be deleted: what is there has this tag, or any where the tag is `*`.
pub(super) fn check_delete(
    if_match: Option<&str>,
    key: &str,
    existing: Option<Subject>,
) -> Result<(), S3Error> {
    match (if_match, existing) {
        (Some(_), None) => Err(S3Error::NoSuchKey(key.to_owned())),
        (Some(tags), Some(subject)) if !matches(tags, subject.etag) => {
            Err(S3Error::PreconditionFailed("If-Match"))
        }
        _ => Ok(()),
    }
}

/// Whether a list of tags, in quotes or not, weak or not, names this one or any.
fn matches(tags: &str, etag: ETag) -> bool {
    let etag = etag.to_string();
    tags.split(',')
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"') == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABC: &str = "abcabcabcabcabcabcabcabcabcabcab";
    const QUOTED: &str = "\"abcabcabcabcabcabcabcabcabcabcab\"";
    const AMONG: &str = "x, abcabcabcabcabcabcabcabcabcabcab";

    fn subject() -> Subject {
        let etag = ETag::parse(ABC).expect("an ETag");
        Subject { etag, last_modified: Timestamp::from_millis(10_000) }
    }

    #[track_caller]
    fn check(conditions: Conditions<'_>, expected: &str) {
        let told = match conditions.check_read(subject(), Timestamp::from_millis(20_000)) {
            Ok(()) => "read".to_owned(),
            Err(S3Error::NotModified { .. }) => "unchanged".to_owned(),
            Err(S3Error::PreconditionFailed(condition)) => condition.to_owned(),
            Err(other) => format!("{other:?}"),
        };
        assert_eq!(told, expected);
    }

    #[test]
    fn a_tag_decides_before_a_date() {
        let (before, after) = (Timestamp::from_millis(5_000), Timestamp::from_millis(15_000));
        check(Conditions::default(), "read");
        check(Conditions { if_match: Some(QUOTED), ..Default::default() }, "read");
        check(
            Conditions { if_match: Some(AMONG), if_unmodified_since: Some(before), ..Default::default() },
            "read",
        );
        check(Conditions { if_match: Some("x"), ..Default::default() }, "If-Match");
        check(Conditions { if_unmodified_since: Some(before), ..Default::default() }, "If-Unmodified-Since");
        check(
            Conditions { if_none_match: Some(ABC), if_modified_since: Some(before), ..Default::default() },
            "unchanged",
        );
        check(
            Conditions { if_none_match: Some("x"), if_modified_since: Some(after), ..Default::default() },
            "read",
        );
        check(Conditions { if_modified_since: Some(after), ..Default::default() }, "unchanged");
        let future = Timestamp::from_millis(25_000);
        check(Conditions { if_modified_since: Some(future), ..Default::default() }, "read");
        check(Conditions { if_match: Some("x"), if_none_match: Some(ABC), ..Default::default() }, "If-Match");
    }

    #[track_caller]
    fn check_write(if_match: Option<&str>, if_none_match: Option<&str>, is_there: bool, expected: &str) {
        let existing = is_there.then(subject);
        let checked = WriteConditions::parse(if_match, if_none_match).and_then(|it| it.check("k", existing));
        let told = match checked {
            Ok(()) => "written".to_owned(),
            Err(error) => ruststack_wire::Fault::from(error).code.into_owned(),
        };
        assert_eq!(told, expected);
    }

    #[test]
    fn a_write_is_conditional_on_what_is_there() {
        check_write(None, None, true, "written");
        check_write(None, Some("*"), false, "written");
        check_write(None, Some("*"), true, "PreconditionFailed");
        check_write(None, Some("x"), false, "NotImplemented");
        check_write(Some("*"), None, true, "NotImplemented");
        check_write(Some(ABC), Some("*"), true, "NotImplemented");
        check_write(Some(ABC), None, false, "NoSuchKey");
        check_write(Some("x"), None, true, "PreconditionFailed");
        check_write(Some(ABC), None, true, "written");
    }

    #[test]
    fn a_delete_is_conditional_on_what_is_there() {
        assert!(check_delete(None, "k", None).is_ok());
        assert!(check_delete(Some("*"), "k", Some(subject())).is_ok());
        assert!(matches!(check_delete(Some("*"), "k", None), Err(S3Error::NoSuchKey(_))));
        assert!(check_delete(Some("x"), "k", Some(subject())).is_err());
    }
}
