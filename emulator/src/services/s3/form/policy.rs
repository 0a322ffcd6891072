//! What the signer of a form allows: until when, with which fields, and how large a file.
//!
//! Sources: S3 API reference, "Creating a POST Policy"; besides the recordings that the folder names: carrierwave_direct
//! issues 2 and 230 and pull request 189 (expiration, null), modbox issue 10 (a value that is no text), boto3 issue 4514
//! (how a simple condition is told), s3_direct_upload issue 29 (a field that is not there), aws-sdk-php issue 3292 (the
//! bucket must be among the conditions), Stack Overflow questions 31169349, 43431505 and 54014351.

use super::size::Limit;
use super::{Fields, S3Error, invalid_policy};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ruststack_wire::Timestamp;
use ruststack_wire::shape::TimestampFormat;
use serde_json::Value as Json;

/// Fields that need no condition.
const FREE: [&str; 5] = ["awsaccesskeyid", "file", "policy", "signature", "x-amz-signature"];
/// What the names of further fields begin with that need none.
const IGNORED: &str = "x-ignore-";

/// What the signer of a form allows.
#[derive(Debug)]
pub(super) struct Policy {
    expiration: Timestamp,
    conditions: Vec<Condition>,
}

#[derive(Debug)]
struct Condition {
    test: Test,
    /// As it is told where it does not hold.
    told: String,
}

#[derive(Debug)]
enum Test {
    Equals {
        name: String,
        value: String,
    },
    StartsWith {
        name: String,
        value: String,
    },
    Size(Limit),
    /// What never holds: a range that is none.
    Never,
}

impl Policy {
    /// Reads a policy as a form has it.
    pub(super) fn parse(text: &str) -> Result<Policy, S3Error> {
        let text: String = text.chars().filter(|character| !character.is_ascii_whitespace()).collect();
        let bytes = STANDARD.decode(text).map_err(|_| invalid_policy("Invalid Base64 encoding."))?;
        let Ok(Json::Object(document)) = serde_json::from_slice(&bytes) else { return Err(invalid_json()) };
        let (mut expiration, mut conditions) = (None, None);
        for (name, value) in document {
            match name.as_str() {
                "expiration" => expiration = Some(moment(&value)?),
                "conditions" => {
                    let Json::Array(list) = value else {
                        return Err(invalid_policy("Invalid 'conditions' value: must be a List."));
                    };
                    conditions = Some(list.iter().map(Condition::parse).collect::<Result<Vec<_>, _>>()?);
                }
                other => return Err(invalid_policy(format!("Unexpected: '{}'", other.to_lowercase()))),
            }
        }
        Ok(Policy {
            expiration: expiration.ok_or_else(|| invalid_policy("Policy missing expiration."))?,
            conditions: conditions.ok_or_else(|| invalid_policy("Policy missing conditions."))?,
        })
    }

    /// Whether a form is what the signer allows; what it says of the size of the file is given back.
    pub(super) fn check(
        self,
        now: Timestamp,
        fields: &Fields,
        bucket: &str,
        key: &str,
    ) -> Result<Vec<Limit>, S3Error> {
        if now > self.expiration {
            return Err(refused("Policy expired."));
        }
        let value = |name: &str| match name {
            "bucket" => Some(bucket),
            "key" => Some(key),
            other => fields.get(other),
        };
        let mut limits = Vec::new();
        for Condition { test, told } in &self.conditions {
            let holds = match test {
                Test::Equals { name, value: wanted } => value(name).is_some_and(|found| found == wanted),
                Test::StartsWith { name, value: wanted } => {
                    value(name).is_some_and(|found| starts_with(name, found, wanted))
                }
                Test::Size(limit) => {
                    limits.push(*limit);
                    true
                }
                Test::Never => false,
            };
            if !holds {
                return Err(refused(format!("Policy Condition failed: {told}")));
            }
        }
        let extra = fields.names().chain(["bucket"]).find(|name| !self.covers(&name.to_ascii_lowercase()));
        extra.map_or(Ok(limits), |name| Err(refused(format!("Extra input fields: {name}"))))
    }

    /// Whether there is a condition about a field, or none needed.
    fn covers(&self, name: &str) -> bool {
        let is_named = |condition: &Condition| match &condition.test {
            Test::Equals { name: own, .. } | Test::StartsWith { name: own, .. } => own == name,
            Test::Size(_) | Test::Never => false,
        };
        FREE.contains(&name) || name.starts_with(IGNORED) || self.conditions.iter().any(is_named)
    }
}

