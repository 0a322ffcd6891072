//! Presigned URLs. The arithmetic is aws-sigv4's; what is ours is what each service wants of it, and applying it to a
//! request that may have been signed before.

use std::time::{Duration, SystemTime};

use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings,
    UriPathNormalizationMode,
};
use aws_sigv4::sign::v4;
use http::request::Parts;
use http::uri::{PathAndQuery, Uri};
use time::OffsetDateTime;

use super::{Credentials, HOP_BY_HOP, Payload, Scope, SignError, failed};
use crate::sign::canonical::{Head, PathStyle};
use crate::sign::percent;

/// Makes the request's URI a presigned one, in place of any signature it carries.
pub fn presign(
    parts: &mut Parts,
    payload: Payload<'_>,
    credentials: &Credentials,
    scope: Scope<'_>,
    time: OffsetDateTime,
    expires_in: Duration,
) -> Result<(), SignError> {
    presign_in_style(parts, payload, credentials, scope, time, expires_in, PathStyle::of(scope.service))
}

pub(in crate::sign) fn presign_in_style(
    parts: &mut Parts,
    payload: Payload<'_>,
    credentials: &Credentials,
    scope: Scope<'_>,
    time: OffsetDateTime,
    expires_in: Duration,
    style: PathStyle,
) -> Result<(), SignError> {
    const SIGNATURE: &[&str] = &[
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-SignedHeaders",
        "X-Amz-Signature",
        "X-Amz-Security-Token",
    ];
    parts.headers.remove("authorization");
    let query = percent::without(parts.uri.query().unwrap_or_default(), SIGNATURE);
    parts.uri = with_query(&parts.uri, &query)?;

    let mut settings = settings(style);
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(expires_in);
    let instructions = calculate(parts, payload, credentials, scope, time, settings)?;

    let mut pairs: Vec<String> = if query.is_empty() { Vec::new() } else { vec![query] };
    pairs.extend(
        instructions
            .params()
            .iter()
            .map(|(name, value)| format!("{name}={}", percent::encode(value.as_bytes()))),
    );
    parts.uri = with_query(&parts.uri, &pairs.join("&"))?;
    Ok(())
}

fn settings(style: PathStyle) -> SigningSettings {
    let mut settings = SigningSettings::default();
    if style != PathStyle::Normalized {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    settings
}

fn calculate(
    parts: &Parts,
    payload: Payload<'_>,
    credentials: &Credentials,
    scope: Scope<'_>,
    time: OffsetDateTime,
    settings: SigningSettings,
) -> Result<aws_sigv4::http_request::SigningInstructions, SignError> {
    let head = Head::of(parts);
    let host = head.header("host").or(head.authority).ok_or_else(|| failed("it has no host"))?;
    let uri = format!("https://{}{}", head.authority.unwrap_or(host), path_and_query(&parts.uri));
    let mut headers: Vec<(&str, &str)> = parts
        .headers
        .iter()
        .filter(|(name, _)| !HOP_BY_HOP.contains(&name.as_str()))
        .map(|(name, value)| {
            let value = std::str::from_utf8(value.as_bytes());
            value.map(|value| (name.as_str(), value)).map_err(|_| failed(format!("{name} is not text")))
        })
        .collect::<Result<_, _>>()?;
    if !parts.headers.contains_key("host") {
        headers.push(("host", host));
    }

    let identity = aws_credential_types::Credentials::new(
        &credentials.access_key_id,
        &credentials.secret_access_key,
        credentials.session_token.clone(),
        None,
        "ruststack",
    )
    .into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(scope.region)
        .name(scope.service)
        .time(SystemTime::from(time))
        .settings(settings)
        .build()
        .map_err(failed)?
        .into();
    let body = match payload {
        Payload::Bytes(bytes) => SignableBody::Bytes(bytes),
        Payload::Unsigned => SignableBody::UnsignedPayload,
        payload => SignableBody::Precomputed(payload.hash().into_owned()),
    };
    let request =
        SignableRequest::new(parts.method.as_str(), uri, headers.into_iter(), body).map_err(failed)?;
    Ok(aws_sigv4::http_request::sign(request, &params).map_err(failed)?.into_parts().0)
}

fn path_and_query(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/", PathAndQuery::as_str)
}

fn with_query(uri: &Uri, query: &str) -> Result<Uri, SignError> {
    let path = uri.path();
    let text = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(text).map_err(failed)?);
    Uri::from_parts(parts).map_err(failed)
}
