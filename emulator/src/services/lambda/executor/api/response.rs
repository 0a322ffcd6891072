//! Answers that a runtime streams: in pieces, with an error after them where there was one.
//!
//! Source: Developer Guide, "Building a custom runtime for AWS Lambda", "Implementing response streaming in a custom runtime".

use super::{Shared, Told, accepted, gone, refused};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use serde_json::json;

/// What says that an answer is streamed.
const MODE: &str = "lambda-runtime-function-response-mode";
const ERROR_TYPE: &str = "lambda-runtime-function-error-type";
const ERROR_BODY: &str = "lambda-runtime-function-error-body";

/// Whether an answer is streamed.
pub(super) fn is_streamed(headers: &HeaderMap) -> bool {
    headers.get(MODE).is_some_and(|mode| mode.as_bytes().eq_ignore_ascii_case(b"streaming"))
}

/// The type that a runtime gives its answer.
pub(super) fn content_type(headers: &HeaderMap) -> Option<String> {
    Some(headers.get(CONTENT_TYPE)?.to_str().ok()?.to_owned())
}

impl Shared {
    /// Takes an answer as it comes.
    pub(super) async fn take_stream(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let begins = Told::Begins(content_type(request.headers()));
        if self.told.send(begins).await.is_err() {
            return gone();
        }
        let mut body = request.into_body();
        let mut error = None;
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else {
                let _ = self.told.send(Told::Broken).await;
                return refused(StatusCode::BAD_REQUEST, "InvalidBody", "the body ended early");
            };
            match frame.into_data() {
                Ok(piece) => {
                    if self.told.send(Told::Piece(piece)).await.is_err() {
                        return gone();
                    }
                }
                Err(frame) => error = frame.trailers_ref().and_then(error_in).or(error),
            }
        }
        if self.told.send(Told::Ends(error)).await.is_err() {
            return gone();
        }
        accepted()
    }
}

/// The error that the trailers of an answer tell, as JSON.
fn error_in(trailers: &HeaderMap) -> Option<Bytes> {
    let kind = trailers.get(ERROR_TYPE)?.to_str().ok().filter(|kind| !kind.is_empty())?;
    let body = trailers.get(ERROR_BODY).and_then(|body| STANDARD.decode(body.as_bytes()).ok());
    Some(
        body.filter(|body| !body.is_empty()).map_or_else(
            || Bytes::from(json!({"errorType": kind, "errorMessage": ""}).to_string()),
            Bytes::from,
        ),
    )
}
