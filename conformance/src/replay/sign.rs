//! Signs a rebuilt request as the recorded one was signed: in its headers, as a presigned URL, or not at all.

use super::chunked::Chunks;
use super::rebuild::Caller;
use crate::classify::Subject;
use bytes::Bytes;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use ruststack_cassettes::format::{Auth, AuthKind, Interaction, Request};
use ruststack_wire::sign::checksum::Algorithm;
use ruststack_wire::sign::payload::{Framing, UNSIGNED_PAYLOAD};
use ruststack_wire::sign::signer::{self, Credentials, Payload, Scope};
use std::time::Duration;

/// The secret of every replaying caller, whose access key id is the account. It protects nothing.
pub const SECRET: &str = "test";

/// How long a presigned URL is good for that does not say.
const DEFAULT_EXPIRY_S: u64 = 3600;

/// Signs a request in place.
pub(super) fn sign(
    made: &mut http::Request<Bytes>,
    request: &Request,
    interaction: &Interaction,
    subject: &Subject,
    caller: &Caller,
) -> Result<(), String> {
    let auth = request.auth.clone().unwrap_or(Auth { kind: AuthKind::Header, ..Auth::default() });
    let service = auth.service.as_deref().or(subject.service.map(|service| service.signing_name));
    let region = auth.region.as_deref().or(interaction.region.as_deref());
    let scope =
        Scope { region: region.unwrap_or("us-east-1"), service: service.unwrap_or(&subject.service_name) };
    let credentials = Credentials {
        access_key_id: caller.account.clone(),
        secret_access_key: SECRET.to_owned(),
        session_token: None,
    };
    let now = caller.now(interaction);
    let body = made.body().clone();
    let (mut parts, _) = std::mem::take(made).into_parts();
    let body = match auth.kind {
        AuthKind::Anonymous => body,
        // Signature Version 2 cannot be made anew; what is sent is refused, as it would be by AWS.
        AuthKind::Presigned if auth.algorithm.as_deref() == Some("AWS") => body,
        AuthKind::Presigned => {
            let mut signed = presigned_parts(&parts, request, &auth)?;
            let payload = match scope.service {
                "s3" => Payload::Unsigned,
                _ => Payload::Bytes(b""),
            };
            signer::presign(&mut signed, payload, &credentials, scope, now, expiry(request))
                .map_err(|error| error.to_string())?;
            parts.uri = signed.uri;
            body
        }
        AuthKind::Header => {
            let declared = request.headers.get("x-amz-content-sha256");
            let framing = declared.and_then(Framing::parse);
            let payload = match (framing, declared) {
                (Some(framing), _) => Payload::Chunked(framing),
                (None, Some(UNSIGNED_PAYLOAD)) => Payload::Unsigned,
                (None, Some(hash)) if is_anothers(hash, &interaction.request.body.bytes()) => {
                    Payload::Sha256(hash)
                }
                _ => Payload::Bytes(&body),
            };
            let signatures = signer::sign(&mut parts, payload, &credentials, scope, now)
                .map_err(|error| error.to_string())?;
            let chunks = framing.filter(|framing| framing.is_signed()).and_then(|own| Chunks::of(&body, own));
            chunks.map_or(body, |chunks| chunks.signed(signatures))
        }
    };
    *made = http::Request::from_parts(parts, body);
    Ok(())
}

/// Whether a hash was sent with a body that is not its own, as a replay has to do again.
fn is_anothers(hash: &str, recorded: &[u8]) -> bool {
    hash.len() == 64 && hash != Algorithm::Sha256.digest(recorded).to_hex()
}

/// What a presigned URL was signed over: the method it was meant for, and the headers that it names.
fn presigned_parts(parts: &Parts, request: &Request, auth: &Auth) -> Result<Parts, String> {
    let named = request.query_parameter("X-Amz-SignedHeaders").unwrap_or("host");
    let named = percent_decode_str(named).decode_utf8_lossy();
    let method = auth.signed_method.as_deref().unwrap_or(&request.method);
    let mut builder = http::Request::builder().method(method).uri(parts.uri.clone());
    for (name, value) in &parts.headers {
        if named.split(';').any(|own| own.eq_ignore_ascii_case(name.as_str())) {
            builder = builder.header(name, value);
        }
    }
    let signed = builder.body(()).map_err(|error| format!("the presigned URL cannot be made: {error}"))?;
    Ok(signed.into_parts().0)
}

fn expiry(request: &Request) -> Duration {
    let seconds = request.query_parameter("X-Amz-Expires").and_then(|text| text.parse().ok());
    Duration::from_secs(seconds.unwrap_or(DEFAULT_EXPIRY_S))
}
