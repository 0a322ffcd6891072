//! Uploads in parts.

use super::{Answer, Aws};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ruststack_wire::sign::checksum::Algorithm;

const MIB: usize = 1 << 20;

impl Aws {
    async fn begin(&self, key: &str, headers: &[(&str, &str)]) -> String {
        let begun = self.send("POST", &format!("/bucket/{key}?uploads"), headers, "").await;
        assert_eq!((begun.status, begun.text("Bucket"), begun.text("Key")), (200, "bucket", key));
        begun.text("UploadId").to_owned()
    }

    async fn part(&self, key: &str, id: &str, number: u32, body: Vec<u8>) -> Answer {
        let uri = format!("/bucket/{key}?partNumber={number}&uploadId={id}");
        self.send("PUT", &uri, &[], body).await
    }

    async fn complete(&self, key: &str, id: &str, headers: &[(&str, &str)], parts: &[(u32, &str)]) -> Answer {
        let parts: String = parts
            .iter()
            .map(|(number, etag)| {
                format!("<Part><ETag>{etag}</ETag><PartNumber>{number}</PartNumber></Part>")
            })
            .collect();
        let body = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
        self.send("POST", &format!("/bucket/{key}?uploadId={id}"), headers, body).await
    }
}

fn etag(answer: &Answer) -> String {
    answer.header("etag").expect("an ETag").to_owned()
}

fn bytes(length: usize, seed: usize) -> Vec<u8> {
    (0..length).map(|index| ((index * 31 + seed) % 251) as u8).collect()
}

#[tokio::test]
async fn an_upload_in_parts_becomes_an_object() {
    let aws = Aws::start().await;
    let id = aws.begin("k", &[("content-type", "text/plain"), ("x-amz-meta-one", "1")]).await;
    assert_eq!(id.len(), 128);
    let (first, second) = (bytes(5 * MIB, 1), bytes(MIB, 2));
    let whole: Vec<u8> = first.iter().chain(&second).copied().collect();
    let two = aws.part("k", &id, 2, second.clone()).await;
    assert_eq!((two.status, two.header("x-amz-checksum-crc64nvme")), (200, None));
    aws.part("k", &id, 1, b"replaced".to_vec()).await;
    let one = aws.part("k", &id, 1, first.clone()).await;
    assert_eq!(aws.send("GET", "/bucket/k", &[], "").await.error(), (404, "NoSuchKey"));

    let (one, two) = (etag(&one), etag(&two));
    let parts = [(1, one.as_str()), (2, two.as_str())];
    let done = aws.complete("k", &id, &[], &parts).await;
    assert_eq!((done.status, done.text("Location")), (200, "https://bucket.s3.us-east-1.amazonaws.com/k"));
    let md5s: Vec<u8> =
        [&first, &second].iter().flat_map(|part| Algorithm::Md5.digest(part).as_bytes().to_vec()).collect();
    let expected = format!("{}-2", Algorithm::Md5.digest(&md5s).to_hex());
    assert_eq!(done.text("ETag"), format!("&quot;{expected}&quot;"));
    let crc = Algorithm::Crc64Nvme.digest(&whole).to_base64();
    assert_eq!((done.text("ChecksumCRC64NVME"), done.text("ChecksumType")), (crc.as_str(), "FULL_OBJECT"));

    // The same again is answered the same; with other parts there is no such upload any more.
    assert_eq!(aws.complete("k", &id, &[], &parts).await.body, done.body);
    assert_eq!(aws.complete("k", &id, &[], &parts[..1]).await.error(), (404, "NoSuchUpload"));

    let got = aws.send("GET", "/bucket/k", &[("x-amz-checksum-mode", "ENABLED")], "").await;
    assert!(got.body == whole);
    assert_eq!(got.header("etag"), Some(format!("\"{expected}\"").as_str()));
    assert_eq!((got.header("content-type"), got.header("x-amz-meta-one")), (Some("text/plain"), Some("1")));
    assert_eq!(got.header("x-amz-checksum-crc64nvme"), Some(crc.as_str()));
    assert_eq!(got.header("x-amz-mp-parts-count"), None);
    let across = aws.send("GET", "/bucket/k", &[("range", "bytes=5242878-5242881")], "").await;
    assert_eq!((across.status, &across.body[..]), (206, &whole[5242878..5242882]));

    let part = aws.send("GET", "/bucket/k?partNumber=2", &[("x-amz-checksum-mode", "ENABLED")], "").await;
    assert!(part.status == 206 && part.body == second);
    assert_eq!(part.header("content-range"), Some("bytes 5242880-6291455/6291456"));
    assert_eq!(part.header("x-amz-mp-parts-count"), Some("2"));
    assert_eq!(part.header("x-amz-checksum-crc64nvme"), None);
    let head = aws.send("HEAD", "/bucket/k?partNumber=1", &[], "").await;
    assert_eq!((head.status, head.header("content-length")), (206, Some("5242880")));
    let beyond = aws.send("GET", "/bucket/k?partNumber=3", &[], "").await;
    assert_eq!((beyond.error(), beyond.text("ActualPartCount")), ((416, "InvalidPartNumber"), "2"));

    let copied = aws.send("PUT", "/bucket/copy", &[("x-amz-copy-source", "bucket/k")], "").await;
    let md5 = Algorithm::Md5.digest(&whole).to_hex();
    assert_eq!(copied.text("ETag"), format!("\"{md5}\""));
    assert_eq!(copied.text("ChecksumCRC64NVME"), crc);
}

