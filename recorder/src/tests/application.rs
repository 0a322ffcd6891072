//! An application that signs with credentials of its own, which open nothing, and sends to the recorder.

use bytes::Bytes;
use http::request::Parts;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use ruststack_wire::sign::chunked::{encode_signed, encode_unsigned_with_trailer};
use ruststack_wire::sign::payload::Framing;
use ruststack_wire::sign::signer::{Credentials, Payload, Scope, presign, sign};
use std::net::SocketAddr;
use std::time::Duration;
use time::OffsetDateTime;

#[derive(Clone)]
pub(super) struct Application {
    address: SocketAddr,
    client: Client<HttpConnector, Full<Bytes>>,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Got {
    pub(super) status: StatusCode,
    pub(super) version: http::Version,
    pub(super) headers: http::HeaderMap,
    /// The body, or why it broke off.
    pub(super) body: Result<Bytes, String>,
}

impl Got {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(self.body.as_deref().unwrap_or_default()).into_owned()
    }
}

/// What the application signs with.
pub(super) fn credentials() -> Credentials {
    Credentials {
        access_key_id: ["AKIA", "APPLICATIONAPPL1"].concat(),
        secret_access_key: "applSecret".repeat(4),
        session_token: Some("ApplicationToken".repeat(8)),
    }
}

impl Application {
    pub(super) fn new(address: SocketAddr) -> Application {
        Application { address, client: Client::builder(TokioExecutor::new()).build_http() }
    }

    /// The same application, speaking HTTP/2 from the first byte.
    pub(super) fn over_http2(&self) -> Application {
        let client = Client::builder(TokioExecutor::new()).http2_only(true).build_http();
        Application { client, ..self.clone() }
    }

    fn parts(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Parts {
        let uri = format!("http://{}{path}", self.address);
        let request = Request::builder().method(method).uri(uri);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        request.body(()).unwrap().into_parts().0
    }

    async fn send(&self, parts: Parts, body: Bytes) -> Got {
        let response = self.client.request(Request::from_parts(parts, Full::new(body))).await.unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.map(|body| body.to_bytes()).map_err(|error| error.to_string());
        Got { status: head.status, version: head.version, headers: head.headers, body }
    }

    /// Sends without a signature.
    pub(super) async fn plain(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Got {
        self.send(self.parts(method, path, headers), Bytes::new()).await
    }

    /// Signs in the headers and sends.
    pub(super) async fn call(
        &self,
        service: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &'static str,
    ) -> Got {
        let mut parts = self.parts(method, path, headers);
        let scope = Scope { region: "eu-west-1", service };
        sign(&mut parts, Payload::Bytes(body.as_bytes()), &credentials(), scope, OffsetDateTime::now_utc())
            .unwrap();
        self.send(parts, Bytes::from_static(body.as_bytes())).await
    }

    /// Puts an object at a presigned address.
    pub(super) async fn presigned_put(&self, path: &str, body: &'static str) -> Got {
        let mut parts = self.parts("PUT", path, &[]);
        let scope = Scope { region: "eu-west-1", service: "s3" };
        let (now, hour) = (OffsetDateTime::now_utc(), Duration::from_secs(3600));
        presign(&mut parts, Payload::Unsigned, &credentials(), scope, now, hour).unwrap();
        self.send(parts, Bytes::from_static(body.as_bytes())).await
    }

    /// Puts an object in chunks.
    pub(super) async fn chunked_put(&self, path: &str, framing: Framing, chunks: &[&[u8]]) -> Got {
        let length = chunks.iter().map(|chunk| chunk.len()).sum::<usize>().to_string();
        let mut headers =
            vec![("content-encoding", "aws-chunked"), ("x-amz-decoded-content-length", length.as_str())];
        if framing.has_trailers() {
            headers.push(("x-amz-trailer", "x-amz-checksum-crc32"));
        }
        let mut parts = self.parts("PUT", path, &headers);
        let scope = Scope { region: "eu-west-1", service: "s3" };
        let now = OffsetDateTime::now_utc();
        let signatures = sign(&mut parts, Payload::Chunked(framing), &credentials(), scope, now).unwrap();
        let trailers = [("x-amz-checksum-crc32".to_owned(), "AAAAAA==".to_owned())];
        let body = match framing {
            Framing::UnsignedTrailer => encode_unsigned_with_trailer(chunks.iter().copied(), &trailers),
            _ => encode_signed(
                chunks.iter().copied(),
                framing.has_trailers().then_some(&trailers[..]),
                signatures,
            ),
        };
        self.send(parts, body.into()).await
    }
}
