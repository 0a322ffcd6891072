//! What S3 tells about a signature that does not match. The texts depend on who signed and when, so they are
//! compared by their structure.

/// `AWS4-HMAC-SHA256`, a date, a scope, a hash: one line each. The scope must name the same region and service.
pub(super) fn strings_to_sign(recorded: &str, actual: &str) -> bool {
    let (recorded, actual): (Vec<_>, Vec<_>) = (recorded.lines().collect(), actual.lines().collect());
    let ([algorithm, date, scope, hash], [own_algorithm, own_date, own_scope, own_hash]) =
        (recorded.as_slice(), actual.as_slice())
    else {
        // Signature Version 2 signs other lines; only their number is fixed.
        return recorded.len() == actual.len() && recorded.first() == actual.first();
    };
    let beyond_day = |scope: &str| scope.split_once('/').map(|(_, rest)| rest.to_owned());
    algorithm == own_algorithm
        && date.len() == own_date.len()
        && beyond_day(scope) == beyond_day(own_scope)
        && hash.len() == own_hash.len()
}

/// Line by line the same, but for credential, date, signature, token and user agent.
pub(super) fn canonical_requests(recorded: &str, actual: &str) -> bool {
    let (recorded, actual): (Vec<_>, Vec<_>) = (recorded.split('\n').collect(), actual.split('\n').collect());
    recorded.len() == actual.len()
        && recorded.iter().zip(&actual).all(|(recorded, actual)| lines(recorded, actual))
}

fn lines(recorded: &str, actual: &str) -> bool {
    if recorded == actual {
        return true;
    }
    if recorded.contains("X-Amz-Credential=") && actual.contains("X-Amz-Credential=") {
        let parameters = |line: &str| -> Vec<String> { line.split('&').filter_map(kept).collect() };
        return parameters(recorded) == parameters(actual);
    }
    let header = |line: &str| line.split_once(':').map(|(name, _)| name.to_owned());
    let (name, own_name) = (header(recorded), header(actual));
    name == own_name
        && ["x-amz-date", "x-amz-security-token", "x-amz-content-sha256", "user-agent", "host"]
            .iter()
            .any(|own| name.as_deref() == Some(own))
}

/// A query parameter as far as it must be the same.
fn kept(parameter: &str) -> Option<String> {
    let (name, _) = parameter.split_once('=').unwrap_or((parameter, ""));
    match name {
        "X-Amz-Security-Token" => None,
        "X-Amz-Credential" | "X-Amz-Date" | "X-Amz-Signature" | "X-Amz-Expires" => Some(name.to_owned()),
        _ => Some(parameter.to_owned()),
    }
}

/// `50 55 54 0a`: pairs of digits separated by spaces.
pub(super) fn hex_bytes(recorded: &str, actual: &str) -> bool {
    let is_bytes = |text: &str| {
        !text.is_empty()
            && text
                .split(' ')
                .all(|pair| pair.len() == 2 && pair.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    is_bytes(recorded) && is_bytes(actual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_canonical_request_may_differ_in_who_and_when() {
        let request = |credential: &str, method: &str| {
            format!(
                "{method}\n/k\nX-Amz-Credential={credential}&X-Amz-Date=1&x-id=GetObject\nhost:h\n\nhost\nX"
            )
        };
        assert!(canonical_requests(&request("a", "PUT"), &request("b", "PUT")));
        assert!(!canonical_requests(&request("a", "PUT"), &request("b", "GET")));
        assert!(!canonical_requests(
            &request("a", "PUT"),
            &request("b", "PUT").replace("x-id=GetObject", "x")
        ));
    }

    #[test]
    fn a_string_to_sign_keeps_its_region() {
        let text = |day: &str, region: &str| {
            format!("AWS4-HMAC-SHA256\n{day}T1\n{day}/{region}/s3/aws4_request\nab")
        };
        assert!(strings_to_sign(&text("1", "eu"), &text("2", "eu")));
        assert!(!strings_to_sign(&text("1", "eu"), &text("2", "us")));
        assert!(hex_bytes("50 55", "0a") && !hex_bytes("50 55", "0"));
    }
}
