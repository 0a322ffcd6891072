//! What texts look like: predicates on one value, or on two together.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// States on their way, and those that they lead to.
const WAYS: &[(&[&str], &[&str])] = &[
    (
        &["CREATING", "UPDATING", "ENABLING", "DISABLING", "UPDATING_ENCRYPTION"],
        &["ACTIVE", "ENABLED", "DISABLED"],
    ),
    (&["CREATING", "IN_PROGRESS", "PENDING"], &["AVAILABLE", "COMPLETED", "READY"]),
    (&["Pending", "InProgress"], &["Active", "Successful"]),
    (&["Scheduled", "Running"], &["Running", "Complete"]),
    (&["PENDING", "RUNNING"], &["RUNNING", "COMPLETED"]),
];

/// Whether a state is one that the recorded one leads to.
pub(super) fn leads_to(recorded: &str, actual: &str) -> bool {
    recorded != actual && WAYS.iter().any(|(from, to)| from.contains(&recorded) && to.contains(&actual))
}

/// A content type without its boundary; `None` where it has none.
pub(super) fn without_boundary(content_type: &str) -> Option<String> {
    let boundary = crate::compare::boundary(content_type)?;
    Some(content_type.replacen(boundary, "", 1))
}

/// Whether a text is a UUID in small letters or capitals.
pub(crate) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

pub(super) fn is_capital(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
}

pub(super) fn is_base64(text: &str) -> bool {
    BASE64.decode(text).is_ok()
}

/// What AWS's SDK for Java tells of an answer of S3, without the ids of the answer; `None` where there are none.
pub(super) fn without_ids(text: &str) -> Option<(&str, &str)> {
    let (before, ids) = text.split_once("; Request ID: ")?;
    let (request_id, ids) = ids.split_once("; S3 Extended Request ID: ")?;
    let (host_id, after) = ids.split_once("; ")?;
    (is_capital(request_id) && is_base64(host_id)).then_some((before, after))
}

/// Two ARNs, section by section.
pub(super) fn arns(recorded: &str, actual: &str) -> bool {
    let sections = |text: &'static [char], arn: &str| arn.split(text).map(str::to_owned).collect::<Vec<_>>();
    let (recorded, actual) = (sections(&[':', '/'], recorded), sections(&[':', '/'], actual));
    recorded.len() == actual.len()
        && recorded.first().is_some_and(|first| first == "arn")
        && recorded.iter().zip(&actual).all(|(recorded, actual)| {
            recorded == actual || (is_uuid(recorded) && is_uuid(actual)) || suffixed(recorded, actual)
        })
}

/// `name-tTI4bZ`, as Secrets Manager completes a name.
fn suffixed(recorded: &str, actual: &str) -> bool {
    match (recorded.rsplit_once('-'), actual.rsplit_once('-')) {
        (Some((name, suffix)), Some((own_name, own_suffix))) => {
            let is_suffix =
                |text: &str| text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
            name == own_name && is_suffix(suffix) && is_suffix(own_suffix)
        }
        _ => false,
    }
}
