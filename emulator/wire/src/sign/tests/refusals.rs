//! Requests that are wrong in one way each, and what AWS says to them.

use http::request::Parts;
use time::{Duration, OffsetDateTime};

use super::OneKey;
use crate::sign::amz_date;
use crate::sign::canonical::Head;
use crate::sign::credential::{CredentialScope, Endpoint};
use crate::sign::payload::{Declared, Framing, PayloadHash};
use crate::sign::refusal::{Family, Refusal, SignatureError};
use crate::sign::signer::{Credentials, Payload, Scope, presign, sign};
use crate::sign::verify::{Verified, verify, verify_at};

const BODY: &[u8] = b"Welcome to Amazon S3.";

fn now() -> OffsetDateTime {
    amz_date::parse("20130524T000000Z").unwrap()
}

fn credentials() -> Credentials {
    let OneKey { access_key_id, secret, token } = OneKey::example();
    Credentials { access_key_id, secret_access_key: secret, session_token: token }
}

fn request(uri: &str) -> Parts {
    let host = if uri.contains("s3") { "examplebucket.s3.amazonaws.com" } else { "aws.amazonaws.com" };
    let request = http::Request::put(uri).header("host", host).header("x-amz-acl", "private");
    request.body(()).unwrap().into_parts().0
}

/// A request for this service, signed in its headers.
fn signed(service: &str) -> Parts {
    let mut parts = request(&format!("/{service}/a%20key?acl"));
    let scope = Scope { region: "us-east-1", service };
    sign(&mut parts, Payload::Bytes(BODY), &credentials(), scope, now()).unwrap();
    parts
}

fn presigned(service: &str) -> Parts {
    let mut parts = request(&format!("/{service}/a%20key?acl"));
    let scope = Scope { region: "us-east-1", service };
    let (payload, life) = (Payload::Unsigned, std::time::Duration::from_secs(60));
    presign(&mut parts, payload, &credentials(), scope, now(), life).unwrap();
    parts
}

fn check(parts: &Parts, now: OffsetDateTime) -> Result<Verified, SignatureError> {
    verify(parts, PayloadHash::of(BODY), &OneKey::example(), now)
}

fn refusal(parts: &Parts, now: OffsetDateTime, family: Family) -> Refusal {
    check(parts, now).unwrap_err().refusal(family)
}

/// The refusal on one line: status, code, message, members.
fn told(refusal: &Refusal) -> String {
    let mut text = format!("{} {}: {}", refusal.status.as_u16(), refusal.code, refusal.message);
    for (name, value) in &refusal.members {
        text.push_str(&format!(" <{name}>{value}"));
    }
    text
}

fn with_header(mut parts: Parts, name: &'static str, change: impl Fn(&str) -> String) -> Parts {
    let old = parts.headers[name].to_str().unwrap().to_owned();
    parts.headers.insert(name, change(&old).try_into().unwrap());
    parts
}

fn with_uri(mut parts: Parts, change: impl Fn(&str) -> String) -> Parts {
    parts.uri = change(&parts.uri.to_string()).parse().unwrap();
    parts
}