#[tokio::test]
async fn a_composite_checksum_is_kept_and_shown() {
    let aws = Aws::start().await;
    let begun = aws.send("POST", "/bucket/k?uploads", &[("x-amz-checksum-algorithm", "SHA256")], "").await;
    assert_eq!(begun.header("x-amz-checksum-algorithm"), Some("SHA256"));
    assert_eq!(begun.header("x-amz-checksum-type"), Some("COMPOSITE"));
    let id = begun.text("UploadId").to_owned();
    assert_eq!(aws.part("k", &id, 1, b"no checksum".to_vec()).await.error(), (400, "InvalidRequest"));

    let body = bytes(100, 3);
    let sum = Algorithm::Sha256.digest(&body).to_base64();
    let uri = format!("/bucket/k?partNumber=1&uploadId={id}");
    let wrong = aws.send("PUT", &uri, &[("x-amz-checksum-sha256", &sum)], "other").await;
    assert_eq!(wrong.error(), (400, "BadDigest"));
    let part = aws.send("PUT", &uri, &[("x-amz-checksum-sha256", &sum)], body.clone()).await;
    assert_eq!((part.status, part.header("x-amz-checksum-sha256")), (200, Some(sum.as_str())));
    let listed = aws.send("GET", &format!("/bucket/k?uploadId={id}"), &[], "").await;
    assert_eq!((listed.text("ChecksumSHA256"), listed.text("ChecksumType")), (sum.as_str(), "COMPOSITE"));

    let without = aws.complete("k", &id, &[], &[(1, &etag(&part))]).await;
    assert_eq!(without.error(), (400, "InvalidRequest"));
    assert!(without.xml().starts_with("<Error>"));
    let part = format!(
        "<Part><ETag>{}</ETag><PartNumber>1</PartNumber><ChecksumSHA256>{sum}</ChecksumSHA256></Part>",
        etag(&part)
    );
    let list = format!("<CompleteMultipartUpload>{part}</CompleteMultipartUpload>");
    let uri = format!("/bucket/k?uploadId={id}");
    let mismatch = aws.send("POST", &uri, &[("x-amz-checksum-type", "FULL_OBJECT")], list.clone()).await;
    assert_eq!(mismatch.error(), (400, "BadDigest"));
    let done = aws.send("POST", &uri, &[], list).await;
    let raw = STANDARD.decode(&sum).expect("base64");
    let composite = format!("{}-1", Algorithm::Sha256.digest(&raw).to_base64());
    assert_eq!(done.text("ChecksumSHA256"), composite);

    let mode = [("x-amz-checksum-mode", "ENABLED")];
    let head = aws.send("HEAD", "/bucket/k", &mode, "").await;
    assert_eq!(head.header("x-amz-checksum-sha256"), Some(composite.as_str()));
    assert_eq!(head.header("x-amz-checksum-type"), Some("COMPOSITE"));
    let part = aws.send("GET", "/bucket/k?partNumber=1", &mode, "").await;
    assert_eq!(part.header("x-amz-checksum-sha256"), Some(sum.as_str()));
    let listed = aws.send("GET", "/bucket?list-type=2", &[], "").await;
    assert_eq!((listed.text("ChecksumAlgorithm"), listed.text("ChecksumType")), ("SHA256", "COMPOSITE"));
    let copied = aws.send("PUT", "/bucket/copy", &[("x-amz-copy-source", "bucket/k")], "").await;
    assert_eq!((copied.text("ChecksumSHA256"), copied.text("ChecksumType")), (sum.as_str(), "FULL_OBJECT"));
}

