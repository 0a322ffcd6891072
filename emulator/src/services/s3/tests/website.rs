//! Stories of visitors of websites.

use super::{Answer, Aws};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ruststack_wire::sign::checksum::Algorithm;
use serde_json::json;

const HOST: &str = "bucket.s3-website-us-east-1.amazonaws.com";
const INDEX: &str = "<IndexDocument><Suffix>index.html</Suffix></IndexDocument>";
const ERROR: &str = "<ErrorDocument><Key>error.html</Key></ErrorDocument>";

impl Aws {
    /// Makes the bucket a website.
    async fn be_website(&self, configuration: &str) {
        let body = format!("<WebsiteConfiguration>{configuration}</WebsiteConfiguration>");
        let md5 = STANDARD.encode(Algorithm::Md5.digest(body.as_bytes()).as_bytes());
        let answer = self.send("PUT", "/bucket?website", &[("content-md5", &md5)], body).await;
        assert_eq!(answer.status, 200);
    }

    async fn publish(&self, key: &str, headers: &[(&str, &str)]) {
        let answer = self.send("PUT", &format!("/bucket/{key}"), headers, key.to_owned()).await;
        assert_eq!(answer.status, 200);
    }

    async fn visit(&self, path: &str) -> Answer {
        self.send("GET", path, &[("host", HOST)], "").await
    }
}

/// The status, where it points, and the text of an answer.
fn shown(answer: &Answer) -> (u16, &str, &str) {
    (answer.status, answer.header("location").unwrap_or_default(), answer.xml())
}

#[tokio::test]
async fn a_visitor_is_shown_documents_and_folders() {
    let aws = Aws::start().await;
    aws.be_website(INDEX).await;
    for key in ["index.html", "docs/index.html", "page.html"] {
        aws.publish(key, &[("content-type", "text/html")]).await;
    }
    for (path, expected) in [("/", "index.html"), ("/docs/", "docs/index.html"), ("/page.html", "page.html")]
    {
        let page = aws.visit(path).await;
        assert_eq!(shown(&page), (200, "", expected));
        assert_eq!(page.header("content-type"), Some("text/html"));
        assert!(page.header("etag").is_some() && page.header("x-amz-server-side-encryption").is_none());
    }
    let folder = aws.visit("/docs").await;
    assert_eq!((folder.status, folder.header("location")), (302, Some("/docs/")));
    assert!(folder.xml().contains("<h1>302 Moved Temporarily</h1>"), "{}", folder.xml());
    assert_eq!(folder.header("x-amz-error-code"), Some("Found"));

    let etag = aws.visit("/page.html").await.header("etag").expect("an etag").to_owned();
    let unchanged = aws.send("GET", "/page.html", &[("host", HOST), ("if-none-match", &etag)], "").await;
    assert_eq!((unchanged.status, unchanged.header("etag")), (304, Some(etag.as_str())));
    let part = aws.send("GET", "/page.html", &[("host", HOST), ("range", "bytes=0-3")], "").await;
    assert_eq!((part.status, part.xml(), part.header("content-range")), (206, "page", Some("bytes 0-3/9")));
    let head = aws.send("HEAD", "/page.html", &[("host", HOST)], "").await;
    assert_eq!((head.status, head.header("content-length"), head.xml()), (200, Some("9"), ""));
    for host in ["bucket.s3-website.localhost:4566", "bucket.s3-website.localhost.localstack.cloud"] {
        assert_eq!(aws.send("GET", "/", &[("host", host)], "").await.xml(), "index.html");
    }
}

