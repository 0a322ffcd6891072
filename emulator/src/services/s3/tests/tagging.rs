//! Tags of objects and buckets.

use super::Aws;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ruststack_wire::sign::checksum::Algorithm;

impl Aws {
    /// Puts tags, with the checksum that the operation wants.
    async fn tag(&self, uri: &str, tags: &[(&str, &str)]) -> super::Answer {
        let tags: String = tags
            .iter()
            .map(|(key, value)| format!("<Tag><Key>{key}</Key><Value>{value}</Value></Tag>"))
            .collect();
        let body = format!("<Tagging><TagSet>{tags}</TagSet></Tagging>");
        let md5 = STANDARD.encode(Algorithm::Md5.digest(body.as_bytes()).as_bytes());
        self.send("PUT", uri, &[("content-md5", &md5)], body).await
    }
}

#[tokio::test]
async fn objects_have_tags() {
    let aws = Aws::start().await;
    aws.send("PUT", "/bucket/k", &[("x-amz-tagging", "a=1&b+c=%C3%A4")], "body").await;
    let tags = aws.send("GET", "/bucket/k?tagging", &[], "").await;
    assert_eq!((tags.all("Key"), tags.all("Value")), (vec!["a", "b c"], vec!["1", "ä"]));
    assert!(
        tags.xml().contains("<Tagging xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><TagSet><Tag><Key>")
    );
    let before = aws.send("HEAD", "/bucket/k", &[], "").await;
    assert_eq!(before.header("x-amz-tagging-count"), Some("2"));

    assert_eq!(aws.tag("/bucket/k?tagging", &[("x", "y")]).await.status, 200);
    let got = aws.send("GET", "/bucket/k", &[], "").await;
    assert_eq!((got.header("x-amz-tagging-count"), got.header("etag")), (Some("1"), before.header("etag")));
    let twice = aws.tag("/bucket/k?tagging", &[("x", "y"), ("x", "z")]).await;
    assert_eq!((twice.error(), twice.text("TagKey")), ((400, "InvalidTag"), "x"));
    let bad = aws.tag("/bucket/k?tagging", &[("x", "a,b")]).await;
    assert_eq!((bad.error(), bad.text("TagValue")), ((400, "InvalidTag"), "a,b"));
    assert_eq!(aws.tag("/bucket/none?tagging", &[]).await.error(), (404, "NoSuchKey"));

    let source = ("x-amz-copy-source", "bucket/k");
    aws.send("PUT", "/bucket/same", &[source], "").await;
    assert_eq!(aws.send("GET", "/bucket/same?tagging", &[], "").await.all("Key"), ["x"]);
    let replace = [source, ("x-amz-tagging-directive", "REPLACE"), ("x-amz-tagging", "new=1")];
    aws.send("PUT", "/bucket/other", &replace, "").await;
    assert_eq!(aws.send("GET", "/bucket/other?tagging", &[], "").await.all("Key"), ["new"]);

    assert_eq!(aws.send("DELETE", "/bucket/k?tagging", &[], "").await.status, 204);
    assert!(
        aws.send("GET", "/bucket/k?tagging", &[], "").await.xml().ends_with("<TagSet></TagSet></Tagging>")
    );
    assert_eq!(aws.send("HEAD", "/bucket/k", &[], "").await.header("x-amz-tagging-count"), None);
}

#[tokio::test]
async fn an_upload_in_parts_brings_its_tags() {
    let aws = Aws::start().await;
    let begun = aws.send("POST", "/bucket/k?uploads", &[("x-amz-tagging", "a=1")], "").await;
    let uri = format!("/bucket/k?uploadId={}", begun.text("UploadId"));
    let part = aws.send("PUT", &format!("{uri}&partNumber=1"), &[], "part").await;
    let etag = part.header("etag").expect("an ETag");
    let list = format!(
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{etag}</ETag></Part></CompleteMultipartUpload>"
    );
    assert_eq!(aws.send("POST", &uri, &[], list).await.status, 200);
    assert_eq!(aws.send("GET", "/bucket/k?tagging", &[], "").await.all("Key"), ["a"]);
}

#[tokio::test]
async fn buckets_have_tags() {
    let aws = Aws::start().await;
    let none = aws.send("GET", "/bucket?tagging", &[], "").await;
    assert_eq!((none.error(), none.text("BucketName")), ((404, "NoSuchTagSet"), "bucket"));
    let eleven: Vec<(String, String)> = (0..11).map(|index| (format!("k{index}"), "v".to_owned())).collect();
    let eleven: Vec<(&str, &str)> =
        eleven.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(aws.tag("/bucket?tagging", &eleven).await.status, 204);
    assert_eq!(aws.send("GET", "/bucket?tagging", &[], "").await.all("Tag").len(), 11);
    assert_eq!(aws.send("DELETE", "/bucket?tagging", &[], "").await.status, 204);
    assert_eq!(aws.send("GET", "/bucket?tagging", &[], "").await.error(), (404, "NoSuchTagSet"));
}
