//! URLs of functions: `http://<id>.lambda-url.<region>.localhost:4566/`, answered by the function itself.
//!
//! `event` is what the function is given, `answer` what becomes of what it gives.
//!
//! Source: Lambda Developer Guide, "Invoking Lambda function URLs" and "Control access to Lambda function URLs"; what AWS
//! answers where it is no function's, as localstack's recordings of it have it (lambda_/test_lambda.snapshot.json).

mod answer;
mod event;

use super::{Emulator, authorize, payload};
use crate::gateway::Caller;
use crate::services::lambda::url::{Called, Permission};
use http::header::{CONTENT_TYPE, HeaderValue};
use http::request::Parts;
use http::{Method, StatusCode};
use ruststack_wire::route::host_name;
use ruststack_wire::{Body, Response, Timestamp};
use serde_json::json;

/// What callers are told who may not call, or call a URL that is nobody's.
const FORBIDDEN: &str = "Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html";

/// What the host of a function's URL says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct UrlHost<'a> {
    /// The id of the URL.
    pub(super) id: &'a str,
    /// The region.
    pub(super) region: &'a str,
    /// The whole host, without a port.
    pub(super) name: &'a str,
}

impl<'a> UrlHost<'a> {
    /// Reads the host of a request; `None` where it is no function's.
    pub(super) fn of(parts: &'a Parts) -> Option<UrlHost<'a>> {
        let name = host_name(parts);
        let mut labels = name.split('.');
        let (id, kind, region) = (labels.next()?, labels.next()?, labels.next()?);
        (kind == "lambda-url").then_some(UrlHost { id, region, name })
    }
}

impl Emulator {
    /// Answers a request to the URL of a function.
    pub(super) async fn answer_function_url(
        &self,
        parts: &Parts,
        host: UrlHost<'_>,
        body: Body,
        now: Timestamp,
    ) -> Response {
        let inner = &*self.0;
        let service = &ruststack_models::lambda::SERVICE;
        let key = authorize::access_key_id(parts);
        let caller = inner.ids.caller(&inner.config, service, key.as_deref(), Some(host.region), now);
        let Some(called) = inner.services.lambda.function_of_url(host.region, host.id) else {
            return told(StatusCode::FORBIDDEN, FORBIDDEN);
        };
        let is_preflight =
            parts.method == Method::OPTIONS && parts.headers.contains_key("access-control-request-method");
        let mut response = if is_preflight && called.url.cors.is_some() {
            bare(StatusCode::OK)
        } else {
            self.call_url(parts, host, body, &called, &caller).await
        };
        if let Some(cors) = &called.url.cors {
            answer::share(&mut response, parts, cors, is_preflight);
        }
        if let Ok(id) = HeaderValue::from_str(&caller.ids.request_id) {
            response.headers_mut().insert("x-amzn-requestid", id);
        }
        response
    }

    async fn call_url(
        &self,
        parts: &Parts,
        host: UrlHost<'_>,
        body: Body,
        called: &Called,
        caller: &Caller,
    ) -> Response {
        let inner = &*self.0;
        let Ok(bytes) = payload::whole(body).await else {
            return told(StatusCode::PAYLOAD_TOO_LARGE, "Request Too Long");
        };
        let is_known = match called.permission() {
            Permission::Anybody => true,
            Permission::WhoSigns => {
                let body = Body::from(bytes.clone());
                let service = &ruststack_models::lambda::SERVICE;
                let checked = authorize::check(&inner.config, parts, service, &body, caller.now);
                caller.access_key_id.is_some() && checked.is_ok()
            }
        };
        if !is_known {
            return told(StatusCode::FORBIDDEN, FORBIDDEN);
        }
        let event = event::of(parts, host, &bytes, caller);
        let run = async { Ok(inner.services.lambda.call_url(caller, called, &event).await) };
        match self.guarded("InvokeFunctionUrl", caller, run).await {
            Ok(Ok((given, false))) => answer::of(&given),
            Ok(Ok((_, true))) => answer::failed(),
            Ok(Err(error)) => {
                let fault = ruststack_wire::Fault::from(error);
                told(fault.status, fault.message.as_deref().unwrap_or_default())
            }
            Err(_) => answer::failed(),
        }
    }
}

/// What Lambda itself tells.
fn told(status: StatusCode, message: &str) -> Response {
    let mut response = bare(status);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    *response.body_mut() = json!({"Message": message}).to_string().into_bytes().into();
    response
}

fn bare(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
