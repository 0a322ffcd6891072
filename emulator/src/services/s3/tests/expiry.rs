//! Objects age by the emulator's clock.

use super::Aws;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ruststack_wire::Timestamp;
use ruststack_wire::sign::checksum::Algorithm;

impl Aws {
    fn at(&self, moment: &str) {
        self.emulator().clock().freeze(Timestamp::parse_any(moment).expect("a moment"));
    }

    async fn set(&self, subresource: &str, body: &str) {
        let md5 = STANDARD.encode(Algorithm::Md5.digest(body.as_bytes()).as_bytes());
        let put = self
            .send("PUT", &format!("/bucket?{subresource}"), &[("content-md5", &md5)], body.to_owned())
            .await;
        assert_eq!(put.status, 200, "{}", put.xml());
    }

    async fn rules(&self, rules: &str) {
        self.set("lifecycle", &format!("<LifecycleConfiguration>{rules}</LifecycleConfiguration>")).await;
    }
}

fn rule(id: &str, filter: &str, actions: &str) -> String {
    format!("<Rule><ID>{id}</ID><Status>Enabled</Status><Filter>{filter}</Filter>{actions}</Rule>")
}

#[tokio::test]
async fn objects_expire_at_midnight() {
    let aws = Aws::start().await;
    aws.at("2026-01-15T10:30:00Z");
    aws.rules(
        &(rule("three days", "<Prefix>tmp/</Prefix>", "<Expiration><Days>3</Days></Expiration>")
            + &rule(
                "big",
                "<ObjectSizeGreaterThan>4</ObjectSizeGreaterThan>",
                "<Expiration><Days>30</Days></Expiration>",
            )),
    )
    .await;
    let put = aws.send("PUT", "/bucket/tmp/a", &[], "a").await;
    let told = "expiry-date=\"Mon, 19 Jan 2026 00:00:00 GMT\", rule-id=\"three+days\"";
    assert_eq!(put.header("x-amz-expiration"), Some(told));
    aws.send("PUT", "/bucket/kept", &[], "kept").await;
    assert_eq!(aws.send("HEAD", "/bucket/tmp/a", &[], "").await.header("x-amz-expiration"), Some(told));
    assert_eq!(aws.send("HEAD", "/bucket/kept", &[], "").await.header("x-amz-expiration"), None);
    aws.at("2026-01-18T23:59:59Z");
    assert_eq!(aws.send("GET", "/bucket", &[], "").await.all("Key"), ["kept", "tmp/a"]);
    aws.at("2026-01-19T00:00:00Z");
    assert_eq!(aws.send("GET", "/bucket", &[], "").await.all("Key"), ["kept"]);
    assert_eq!(aws.send("GET", "/bucket/tmp/a", &[], "").await.error(), (404, "NoSuchKey"));
}

#[tokio::test]
async fn versions_and_uploads_age_too() {
    let aws = Aws::start().await;
    aws.at("2026-01-01T12:00:00Z");
    aws.set("versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
        .await;
    let noncurrent = "<NoncurrentVersionExpiration><NoncurrentDays>2</NoncurrentDays>\
                      <NewerNoncurrentVersions>1</NewerNoncurrentVersions></NoncurrentVersionExpiration>";
    let abort = "<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation>\
                 </AbortIncompleteMultipartUpload>";
    aws.rules(
        &(rule("old", "", noncurrent)
            + &rule("uploads", "", abort)
            + &rule("all", "<Prefix>k</Prefix>", "<Expiration><Days>5</Days></Expiration>")),
    )
    .await;
    for body in ["one", "two", "three"] {
        aws.send("PUT", "/bucket/k", &[], body).await;
    }
    let begun = aws.send("POST", "/bucket/parts?uploads", &[], "").await;
    assert_eq!(begun.header("x-amz-abort-rule-id"), Some("uploads"));
    assert_eq!(begun.header("x-amz-abort-date"), Some("Sat, 03 Jan 2026 00:00:00 GMT"));
    let versions = async || aws.send("GET", "/bucket?versions", &[], "").await.all("VersionId").len();
    let uploads = async || aws.send("GET", "/bucket?uploads", &[], "").await.all("UploadId").len();
    aws.at("2026-01-02T12:00:00Z");
    assert_eq!((versions().await, uploads().await), (3, 1));
    aws.at("2026-01-04T12:00:00Z");
    assert_eq!((versions().await, uploads().await), (2, 0), "one that is not the latest is kept");
    aws.at("2026-01-08T12:00:00Z");
    let listed = aws.send("GET", "/bucket?versions", &[], "").await;
    assert_eq!(listed.all("DeleteMarker").len(), 1);
    assert!(aws.send("GET", "/bucket", &[], "").await.all("Key").is_empty());
}

#[tokio::test]
async fn objects_move_to_other_classes() {
    let aws = Aws::start().await;
    aws.at("2026-01-01T12:00:00Z");
    let moves = "<Transition><Days>30</Days><StorageClass>STANDARD_IA</StorageClass></Transition>\
                 <Transition><Days>90</Days><StorageClass>GLACIER</StorageClass></Transition>";
    aws.rules(&rule("colder", "", moves)).await;
    aws.send("PUT", "/bucket/large", &[], vec![b'a'; 128 << 10]).await;
    aws.send("PUT", "/bucket/small", &[], "small").await;
    let class = async |key: &str| {
        let head = aws.send("HEAD", &format!("/bucket/{key}"), &[], "").await;
        head.header("x-amz-storage-class").map(str::to_owned)
    };
    aws.at("2026-02-15T12:00:00Z");
    assert_eq!((class("large").await.as_deref(), class("small").await), (Some("STANDARD_IA"), None));
    aws.at("2026-04-15T12:00:00Z");
    assert_eq!(class("large").await.as_deref(), Some("GLACIER"));
    assert_eq!(aws.send("GET", "/bucket/large", &[], "").await.error(), (403, "InvalidObjectState"));
}
