//! What is known of objects: attributes, and versions that are none.

use super::Aws;
use ruststack_wire::sign::checksum::Algorithm;

const ALL: (&str, &str) = ("x-amz-object-attributes", "ETag,Checksum,ObjectParts,StorageClass,ObjectSize");

#[tokio::test]
async fn attributes_are_told_as_asked() {
    let aws = Aws::start().await;
    aws.send("PUT", "/bucket/k", &[], "hello world").await;
    let all = aws.send("GET", "/bucket/k?attributes", &[ALL], "").await;
    assert!(all.xml().ends_with(
        "<GetObjectAttributesResponse xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
         <ETag>5eb63bbbe01eeed093cb22bb8f5acdc3</ETag>\
         <Checksum><ChecksumCRC64NVME>jSnVw/bqjr4=</ChecksumCRC64NVME><ChecksumType>FULL_OBJECT</ChecksumType></Checksum>\
         <StorageClass>STANDARD</StorageClass><ObjectSize>11</ObjectSize></GetObjectAttributesResponse>"
    ), "{}", all.xml());
    assert!(all.header("last-modified").is_some());
    let size =
        aws.send("GET", "/bucket/k?attributes", &[("x-amz-object-attributes", "ObjectSize")], "").await;
    assert!(size.all("ETag").is_empty() && size.text("ObjectSize") == "11");
    let other = aws.send("GET", "/bucket/k?attributes", &[("x-amz-object-attributes", "Dummy")], "").await;
    assert_eq!((other.error(), other.text("ArgumentValue")), ((400, "InvalidArgument"), "Dummy"));
    assert_eq!(aws.send("GET", "/bucket/k?attributes", &[], "").await.error(), (400, "InvalidRequest"));
    assert_eq!(aws.send("GET", "/bucket/none?attributes", &[ALL], "").await.error(), (404, "NoSuchKey"));
}

#[tokio::test]
async fn parts_are_told_page_by_page() {
    let aws = Aws::start().await;
    for (key, headers) in [("composite", vec![("x-amz-checksum-algorithm", "CRC32")]), ("full", vec![])] {
        let begun = aws.send("POST", &format!("/bucket/{key}?uploads"), &headers, "").await;
        let uri = format!("/bucket/{key}?uploadId={}", begun.text("UploadId"));
        let mut list = String::new();
        for (number, body) in [(1, vec![1; 5 << 20]), (2, vec![2; 10])] {
            let sum = Algorithm::Crc32.digest(&body).to_base64();
            let headers = [("x-amz-checksum-crc32", sum.as_str())];
            let part = aws.send("PUT", &format!("{uri}&partNumber={number}"), &headers, body).await;
            let etag = part.header("etag").expect("an ETag").to_owned();
            let sum = part
                .header("x-amz-checksum-crc32")
                .map(|sum| format!("<ChecksumCRC32>{sum}</ChecksumCRC32>"));
            let sum = sum.unwrap_or_default();
            list += &format!("<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag>{sum}</Part>");
        }
        let list = format!("<CompleteMultipartUpload>{list}</CompleteMultipartUpload>");
        assert_eq!(aws.send("POST", &uri, &[], list).await.status, 200);
    }
    let full = aws.send("GET", "/bucket/full?attributes", &[ALL], "").await;
    assert_eq!(full.text("ObjectParts"), "<PartsCount>2</PartsCount>");
    let one = aws.send("GET", "/bucket/composite?attributes", &[ALL, ("x-amz-max-parts", "1")], "").await;
    let markers = ["PartsCount", "PartNumberMarker", "NextPartNumberMarker", "MaxParts", "IsTruncated"];
    assert_eq!(markers.map(|marker| one.text(marker)), ["2", "0", "1", "1", "true"]);
    assert_eq!((one.all("PartNumber"), one.all("Size")), (vec!["1"], vec!["5242880"]));
    assert!(!one.text("Checksum").contains("-2"));
    let marker = ("x-amz-part-number-marker", "1");
    let rest = aws.send("GET", "/bucket/composite?attributes", &[ALL, marker], "").await;
    assert_eq!(markers.map(|marker| rest.text(marker)), ["2", "1", "2", "1000", "false"]);
    assert_eq!(rest.all("PartNumber"), ["2"]);
}

#[tokio::test]
async fn an_object_has_one_version_called_null() {
    let aws = Aws::start().await;
    for key in ["a", "b/1", "b/2", "c"] {
        aws.send("PUT", &format!("/bucket/{key}"), &[], key.to_owned()).await;
    }
    let all = aws.send("GET", "/bucket?versions", &[], "").await;
    assert_eq!((all.all("Key"), all.text("IsTruncated")), (vec!["a", "b/1", "b/2", "c"], "false"));
    assert!(all.all("VersionId").iter().all(|id| *id == "null"));
    assert!(all.all("IsLatest").len() == 4 && all.all("NextKeyMarker").is_empty());
    let page = aws.send("GET", "/bucket?versions&max-keys=2", &[], "").await;
    assert_eq!((page.text("NextKeyMarker"), page.text("NextVersionIdMarker")), ("b/1", "null"));
    let rest = aws.send("GET", "/bucket?versions&key-marker=b/1&version-id-marker=null", &[], "").await;
    assert_eq!(rest.all("Key"), ["b/2", "c"]);
    let folded = aws.send("GET", "/bucket?versions&delimiter=/&max-keys=2", &[], "").await;
    assert_eq!((folded.text("NextKeyMarker"), folded.all("NextVersionIdMarker").len()), ("b/", 0));
    let alone = aws.send("GET", "/bucket?versions&version-id-marker=null", &[], "").await;
    assert_eq!(alone.error(), (400, "InvalidArgument"));

    let versioning = aws.send("GET", "/bucket?versioning", &[], "").await;
    let expected = "<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"></VersioningConfiguration>";
    assert!(versioning.status == 200 && versioning.xml().ends_with(expected), "{}", versioning.xml());
}
