//! What becomes of what a function gives to a caller of its URL.

use crate::services::lambda::url::Cors;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, CONTENT_TYPE,
    HeaderName, HeaderValue, ORIGIN, SET_COOKIE, VARY,
};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use ruststack_wire::{Body, Response};
use serde_json::Value as Json;

/// The answer that a function means: an object with a status is one, anything else is its body.
pub(super) fn of(given: &[u8]) -> Response {
    let json: Json = serde_json::from_slice(given).unwrap_or(Json::Null);
    let mut response = Response::new(Body::empty());
    let status = json.get("statusCode");
    let Some(status) = status.and_then(|status| status.as_u64().or_else(|| status.as_str()?.parse().ok()))
    else {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *response.body_mut() = given.to_vec().into();
        return response;
    };
    let Some(status) = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok()) else {
        return failed();
    };
    *response.status_mut() = status;
    let headers = response.headers_mut();
    *headers = headers_in(&json);
    headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
    let body = match json.get("body") {
        Some(Json::String(text)) if json.get("isBase64Encoded") == Some(&Json::Bool(true)) => {
            match STANDARD.decode(text) {
                Ok(bytes) => bytes,
                Err(_) => return failed(),
            }
        }
        Some(Json::String(text)) => text.clone().into_bytes(),
        None | Some(Json::Null) => Vec::new(),
        Some(other) => other.to_string().into_bytes(),
    };
    *response.body_mut() = body.into();
    response
}

/// The headers and cookies that a function means.
pub(super) fn headers_in(json: &Json) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in json.get("headers").and_then(Json::as_object).into_iter().flatten() {
        put(&mut headers, name, value);
    }
    let cookies = json.get("cookies").and_then(Json::as_array).into_iter().flatten();
    for cookie in cookies.filter_map(Json::as_str).filter_map(|cookie| HeaderValue::from_str(cookie).ok()) {
        headers.append(SET_COOKIE, cookie);
    }
    headers
}

/// What is told where the function failed.
pub(super) fn failed() -> Response {
    let mut response = Response::new(Body::from(b"Internal Server Error".to_vec()));
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn put(headers: &mut HeaderMap, name: &str, value: &Json) {
    let text = match value {
        Json::String(text) => text.clone(),
        Json::Array(all) => all.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    };
    // What frames the answer on its way is not the function's to say.
    let is_framing =
        matches!(name.to_ascii_lowercase().as_str(), "content-length" | "transfer-encoding" | "connection");
    if let (Ok(name), Ok(value), false) =
        (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&text), is_framing)
    {
        headers.insert(name, value);
    }
}

/// Lets pages of other origins have an answer, as the URL's configuration says.
pub(super) fn share(response: &mut Response, parts: &Parts, cors: &Cors, is_preflight: bool) {
    let Some(origin) = parts.headers.get(ORIGIN).and_then(|origin| origin.to_str().ok()) else { return };
    let allowed = cors.allow_origins.as_deref().unwrap_or_default();
    if !allowed.iter().any(|known| known == "*" || known == origin) {
        return;
    }
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    let is_anybody = allowed.iter().any(|known| known == "*") && cors.allow_credentials != Some(true);
    set(ACCESS_CONTROL_ALLOW_ORIGIN, if is_anybody { "*" } else { origin });
    set(VARY, "Origin");
    if cors.allow_credentials == Some(true) {
        set(ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    }
    if let Some(exposed) = &cors.expose_headers {
        set(ACCESS_CONTROL_EXPOSE_HEADERS, &exposed.join(","));
    }
    if is_preflight {
        if let Some(methods) = &cors.allow_methods {
            set(ACCESS_CONTROL_ALLOW_METHODS, &methods.join(","));
        }
        if let Some(names) = &cors.allow_headers {
            set(ACCESS_CONTROL_ALLOW_HEADERS, &names.join(","));
        }
        if let Some(age) = cors.max_age_s {
            set(ACCESS_CONTROL_MAX_AGE, &age.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn told(given: &str) -> (u16, Vec<(String, String)>, String) {
        let (parts, body) = of(given.as_bytes()).into_parts();
        let headers = parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or("?").to_owned()));
        let headers = headers.collect();
        let bytes = body.collect(1 << 20).await.expect("a body");
        (parts.status.as_u16(), headers, String::from_utf8_lossy(&bytes).into_owned())
    }

    #[tokio::test]
    async fn an_object_with_a_status_is_an_answer_and_anything_else_a_body() {
        let json = |text: &str| vec![("content-type".to_owned(), text.to_owned())];
        assert_eq!(told("\"Hello\"").await, (200, json("application/json"), "\"Hello\"".into()));
        assert_eq!(told("{\"a\":1}").await, (200, json("application/json"), "{\"a\":1}".into()));
        let given = r#"{"statusCode":201,"headers":{"Content-Type":"text/plain","Content-Length":"99"},"body":"eA==","isBase64Encoded":true}"#;
        assert_eq!(told(given).await, (201, json("text/plain"), "x".into()));
        let (_, headers, _) = told(r#"{"statusCode":"204","cookies":["a=1","b=2"]}"#).await;
        assert_eq!(headers.iter().filter(|(name, _)| name == "set-cookie").count(), 2);
        assert_eq!(told(r#"{"statusCode":9999}"#).await.0, 502);
    }
}