impl Condition {
    /// Reads a condition: a list of three, or an object of one member, which is short for `eq`.
    fn parse(condition: &Json) -> Result<Condition, S3Error> {
        match condition {
            Json::Object(members) => {
                let mut members = members.iter();
                let (Some((name, value)), None) = (members.next(), members.next()) else {
                    return Err(invalid_policy(
                        "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
                    ));
                };
                match value {
                    Json::String(value) => Ok(Condition::equals(&format!("${name}"), value)),
                    Json::Null => Err(invalid_json()),
                    _ => Err(invalid_policy("Invalid Simple-Condition: value must be a string.")),
                }
            }
            Json::Array(items) => Condition::of_list(items),
            _ => Err(invalid_policy("Invalid Condition: must be a List or Object.")),
        }
    }

    fn of_list(items: &[Json]) -> Result<Condition, S3Error> {
        let Some(Json::String(operation)) = items.first() else {
            return Err(invalid_policy("Invalid Condition: missing operation identifier."));
        };
        let lower = operation.to_ascii_lowercase();
        if !matches!(lower.as_str(), "eq" | "starts-with" | "content-length-range") {
            return Err(invalid_policy(format!("Invalid Condition: unknown operation '{operation}'.")));
        }
        let [_, first, second] = items else {
            return Err(invalid_policy(format!("Invalid {operation}: wrong number of arguments.")));
        };
        if lower == "content-length-range" {
            let told = format!("[\"content-length-range\", {first}, {second}]");
            let test = match (bound(first)?, bound(second)?) {
                (Some(least), Some(most)) => Test::Size(Limit { least, most }),
                _ => Test::Never,
            };
            return Ok(Condition { test, told });
        }
        let (Json::String(name), Json::String(value)) = (first, second) else { return Err(invalid_json()) };
        if lower == "eq" {
            return Ok(Condition::equals(name, value));
        }
        let told = format!("[\"starts-with\", {first}, {second}]");
        let test = field(name).map_or(Test::Never, |name| Test::StartsWith { name, value: value.clone() });
        Ok(Condition { test, told })
    }

    fn equals(name: &str, value: &str) -> Condition {
        let told = format!("[\"eq\", {}, {}]", Json::from(name), Json::from(value));
        let test = field(name).map_or(Test::Never, |name| Test::Equals { name, value: value.to_owned() });
        Condition { test, told }
    }
}

/// The field that a condition is about; one without the dollar is about none.
fn field(name: &str) -> Option<String> {
    name.strip_prefix('$').map(str::to_ascii_lowercase)
}

/// A bound of the size: a whole number, or one in a text. Other texts are none.
fn bound(value: &Json) -> Result<Option<i64>, S3Error> {
    match value {
        Json::Number(number) => number.as_i64().map(Some).ok_or_else(invalid_json),
        Json::String(text) => Ok(text.parse().ok()),
        _ => Err(invalid_json()),
    }
}

/// Whether a field begins so. Content types with commas are lists, of which each must.
fn starts_with(name: &str, found: &str, wanted: &str) -> bool {
    if name == "content-type" {
        return found.split(',').all(|part| part.trim_start().starts_with(wanted));
    }
    found.starts_with(wanted)
}

fn moment(value: &Json) -> Result<Timestamp, S3Error> {
    let text = value.as_str().ok_or_else(invalid_json)?;
    let moment = Timestamp::parse(text, TimestampFormat::Iso8601).filter(|_| text.ends_with('Z'));
    moment.ok_or_else(|| invalid_policy(format!("Invalid 'expiration' value: '{text}'")))
}

fn invalid_json() -> S3Error {
    invalid_policy("Invalid JSON.")
}

