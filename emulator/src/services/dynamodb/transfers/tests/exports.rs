//! Exports.

use super::{ARN, Aws};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use serde_json::{Value as Json, json};

const EXPORT: &str = "ExportTableToPointInTime";

/// The description of an export that succeeds, as it is afterwards.
async fn exported(aws: &Aws, mut wanted: Json) -> Json {
    wanted["TableArn"] = ARN.into();
    wanted["S3Bucket"] = "bucket".into();
    let begun = aws.must(EXPORT, wanted).await;
    assert_eq!(begun["ExportDescription"]["ExportStatus"], "IN_PROGRESS");
    let arn = &begun["ExportDescription"]["ExportArn"];
    let told = aws.must("DescribeExport", json!({"ExportArn": arn})).await["ExportDescription"].clone();
    assert_eq!(told["ExportStatus"], "COMPLETED", "{told}");
    told
}

#[tokio::test]
async fn a_table_is_exported_with_manifests_and_their_checksums() {
    let aws = Aws::start(0).await;
    aws.table().await;
    aws.keep().await;
    aws.item("x", "1").await;
    aws.item("y", "2.50").await;
    let told = exported(&aws, json!({"S3Prefix": "to/"})).await;
    let id = told["ExportArn"].as_str().and_then(|arn| arn.rsplit('/').next()).expect("an id");
    let folder = format!("to/AWSDynamoDB/{id}");
    assert_eq!(told["ExportManifest"], format!("{folder}/manifest-summary.json"));
    assert_eq!((&told["ItemCount"], told.get("ExportType")), (&json!(2), None));
    let keys = aws.keys().await;
    let data: Vec<&String> = keys.iter().filter(|key| key.starts_with(&format!("{folder}/data/"))).collect();
    assert!(data.len() == 4 && data.iter().all(|key| key.ends_with(".json.gz")), "{keys:?}");
    assert_eq!(keys.len(), 9);
    for name in ["summary", "files"] {
        let manifest = aws.get(&format!("{folder}/manifest-{name}.json")).await;
        let checksum = aws.get(&format!("{folder}/manifest-{name}.md5")).await;
        assert_eq!(checksum, STANDARD.encode(Md5::digest(manifest)).into_bytes());
    }
    let summary = aws.get(&format!("{folder}/manifest-summary.json")).await;
    let summary: Json = serde_json::from_slice(&summary).expect("JSON");
    assert_eq!(summary["manifestFilesS3Key"], format!("{folder}/manifest-files.json"));
    assert_eq!(summary["exportTime"], "2026-03-04T10:00:00.000Z");
    assert_eq!((&summary["s3Prefix"], &summary["s3SseKmsKeyId"]), (&json!("to/"), &Json::Null));
    assert_eq!(summary["s3SseAlgorithm"], "AES256");
    assert_eq!(
        aws.lines(&format!("{folder}/manifest-files.json")).await,
        [r#"{"Item":{"a":{"S":"x"},"v":{"N":"1"}}}"#, r#"{"Item":{"a":{"S":"y"},"v":{"N":"2.5"}}}"#]
    );
    assert_eq!(aws.get(&format!("{folder}/_started")).await, b"");
}

#[tokio::test]
async fn an_export_is_of_its_moment() {
    let aws = Aws::start(0).await;
    aws.table().await;
    aws.keep().await;
    aws.item("x", "1").await;
    aws.at("2026-03-04T11:00:00Z");
    aws.item("x", "2").await;
    let told = exported(&aws, json!({"ExportTime": 1_772_620_000, "ExportFormat": "ION"})).await;
    let manifest = told["ExportManifest"].as_str().expect("a key").replace("summary", "files");
    assert_eq!(aws.lines(&manifest).await, ["$ion_1_0 {Item:{a:\"x\",v:1.}}"]);
}

#[tokio::test]
async fn an_incremental_export_shows_what_has_changed() {
    let aws = Aws::start(0).await;
    aws.table().await;
    aws.keep().await;
    for key in ["deleted", "changed", "left"] {
        aws.item(key, "1").await;
    }
    aws.at("2026-03-04T11:00:00Z");
    for key in ["new", "changed", "gone"] {
        aws.item(key, "2").await;
    }
    for key in ["deleted", "gone"] {
        aws.must("DeleteItem", json!({"TableName": "Music", "Key": {"a": {"S": key}}})).await;
    }
    aws.at("2026-03-04T11:30:00Z");
    aws.item("new", "3").await;
    let window = json!({"ExportFromTime": 1_772_620_000, "ExportToTime": 1_772_623_000});
    let wanted = json!({"ExportType": "INCREMENTAL_EXPORT", "IncrementalExportSpecification": window});
    let told = exported(&aws, wanted.clone()).await;
    assert_eq!(told["IncrementalExportSpecification"]["ExportViewType"], "NEW_AND_OLD_IMAGES");
    assert_eq!((&told["ItemCount"], told.get("ExportTime")), (&json!(3), None));
    let line = |key: &str, images: &str| {
        let meta = r#"{"Metadata":{"WriteTimestampMicros":{"N":"1772622000000000"}},"Keys""#;
        format!(r#"{meta}:{{"a":{{"S":"{key}"}}}}{images}}}"#)
    };
    let image = |name: &str, key: &str, value: &str| {
        format!(r#","{name}":{{"a":{{"S":"{key}"}},"v":{{"N":"{value}"}}}}"#)
    };
    let manifest = told["ExportManifest"].as_str().expect("a key").replace("summary", "files");
    let old_and_new = image("OldImage", "changed", "1") + &image("NewImage", "changed", "2");
    assert_eq!(
        aws.lines(&manifest).await,
        [
            line("changed", &old_and_new),
            line("deleted", &image("OldImage", "deleted", "1")),
            line("new", &image("NewImage", "new", "2")),
        ]
    );
    assert!(aws.keys().await.iter().any(|key| key.starts_with("AWSDynamoDB/data/")));
    let mut only_new = wanted;
    only_new["IncrementalExportSpecification"]["ExportViewType"] = "NEW_IMAGE".into();
    let told = exported(&aws, only_new).await;
    let manifest = told["ExportManifest"].as_str().expect("a key").replace("summary", "files");
    assert_eq!(aws.lines(&manifest).await[1], line("deleted", ""));
}

#[tokio::test]
async fn what_s3_refuses_makes_an_export_fail() {
    let aws = Aws::start(0).await;
    aws.table().await;
    aws.keep().await;
    for (wanted, code, sentence) in [
        (
            json!({"S3Bucket": "absent"}),
            "S3NoSuchBucket",
            "The specified bucket does not exist (Service: Amazon S3; Status Code: 404; Error Code: NoSuchBucket; Request ID: ",
        ),
        (
            json!({"S3Bucket": "bucket", "S3BucketOwner": "111122223333"}),
            "S3AccessDenied",
            "Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: ",
        ),
    ] {
        let mut wanted = wanted;
        wanted["TableArn"] = ARN.into();
        let begun = aws.must(EXPORT, wanted).await;
        let arn = &begun["ExportDescription"]["ExportArn"];
        let told = aws.must("DescribeExport", json!({"ExportArn": arn})).await["ExportDescription"].clone();
        assert_eq!((&told["ExportStatus"], &told["FailureCode"]), (&json!("FAILED"), &json!(code)));
        assert!(told["FailureMessage"].as_str().is_some_and(|said| said.starts_with(sentence)), "{told}");
    }
}

#[tokio::test]
async fn an_export_goes_on_for_as_long_as_tables_take() {
    let aws = Aws::start(10_000).await;
    aws.table().await;
    aws.at("2026-03-04T10:00:20Z");
    aws.keep().await;
    let wanted = json!({"TableArn": ARN, "S3Bucket": "bucket", "ClientToken": "t"});
    let begun = aws.must(EXPORT, wanted.clone()).await["ExportDescription"].clone();
    let described = json!({"ExportArn": begun["ExportArn"]});
    assert_eq!(aws.must("DescribeExport", described.clone()).await["ExportDescription"], begun);
    aws.at("2026-03-04T10:00:30Z");
    let told = aws.must("DescribeExport", described).await["ExportDescription"].clone();
    assert_eq!(
        (&told["ExportStatus"], told["EndTime"].as_f64()),
        (&json!("COMPLETED"), Some(1_772_618_430.0))
    );
    assert_eq!(aws.must(EXPORT, wanted.clone()).await["ExportDescription"], told);
    let mut other = wanted;
    other["S3Prefix"] = "p".into();
    assert_eq!(
        aws.refused(EXPORT, other).await,
        "ExportConflictException: Export conflict: Duplicate request detected with conflicting parameters"
    );
}

#[tokio::test]
async fn exports_are_listed_page_by_page() {
    let aws = Aws::start(0).await;
    aws.table().await;
    aws.keep().await;
    let mut arns = Vec::new();
    for second in 10..15 {
        aws.at(&format!("2026-03-04T10:00:{second}Z"));
        arns.push(exported(&aws, json!({})).await["ExportArn"].clone());
    }
    arns.reverse();
    let of = |page: &Json| -> Vec<Json> {
        page["ExportSummaries"].as_array().into_iter().flatten().map(|one| one["ExportArn"].clone()).collect()
    };
    let first = aws.must("ListExports", json!({"TableArn": ARN, "MaxResults": 3})).await;
    let rest = aws.must("ListExports", json!({"NextToken": first["NextToken"]})).await;
    assert_eq!((of(&first), of(&rest)), (arns[..3].to_vec(), arns[3..].to_vec()));
    assert_eq!(rest.get("NextToken"), None);
    let wrong = first["NextToken"].as_str().expect("a token");
    assert_eq!(
        aws.refused("ListImports", json!({"NextToken": wrong})).await,
        format!("ValidationException: Invalid Request: Provided nextToken is invalid: {wrong}")
    );
    for wrong in ["é", "zz", "2", ""] {
        let told = aws.refused("ListExports", json!({"NextToken": wrong})).await;
        assert!(told.starts_with("ValidationException"), "{told}");
    }
    aws.must("DeleteTable", json!({"TableName": "Music"})).await;
    assert_eq!(of(&aws.must("ListExports", json!({"TableArn": ARN})).await), [Json::Null; 0]);
    assert_eq!(of(&aws.must("ListExports", json!({})).await), arns);
}
