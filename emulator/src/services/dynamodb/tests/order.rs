//! The order of a Scan.

use super::{Aws, block_on};
use serde_json::json;

/// The keys in the order in which AWS gave them (go-cloud, docstore/awsdynamodb/testdata/TestConformance, GetQueryKeyField
/// and MultipleActions, recorded in July 2025).
const AS_RECORDED: [&[&str]; 2] = [
    &["qkf1", "qkf3", "qkf2"],
    &[
        "testUnorderedActions3",
        "testUnorderedActions8",
        "testUnorderedActions4",
        "testUnorderedActions7",
        "testUnorderedActions6",
        "testUnorderedActions5",
    ],
];

#[test]
fn a_scan_follows_the_hash_of_the_partition_key_as_on_aws() {
    for recorded in AS_RECORDED {
        let aws = block_on(Aws::start());
        let mut sorted = recorded.to_vec();
        sorted.sort_unstable();
        for key in sorted {
            let item = json!({"pk": {"S": key}, "sk": {"N": "0"}});
            block_on(aws.must("PutItem", json!({"TableName": "items", "Item": item})));
        }
        let scanned = block_on(aws.must("Scan", json!({"TableName": "items"})));
        let keys: Vec<&str> = scanned["Items"]
            .as_array()
            .expect("items")
            .iter()
            .map(|item| item["pk"]["S"].as_str().expect("a key"))
            .collect();
        assert_eq!(keys, recorded);
    }
}

#[test]
fn segments_share_all_items() {
    let aws = block_on(Aws::start());
    for number in 0..200 {
        let item = json!({"pk": {"S": format!("key-{number}")}, "sk": {"N": "0"}});
        block_on(aws.must("PutItem", json!({"TableName": "items", "Item": item})));
    }
    let mut count = 0;
    for segment in 0..7 {
        let scan = json!({"TableName": "items", "Segment": segment, "TotalSegments": 7});
        let found = block_on(aws.must("Scan", scan))["Count"].as_u64().expect("a count");
        assert!(found > 0);
        count += found;
    }
    assert_eq!(count, 200);
}
