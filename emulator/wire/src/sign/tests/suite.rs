//! The signing cases of AWS's own libraries, a folder a case, in both directions.

use std::path::Path;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use time::OffsetDateTime;

use super::{OneKey, data};
use crate::sign::amz_date;
use crate::sign::canonical::{
    CanonicalRequest, Form, Head, PathStyle, SigningKey, canonical_path, sha256_hex, string_to_sign,
};
use crate::sign::credential::{CredentialScope, Endpoint};
use crate::sign::payload::PayloadHash;
use crate::sign::refusal::SignatureError;
use crate::sign::signer::{Credentials, Payload, Scope, presign_in_style, sign_in_style};
use crate::sign::verify::{Verified, verify_in_style};

#[test]
fn every_case_is_signed_and_verified_in_both_forms() {
    let Some(folder) = data("RUSTSTACK_SIGV4_TESTS", "sigv4-tests") else { return };
    let mut count = 0;
    for entry in std::fs::read_dir(folder.join("v4")).unwrap() {
        let case = Case::read(&entry.unwrap().path());
        for form in ["header", "query"] {
            case.expected_text_comes_out(form);
            case.signed_request_is_accepted(form);
            case.every_change_is_refused(form);
        }
        case.our_signer_agrees();
        count += 1;
    }
    assert!(count >= 30, "only {count} cases");
}

struct Case {
    name: String,
    context: Value,
    files: std::collections::HashMap<String, String>,
}

/// A request as a file tells it, whose path need not be a valid URI's.
#[derive(Clone)]
struct Request {
    method: String,
    path: String,
    query: String,
    headers: HeaderMap,
    body: String,
}

impl Request {
    fn parse(text: &str) -> Request {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        // A folded line goes on with the one before it.
        let head = head.replace("\n ", " ");
        let mut lines = head.lines();
        let line = lines.next().unwrap().strip_suffix(" HTTP/1.1").unwrap();
        let (method, target) = line.split_once(' ').unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers = HeaderMap::new();
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let [method, path, query, body] = [method, path, query, body].map(str::to_owned);
        Request { method, path, query, headers, body }
    }

    fn head(&self) -> Head<'_> {
        Head {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            authority: None,
            headers: &self.headers,
        }
    }
}