#[tokio::test]
async fn errors_are_pages() {
    let aws = Aws::start().await;
    let none = aws.visit("/").await;
    assert_eq!((none.status, none.header("content-type")), (404, Some("text/html; charset=utf-8")));
    let (id, host_id) = (none.header("x-amz-request-id").unwrap(), none.header("x-amz-id-2").unwrap());
    assert_eq!(
        none.xml(),
        format!(
            "<html>\n<head><title>404 Not Found</title></head>\n<body>\n<h1>404 Not Found</h1>\n<ul>\n\
             <li>Code: NoSuchWebsiteConfiguration</li>\n\
             <li>Message: The specified bucket does not have a website configuration</li>\n\
             <li>BucketName: bucket</li>\n<li>RequestId: {id}</li>\n<li>HostId: {host_id}</li>\n</ul>\n<hr/>\n\
             </body>\n</html>\n"
        )
    );
    let gone = aws.send("GET", "/", &[("host", "gone.s3-website.localhost")], "").await;
    assert!(gone.status == 404 && gone.xml().contains("<li>BucketName: gone</li>"));
    let posted = aws.send("POST", "/", &[("host", HOST)], "x").await;
    assert_eq!(posted.status, 405);
    assert!(
        posted.xml().contains("<li>Method: POST</li>\n<li>ResourceType: OBJECT</li>"),
        "{}",
        posted.xml()
    );
    let elsewhere =
        aws.send("GET", "/", &[("host", "bucket.s3-website.eu-central-1.amazonaws.com")], "").await;
    assert_eq!(elsewhere.status, 400);
    assert!(elsewhere.xml().contains("<li>Endpoint: bucket.s3-website-us-east-1.amazonaws.com</li>"));
    let asked = aws.send("OPTIONS", "/k", &[("host", HOST), ("origin", "http://page")], "").await;
    assert_eq!(asked.text("Message"), "CORSResponse: CORS is not enabled for this bucket.");
    let about = aws.send("GET", "/", &[("host", "s3-website-us-east-1.amazonaws.com")], "").await;
    assert_eq!(shown(&about), (301, "https://aws.amazon.com/s3/", ""));

    aws.be_website(&format!("{INDEX}{ERROR}")).await;
    let missing = aws.visit("/a%3Cb").await;
    assert_eq!(missing.status, 404);
    let second = "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n\
                  <li>Code: NoSuchKey</li>\n<li>Message: The specified key does not exist.</li>\n\
                  <li>Key: error.html</li>\n</ul>\n<hr/>";
    assert!(
        missing.xml().contains("<li>Key: a&lt;b</li>") && missing.xml().contains(second),
        "{}",
        missing.xml()
    );
    aws.publish("error.html", &[("content-type", "text/html")]).await;
    let missing = aws.visit("/missing").await;
    assert_eq!(shown(&missing), (404, "", "error.html"));
    assert_eq!(missing.header("x-amz-error-code"), Some("NoSuchKey"));
    assert_eq!(missing.header("x-amz-error-detail-key"), Some("missing"));
    let head = aws.send("HEAD", "/missing", &[("host", HOST)], "").await;
    assert_eq!(
        (head.status, head.header("x-amz-error-message")),
        (404, Some("The specified key does not exist."))
    );
}

#[tokio::test]
async fn visitors_are_sent_elsewhere() {
    let aws = Aws::start().await;
    let rule = |condition: &str, redirect: &str| {
        format!(
            "<RoutingRule><Condition>{condition}</Condition><Redirect>{redirect}</Redirect></RoutingRule>"
        )
    };
    let rules = rule(
        "<KeyPrefixEquals>docs/</KeyPrefixEquals>",
        "<ReplaceKeyPrefixWith>documents/</ReplaceKeyPrefixWith>",
    ) + &rule(
        "<HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals>",
        "<HostName>example.com</HostName><ReplaceKeyPrefixWith>report-404/</ReplaceKeyPrefixWith>\
         <HttpRedirectCode>307</HttpRedirectCode>",
    );
    aws.be_website(&format!("{INDEX}<RoutingRules>{rules}</RoutingRules>")).await;
    aws.publish("old.html", &[("x-amz-website-redirect-location", "/new.html")]).await;
    let found = aws.visit("/docs/a").await;
    assert_eq!(shown(&found), (301, &*format!("http://{HOST}/documents/a"), ""));
    assert_eq!(shown(&aws.visit("/gone").await), (307, "http://example.com/report-404/gone", ""));
    assert_eq!(shown(&aws.visit("/old.html").await), (301, "/new.html", ""));

    let all = "<RedirectAllRequestsTo><HostName>example.com</HostName><Protocol>https</Protocol>\
               </RedirectAllRequestsTo>";
    aws.be_website(all).await;
    assert_eq!(shown(&aws.visit("/a/b").await), (301, "https://example.com/a/b", ""));
}

#[tokio::test]
async fn a_visitor_is_nobody_where_that_is_decided() {
    let statement = json!({
        "Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject", "s3:PutObject", "s3:PutBucketWebsite"],
        "Resource": ["arn:aws:s3:::bucket", "arn:aws:s3:::bucket/public/*"],
    });
    let aws = Aws::start_strict(json!({
        "public_access_block": {},
        "policy": {"Version": "2012-10-17", "Statement": [statement]},
    }))
    .await;
    aws.be_website(INDEX).await;
    aws.publish("public/index.html", &[]).await;
    assert_eq!(aws.visit("/public/").await.status, 200);
    assert_eq!(aws.visit("/public").await.status, 302);
    // Who may not list is not told which keys there are.
    for path in ["/public/missing", "/private"] {
        let denied = aws.visit(path).await;
        assert_eq!(denied.status, 403);
        assert!(
            denied
                .xml()
                .contains("<li>Code: AccessDenied</li>\n<li>Message: Access Denied</li>\n<li>RequestId")
        );
    }
}
