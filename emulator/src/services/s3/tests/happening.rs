//! What happens in a bucket is told.

use super::Aws;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ruststack_wire::sign::checksum::Algorithm;
use serde_json::Value as Json;

impl Aws {
    /// Has the bucket tell what happens in it.
    async fn notify(&self, configuration: &str) {
        let body = format!("<NotificationConfiguration>{configuration}</NotificationConfiguration>");
        let md5 = STANDARD.encode(Algorithm::Md5.digest(body.as_bytes()).as_bytes());
        let put = self.send("PUT", "/bucket?notification", &[("content-md5", &md5)], body).await;
        assert_eq!(put.status, 200, "{}", put.xml());
    }

    /// What was told since the last time: to whom, and what.
    fn told(&self) -> Vec<(String, Json)> {
        let recent = self.emulator().events().recent();
        let told = recent.iter().map(|event| (event.target.clone(), event.body.clone())).collect();
        self.emulator().events().reset();
        told
    }
}

const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:queue";

#[tokio::test]
async fn a_queue_is_told_what_it_asked_for() {
    let aws = Aws::start().await;
    aws.send("PUT", "/bucket/before", &[], "x").await;
    assert!(aws.told().is_empty());
    aws.notify(&format!(
        "<QueueConfiguration><Id>mine</Id><Queue>{QUEUE}</Queue><Event>s3:ObjectCreated:*</Event>\
         <Event>s3:ObjectRemoved:Delete</Event><Filter><S3Key><FilterRule><Name>prefix</Name><Value>in</Value></FilterRule>\
         <FilterRule><Name>suffix</Name><Value>.jpg</Value></FilterRule></S3Key></Filter></QueueConfiguration>"
    ))
    .await;
    let told = aws.told();
    assert_eq!((told[0].0.as_str(), &told[0].1["Event"]), (QUEUE, &"s3:TestEvent".into()));

    aws.send("PUT", "/bucket/out.jpg", &[], "x").await;
    aws.send("PUT", "/bucket/in.png", &[], "x").await;
    assert!(aws.told().is_empty());
    aws.send("PUT", "/bucket/in%20a/b%40.jpg", &[], "hello").await;
    let told = aws.told();
    assert_eq!(told.len(), 1);
    let record = &told[0].1["Records"][0];
    assert_eq!(record["eventName"], "ObjectCreated:Put");
    assert_eq!(record["eventVersion"], "2.1");
    let names: Vec<&String> = record.as_object().expect("a record").keys().collect();
    assert_eq!(
        names,
        [
            "eventVersion",
            "eventSource",
            "awsRegion",
            "eventTime",
            "eventName",
            "userIdentity",
            "requestParameters",
            "responseElements",
            "s3"
        ]
    );
    let object = record["s3"]["object"].as_object().expect("an object");
    assert_eq!(object.keys().collect::<Vec<_>>(), ["key", "size", "eTag", "sequencer"]);
    assert_eq!((&object["key"], &object["size"]), (&"in+a/b%40.jpg".into(), &5.into()));
    assert_eq!(object["eTag"], "5d41402abc4b2a76b9719d911017c592");
    assert_eq!(record["s3"]["configurationId"], "mine");

    aws.send("DELETE", "/bucket/in%20a/b%40.jpg", &[], "").await;
    aws.send("DELETE", "/bucket/in%20a/b%40.jpg", &[], "").await;
    let told = aws.told();
    assert_eq!(told.len(), 1, "what was not there is not told to be removed");
    assert_eq!(told[0].1["Records"][0]["eventName"], "ObjectRemoved:Delete");
}

#[tokio::test]
async fn eventbridge_is_told_everything() {
    let aws = Aws::start().await;
    aws.notify("<EventBridgeConfiguration/>").await;
    aws.send("PUT", "/bucket/a%20b", &[], "body").await;
    aws.send("DELETE", "/bucket/a%20b", &[], "").await;
    let told = aws.told();
    let types: Vec<&Json> = told.iter().map(|(_, body)| &body["detail-type"]).collect();
    assert_eq!(types, ["Object Created", "Object Deleted"]);
    assert_eq!(told[0].0, "arn:aws:events:us-east-1:000000000000:event-bus/default");
    assert_eq!(told[0].1["detail"]["object"]["key"], "a b");
    assert_eq!(told[0].1["detail"]["reason"], "PutObject");
    assert_eq!(told[1].1["detail"]["deletion-type"], "Permanently Deleted");
}
