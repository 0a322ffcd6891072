//! Imports.

use super::{ARN, Aws};
use serde_json::{Value as Json, json};

/// A request for the table `Music`, by the string `a`, of what begins with `in`.
fn wanted(format: &str) -> Json {
    json!({
        "S3BucketSource": {"S3Bucket": "bucket", "S3KeyPrefix": "in"},
        "InputFormat": format,
        "TableCreationParameters": {
            "TableName": "Music", "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
        },
    })
}

/// The description of an import, as it is afterwards.
async fn imported(aws: &Aws, wanted: Json) -> Json {
    let begun = aws.must("ImportTable", wanted).await;
    let arn = &begun["ImportTableDescription"]["ImportArn"];
    aws.must("DescribeImport", json!({"ImportArn": arn})).await["ImportTableDescription"].clone()
}

fn counts(told: &Json) -> [Json; 4] {
    ["ImportStatus", "ProcessedItemCount", "ImportedItemCount", "ErrorCount"].map(|name| told[name].clone())
}

async fn items(aws: &Aws) -> Json {
    aws.must("Scan", json!({"TableName": "Music"})).await["Items"].clone()
}

#[tokio::test]
async fn what_was_exported_is_imported() {
    for format in ["DYNAMODB_JSON", "ION"] {
        let aws = Aws::start(0).await;
        aws.table().await;
        aws.keep().await;
        let item = json!({
            "a": {"S": "é\"\n'"}, "b": {"B": "AP8="}, "null": {"NULL": true}, "true": {"BOOL": false}, "n": {"N": "-1.5E-20"},
            "l": {"L": [{"N": "1E+20"}, {"M": {}}, {"L": []}]}, "m m": {"M": {"$1": {"S": ""}, "it's": {"N": "0"}}},
            "ss": {"SS": ["x", "y"]}, "ns": {"NS": ["0.001", "3"]}, "bs": {"BS": ["AA=="]},
        });
        aws.must("PutItem", json!({"TableName": "Music", "Item": item})).await;
        aws.item("other", "1").await;
        let before = items(&aws).await;
        let export = json!({"TableArn": ARN, "S3Bucket": "bucket", "S3Prefix": "in", "ExportFormat": format});
        let begun = aws.must("ExportTableToPointInTime", export).await;
        let id = begun["ExportDescription"]["ExportArn"].as_str().and_then(|arn| arn.rsplit('/').next());
        aws.must("DeleteTable", json!({"TableName": "Music"})).await;
        let mut wanted = wanted(format);
        wanted["InputCompressionType"] = "GZIP".into();
        wanted["S3BucketSource"]["S3KeyPrefix"] =
            format!("in/AWSDynamoDB/{}/data/", id.unwrap_or_default()).into();
        let told = imported(&aws, wanted.clone()).await;
        assert_eq!(counts(&told), [json!("COMPLETED"), json!(2), json!(2), json!(0)], "{format} {told}");
        assert_eq!(items(&aws).await, before);

        // The manifests beside the data are no items; nor is what is packed an item when it is not unpacked.
        aws.must("DeleteTable", json!({"TableName": "Music"})).await;
        wanted["S3BucketSource"]["S3KeyPrefix"] = "in".into();
        let told = imported(&aws, wanted.clone()).await;
        assert_eq!(counts(&told), [json!("FAILED"), json!(6), json!(2), json!(4)], "{told}");
        assert_eq!(told["FailureCode"], "ItemValidationError");
        aws.must("DeleteTable", json!({"TableName": "Music"})).await;
        wanted["S3BucketSource"]["S3KeyPrefix"] =
            format!("in/AWSDynamoDB/{}/data/", id.unwrap_or_default()).into();
        wanted["InputCompressionType"] = "NONE".into();
        let told = imported(&aws, wanted).await;
        assert_eq!(counts(&told), [json!("FAILED"), json!(4), json!(0), json!(4)], "{told}");
    }
}