#[tokio::test]
async fn parts_are_copied_from_objects() {
    let aws = Aws::start().await;
    let body = bytes(6 * MIB, 4);
    aws.send("PUT", "/bucket/source", &[], body.clone()).await;
    let id = aws.begin("k", &[]).await;
    let copy = |number: u32, range: &'static str| {
        let uri = format!("/bucket/k?partNumber={number}&uploadId={id}");
        let aws = &aws;
        async move {
            let headers = [("x-amz-copy-source", "bucket/source"), ("x-amz-copy-source-range", range)];
            aws.send("PUT", &uri, &headers, "").await
        }
    };
    let one = copy(1, "bytes=0-5242879").await;
    assert_eq!(one.text("ETag"), format!("&quot;{}&quot;", Algorithm::Md5.digest(&body[..5 * MIB]).to_hex()));
    let two = copy(2, "bytes=5242880-6291455").await;
    assert_eq!(copy(3, "bytes=0-6291456").await.error(), (400, "InvalidArgument"));
    assert_eq!(copy(3, "bytes=0-").await.error(), (400, "InvalidArgument"));
    let done = aws.complete("k", &id, &[], &[(1, one.text("ETag")), (2, two.text("ETag"))]).await;
    assert_eq!(done.text("ChecksumCRC64NVME"), Algorithm::Crc64Nvme.digest(&body).to_base64());
    assert!(aws.send("GET", "/bucket/k", &[], "").await.body == body);
}

#[tokio::test]
async fn an_upload_that_is_given_up_is_gone() {
    let aws = Aws::start().await;
    let id = aws.begin("k", &[]).await;
    let part = aws.part("k", &id, 1, b"part".to_vec()).await;
    let uri = format!("/bucket/k?uploadId={id}");
    assert_eq!(aws.send("DELETE", &uri, &[], "").await.status, 204);
    assert_eq!(aws.send("DELETE", &uri, &[], "").await.status, 204);
    let late = aws.part("k", &id, 2, b"late".to_vec()).await;
    assert_eq!((late.error(), late.text("UploadId")), ((404, "NoSuchUpload"), id.as_str()));
    assert_eq!(aws.send("GET", &uri, &[], "").await.error(), (404, "NoSuchUpload"));
    assert_eq!(aws.complete("k", &id, &[], &[(1, &etag(&part))]).await.error(), (404, "NoSuchUpload"));
    assert_eq!(aws.send("DELETE", "/bucket/k?uploadId=none", &[], "").await.error(), (404, "NoSuchUpload"));

    // A bucket with nothing but uploads can be deleted, with them.
    aws.begin("k", &[]).await;
    assert_eq!(aws.send("DELETE", "/bucket", &[], "").await.status, 204);
    assert_eq!(aws.send("PUT", "/bucket", &[], "").await.status, 200);
    assert!(aws.send("GET", "/bucket?uploads", &[], "").await.all("Upload").is_empty());
}

#[tokio::test]
async fn a_completion_is_conditional_on_what_is_there() {
    let aws = Aws::start().await;
    aws.send("PUT", "/bucket/k", &[], "there").await;
    let id = aws.begin("k", &[]).await;
    let part = etag(&aws.part("k", &id, 1, b"part".to_vec()).await);
    let parts = [(1, part.as_str())];
    let refused = aws.complete("k", &id, &[("if-none-match", "*")], &parts).await;
    assert_eq!(refused.error(), (412, "PreconditionFailed"));
    let refused = aws.complete("k", &id, &[("x-amz-mp-object-size", "5")], &parts).await;
    assert_eq!(refused.error(), (400, "InvalidRequest"));
    let there = etag(&aws.send("HEAD", "/bucket/k", &[], "").await);
    let headers = [("if-match", there.as_str()), ("x-amz-mp-object-size", "4")];
    assert_eq!(aws.complete("k", &id, &headers, &parts).await.status, 200);
    assert_eq!(aws.send("GET", "/bucket/k", &[], "").await.body, "part");
}

