//! Decides whether a recorded interaction can be sent and compared, and says why not.

use super::aws_host::AwsHost;
use crate::format::{Body, Headers, Interaction};

/// What go-replayers puts in the place of what it scrubs.
const CLEARED: &[u8] = b"CLEARED";

/// Marks what cannot be used. A reason that is there already stays.
pub(super) fn judge(interaction: &mut Interaction, host: Option<&AwsHost>) {
    doubt_response(interaction);
    let reason = interaction.not_comparable.take().or_else(|| reason(interaction, host));
    interaction.not_comparable = reason;
}

fn reason(interaction: &Interaction, host: Option<&AwsHost>) -> Option<String> {
    if host.is_none() {
        return Some(format!("sent to {}, which is not AWS", interaction.request.host()));
    }
    let request = &interaction.request;
    let body = request.body.bytes();
    let length = content_length(&request.headers).filter(|length| *length != body.len());
    if body.ends_with(CLEARED)
        || (length.is_some() && body.windows(CLEARED.len()).any(|part| part == CLEARED))
    {
        return Some("the request's body was cut when it was recorded: it ends in CLEARED".to_owned());
    }
    if let Some(length) = length.filter(|_| request.body.is_exact()) {
        return Some(format!("the recording has {} of the {length} bytes of the request's body", body.len()));
    }
    if !request.body.is_known() {
        return Some("the request's body was not recorded".to_owned());
    }
    match &interaction.response {
        None => Some("the recording has no response".to_owned()),
        Some(response) if response.status < 100 => Some("the connection failed".to_owned()),
        Some(response) if !response.body.is_known() => response.body.doubt().map(str::to_owned),
        Some(_) => None,
    }
}

/// Finds out whether a response's body is what passed, from what its headers say about it.
fn doubt_response(interaction: &mut Interaction) {
    let is_head = interaction.request.method == "HEAD";
    let Some(response) = &mut interaction.response else { return };
    if is_head || matches!(response.status, 204 | 304) || !response.body.is_exact() {
        return;
    }
    let body = response.body.bytes();
    let Some(length) = content_length(&response.headers).filter(|length| *length != body.len()) else {
        return;
    };
    response.body = match body.len() {
        0 => Body::unknown(format!("the recording has none of the {length} bytes of the response's body")),
        own => {
            let reason =
                format!("{length} bytes passed and the recording has {own}: it was decoded or edited");
            Body::inexact(body, reason)
        }
    };
}

fn content_length(headers: &Headers) -> Option<usize> {
    headers.get("content-length")?.trim().parse().ok()
}
