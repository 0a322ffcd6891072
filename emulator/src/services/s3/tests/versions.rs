//! Versions of objects, and their locks.

use super::{Answer, Aws};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ruststack_wire::sign::checksum::Algorithm;

impl Aws {
    /// Sends a configuration, with the checksum that its operation wants.
    async fn put_checked(&self, uri: &str, body: &str) -> Answer {
        let md5 = STANDARD.encode(Algorithm::Md5.digest(body.as_bytes()).as_bytes());
        self.send("PUT", uri, &[("content-md5", &md5)], body.to_owned()).await
    }

    async fn set_versioning(&self, status: &str) -> Answer {
        let body = format!("<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>");
        self.put_checked("/bucket?versioning", &body).await
    }

    /// Writes `/bucket/k` and gives its version id.
    async fn write(&self, body: &'static str) -> Option<String> {
        let put = self.send("PUT", "/bucket/k", &[], body).await;
        assert_eq!(put.status, 200, "{}", put.xml());
        put.header("x-amz-version-id").map(str::to_owned)
    }

    async fn read(&self, uri: &str) -> (u16, String) {
        let got = self.send("GET", uri, &[], "").await;
        (got.status, got.xml().to_owned())
    }
}

#[tokio::test]
async fn versions_are_written_read_and_removed() {
    let aws = Aws::start().await;
    assert_eq!(aws.write("old").await, None);
    assert_eq!(aws.set_versioning("Enabled").await.status, 200);
    let one = aws.write("one").await.expect("a version");
    let two = aws.write("two").await.expect("a version");
    assert_eq!(aws.read("/bucket/k").await, (200, "two".into()));
    assert_eq!(aws.read(&format!("/bucket/k?versionId={one}")).await, (200, "one".into()));
    assert_eq!(aws.read("/bucket/k?versionId=null").await, (200, "old".into()));

    let deleted = aws.send("DELETE", "/bucket/k", &[], "").await;
    let marker = deleted.header("x-amz-version-id").expect("a version").to_owned();
    assert_eq!((deleted.status, deleted.header("x-amz-delete-marker")), (204, Some("true")));
    let gone = aws.send("GET", "/bucket/k", &[], "").await;
    assert_eq!(gone.error(), (404, "NoSuchKey"));
    assert_eq!(gone.header("x-amz-delete-marker"), Some("true"));
    assert_eq!(gone.header("x-amz-version-id"), Some(marker.as_str()));
    let refused = aws.send("GET", &format!("/bucket/k?versionId={marker}"), &[], "").await;
    assert_eq!((refused.error(), refused.text("ResourceType")), ((405, "MethodNotAllowed"), "DeleteMarker"));
    assert_eq!(refused.header("allow"), Some("DELETE"));
    assert_eq!(aws.send("GET", "/bucket/k?tagging", &[], "").await.error(), (405, "MethodNotAllowed"));
    assert_eq!(aws.send("DELETE", "/bucket", &[], "").await.error(), (409, "BucketNotEmpty"));

    let listed = aws.send("GET", "/bucket?versions", &[], "").await;
    let ids = [marker.as_str(), two.as_str(), one.as_str(), "null"];
    assert_eq!(listed.all("VersionId"), ids, "a delete marker stands where it belongs");
    assert_eq!(listed.all("IsLatest"), ["true", "false", "false", "false"]);
    assert!(aws.send("GET", "/bucket", &[], "").await.all("Key").is_empty());

    for id in [&marker, &two, &one] {
        let removed = aws.send("DELETE", &format!("/bucket/k?versionId={id}"), &[], "").await;
        assert_eq!((removed.status, removed.header("x-amz-version-id")), (204, Some(id.as_str())));
        assert_eq!(removed.header("x-amz-delete-marker"), (*id == marker).then_some("true"));
    }
    assert_eq!(aws.read("/bucket/k").await, (200, "old".into()));
    let gone = aws.send("GET", &format!("/bucket/k?versionId={one}"), &[], "").await;
    assert_eq!((gone.error(), gone.text("VersionId")), ((404, "NoSuchVersion"), one.as_str()));
    let bad = aws.send("GET", "/bucket/k?versionId=HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD", &[], "").await;
    assert_eq!(bad.error(), (400, "InvalidArgument"));
}