fn refused(why: impl std::fmt::Display) -> S3Error {
    S3Error::NotAuthorized(format!("Invalid according to Policy: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruststack_wire::Fault;

    /// What a form with these fields is told, to bucket `b` with key `k/a` at noon.
    fn told(policy: &str, fields: &[(&str, &str)]) -> Result<Vec<Limit>, String> {
        let mut form = Fields::default();
        for (name, value) in fields {
            form.push((*name).to_owned(), (*value).to_owned());
        }
        let now = Timestamp::parse_any("2026-01-01T12:00:00Z").expect("a moment");
        let checked =
            Policy::parse(&STANDARD.encode(policy)).and_then(|policy| policy.check(now, &form, "b", "k/a"));
        checked.map_err(|error| {
            let fault = Fault::from(error);
            format!("{} {}", fault.code, fault.message.unwrap_or_default())
        })
    }

    /// The same, of conditions beside one about the bucket.
    fn conditions(conditions: &str, fields: &[(&str, &str)]) -> Result<Vec<Limit>, String> {
        let policy = format!(
            "{{\"expiration\": \"2026-01-02T00:00:00Z\", \"conditions\": [{{\"bucket\": \"b\"}}, {conditions}]}}"
        );
        told(&policy, fields)
    }

    #[track_caller]
    fn fails(list: &str, fields: &[(&str, &str)], expected: &str) {
        let expected = format!("AccessDenied Invalid according to Policy: {expected}");
        assert_eq!(conditions(list, fields), Err(expected), "{list}");
    }

    #[track_caller]
    fn is_invalid(policy: &str, expected: &str) {
        assert_eq!(told(policy, &[]), Err(format!("InvalidPolicyDocument Invalid Policy: {expected}")));
    }

    #[test]
    fn every_field_meets_its_condition() {
        let fields = [("key", "k/${filename}"), ("X-Amz-Meta-A", "1"), ("x-ignore-me", "x")];
        let list = r#"["starts-with", "$key", "k/"], {"x-amz-meta-a": "1"}"#;
        assert_eq!(conditions(list, &fields), Ok(vec![]));
        fails(r#"["eq", "$key", "k"]"#, &fields, r#"Policy Condition failed: ["eq", "$key", "k"]"#);
        fails(r#"{"key": "k"}"#, &fields, r#"Policy Condition failed: ["eq", "$key", "k"]"#);
        fails(r#"["eq", "key", "k/a"]"#, &fields, r#"Policy Condition failed: ["eq", "key", "k/a"]"#);
        fails(r#"{"key": "k/a"}"#, &fields, "Extra input fields: X-Amz-Meta-A");
        let absent = r#"["starts-with", "$Content-Type", ""]"#;
        fails(absent, &[], r#"Policy Condition failed: ["starts-with", "$Content-Type", ""]"#);
        let types = r#"["starts-with", "$Content-Type", "image/"]"#;
        assert_eq!(conditions(types, &[("Content-Type", "image/png,image/gif")]), Ok(vec![]));
        let failed = r#"Policy Condition failed: ["starts-with", "$Content-Type", "image/"]"#;
        fails(types, &[("Content-Type", "image/png,text/plain")], failed);
        let quoted = r#"["eq", "$Content-Disposition", "filename=\"a\""]"#;
        let failed = format!("Policy Condition failed: {quoted}");
        fails(quoted, &[("Content-Disposition", "x")], &failed);
    }

    #[test]
    fn the_bucket_needs_a_condition_too() {
        let policy = r#"{"expiration": "2026-01-02T00:00:00Z", "conditions": [{"key": "k/a"}]}"#;
        let expected = "AccessDenied Invalid according to Policy: Extra input fields: bucket";
        assert_eq!(told(policy, &[("key", "k/a")]), Err(expected.into()));
    }

    #[test]
    fn sizes_are_numbers_in_any_form() {
        let limit = Limit { least: 5, most: 10 };
        assert_eq!(conditions(r#"["content-length-range", 5, 10]"#, &[]), Ok(vec![limit]));
        assert_eq!(conditions(r#"["content-length-range", "5", "10"]"#, &[]), Ok(vec![limit]));
        let list = r#"["content-length-range", "test", "10"]"#;
        fails(list, &[], &format!("Policy Condition failed: {list}"));
    }

    #[test]
    fn a_policy_has_a_form() {
        is_invalid("{", "Invalid JSON.");
        is_invalid(r#"{"Statement": []}"#, "Unexpected: 'statement'");
        is_invalid(r#"{"expiration": "2026-01-02T00:00:00Z"}"#, "Policy missing conditions.");
        is_invalid(r#"{"conditions": []}"#, "Policy missing expiration.");
        for moment in ["2011-09-13T07:52:58+02:00", "2015-10-17 03:15:59 UTC"] {
            let expected = format!("Invalid 'expiration' value: '{moment}'");
            is_invalid(&format!(r#"{{"expiration": "{moment}", "conditions": []}}"#), &expected);
        }
        for (list, expected) in [
            ("[]", "Invalid Condition: missing operation identifier."),
            (r#"["content-length-range", 0, 512.0]"#, "Invalid JSON."),
            (r#"{"redirect": null}"#, "Invalid JSON."),
            (r#"{"Content-Length": 6199034}"#, "Invalid Simple-Condition: value must be a string."),
            (
                r#"{"a": "1", "b": "2"}"#,
                "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
            ),
        ] {
            let told = conditions(list, &[]);
            assert_eq!(told, Err(format!("InvalidPolicyDocument Invalid Policy: {expected}")), "{list}");
        }
        let expired = r#"{"expiration": "2026-01-01T00:00:00.000Z", "conditions": []}"#;
        assert_eq!(
            told(expired, &[]),
            Err("AccessDenied Invalid according to Policy: Policy expired.".into())
        );
    }
}
