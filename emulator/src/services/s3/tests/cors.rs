//! Stories of pages of other origins.

use super::{Answer, Aws};

const PAGE: (&str, &str) = ("origin", "https://localhost:4200");

/// An emulator whose bucket has these rules, and an object.
async fn with_rules(rules: &str) -> Aws {
    let aws = Aws::start().await;
    let body = format!("<CORSConfiguration>{rules}</CORSConfiguration>");
    let md5 = {
        use base64::Engine;
        let digest = ruststack_wire::sign::checksum::Algorithm::Md5.digest(body.as_bytes());
        base64::engine::general_purpose::STANDARD.encode(digest.as_bytes())
    };
    assert_eq!(aws.send("PUT", "/bucket?cors", &[("content-md5", &md5)], body).await.status, 200);
    assert_eq!(aws.send("PUT", "/bucket/k", &[], "test-cors").await.status, 200);
    aws
}

fn rule(origin: &str, rest: &str) -> String {
    format!(
        "<CORSRule><AllowedOrigin>{origin}</AllowedOrigin><AllowedMethod>GET</AllowedMethod>{rest}</CORSRule>"
    )
}

fn allowed(answer: &Answer) -> [Option<&str>; 4] {
    ["origin", "methods", "headers", "credentials"]
        .map(|name| answer.header(&format!("access-control-allow-{name}")))
}

#[tokio::test]
async fn a_browser_asks_before_a_request() {
    let aws = with_rules(&rule(
        "https://localhost:4200",
        "<AllowedMethod>PUT</AllowedMethod><AllowedHeader>x-AMZ-*</AllowedHeader>\
         <ExposeHeader>x-amz-id-2</ExposeHeader><ExposeHeader>etag</ExposeHeader><MaxAgeSeconds>3000</MaxAgeSeconds>",
    ))
    .await;
    let get = ("access-control-request-method", "GET");
    let headers = ("access-control-request-headers", "X-Amz-Acl,x-amz-meta-a");
    let asked = aws.send("OPTIONS", "/bucket/k", &[PAGE, get, headers], "").await;
    assert_eq!(asked.status, 200);
    assert_eq!(
        allowed(&asked),
        [Some(PAGE.1), Some("GET, PUT"), Some("x-amz-acl, x-amz-meta-a"), Some("true")]
    );
    assert_eq!(asked.header("access-control-expose-headers"), Some("x-amz-id-2, etag"));
    assert_eq!(asked.header("access-control-max-age"), Some("3000"));
    assert_eq!(
        asked.header("vary"),
        Some("Origin, Access-Control-Request-Headers, Access-Control-Request-Method")
    );
    assert_eq!(asked.header("content-length"), Some("0"));

    let other = aws.send("OPTIONS", "/bucket/k", &[("origin", "https://else"), get], "").await;
    assert_eq!(other.error(), (403, "AccessForbidden"));
    assert_eq!((other.text("Method"), other.text("ResourceType")), ("GET", "OBJECT"));
    let none = aws.send("OPTIONS", "/bucket/k", &[], "").await;
    assert_eq!(none.error(), (400, "BadRequest"));
    let no_method = aws.send("OPTIONS", "/bucket/k", &[PAGE], "").await;
    assert_eq!(no_method.text("Message"), "Invalid Access-Control-Request-Method: null");
    let on_bucket = aws.send("OPTIONS", "/bucket", &[("origin", "https://else"), get], "").await;
    assert_eq!(on_bucket.text("ResourceType"), "BUCKET");
}

#[tokio::test]
async fn a_bucket_without_rules_allows_no_page_anything() {
    let aws = Aws::start().await;
    let asked = aws.send("OPTIONS", "/bucket/k", &[PAGE], "").await;
    assert_eq!(asked.error(), (403, "AccessForbidden"));
    assert_eq!(asked.text("Message"), "CORSResponse: CORS is not enabled for this bucket.");
    assert_eq!((asked.text("Method"), asked.text("ResourceType")), ("OPTIONS", "BUCKET"));
    let gone = aws.send("OPTIONS", "/gone/k", &[PAGE], "").await;
    assert_eq!(gone.text("Message"), "CORSResponse: Bucket not found");
    let got = aws.send("GET", "/bucket", &[PAGE], "").await;
    assert_eq!((got.status, allowed(&got), got.header("vary")), (200, [None; 4], None));
}

#[tokio::test]
async fn answers_say_which_page_may_have_them() {
    let aws = with_rules(&rule("https://localhost:4200", "")).await;
    let got = aws.send("GET", "/bucket/k", &[PAGE], "").await;
    assert_eq!(allowed(&got), [Some(PAGE.1), Some("GET"), None, Some("true")]);
    let missing = aws.send("GET", "/bucket/missing", &[PAGE], "").await;
    assert_eq!((missing.status, allowed(&missing)[0]), (404, Some(PAGE.1)));
    for headers in [
        &[("origin", "https://else")][..],
        &[],
        &[PAGE, ("access-control-request-method", "PUT")],
        &[PAGE, ("access-control-request-headers", "x-amz-acl")],
    ] {
        let got = aws.send("GET", "/bucket/k", headers, "").await;
        assert_eq!((got.status, allowed(&got)), (200, [None; 4]), "{headers:?}");
    }
    assert_eq!(allowed(&aws.send("PUT", "/bucket/k", &[PAGE], "").await), [None; 4]);

    let aws = with_rules(&rule("*", "")).await;
    let got = aws.send("GET", "/bucket/k", &[("origin", "https://any")], "").await;
    assert_eq!(allowed(&got), [Some("*"), Some("GET"), None, None]);
}