#[tokio::test]
async fn while_suspended_writes_and_deletes_are_the_null_version() {
    let aws = Aws::start().await;
    aws.set_versioning("Enabled").await;
    let one = aws.write("one").await.expect("a version");
    aws.set_versioning("Suspended").await;
    assert_eq!(aws.write("two").await, None);
    let got = aws.send("GET", "/bucket/k", &[], "").await;
    assert_eq!((got.xml(), got.header("x-amz-version-id")), ("two", Some("null")));
    let deleted = aws.send("DELETE", "/bucket/k", &[], "").await;
    assert_eq!(deleted.header("x-amz-version-id"), Some("null"));
    assert_eq!(deleted.header("x-amz-delete-marker"), Some("true"));
    let listed = aws.send("GET", "/bucket?versions", &[], "").await;
    assert_eq!(listed.all("VersionId"), ["null", one.as_str()]);
}

#[tokio::test]
async fn pages_of_versions_go_on_behind_what_has_been_removed() {
    let aws = Aws::start().await;
    aws.set_versioning("Enabled").await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.insert(0, aws.write("body").await.expect("a version"));
    }
    let first = aws.send("GET", "/bucket?versions&max-keys=2", &[], "").await;
    assert_eq!((first.all("VersionId"), first.text("IsTruncated")), (vec![&*ids[0], &*ids[1]], "true"));
    assert_eq!((first.text("NextKeyMarker"), first.text("NextVersionIdMarker")), ("k", &*ids[1]));
    for id in &ids[..2] {
        aws.send("DELETE", &format!("/bucket/k?versionId={id}"), &[], "").await;
    }
    let uri = format!("/bucket?versions&max-keys=2&key-marker=k&version-id-marker={}", ids[1]);
    let second = aws.send("GET", &uri, &[], "").await;
    assert_eq!(second.all("VersionId"), [&*ids[2], &*ids[3]]);
    let after = aws.send("GET", "/bucket?versions&key-marker=k", &[], "").await;
    assert!(after.all("Version").is_empty());
}

#[tokio::test]
async fn a_locked_version_is_not_removed() {
    let aws = Aws::start().await;
    let refused =
        aws.send("PUT", "/bucket/k?legal-hold", &[], "<LegalHold><Status>ON</Status></LegalHold>").await;
    assert_eq!(refused.error(), (400, "InvalidRequest"));
    let lock = "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>\
                <Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>";
    assert_eq!(aws.put_checked("/bucket?object-lock", lock).await.error(), (409, "InvalidBucketState"));
    aws.set_versioning("Enabled").await;
    assert_eq!(aws.put_checked("/bucket?object-lock", lock).await.status, 200);
    assert_eq!(aws.set_versioning("Suspended").await.error(), (409, "InvalidBucketState"));

    let id = aws.write("kept").await.expect("a version");
    let uri = format!("/bucket/k?versionId={id}");
    assert_eq!(aws.send("HEAD", &uri, &[], "").await.header("x-amz-object-lock-mode"), Some("GOVERNANCE"));
    assert_eq!(aws.send("DELETE", &uri, &[], "").await.error(), (403, "AccessDenied"));
    assert_eq!(aws.send("DELETE", "/bucket/k", &[], "").await.status, 204);
    let hold = format!("/bucket/k?legal-hold&versionId={id}");
    assert_eq!(aws.put_checked(&hold, "<LegalHold><Status>ON</Status></LegalHold>").await.status, 200);
    let bypass = [("x-amz-bypass-governance-retention", "true")];
    assert_eq!(aws.send("DELETE", &uri, &bypass, "").await.error(), (403, "AccessDenied"));
    assert_eq!(aws.put_checked(&hold, "<LegalHold><Status>OFF</Status></LegalHold>").await.status, 200);
    assert_eq!(aws.send("DELETE", &uri, &bypass, "").await.status, 204);
}
