//! Which headers, and how much of an authorization, may reach the disk.

use super::placeholder::{KEY_ID, SIGNATURE};

/// Request headers that are kept, besides the families below.
const ALLOWED: &[&str] = &[
    "host",
    "range",
    "expect",
    "transfer-encoding",
    "te",
    "cache-control",
    "origin",
    "date",
    "expires",
    "prefer",
    "x-id",
    "access-control-request-method",
    "access-control-request-headers",
];
const FAMILIES: &[&str] = &["content-", "accept", "if-", "x-amz-", "x-amzn-"];
/// Members of the families that are secret.
const SECRET: &[&str] =
    &["x-amz-security-token", "x-amz-s3session-token", "x-amz-credential", "x-amz-signature"];
/// What tells about the caller's machine and nothing about the request.
const IDLE: &[&str] = &["x-amz-user-agent", "x-amzn-trace-id"];

/// Whether a header's value is a secret.
pub(super) fn is_secret(name: &str) -> bool {
    SECRET.contains(&name) || name.contains("session-token")
}

/// What of a request header is kept.
pub(super) fn allowed(name: &str, value: &str) -> Option<String> {
    if name == "authorization" {
        return authorization(value);
    }
    let known = ALLOWED.contains(&name) || FAMILIES.iter().any(|family| name.starts_with(family));
    (known && !is_secret(name) && !IDLE.contains(&name)).then(|| value.to_owned())
}

/// What of a response header is kept: all of it, unless it hands out a secret.
pub(super) fn answered(name: &str, value: &str) -> Option<String> {
    (!is_secret(name) && name != "set-cookie").then(|| value.to_owned())
}

/// Algorithm, scope and signed headers of an authorization. A bearer token or a password has nothing to keep.
fn authorization(value: &str) -> Option<String> {
    if value.starts_with("AWS ") {
        return Some(format!("AWS {KEY_ID}"));
    }
    let (algorithm, rest) = value.split_once(' ')?;
    if !algorithm.starts_with("AWS4-") {
        return None;
    }
    let mut kept = Vec::new();
    for part in rest.split(',').map(str::trim) {
        match part.split_once('=') {
            Some(("Credential", credential)) => {
                let scope = credential.split_once('/').map_or("", |(_, scope)| scope);
                kept.push(format!("Credential={KEY_ID}/{scope}"));
            }
            Some(("SignedHeaders", _)) => kept.push(part.to_owned()),
            _ => {}
        }
    }
    Some(format!("{algorithm} {}", kept.join(", ")))
}

/// A query with placeholders for what proves the caller's identity.
pub(super) fn query(query: &str) -> String {
    let pairs = query.split('&').map(|pair| {
        let Some((name, value)) = pair.split_once('=') else { return pair.to_owned() };
        let value = match name.to_ascii_lowercase().as_str() {
            "x-amz-credential" => {
                let scope = value.find("%2F").or_else(|| value.find("%2f")).or_else(|| value.find('/'));
                format!("{KEY_ID}{}", scope.map_or("", |scope| &value[scope..]))
            }
            "x-amz-signature" => SIGNATURE.to_owned(),
            "x-amz-security-token" | "x-amz-s3session-token" => "EXAMPLETOKEN".to_owned(),
            "awsaccesskeyid" => KEY_ID.to_owned(),
            "signature" if query.contains("AWSAccessKeyId") => "EXAMPLEEXAMPLEEXAMPLEEXAMP%3D".to_owned(),
            _ => return pair.to_owned(),
        };
        format!("{name}={value}")
    });
    pairs.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruststack_wire::shape::Location;

    #[test]
    fn an_authorization_keeps_its_scope_and_nothing_else() {
        let value = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
                     SignedHeaders=host;x-amz-date, Signature=abc";
        assert_eq!(
            allowed("authorization", value).as_deref(),
            Some(
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20150830/us-east-1/iam/aws4_request, \
                 SignedHeaders=host;x-amz-date"
            )
        );
        assert_eq!(allowed("authorization", "Bearer abc"), None);
        assert_eq!(allowed("authorization", "AWS AKID:sig="), Some("AWS AKIAIOSFODNN7EXAMPLE".to_owned()));
        assert_eq!(allowed("cookie", "a=b"), None);
        assert_eq!(allowed("x-amz-security-token", "t"), None);
        assert_eq!(allowed("x-amz-target", "A.B").as_deref(), Some("A.B"));
    }

    #[test]
    fn no_member_of_an_operation_is_lost() {
        for service in ruststack_models::SERVICES {
            for operation in service.operations {
                let members = operation.input.map(|shape| shape.members()).unwrap_or_default();
                for member in members.iter().filter(|member| member.location == Location::Header) {
                    let name = member.wire_name().to_ascii_lowercase();
                    let is_kept = is_secret(&name) || allowed(&name, "x").is_some();
                    assert!(is_kept, "{} {} {name}", service.name, operation.name);
                }
            }
        }
    }

    #[test]
    fn a_presigned_query_keeps_its_order_and_scope() {
        assert_eq!(
            query(
                "a=b&X-Amz-Credential=KEY%2F20260602%2Fus-west-1%2Fs3%2Faws4_request&X-Amz-Security-Token=t&c"
            ),
            "a=b&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260602%2Fus-west-1%2Fs3%2Faws4_request\
             &X-Amz-Security-Token=EXAMPLETOKEN&c"
        );
        assert_eq!(query("Signature=mine"), "Signature=mine");
    }
}
