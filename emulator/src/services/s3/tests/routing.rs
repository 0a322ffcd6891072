//! Stories of where requests go: hosts, regions, parameters that belong to other operations.

use super::{Answer, Aws};

fn signed(region: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=AKID/20260101/{region}/s3/aws4_request, SignedHeaders=host, Signature=00"
    )
}

impl Aws {
    async fn ask(&self, method: &str, host: &str, uri: &str, region: &str) -> Answer {
        self.send(method, uri, &[("host", host), ("authorization", &signed(region))], "").await
    }
}

#[tokio::test]
async fn every_host_of_a_bucket_is_its() {
    let aws = Aws::start().await;
    assert_eq!(aws.send("PUT", "/bucket/k", &[], "here").await.status, 200);
    for host in [
        "bucket.s3.localhost:4566",
        "bucket.s3.localhost.localstack.cloud:4566",
        "bucket.s3.amazonaws.com",
        "bucket.s3.us-east-1.amazonaws.com",
        "bucket.s3.dualstack.us-east-1.amazonaws.com",
        "bucket.s3-accelerate.amazonaws.com",
        "bucket.s3-accelerate.dualstack.amazonaws.com",
        "bucket.s3-fips.us-east-1.amazonaws.com",
    ] {
        assert_eq!(aws.send("GET", "/k", &[("host", host)], "").await.body, "here", "{host}");
    }
    for host in
        ["s3.localhost:4566", "s3.localhost.localstack.cloud", "s3.us-east-1.amazonaws.com", "localhost"]
    {
        assert_eq!(aws.send("GET", "/bucket/k", &[("host", host)], "").await.body, "here", "{host}");
    }
}

#[tokio::test]
async fn a_signature_is_for_the_region_of_its_endpoint() {
    let aws = Aws::start().await;
    let state = serde_json::json!({"s3": {"buckets": [{
        "name": "far", "owner": crate::config::DEFAULT_ACCOUNT, "region": "eu-central-1",
        "created": "2026-01-01T00:00:00Z",
    }]}});
    aws.emulator().place(&state).expect("a bucket");
    let refused = aws.ask("GET", "far.s3.eu-central-1.amazonaws.com", "/", "us-east-1").await;
    assert_eq!(refused.error(), (400, "AuthorizationHeaderMalformed"));
    assert_eq!(
        refused.text("Message"),
        "The authorization header is malformed; the region &apos;us-east-1&apos; is wrong; expecting \
         &apos;eu-central-1&apos;"
    );
    assert_eq!(refused.text("Region"), "eu-central-1");
    let at_all = aws.ask("HEAD", "far.s3.amazonaws.com", "/", "us-east-1").await;
    assert_eq!((at_all.status, at_all.header("x-amz-bucket-region")), (400, Some("eu-central-1")));
    assert_eq!(aws.ask("HEAD", "far.s3.amazonaws.com", "/", "eu-central-1").await.status, 200);
    // Another region's endpoint, signed for it, knows where the bucket is.
    let moved = aws.ask("HEAD", "s3.us-east-1.amazonaws.com", "/far", "us-east-1").await;
    assert_eq!((moved.status, moved.header("x-amz-bucket-region")), (301, Some("eu-central-1")));
    assert_eq!(aws.ask("HEAD", "localhost:4566", "/far", "eu-central-1").await.status, 200);

    let uri =
        "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20260101%2Fus-east-1%2Fs3%2Faws4_request";
    let presigned = aws.send("GET", uri, &[("host", "far.s3.eu-central-1.amazonaws.com")], "").await;
    assert_eq!(presigned.error(), (400, "AuthorizationQueryParametersError"));
}

#[tokio::test]
async fn parameters_of_other_operations_are_not_passed_over() {
    let aws = Aws::start().await;
    let part = aws.send("PUT", "/bucket/k?partNumber=1", &[], "x").await;
    assert_eq!(part.error(), (400, "InvalidArgument"));
    assert_eq!(part.text("Message"), "This operation does not accept partNumber without uploadId");
    assert_eq!((part.text("ArgumentName"), part.text("ArgumentValue")), ("partNumber", "partNumber"));
    for (method, uri) in [
        ("PUT", "/bucket/k?uploadId=x"),
        ("DELETE", "/bucket?uploadId=x"),
        ("DELETE", "/bucket?acl"),
        ("DELETE", "/bucket?versioning"),
        ("PUT", "/new?uploads"),
        ("PUT", "/new?location"),
        ("PUT", "/new?delete"),
        ("GET", "/bucket?delete"),
        ("GET", "/bucket?restore"),
    ] {
        assert_eq!(aws.send(method, uri, &[], "").await.error(), (405, "MethodNotAllowed"), "{method} {uri}");
    }
    assert_eq!(aws.send("HEAD", "/bucket/k", &[], "").await.status, 404);
    assert_eq!(aws.send("HEAD", "/new", &[], "").await.status, 404);
}