#[tokio::test]
async fn a_list_of_parts_is_read_with_care() {
    let aws = Aws::start().await;
    let id = aws.begin("k", &[]).await;
    let one = etag(&aws.part("k", &id, 1, b"small".to_vec()).await);
    let two = etag(&aws.part("k", &id, 2, b"last".to_vec()).await);
    for number in [0, 10_001] {
        let bad = aws.part("k", &id, number, Vec::new()).await;
        assert_eq!((bad.error(), bad.text("ArgumentName")), ((400, "InvalidArgument"), "partNumber"));
    }
    let small = aws.complete("k", &id, &[], &[(1, &one), (2, &two)]).await;
    assert_eq!((small.error(), small.text("ProposedSize")), ((400, "EntityTooSmall"), "5"));
    let order = aws.complete("k", &id, &[], &[(2, &two), (1, &one)]).await;
    assert_eq!(order.error(), (400, "InvalidPartOrder"));
    let wrong = aws.complete("k", &id, &[], &[(1, &two)]).await;
    assert_eq!((wrong.error(), wrong.text("PartNumber")), ((400, "InvalidPart"), "1"));
    let empty = aws.complete("k", &id, &[], &[]).await;
    assert_eq!(empty.error(), (400, "MalformedXML"));
    assert!(empty.xml().starts_with("<?xml"));
    let nothing = aws.send("POST", &format!("/bucket/k?uploadId={id}"), &[], "").await;
    assert_eq!(nothing.error(), (400, "InvalidRequest"));
    assert_eq!(aws.complete("k", &id, &[], &[(2, &two)]).await.status, 200);
}

#[tokio::test]
async fn parts_and_uploads_are_listed_page_by_page() {
    let aws = Aws::start().await;
    let id = aws.begin("a", &[]).await;
    for number in [3, 1, 10_000] {
        aws.part("a", &id, number, vec![1; number as usize]).await;
    }
    let page = aws.send("GET", &format!("/bucket/a?uploadId={id}&max-parts=2"), &[], "").await;
    assert_eq!((page.all("Size"), page.text("IsTruncated")), (vec!["1", "3"], "true"));
    assert_eq!((page.text("NextPartNumberMarker"), page.text("StorageClass")), ("3", "STANDARD"));
    assert!(page.all("ChecksumAlgorithm").is_empty() && page.all("ID").len() == 2);
    let rest = aws.send("GET", &format!("/bucket/a?uploadId={id}&part-number-marker=3"), &[], "").await;
    let numbers = rest.all("PartNumber");
    assert_eq!((numbers, rest.text("IsTruncated")), (vec!["10000"], "false"));

    let crc32 = [("x-amz-checksum-algorithm", "CRC32")];
    let begun = aws.send("POST", "/bucket/folder/%C3%A4%20b?uploads", &crc32, "").await;
    assert_eq!(begun.text("Key"), "folder/ä b");
    let page = aws.send("GET", "/bucket?uploads&max-uploads=1&encoding-type=url", &[], "").await;
    assert_eq!((page.all("Key"), page.text("IsTruncated")), (vec!["a"], "true"));
    let next = format!(
        "/bucket?uploads&key-marker={}&upload-id-marker={}&encoding-type=url",
        page.text("NextKeyMarker"),
        page.text("NextUploadIdMarker")
    );
    let rest = aws.send("GET", &next, &[], "").await;
    assert_eq!((rest.all("Key"), rest.text("ChecksumType")), (vec!["folder/%C3%A4+b"], "COMPOSITE"));
    let folders = aws.send("GET", "/bucket?uploads&delimiter=/", &[], "").await;
    assert_eq!(folders.all("CommonPrefixes"), ["<Prefix>folder/</Prefix>"]);
    assert_eq!(folders.all("Upload").len(), 1);
}

#[tokio::test]
async fn parts_that_come_while_the_upload_ends_are_lost_and_nothing_else() {
    let aws = Aws::start().await;
    for round in 0..20 {
        let key = format!("k{round}");
        let id = aws.begin(&key, &[]).await;
        let part = etag(&aws.part(&key, &id, 1, b"part".to_vec()).await);
        let parts = [(1, part.as_str())];
        let uri = format!("/bucket/{key}?uploadId={id}");
        let (late, done, aborted, deleted) = tokio::join!(
            aws.part(&key, &id, 2, bytes(MIB, round)),
            aws.complete(&key, &id, &[], &parts),
            aws.send("DELETE", &uri, &[], ""),
            aws.send("DELETE", "/bucket", &[], ""),
        );
        assert!(matches!(late.status, 200 | 404) && matches!(done.status, 200 | 404));
        assert!(matches!(aborted.status, 204 | 404) && matches!(deleted.status, 204 | 409));
        aws.send("PUT", "/bucket", &[], "").await;
    }
    assert_eq!(aws.emulator().panics(), 0);
}