#[tokio::test]
async fn a_bad_item_is_left_out_and_a_bad_line_ends_its_object() {
    let aws = Aws::start(0).await;
    let good = |key: &str| format!("{{\"Item\":{{\"a\":{{\"S\":\"{key}\"}}}}}}\n");
    aws.put("/bucket/in/1", good("1") + "{\"Item\":{\"b\":{\"S\":\"2\"}}}\r\n\n" + &good("3")).await;
    aws.put("/bucket/in/2", good("4") + "{\"Item\n" + &good("5")).await;
    let told = imported(&aws, wanted("DYNAMODB_JSON")).await;
    assert_eq!(counts(&told), [json!("FAILED"), json!(5), json!(3), json!(2)]);
    assert_eq!(told["S3BucketSource"]["S3BucketOwner"], "000000000000");
    assert_eq!(told["InputCompressionType"], "NONE");
    assert_eq!(items(&aws).await.as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn rows_of_csv_become_items() {
    let aws = Aws::start(0).await;
    aws.put("/bucket/in.csv", "a,n,\"v v\"\r\nx,1,\"say \"\"yes\"\", now\"\r\ny,2,\n").await;
    let mut wanted = wanted("CSV");
    let parameters = &mut wanted["TableCreationParameters"];
    parameters["KeySchema"]
        .as_array_mut()
        .expect("a list")
        .push(json!({"AttributeName": "n", "KeyType": "RANGE"}));
    parameters["AttributeDefinitions"]
        .as_array_mut()
        .expect("a list")
        .push(json!({"AttributeName": "n", "AttributeType": "N"}));
    let told = imported(&aws, wanted.clone()).await;
    assert_eq!(counts(&told), [json!("COMPLETED"), json!(2), json!(2), json!(0)]);
    assert_eq!(told.get("InputFormatOptions"), None);
    let item =
        aws.must("GetItem", json!({"TableName": "Music", "Key": {"a": {"S": "x"}, "n": {"N": "1"}}})).await;
    assert_eq!(item["Item"]["v v"]["S"], "say \"yes\", now");

    aws.must("DeleteTable", json!({"TableName": "Music"})).await;
    aws.put("/bucket/in.csv", "x;1\ny;no\nz;3").await;
    let csv = json!({"Csv": {"Delimiter": ";", "HeaderList": ["a", "n"]}});
    wanted["InputFormatOptions"] = csv.clone();
    let told = imported(&aws, wanted.clone()).await;
    assert_eq!(counts(&told), [json!("FAILED"), json!(3), json!(2), json!(1)]);
    assert_eq!(told["InputFormatOptions"], csv);
    wanted["InputFormat"] = "ION".into();
    assert_eq!(
        aws.refused("ImportTable", wanted).await,
        "ValidationException: Invalid Request: Unsupported InputFormatOptions for the given input format: ION."
    );
}

#[tokio::test]
async fn a_bucket_that_is_not_there_makes_no_table_and_an_empty_one_does() {
    let aws = Aws::start(0).await;
    let mut absent = wanted("DYNAMODB_JSON");
    absent["S3BucketSource"]["S3Bucket"] = "absent".into();
    let told = imported(&aws, absent).await;
    assert_eq!((&told["ImportStatus"], &told["FailureCode"]), (&json!("FAILED"), &json!("S3NoSuchBucket")));
    assert_eq!(told["TableArn"], ARN);
    assert!(
        aws.refused("DescribeTable", json!({"TableName": "Music"})).await.starts_with("ResourceNotFound")
    );
    let told = imported(&aws, wanted("DYNAMODB_JSON")).await;
    assert_eq!(counts(&told), [json!("COMPLETED"), json!(0), json!(0), json!(0)]);
    assert_eq!(items(&aws).await, json!([]));
    let listed = aws.must("ListImports", json!({"TableArn": ARN, "PageSize": 1})).await;
    assert_eq!(listed["ImportSummaryList"][0]["ImportArn"], told["ImportArn"]);
    assert!(listed.get("NextToken").is_some());
}

#[tokio::test]
async fn a_token_is_that_of_one_table() {
    let aws = Aws::start(10_000).await;
    let mut first = wanted("DYNAMODB_JSON");
    first["ClientToken"] = "t".into();
    let begun = aws.must("ImportTable", first.clone()).await;
    first["S3BucketSource"]["S3KeyPrefix"] = "other".into();
    assert_eq!(aws.must("ImportTable", first.clone()).await, begun);
    let mut other = first.clone();
    other["TableCreationParameters"]["TableName"] = "Other".into();
    assert_eq!(
        aws.refused("ImportTable", other).await,
        "ImportConflictException: Import conflict: Duplicate request detected with conflicting parameters"
    );
    aws.at("2026-03-04T10:00:10Z");
    assert_eq!(
        aws.refused("ImportTable", first).await,
        "ResourceInUseException: Table already exists: Music"
    );
}

#[tokio::test]
async fn what_cannot_be_unpacked_is_refused_or_an_error() {
    let aws = Aws::start(0).await;
    aws.put("/bucket/in", "{\"Item\":{\"a\":{\"S\":\"x\"}}}").await;
    let mut packed = wanted("DYNAMODB_JSON");
    packed["InputCompressionType"] = "ZSTD".into();
    assert_eq!(aws.call("ImportTable", packed.clone()).await.0, 501);
    packed["InputCompressionType"] = "GZIP".into();
    let told = imported(&aws, packed).await;
    assert_eq!(counts(&told), [json!("FAILED"), json!(1), json!(0), json!(1)]);
}
