//! Forms that a value can have where its content cannot be told in advance. Each is a small predicate on the
//! recorded and the actual value together.

use super::clock::{Clock, moments};
use super::invocation;
use super::signature;
use super::text::{arns, is_base64, is_capital, is_uuid, leads_to, without_boundary, without_ids};

/// What can be said of a value that AWS does not promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// The id of a request: a UUID, 16 or 52 capital letters and digits.
    RequestId,
    /// S3's second id: base64 of any length.
    HostId,
    /// A UUID.
    Uuid,
    /// A moment in the format of the recorded one, near it where the clock is the recording's.
    Moment,
    /// A moment in the format of the recorded one, whenever that is.
    AnyMoment,
    /// Visible characters without a break in them.
    Token,
    /// An id of IAM: the same prefix, the same length, capital letters and digits.
    UniqueId,
    /// An ARN that differs only in a UUID, or in six random characters behind a hyphen.
    Arn,
    /// Twelve digits.
    AccountId,
    /// A whole number.
    Number,
    /// Hexadecimal digits, as many as recorded.
    Hex,
    /// Base64.
    Base64,
    /// An access key id.
    AccessKeyId,
    /// What Signature Version 4 signs: the same lines but for date, scope and hash.
    StringToSign,
    /// A canonical request: the same but for credential, date and signature.
    CanonicalRequest,
    /// The bytes of a text, in hexadecimal with spaces, as many as the text has.
    HexBytes,
    /// The CRC32 of the body as it was sent.
    Crc32OfBody,
    /// The length of the body as it was sent.
    LengthOfBody,
    /// An opaque token, or `null`, which no token is.
    VersionId,
    /// A sentence of S3 in the answer of another service: the same, but for the ids of S3's answer.
    ToldByS3,
    /// A content type, the same but for the boundary between parts.
    Boundary,
    /// The last of a function's log in base64, the same but for ids, moments and what was measured.
    LogTail,
    /// A line of Lambda's own in a function's log, the same but for those.
    LogLine,
    /// A state on its way, and the state it leads to: the endpoint may be there before AWS was.
    State,
    /// A list whose order means nothing.
    Set,
    /// A list of messages, compared over the whole conversation.
    Received,
    /// An answer that is asked for again until it changes.
    Polled,
}

const NAMES: &[(&str, Form)] = &[
    ("request-id", Form::RequestId),
    ("host-id", Form::HostId),
    ("uuid", Form::Uuid),
    ("timestamp", Form::Moment),
    ("any-timestamp", Form::AnyMoment),
    ("token", Form::Token),
    ("version-id", Form::VersionId),
    ("unique-id", Form::UniqueId),
    ("arn", Form::Arn),
    ("account-id", Form::AccountId),
    ("number", Form::Number),
    ("hex", Form::Hex),
    ("base64", Form::Base64),
    ("access-key-id", Form::AccessKeyId),
    ("string-to-sign", Form::StringToSign),
    ("canonical-request", Form::CanonicalRequest),
    ("hex-bytes", Form::HexBytes),
    ("crc32-of-body", Form::Crc32OfBody),
    ("length-of-body", Form::LengthOfBody),
    ("told-by-s3", Form::ToldByS3),
    ("boundary", Form::Boundary),
    ("log-tail", Form::LogTail),
    ("log-line", Form::LogLine),
    ("state", Form::State),
    ("set", Form::Set),
    ("received", Form::Received),
    ("polled", Form::Polled),
];

impl Form {
    /// The form of this name.
    pub fn parse(name: &str) -> Option<Form> {
        NAMES.iter().find(|(own, _)| *own == name).map(|(_, form)| *form)
    }

