//! Stories of S3, each against a whole emulator of its own.

mod access;
mod attributes;
mod authorize;
mod cors;
mod expiry;
mod form;
mod happening;
mod model;
mod multipart;
mod routing;
mod settings;
mod tagging;
mod together;
mod versions;
mod website;

use crate::gateway::{Caller, Ids};
use crate::{Config, Emulator};
use bytes::Bytes;
use http::HeaderMap;
use ruststack_wire::{Body, Request, Timestamp};

/// An emulator with the bucket `bucket`.
pub(super) struct Aws {
    emulator: Emulator,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// A caller, for what is tested without a request.
pub(super) fn caller() -> Caller {
    Ids::new(Some(1)).caller(
        &Config::default(),
        &ruststack_models::s3::SERVICE,
        None,
        None,
        Timestamp::default(),
    )
}

impl Aws {
    pub(super) async fn start() -> Aws {
        let aws = Aws { emulator: Emulator::new(Config::default()) };
        assert_eq!(aws.send("PUT", "/bucket", &[], "").await.status, 200);
        aws
    }

    /// The same, of an emulator that decides who may do what. The key `AKIDEXAMPLE` has the secret `secret`; the bucket
    /// is its account's, and has besides what is said here.
    pub(super) async fn start_strict(said: serde_json::Value) -> Aws {
        let mut credentials = crate::config::Credentials::default();
        credentials.add("AKIDEXAMPLE", "secret");
        let auth = crate::Auth::Verify(credentials);
        let emulator = Emulator::new(Config { auth, ..Config::default() });
        let mut bucket = serde_json::json!({
            "name": "bucket", "owner": crate::config::DEFAULT_ACCOUNT, "region": "us-east-1",
            "created": "2026-01-01T00:00:00Z",
        });
        for (name, value) in said.as_object().into_iter().flatten() {
            bucket[name] = value.clone();
        }
        emulator.place(&serde_json::json!({"s3": {"buckets": [bucket]}})).expect("a bucket");
        Aws { emulator }
    }

    /// The emulator itself.
    pub(super) fn emulator(&self) -> &Emulator {
        &self.emulator
    }

    /// Sends a request, unsigned.
    pub(super) async fn send(
        &self,
        method: &str,
        uri: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        let mut request = http::Request::builder().method(method).uri(uri);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", "localhost:4566");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request: Request = request.body(Body::from(body.into())).expect("a request");
        let (parts, body) = self.emulator.answer(request).await.into_parts();
        let body = body.collect(1 << 30).await.expect("a body");
        assert_eq!(self.emulator.panics(), 0, "{method} {uri}");
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }
}

impl Answer {
    /// The body as text.
    pub(super) fn xml(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }

    /// The texts of all elements of this name, as they stand in the document.
    pub(super) fn all(&self, element: &str) -> Vec<&str> {
        let (open, close) = (format!("<{element}>"), format!("</{element}>"));
        self.xml()
            .split(open.as_str())
            .skip(1)
            .filter_map(|rest| Some(rest.split_once(close.as_str())?.0))
            .collect()
    }

    /// The text of the first element of this name.
    #[track_caller]
    pub(super) fn text(&self, element: &str) -> &str {
        let all = self.all(element);
        all.first().copied().unwrap_or_else(|| panic!("no {element} in {}", self.xml()))
    }

    /// A header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The status and the code of an error.
    #[track_caller]
    pub(super) fn error(&self) -> (u16, &str) {
        (self.status, self.text("Code"))
    }
}
