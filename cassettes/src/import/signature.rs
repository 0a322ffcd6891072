//! How a request was signed, from what its recorder left of the signature.

use super::aws_host::AwsHost;
use crate::format::{Auth, AuthKind, Request};

const SIGV4: &str = "AWS4-HMAC-SHA256";

/// How a request was signed.
pub(super) fn of(request: &Request, host: Option<&AwsHost>) -> Auth {
    let mut auth = found(request);
    if auth.kind != AuthKind::Anonymous {
        let host = host.cloned().unwrap_or_default();
        auth.service = auth.service.or(host.service);
        auth.region = auth.region.or(host.region);
    }
    auth
}

fn found(request: &Request) -> Auth {
    let kind_of = |kind, algorithm: Option<&str>| Auth {
        kind,
        algorithm: algorithm.map(str::to_owned),
        ..Auth::default()
    };
    if let Some(authorization) = request.headers.get("authorization") {
        let algorithm = authorization.split(' ').next().filter(|name| name.starts_with("AWS"));
        let scope = authorization.split("Credential=").nth(1).and_then(|rest| rest.split(',').next());
        let signed = algorithm.or_else(|| request.headers.contains("x-amz-date").then_some(SIGV4));
        return with_scope(kind_of(AuthKind::Header, signed), scope.unwrap_or_default());
    }
    if let Some(algorithm) = request.query_parameter("X-Amz-Algorithm") {
        let scope = request.query_parameter("X-Amz-Credential").unwrap_or_default();
        let scope = scope.replace("%2F", "/").replace("%2f", "/");
        let auth = with_scope(kind_of(AuthKind::Presigned, Some(algorithm)), &scope);
        return signed_for(auth, request);
    }
    if request.query_parameter("AWSAccessKeyId").is_some() && request.query_parameter("Signature").is_some() {
        return signed_for(kind_of(AuthKind::Presigned, Some("AWS")), request);
    }
    // A recorder may have removed the authorization; a signer leaves these two besides.
    if request.headers.contains("x-amz-date") || request.headers.contains("x-amz-content-sha256") {
        return kind_of(AuthKind::Header, Some(SIGV4));
    }
    Auth::default()
}

/// Reads `AKID/20260602/us-west-1/s3/aws4_request`.
fn with_scope(mut auth: Auth, credential: &str) -> Auth {
    let parts: Vec<&str> = credential.trim().split('/').collect();
    if let [.., _date, region, service, "aws4_request"] = parts.as_slice() {
        auth.region = Some((*region).to_owned());
        auth.service = Some((*service).to_owned());
    }
    auth
}

/// SDKs name the operation in a presigned URL, and by that the method it was signed for.
fn signed_for(mut auth: Auth, request: &Request) -> Auth {
    let operation = request.query_parameter("x-id");
    let method = operation.and_then(|operation| {
        let methods = [
            ("Head", "HEAD"),
            ("Get", "GET"),
            ("List", "GET"),
            ("Put", "PUT"),
            ("UploadPart", "PUT"),
            ("Copy", "PUT"),
            ("Delete", "DELETE"),
            ("Create", "POST"),
            ("Complete", "POST"),
        ];
        methods.iter().find(|(prefix, _)| operation.starts_with(prefix)).map(|(_, method)| *method)
    });
    auth.signed_operation = operation.map(str::to_owned);
    auth.signed_method = Some(method.unwrap_or(&request.method).to_owned());
    auth
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Headers;

    fn check(method: &str, query: &str, headers: &[(&str, &str)]) -> Auth {
        let url = format!("https://b.s3.us-west-1.amazonaws.com/k?{query}");
        let mut request = Request::of_url(method, &url).unwrap();
        request.headers = headers.iter().copied().collect::<Headers>();
        of(&request, AwsHost::of(request.host()).as_ref())
    }

    #[test]
    fn what_survives_tells_how_it_was_signed() {
        let presigned =
            check("DELETE", "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=CLEARED&x-id=GetObject", &[]);
        assert_eq!(presigned.kind, AuthKind::Presigned);
        assert_eq!(presigned.signed_method.as_deref(), Some("GET"));
        assert_eq!(presigned.region.as_deref(), Some("us-west-1"));
        let header = check("GET", "", &[("x-amz-date", "CLEARED")]);
        assert_eq!((header.kind, header.service.as_deref()), (AuthKind::Header, Some("s3")));
        assert_eq!(check("GET", "", &[("accept", "*/*")]), Auth::default());
        let value =
            "AWS4-HMAC-SHA256 Credential=1/2/eu-west-1/sqs/aws4_request, SignedHeaders=host, Signature=3";
        assert_eq!(check("GET", "", &[("authorization", value)]).region.as_deref(), Some("eu-west-1"));
        let old = check("GET", "AWSAccessKeyId=a&Signature=b&Expires=1", &[]);
        assert_eq!((old.kind, old.algorithm.as_deref()), (AuthKind::Presigned, Some("AWS")));
    }
}