    /// Its name in rules and reports.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, form)| *form == self).map_or("", |(name, _)| name)
    }

    /// Whether both values have the form. Forms of lists, bodies and answers are looked after where those are.
    pub fn alike(self, recorded: &str, actual: &str, clock: Clock) -> bool {
        let both = |has: &dyn Fn(&str) -> bool| has(recorded) && has(actual);
        match self {
            Form::RequestId => {
                both(&is_uuid)
                    || (recorded.len() == actual.len()
                        && both(&|id| matches!(id.len(), 16 | 52) && is_capital(id)))
            }
            Form::HostId => both(&|id| id.len() >= 20 && is_base64(id)),
            Form::Uuid => both(&is_uuid),
            Form::Moment => moments(recorded, actual, clock),
            Form::AnyMoment => moments(recorded, actual, Clock::Real),
            Form::Token => both(&|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())),
            Form::VersionId => {
                Form::Token.alike(recorded, actual, clock) && (recorded == "null") == (actual == "null")
            }
            Form::UniqueId => {
                recorded.len() == actual.len()
                    && both(&|id| id.len() >= 16 && is_capital(id))
                    && recorded[..4] == actual[..4]
            }
            Form::Arn => arns(recorded, actual),
            Form::AccountId => both(&|id| id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit())),
            Form::Number => both(&|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())),
            Form::Hex => {
                recorded.len() == actual.len()
                    && both(&|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
            }
            Form::Base64 => both(&|text| !text.is_empty() && is_base64(text)),
            Form::AccessKeyId => both(&|id| {
                (12..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
            }),
            Form::StringToSign => signature::strings_to_sign(recorded, actual),
            Form::CanonicalRequest => signature::canonical_requests(recorded, actual),
            Form::HexBytes => signature::hex_bytes(recorded, actual),
            Form::ToldByS3 => without_ids(recorded).is_some_and(|told| Some(told) == without_ids(actual)),
            Form::Boundary => {
                without_boundary(recorded).is_some_and(|own| Some(own) == without_boundary(actual))
            }
            Form::LogTail => invocation::tails(recorded, actual),
            Form::LogLine => invocation::lines(recorded, actual),
            Form::State => leads_to(recorded, actual),
            Form::Crc32OfBody | Form::LengthOfBody | Form::Set | Form::Received | Form::Polled => false,
        }
    }

    /// What a value of this form is held against: what an earlier answer promised in the recorded one's place, but for
    /// moments, of which two may be spelt alike in the recording and not here.
    pub(crate) fn held_against<'a>(self, recorded: &'a str, expected: &'a str) -> &'a str {
        match self {
            Form::Moment | Form::AnyMoment => recorded,
            _ => expected,
        }
    }

    /// Whether the same value must stand wherever the recorded one stands again.
    pub fn names_a_thing(self) -> bool {
        matches!(
            self,
            Form::RequestId | Form::HostId | Form::Uuid | Form::UniqueId | Form::Arn | Form::AccountId
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::clock::Skew;
    use super::*;

    #[track_caller]
    fn check(form: Form, recorded: &str, actual: &str, expected: bool) {
        assert_eq!(form.alike(recorded, actual, Clock::Recorded), expected, "{recorded} {actual}");
    }

    #[test]
    fn forms_tell_their_values() {
        let (one, two) = ("5555f2f7-0201-53ea-b8e7-90c11ae81666", "c9802027-7c85-43bf-ac4a-3bbafddaea7c");
        check(Form::RequestId, one, two, true);
        check(Form::RequestId, "CWMX5NJKS6WSK851", "GVS4RDF766RDJ27T", true);
        check(Form::RequestId, "CWMX5NJKS6WSK851", two, false);
        check(Form::RequestId, "CWMX5NJKS6WSK851", "", false);
        check(Form::Token, "a b", "ab", false);
        let told = |sentence: &str, id: &str| {
            format!(
                "{sentence} (Status Code: 404; Request ID: {id}; S3 Extended Request ID: AAAA; Proxy: null)"
            )
        };
        check(Form::ToldByS3, &told("No", "A1"), &told("No", "B2"), true);
        check(Form::ToldByS3, &told("No", "A1"), &told("Yes", "A1"), false);
        check(Form::ToldByS3, "No", "No", false);
        check(Form::UniqueId, "AIDAXNY6NZUEXZFJQI2I2", "AROAXNY6NZUEXZFJQI2I2", false);
        let secret =
            |suffix: &str| format!("arn:aws:secretsmanager:us-east-2:456752665576:secret:a-b-{suffix}");
        check(Form::Arn, &secret("tTI4bZ"), &secret("AAAAAA"), true);
        check(Form::Arn, &secret("tTI4bZ"), &secret("AAAAAAA"), false);
        check(Form::Arn, "arn:aws:sns:us-east-2:1:t", "arn:aws:sns:us-east-1:1:t", false);
    }

    #[test]
    fn moments_keep_their_format_and_the_clock() {
        check(Form::Moment, "Tue, 02 Jun 2026 18:31:06 GMT", "Tue, 02 Jun 2026 18:31:05 GMT", true);
        check(Form::Moment, "Tue, 02 Jun 2026 18:31:06 GMT", "Tue, 02 Jun 2026 18:41:05 GMT", false);
        check(Form::Moment, "2026-06-02T18:31:16.000Z", "2026-06-02T18:31:16Z", false);
        check(Form::Moment, "2026-06-02T18:31:16.000+0000", "2026-06-02T18:31:16.001+0000", true);
        check(Form::Moment, "2026-06-02T18:31:16.000+0000", "2026-06-02T18:31:16.001Z", false);
        check(Form::Moment, "1773934345.497", "1773934345", true);
        check(Form::Moment, "1.773934345497e+9", "1773934345", true);
        check(Form::Moment, "1773934259747", "1773934259", false);
        assert!(Form::Moment.alike("1773934345.497", "1.5E9", Clock::Real));
    }

    #[test]
    fn another_clock_tells_the_same_story() {
        // Recorded over a minute, replayed within a second, years later.
        let (began, own_began) = (1_773_934_300_000, 1_900_000_000_000);
        let skew = Skew { began, now: began + 60_000, own_began, own_now: own_began + 1_000 };
        let check = |recorded: i64, actual: i64, expected: bool| {
            let text = |millis: i64| format!("{}.{:03}", millis / 1000, millis % 1000);
            let alike = Form::Moment.alike(&text(recorded), &text(actual), Clock::Skewed(skew));
            assert_eq!(alike, expected, "{recorded} {actual}");
        };
        check(began + 30_000, own_began + 500, true);
        check(began + 30_000, began + 30_000, false);
        check(began + 30_000, own_began + 60_000, false);
        check(began - 86_400_000, own_began, true);
        check(began - 86_400_000, own_began + 86_400_000, false);
        let week = 7 * 86_400_000;
        check(began + week, own_began + week, true);
        check(began + week, own_began + 2 * week, false);
    }

    #[test]
    fn states_lead_one_way() {
        check(Form::State, "CREATING", "ACTIVE", true);
        check(Form::State, "ACTIVE", "CREATING", false);
        check(Form::State, "Pending", "Active", true);
        check(Form::State, "Pending", "Failed", false);
        check(Form::State, "CREATING", "DELETING", false);
    }

    #[test]
    fn boundaries_are_drawn() {
        let of = |boundary: &str| format!("multipart/byteranges; boundary={boundary}");
        check(Form::Boundary, &of("a1"), &of("b22"), true);
        check(Form::Boundary, &of("a1"), "multipart/mixed; boundary=a1", false);
        check(Form::Boundary, "text/plain", "text/html", false);
    }

    #[test]
    fn every_form_has_a_name() {
        for (name, form) in NAMES {
            assert_eq!((Form::parse(name), form.name()), (Some(*form), *name));
        }
    }
}