#[test]
fn s3_refuses_headers_in_its_words() {
    let authorization = |from: &'static str, to: &'static str| {
        with_header(signed("s3"), "authorization", move |old| old.replace(from, to))
    };
    let without = |name: &str| {
        let mut parts = signed("s3");
        parts.headers.remove(name);
        parts
    };
    let malformed = "400 AuthorizationHeaderMalformed: The authorization header is malformed;";
    let mut unsigned = signed("s3");
    for name in ["x-amz-meta-a", "content-md5", "content-type"] {
        unsigned.headers.insert(name, "x".parse().unwrap());
    }
    let cases = [
        (authorization("AKIAIOSFODNN7", "AKIA"), "403 InvalidAccessKeyId: The AWS Access Key Id you provided does not exist in our records. <AWSAccessKeyId>AKIAEXAMPLE".to_owned()),
        (authorization("SignedHeaders=", "Headers="), format!("{malformed} the authorization header requires three components: Credential, SignedHeaders, and Signature.")),
        (authorization("/20130524/", "/"), format!("{malformed} the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".")),
        (authorization("/20130524/", "/2013/"), format!("{malformed} incorrect date format \"2013\". This date in the credential must be in the format \"yyyyMMdd\".")),
        (authorization("/20130524/", "/20130525/"), format!("{malformed} Invalid credential date. Date is not the same as X-Amz-Date.")),
        (authorization("aws4_request", "aws5"), format!("{malformed} incorrect terminal \"aws5\". This endpoint uses \"aws4_request\".")),
        (without("x-amz-content-sha256"), "400 InvalidRequest: Missing required header for this request: x-amz-content-sha256".to_owned()),
        (without("x-amz-date"), "403 AccessDenied: AWS authentication requires a valid Date or x-amz-date header".to_owned()),
        (without("authorization"), "403 AccessDenied: Access Denied".to_owned()),
        (unsigned, "403 AccessDenied: There were headers present in the request which were not signed <HeadersNotSigned>x-amz-meta-a, content-md5".to_owned()),
    ];
    for (parts, expected) in cases {
        assert_eq!(told(&refusal(&parts, now(), Family::S3)), expected);
    }
}

#[test]
fn s3_tells_the_time_and_both_hashes() {
    let late = now() + Duration::minutes(15) + Duration::seconds(1);
    assert_eq!(
        told(&refusal(&signed("s3"), late, Family::S3)),
        "403 RequestTimeTooSkewed: The difference between the request time and the current time is too \
         large. <RequestTime>20130524T000000Z <ServerTime>2013-05-24T00:15:01Z \
         <MaxAllowedSkewMilliseconds>900000"
    );
    assert!(check(&signed("s3"), now() + Duration::minutes(15)).is_ok());

    let error = verify(&signed("s3"), PayloadHash::of(b""), &OneKey::example(), now()).unwrap_err();
    let text = told(&error.refusal(Family::S3));
    assert!(text.starts_with("400 XAmzContentSHA256Mismatch: The provided 'x-amz-content-sha256' header does not match what was computed. <ClientComputedContentSHA256>44ce7dd6"), "{text}");
    assert!(
        text.ends_with(
            "<S3ComputedContentSHA256>e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        ),
        "{text}"
    );

    // The same, when the body is known only later.
    let verified = verify(&signed("s3"), PayloadHash::Streamed, &OneKey::example(), now()).unwrap();
    let PayloadHash::Computed(hash) = PayloadHash::of(BODY) else { unreachable!() };
    assert_eq!(verified.check_body(&hash), Ok(()));
    assert!(matches!(verified.check_body(&[0; 32]), Err(SignatureError::BodyMismatch { .. })));
}

#[test]
fn s3_refuses_presigned_urls_in_its_words() {
    let query =
        |from: &'static str, to: &'static str| with_uri(presigned("s3"), move |old| old.replace(from, to));
    let code = "400 AuthorizationQueryParametersError:";
    let cases = [
        (
            query("X-Amz-Signature", "x"),
            format!(
                "{code} Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
            ),
        ),
        (
            query("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA512"),
            format!("{code} X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256\""),
        ),
        (query("Expires=60", "Expires=x"), format!("{code} X-Amz-Expires should be a number")),
        (query("Expires=60", "Expires=-1"), format!("{code} X-Amz-Expires must be non-negative")),
        (
            query("Expires=60", "Expires=604801"),
            format!(
                "{code} X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds"
            ),
        ),
        (
            query("Date=20130524T000000Z", "Date=20130524"),
            format!("{code} X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""),
        ),
        (
            query("%2F20130524%2F", "%2F20130523%2F"),
            format!(
                "{code} Invalid credential date \"20130523\". This date is not the same as X-Amz-Date: \"20130524\"."
            ),
        ),
        (
            query("%2Fus-east-1", ""),
            format!(
                "{code} Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
            ),
        ),
    ];
    for (parts, expected) in cases {
        assert_eq!(told(&refusal(&parts, now(), Family::S3)), expected);
    }
    assert_eq!(
        told(&refusal(&presigned("s3"), now() + Duration::seconds(61), Family::S3)),
        "403 AccessDenied: Request has expired <X-Amz-Expires>60 <Expires>2013-05-24T00:01:00Z \
         <ServerTime>2013-05-24T00:01:01Z"
    );
    assert_eq!(
        told(&refusal(&presigned("s3"), now() - Duration::minutes(16), Family::S3)),
        "403 AccessDenied: Request is not yet valid <X-Amz-Date>1369353600000 \
         <Expires>2013-05-24T00:01:00Z <ServerTime>2013-05-23T23:44:00Z"
    );
}

#[test]
fn a_wrong_region_or_service_is_named() {
    let endpoint = Endpoint { region: Some("eu-west-1"), service: Some("s3") };
    let error = |service, family| {
        let parts = signed(service);
        let head = Head::of(&parts);
        let endpoint = Endpoint { service: Some(service), ..endpoint };
        verify_at(&head, PayloadHash::of(BODY), &OneKey::example(), now(), &endpoint)
            .unwrap_err()
            .refusal(family)
    };
    assert_eq!(
        told(&error("s3", Family::S3)),
        "400 AuthorizationHeaderMalformed: The authorization header is malformed; the region 'us-east-1' is \
         wrong; expecting 'eu-west-1' <Region>eu-west-1"
    );
    assert_eq!(
        told(&error("sqs", Family::Json)),
        "400 InvalidSignatureException: Credential should be scoped to a valid region. "
    );
}

#[test]
fn other_services_have_words_of_their_own() {
    let mismatch = with_header(signed("sqs"), "x-amz-acl", |_| "public".to_owned());
    let json = refusal(&mismatch, now(), Family::Json);
    assert_eq!((json.code, json.status.as_u16()), ("InvalidSignatureException", 400));
    assert!(json.message.ends_with("Consult the service documentation for details."));
    assert_eq!(refusal(&mismatch, now(), Family::Query).code, "SignatureDoesNotMatch");
    let rest = refusal(&mismatch, now(), Family::RestJson).message;
    assert!(
        rest.contains(
            "\n\nThe Canonical String for this request should have been\n'PUT\n/sqs/a%2520key\nacl=\n"
        ),
        "{rest}"
    );
    assert!(
        rest.contains("'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20130524T000000Z\n"),
        "{rest}"
    );

    let unknown = with_header(signed("sqs"), "authorization", |old| old.replace("AKIA", "AKIB"));
    assert_eq!(
        told(&refusal(&unknown, now(), Family::Json)),
        "400 UnrecognizedClientException: The security token included in the request is invalid."
    );
    assert_eq!(
        told(&refusal(&unknown, now(), Family::Query)),
        "403 InvalidClientTokenId: The security token included in the request is invalid."
    );

    let anonymous = request("/");
    assert_eq!(
        told(&refusal(&anonymous, now(), Family::RestJson)),
        "403 MissingAuthenticationTokenException: Missing Authentication Token"
    );
    assert_eq!(
        told(&refusal(&anonymous, now(), Family::Query)),
        "403 MissingAuthenticationToken: Request is missing Authentication Token"
    );

    assert_eq!(
        told(&refusal(&signed("sts"), now() + Duration::minutes(45), Family::Query)),
        "403 SignatureDoesNotMatch: Signature expired: 20130524T000000Z is now earlier than 20130524T003000Z \
         (20130524T004500Z - 15 min.)"
    );
    assert_eq!(
        told(&refusal(&signed("sqs"), now() - Duration::minutes(16), Family::Json)),
        "400 InvalidSignatureException: Signature not yet current: 20130524T000000Z is still later than \
         20130523T235900Z (20130523T234400Z + 15 min.)"
    );
    let incomplete = with_header(signed("sqs"), "authorization", |old| old.replace("Signature=", "S="));
    let text = told(&refusal(&incomplete, now(), Family::Json));
    assert!(
        text.starts_with(
            "400 IncompleteSignatureException: Authorization header requires 'Signature' parameter. (Hashed"
        ),
        "{text}"
    );
}

#[test]
fn a_good_request_tells_who_signed_it() {
    for parts in [signed("s3"), presigned("s3"), signed("sqs")] {
        let verified = check(&parts, now()).unwrap();
        assert_eq!(Some(verified.scope.clone()), CredentialScope::of(&parts));
        assert!(!format!("{verified:?} {:?}", credentials()).contains("wJalr"));
    }
    // A presigned URL of a service that hashes the body declares nothing, so the body counts.
    assert!(matches!(check(&presigned("sqs"), now()), Err(SignatureError::Mismatch(_))));

    let mut parts = request("/s3/key");
    let scope = Scope { region: "us-east-1", service: "s3" };
    sign(&mut parts, Payload::Chunked(Framing::SignedTrailer), &credentials(), scope, now()).unwrap();
    assert_eq!(check(&parts, now()).unwrap().payload, Declared::Chunked(Framing::SignedTrailer));
}

#[test]
fn two_mechanisms_are_one_too_many() {
    let mut parts = presigned("s3");
    parts.headers.insert("authorization", "Basic x".parse().unwrap());
    let text = told(&refusal(&parts, now(), Family::S3));
    assert!(text.starts_with("400 InvalidArgument: Only one auth mechanism allowed;"), "{text}");
    assert!(text.ends_with("<ArgumentName>Authorization <ArgumentValue>Basic x"), "{text}");
}

/// The documentation's `GET /test.txt`, signed for S3 with `range`:
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>.
#[test]
fn the_documentations_s3_examples_verify() {
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let get = http::Request::get("/test.txt")
        .header("host", "examplebucket.s3.amazonaws.com")
        .header("range", "bytes=0-9")
        .header("x-amz-content-sha256", empty)
        .header("x-amz-date", "20130524T000000Z")
        .header("authorization", "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    let get = get.body(()).unwrap().into_parts().0;
    assert!(verify(&get, PayloadHash::of(b""), &OneKey::example(), now()).is_ok());

    let presigned = "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    let presigned = http::Request::get(presigned).body(()).unwrap().into_parts().0;
    assert!(check(&presigned, now() + Duration::hours(23)).is_ok());
}

#[test]
fn invented_requests_never_panic() {
    let mut random = 7_u64;
    let mut next = |bound: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % bound as u64) as usize
    };
    let pieces = [
        "AWS4-HMAC-SHA256",
        " ",
        "Credential=",
        "AK/20130524/us-east-1/s3/aws4_request",
        ",",
        "SignedHeaders=",
        "host;x-amz-date",
        "Signature=",
        "00",
        "/",
        "%",
        "%2",
        "X-Amz-Algorithm=",
        "&",
        "X-Amz-Expires=99999999999999999999",
        "X-Amz-Date=99991231T235959Z",
        "X-Amz-Credential=",
        "sqs",
        "=",
        ";",
        "é",
        "X-Amz-Signature=1",
        "X-Amz-SignedHeaders=host",
    ];
    for round in 0..20_000 {
        let mut text = || (0..next(12)).map(|_| pieces[next(pieces.len())]).collect::<String>();
        let (header, query) = (text(), text());
        let mut request = http::Request::get(format!("/?{}", query.replace(' ', "+")));
        if round % 3 > 0 {
            request = request.header("authorization", header.as_bytes());
        }
        if round % 2 > 0 {
            request = request
                .header("x-amz-date", "20130524T000000Z")
                .header("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
        }
        let Ok(request) = request.body(()) else { continue };
        let parts = request.into_parts().0;
        let Err(error) = check(&parts, now()) else { continue };
        for family in [Family::S3, Family::Json, Family::RestJson, Family::Query] {
            assert!(!error.refusal(family).code.is_empty());
        }
    }
}
