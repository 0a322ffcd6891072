//! The heads of calls and answers. They are kept as HTTP/1.1 writes them (RFC 9112, section 2.1), which takes a copy of
//! their bytes while the application waits; what a cassette says of them is made of that when nobody does.

use http::header::{HeaderName, HeaderValue};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode, Uri};
use ruststack_cassettes::{Auth, AuthKind, Headers, Interaction, Request as Recorded};
use ruststack_wire::sign::credential::CredentialScope;
use ruststack_wire::{Operation, Service};
use std::io;

use crate::signature;

/// More than any head has whose like a server takes.
const MOST_HEADERS: usize = 1024;

/// What is known of a call besides its head.
#[derive(Clone, Debug, Default)]
pub(crate) struct About {
    pub(crate) service: Option<&'static Service>,
    pub(crate) operation: Option<&'static Operation>,
    /// The region that it is signed for.
    pub(crate) region: String,
}

impl About {
    /// What is left to say of a call whose head could not be kept.
    pub(crate) fn lost(&self, error: &io::Error) -> Interaction {
        Interaction {
            service: self.service.map(|service| service.name.to_owned()),
            operation: self.operation.map(|operation| operation.name.to_owned()),
            region: Some(self.region.clone()),
            not_comparable: Some(format!("the call's head could not be kept: {error}")),
            ..Interaction::default()
        }
    }
}

/// A call's head, in one piece.
pub(crate) fn of_request(parts: &Parts) -> Vec<u8> {
    let uri = &parts.uri;
    let scheme = uri.scheme_str().unwrap_or("https");
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let first = [parts.method.as_str(), " ", scheme, "://", authority, path, " HTTP/1.1\r\n"];
    written(&first, &parts.headers)
}

/// An answer's head, in one piece.
pub(crate) fn of_answer(status: StatusCode, headers: &HeaderMap) -> Vec<u8> {
    written(&["HTTP/1.1 ", status.as_str(), " \r\n"], headers)
}

fn written(first: &[&str], headers: &HeaderMap) -> Vec<u8> {
    let length = |(name, value): (&HeaderName, &HeaderValue)| name.as_str().len() + value.len() + 4;
    let length =
        first.iter().map(|part| part.len()).sum::<usize>() + headers.iter().map(length).sum::<usize>();
    let mut head = Vec::with_capacity(length + 2);
    first.iter().for_each(|part| head.extend_from_slice(part.as_bytes()));
    for (name, value) in headers {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            head.extend_from_slice(part);
        }
    }
    head.extend_from_slice(b"\r\n");
    head
}

/// Reads a call's head again.
pub(crate) fn request(head: &[u8]) -> io::Result<Parts> {
    let mut headers = vec![httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut read = httparse::Request::new(&mut headers);
    read.parse(head).map_err(io::Error::other)?;
    let (mut parts, ()) = http::Request::new(()).into_parts();
    parts.method = read.method.unwrap_or_default().parse::<Method>().map_err(io::Error::other)?;
    parts.uri = read.path.unwrap_or_default().parse::<Uri>().map_err(io::Error::other)?;
    parts.headers = map(read.headers)?;
    Ok(parts)
}

/// Reads an answer's head again.
pub(crate) fn answer(head: &[u8]) -> io::Result<(u16, Headers)> {
    let mut headers = vec![httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut read = httparse::Response::new(&mut headers);
    read.parse(head).map_err(io::Error::other)?;
    Ok((read.code.unwrap_or_default(), told(&map(read.headers)?)))
}

fn map(headers: &[httparse::Header<'_>]) -> io::Result<HeaderMap> {
    let pairs = headers.iter().map(|header| {
        let name = HeaderName::from_bytes(header.name.as_bytes()).map_err(io::Error::other)?;
        Ok((name, HeaderValue::from_bytes(header.value).map_err(io::Error::other)?))
    });
    pairs.collect()
}

fn told(headers: &HeaderMap) -> Headers {
    headers.iter().map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes()))).collect()
}

/// The call as its cassette has it. The signature in it is the application's, and the redactor takes that out.
pub(crate) fn interaction(parts: &Parts, about: &About) -> Interaction {
    let scope = CredentialScope::of(parts).map(|scope| scope.service).filter(|name| !name.is_empty());
    let signing_name = scope.or(about.service.map(|service| service.signing_name.to_owned()));
    let auth = signature::auth_of(parts);
    let auth = match auth.kind {
        AuthKind::Anonymous => Auth::default(),
        AuthKind::Header | AuthKind::Presigned => Auth {
            service: Some(signing_name.clone().unwrap_or_default()),
            region: Some(about.region.clone()),
            ..auth
        },
    };
    let scheme = parts.uri.scheme_str().unwrap_or("https");
    let authority = parts.uri.authority().map_or("", |authority| authority.as_str());
    Interaction {
        service: about.service.map(|service| service.name.to_owned()).or(signing_name),
        operation: about.operation.map(|operation| operation.name.to_owned()),
        region: Some(about.region.clone()),
        request: Recorded {
            method: parts.method.to_string(),
            origin: format!("{scheme}://{authority}"),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
            auth: Some(auth),
            headers: told(&parts.headers),
            ..Recorded::default()
        },
        ..Interaction::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_it_was_written() {
        let built = http::Request::put("https://b.s3.eu-west-1.amazonaws.com/k%20%C3%A4?acl&x={a|b}")
            .header("x-amz-meta-a", "1, 2")
            .header("x-amz-meta-a", "")
            .header("x-amz-meta-b", HeaderValue::from_bytes("ä".as_bytes()).unwrap());
        let (parts, ()) = built.body(()).unwrap().into_parts();
        let read = request(&of_request(&parts)).unwrap();
        assert_eq!((&read.method, &read.uri, &read.headers), (&parts.method, &parts.uri, &parts.headers));

        let told = interaction(&read, &About { region: "eu-west-1".to_owned(), ..About::default() });
        assert_eq!(told.request.origin, "https://b.s3.eu-west-1.amazonaws.com");
        assert_eq!(
            (told.request.path.as_str(), told.request.query.as_deref()),
            ("/k%20%C3%A4", Some("acl&x={a|b}"))
        );
        assert_eq!(told.request.headers.get("x-amz-meta-b"), Some("ä"));

        let (status, headers) = answer(&of_answer(StatusCode::NOT_FOUND, &parts.headers)).unwrap();
        assert_eq!((status, headers), (404, told.request.headers));
    }

    #[test]
    fn what_is_no_head_is_refused() {
        assert!(request(b"").is_err() && request(b"GET /\r\n\r\n").is_err() && answer(b"no").is_err());
    }
}
