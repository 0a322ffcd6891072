//! URLs of functions: `http://<id>.lambda-url.<region>.localhost:4566/`, answered by the function itself. Where that host
//! leads nowhere, `http://localhost:4566/_ruststack/lambda-url/<id>/` does.
//!
//! `event` is what the function is given, `answer` what becomes of what it gives, `stream` what becomes of that where it
//! comes in parts.
//!
//! Source: Lambda Developer Guide, "Invoking Lambda function URLs" and "Control access to Lambda function URLs"; what AWS
//! answers where it is no function's, as localstack's recordings of it have it (lambda_/test_lambda.snapshot.json).

mod answer;
mod event;
mod stream;

use super::{Emulator, authorize, payload};
use crate::config::Auth;
use crate::gateway::Caller;
use crate::services::lambda::LambdaError;
use crate::services::lambda::url::{Called, FORBIDDEN, Permission};
use http::header::{CONTENT_TYPE, HeaderValue};
use http::request::Parts;
use http::{Method, StatusCode};
use ruststack_wire::route::host_name;
use ruststack_wire::{Body, Fault, Response, Timestamp};
use serde_json::json;

/// What the paths of URLs begin with that are not told by their hosts.
const BASE: &str = "/_ruststack/lambda-url/";

/// The URL of a function, as a request names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UrlPlace {
    /// The id of the URL.
    id: String,
    /// The region, where the host says it.
    region: Option<String>,
    /// The path that the function is told.
    path: String,
}

impl UrlPlace {
    /// Reads the host and the path of a request; `None` where it is no function's.
    pub(super) fn of(parts: &Parts) -> Option<UrlPlace> {
        if let Some(rest) = parts.uri.path().strip_prefix(BASE) {
            let (id, path) = rest.split_once('/').unwrap_or((rest, ""));
            return Some(UrlPlace { id: id.to_owned(), region: None, path: format!("/{path}") });
        }
        let mut labels = host_name(parts).split('.');
        let (id, kind, region) = (labels.next()?, labels.next()?, labels.next()?);
        (kind == "lambda-url").then(|| UrlPlace {
            id: id.to_owned(),
            region: Some(region.to_owned()),
            path: parts.uri.path().to_owned(),
        })
    }
}

impl Emulator {
    /// Answers a request to the URL of a function.
    pub(super) async fn answer_function_url(
        &self,
        parts: &Parts,
        place: UrlPlace,
        body: Body,
        now: Timestamp,
    ) -> Response {
        let inner = &*self.0;
        let service = &ruststack_models::lambda::SERVICE;
        let key = authorize::access_key_id(parts);
        let Some(called) = inner.services.lambda.function_of_url(place.region.as_deref(), &place.id) else {
            return told(StatusCode::FORBIDDEN, FORBIDDEN);
        };
        let caller = inner.ids.caller(&inner.config, service, key.as_deref(), Some(called.region()), now);
        let is_preflight =
            parts.method == Method::OPTIONS && parts.headers.contains_key("access-control-request-method");
        let mut response = if is_preflight && called.url.cors.is_some() {
            bare(StatusCode::OK)
        } else {
            self.call_url(parts, &place, body, &called, &caller).await
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
        place: &UrlPlace,
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
        // What a policy says counts where signatures do.
        let is_let = matches!(inner.config.auth, Auth::Accept) || called.lets(caller);
        if !is_known || !is_let {
            return told(StatusCode::FORBIDDEN, FORBIDDEN);
        }
        let event = event::of(parts, place, called.region(), &bytes, caller);
        if called.is_streamed() {
            let run = async { Ok(inner.services.lambda.stream_url(caller, called, &event).await) };
            return match self.guarded("InvokeFunctionUrl", caller, run).await {
                Ok(Ok(streamed)) => stream::of(streamed).await.unwrap_or_else(answer::failed),
                Ok(Err(error)) => refused(error),
                Err(_) => answer::failed(),
            };
        }
        let run = async { Ok(inner.services.lambda.call_url(caller, called, &event).await) };
        match self.guarded("InvokeFunctionUrl", caller, run).await {
            Ok(Ok((given, false))) => answer::of(&given),
            Ok(Ok((_, true))) => answer::failed(),
            Ok(Err(error)) => refused(error),
            Err(_) => answer::failed(),
        }
    }
}

/// What is told where the function is not run.
fn refused(error: LambdaError) -> Response {
    let fault = Fault::from(error);
    told(fault.status, fault.message.as_deref().unwrap_or_default())
}

/// What Lambda itself tells.
fn told(status: StatusCode, message: &str) -> Response {
    let mut response = bare(status);
    if status == StatusCode::FORBIDDEN {
        let kind = HeaderValue::from_static("AccessDeniedException");
        response.headers_mut().insert("x-amzn-errortype", kind);
    }
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    *response.body_mut() = json!({"Message": message}).to_string().into_bytes().into();
    response
}

fn bare(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use http::Request;

    fn place(host: &str, path: &str) -> Option<UrlPlace> {
        let request = Request::get(path).header("host", host).body(()).expect("a request");
        UrlPlace::of(&request.into_parts().0)
    }

    #[test]
    fn a_url_is_named_by_its_host_or_by_its_path() {
        let of_host = place("abc.lambda-url.eu-west-1.localhost:4566", "/a/b").expect("a place");
        assert_eq!((of_host.id.as_str(), of_host.region.as_deref()), ("abc", Some("eu-west-1")));
        assert_eq!(of_host.path, "/a/b");
        for (path, wanted) in [("", "/"), ("/", "/"), ("/a/b", "/a/b")] {
            let of_path = place("localhost", &format!("{BASE}abc{path}")).expect("a place");
            assert_eq!((of_path.id.as_str(), of_path.region, of_path.path.as_str()), ("abc", None, wanted));
        }
        assert_eq!(place("localhost", "/a/b"), None);
        assert_eq!(place("bucket.s3.localhost", "/"), None);
    }

    #[tokio::test]
    async fn there_are_no_urls_where_there_is_no_lambda() {
        for (disabled, status) in [(None, StatusCode::FORBIDDEN), (Some("lambda"), StatusCode::NOT_FOUND)] {
            let disabled = disabled.map(str::to_owned).into_iter().collect();
            let emulator = Emulator::new(Config { disabled, ..Config::default() });
            let request = Request::get("/bucket-that-is-not-there/key");
            let request = request.header("host", "abc.lambda-url.us-east-1.localhost");
            let answer = emulator.answer(request.body(Body::empty()).expect("a request")).await;
            assert_eq!(answer.status(), status);
        }
    }
}