impl Case {
    fn read(folder: &Path) -> Case {
        let files = std::fs::read_dir(folder).unwrap().map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        });
        let files: std::collections::HashMap<String, String> = files.collect();
        let context = serde_json::from_str(&files["context.json"]).unwrap();
        Case { name: folder.display().to_string(), context, files }
    }

    fn text(&self, pointer: &str) -> Option<String> {
        self.context.pointer(pointer)?.as_str().map(str::to_owned)
    }

    fn flag(&self, name: &str) -> bool {
        self.context[name].as_bool().unwrap_or_default()
    }

    fn style(&self) -> PathStyle {
        if self.flag("normalize") { PathStyle::Normalized } else { PathStyle::S3 }
    }

    fn time(&self) -> OffsetDateTime {
        let text = self.text("/timestamp").unwrap().replace(['-', ':'], "");
        amz_date::parse(&text).unwrap()
    }

    fn key(&self) -> OneKey {
        OneKey {
            access_key_id: self.text("/credentials/access_key_id").unwrap(),
            secret: self.text("/credentials/secret_access_key").unwrap(),
            token: self.text("/credentials/token"),
        }
    }

    fn scope(&self) -> CredentialScope {
        CredentialScope {
            access_key_id: self.key().access_key_id,
            date: amz_date::day(self.time()),
            region: self.text("/region").unwrap(),
            service: self.text("/service").unwrap(),
        }
    }

    fn body<'a>(&self, request: &'a Request) -> &'a [u8] {
        if self.flag("sign_body") { request.body.as_bytes() } else { b"" }
    }

    fn verify(&self, request: &Request, payload: PayloadHash) -> Result<Verified, SignatureError> {
        let (endpoint, style) = (Endpoint::default(), Some(self.style()));
        verify_in_style(&request.head(), payload, &self.key(), self.time(), &endpoint, style)
    }

    /// Canonical request, string to sign and signature are those of the files.
    fn expected_text_comes_out(&self, form: &str) {
        let file = |name: &str| self.files[&format!("{form}-{name}.txt")].as_str();
        let request = Request::parse(file("signed-request"));
        let expected = file("canonical-request");
        let mut last_lines = expected.rsplitn(3, '\n');
        let (payload, signed_headers) = (last_lines.next().unwrap(), last_lines.next().unwrap());

        let mut unsigned = vec!["X-Amz-Signature"];
        if self.flag("omit_session_token") {
            unsigned.push("X-Amz-Security-Token");
        }
        let form = Form { path: self.style(), signed_headers, unsigned_parameters: &unsigned, payload };
        let canonical = CanonicalRequest::new(&request.head(), &form);
        assert_eq!(canonical.to_text(), expected, "{}", self.name);

        let string = string_to_sign(&amz_date::basic(self.time()), &self.scope(), &canonical);
        assert_eq!(string, file("string-to-sign"), "{}", self.name);
        let signature = SigningKey::derive(&self.key().secret, &self.scope()).sign(&string);
        assert_eq!(signature, file("signature"), "{}", self.name);
    }

    fn signed_request_is_accepted(&self, form: &str) {
        let request = Request::parse(&self.files[&format!("{form}-signed-request.txt")]);
        let verified = self.verify(&request, PayloadHash::of(self.body(&request)));
        let verified = verified.unwrap_or_else(|error| panic!("{}: {error:?}", self.name));
        assert_eq!(verified.scope, self.scope());
        assert_eq!(verified.is_presigned, form == "query");
        assert_eq!(verified.signature, self.files[&format!("{form}-signature.txt")]);
    }

    fn every_change_is_refused(&self, form: &str) {
        let request = Request::parse(&self.files[&format!("{form}-signed-request.txt")]);
        let payload = PayloadHash::of(self.body(&request));
        let refused = |changed: &Request, payload, what: &str| {
            assert!(self.verify(changed, payload).is_err(), "{}: accepted with another {what}", self.name);
        };
        refused(&request, PayloadHash::of(b"another body"), "body");
        refused(&Request { method: "PATCH".to_owned(), ..request.clone() }, payload, "method");

        for path in changes(request.path.as_bytes()).filter_map(|path| String::from_utf8(path).ok()) {
            // Changes that normalisation undoes are no changes: /a/.. and /b/.. are the same path.
            if canonical_path(&path, self.style()) != canonical_path(&request.path, self.style()) {
                refused(&Request { path: path.clone(), ..request.clone() }, payload, &path);
            }
        }
        for query in changes(request.query.as_bytes()).filter_map(|query| String::from_utf8(query).ok()) {
            refused(&Request { query: query.clone(), ..request.clone() }, payload, &query);
        }
        for (name, value) in &request.headers {
            for changed in changes(value.as_bytes()) {
                let mut headers = request.headers.clone();
                let values: Vec<HeaderValue> = headers.get_all(name).iter().cloned().collect();
                headers.remove(name);
                for old in values {
                    let new = if old == value { HeaderValue::from_bytes(&changed).unwrap() } else { old };
                    headers.append(name.clone(), new);
                }
                refused(&Request { headers, ..request.clone() }, payload, name.as_str());
            }
        }
    }

    /// aws-sigv4, as we drive it, gives the same signature where the file's path is a URI's, and one
    /// that we accept in any case.
    fn our_signer_agrees(&self) {
        let request = Request::parse(&self.files["request.txt"]);
        let OneKey { access_key_id, secret, token } = self.key();
        let credentials = Credentials {
            access_key_id,
            secret_access_key: secret,
            session_token: token.filter(|_| !self.flag("omit_session_token")),
        };
        let (region, service) = (self.scope().region, self.scope().service);
        let scope = Scope { region: &region, service: &service };
        let hash = sha256_hex(self.body(&request));
        // A hash given says that the request is to tell it in a header.
        let payload = if self.flag("sign_body") { Payload::Sha256(&hash) } else { Payload::Bytes(b"") };

        let path: String = request.path.replace(' ', "%20");
        let mut builder =
            http::Request::builder().method(request.method.as_str()).uri(format!("{path}?{}", request.query));
        *builder.headers_mut().unwrap() = request.headers.clone();
        let (parts, ()) = builder.body(()).unwrap().into_parts();

        let is_plain = request.path.is_ascii() && path == request.path;
        let style = self.style();
        let expires = Duration::from_secs(self.context["expiration_in_seconds"].as_u64().unwrap());

        let mut signed = parts.clone();
        let chain = sign_in_style(&mut signed, payload, &credentials, scope, self.time(), style).unwrap();
        let mut presigned = parts.clone();
        presign_in_style(&mut presigned, payload, &credentials, scope, self.time(), expires, style).unwrap();

        if is_plain {
            assert_eq!(chain.latest(), self.files["header-signature.txt"], "{}", self.name);
            let query = presigned.uri.query().unwrap();
            assert!(query.contains(&self.files["query-signature.txt"]), "{}: {query}", self.name);
        }
        for parts in [signed, presigned] {
            let verified = verify_in_style(
                &Head::of(&parts),
                PayloadHash::of(self.body(&request)),
                &self.key(),
                self.time(),
                &Endpoint::default(),
                Some(style),
            );
            assert!(verified.is_ok(), "{}: {verified:?}", self.name);
        }
    }
}

/// The same bytes with one of them changed, each in turn.
fn changes(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> + use<'_> {
    (0..bytes.len()).map(|index| {
        let mut changed = bytes.to_vec();
        changed[index] = if changed[index] == b'x' { b'y' } else { b'x' };
        changed
    })
}
