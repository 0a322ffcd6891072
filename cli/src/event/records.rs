//! Records of S3, SQS, SNS and DynamoDB streams, as Lambda hands them to a function.
//!
//! Sources: Lambda Developer Guide, "Process Amazon S3 event notifications with Lambda", "Using Lambda with Amazon SQS",
//! "Invoking Lambda functions with Amazon SNS notifications", "Using AWS Lambda with Amazon DynamoDB"; Amazon S3 User Guide,
//! "Event message structure".

use super::{ACCOUNT, text};
use clap::Args;
use md5::{Digest, Md5};
use ruststack_wire::Timestamp;
use serde_json::{Map, Value as Json, json};

#[derive(Args)]
pub(super) struct S3 {
    /// The bucket
    #[arg(long, default_value = "amzn-s3-demo-bucket")]
    bucket: String,
    /// The key of the object
    #[arg(long, default_value = "test/key")]
    key: String,
    /// What happened: ObjectCreated:Put, ObjectRemoved:Delete, ...
    #[arg(long, default_value = "ObjectCreated:Put")]
    event: String,
    /// The size of the object, in bytes
    #[arg(long, default_value_t = 1024)]
    size: u64,
}

impl S3 {
    /// The notification.
    pub(super) fn event(&self, region: &str, now: Timestamp) -> Json {
        let key: String = form_urlencoded::byte_serialize(self.key.as_bytes()).collect();
        let mut object = json!({"key": key.replace("%2F", "/"), "sequencer": "0A1B2C3D4E5F678901"});
        if self.event.starts_with("ObjectCreated") {
            object["size"] = self.size.into();
            object["eTag"] = "0123456789abcdef0123456789abcdef".into();
        }
        json!({"Records": [{
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": region,
            "eventTime": now.iso8601_millis(),
            "eventName": self.event.trim_start_matches("s3:"),
            "userIdentity": {"principalId": "EXAMPLE"},
            "requestParameters": {"sourceIPAddress": "127.0.0.1"},
            "responseElements": {
                "x-amz-request-id": "EXAMPLE123456789",
                "x-amz-id-2": "EXAMPLE123/5678abcdefghijklambdaisawesome/mnopqrstuvwxyzABCDEFGH",
            },
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": "testConfigRule",
                "bucket": {
                    "name": self.bucket,
                    "ownerIdentity": {"principalId": "EXAMPLE"},
                    "arn": format!("arn:aws:s3:::{}", self.bucket),
                },
                "object": object,
            },
        }]})
    }
}

#[derive(Args)]
pub(super) struct Sqs {
    /// The body of a message, or @FILE; may be given again
    #[arg(long, default_value = "Hello from SQS!")]
    body: Vec<String>,
    /// The name of the queue
    #[arg(long, default_value = "MyQueue")]
    queue: String,
    /// An attribute of each message; may be given again
    #[arg(long, value_name = "NAME=VALUE")]
    attribute: Vec<String>,
}

impl Sqs {
    /// A batch with the messages.
    pub(super) fn event(&self, region: &str, now: Timestamp) -> Result<Json, String> {
        let mut attributes = Map::new();
        for attribute in &self.attribute {
            let (name, value) = pair("--attribute", attribute)?;
            let value = json!({"stringValue": value, "stringListValues": [], "binaryListValues": [], "dataType": "String"});
            attributes.insert(name.to_owned(), value);
        }
        let sent = now.millis().to_string();
        let mut records = Vec::new();
        for (index, body) in self.body.iter().enumerate() {
            let body = text(body)?;
            records.push(json!({
                "messageId": format!("19dd0b57-b21e-4ac1-bd88-{index:012x}"),
                "receiptHandle": "MessageReceiptHandle",
                "attributes": {
                    "ApproximateReceiveCount": "1",
                    "SentTimestamp": sent,
                    "SenderId": ACCOUNT,
                    "ApproximateFirstReceiveTimestamp": sent,
                },
                "messageAttributes": attributes,
                "md5OfBody": Md5::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
                "body": body,
                "eventSource": "aws:sqs",
                "eventSourceARN": format!("arn:aws:sqs:{region}:{ACCOUNT}:{}", self.queue),
                "awsRegion": region,
            }));
        }
        Ok(json!({"Records": records}))
    }
}

#[derive(Args)]
pub(super) struct Sns {
    /// The message, or @FILE
    #[arg(long, default_value = "Hello from SNS!")]
    message: String,
    /// The subject
    #[arg(long)]
    subject: Option<String>,
    /// The name of the topic
    #[arg(long, default_value = "sns-lambda")]
    topic: String,
    /// An attribute of the message; may be given again
    #[arg(long, value_name = "NAME=VALUE")]
    attribute: Vec<String>,
}

impl Sns {
    /// The notification.
    pub(super) fn event(&self, region: &str, now: Timestamp) -> Result<Json, String> {
        let mut attributes = Map::new();
        for attribute in &self.attribute {
            let (name, value) = pair("--attribute", attribute)?;
            attributes.insert(name.to_owned(), json!({"Type": "String", "Value": value}));
        }
        let topic = format!("arn:aws:sns:{region}:{ACCOUNT}:{}", self.topic);
        let subscription = format!("{topic}:21be56ed-a058-49f5-8c98-aedd2564c486");
        let host = format!("https://sns.{region}.amazonaws.com");
        Ok(json!({"Records": [{
            "EventVersion": "1.0",
            "EventSubscriptionArn": subscription,
            "EventSource": "aws:sns",
            "Sns": {
                "SignatureVersion": "1",
                "Timestamp": now.iso8601_millis(),
                "Signature": "EXAMPLE",
                "SigningCertUrl": format!("{host}/SimpleNotificationService-EXAMPLE.pem"),
                "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
                "Message": text(&self.message)?,
                "MessageAttributes": attributes,
                "Type": "Notification",
                "UnsubscribeUrl": format!("{host}/?Action=Unsubscribe&SubscriptionArn={subscription}"),
                "TopicArn": topic,
                "Subject": self.subject,
            },
        }]}))
    }
}

#[derive(Args)]
pub(super) struct DynamoDb {
    /// The key of the item, as DynamoDB's JSON, or @FILE
    #[arg(long, default_value = r#"{"Id": {"N": "101"}}"#)]
    keys: String,
    /// The item after the change, as DynamoDB's JSON, or @FILE
    #[arg(long)]
    new: Option<String>,
    /// The item before the change
    #[arg(long)]
    old: Option<String>,
    /// The name of the table
    #[arg(long, default_value = "ExampleTableWithStream")]
    table: String,
}

impl DynamoDb {
    /// A batch with the record: INSERT, MODIFY or REMOVE, by which images there are.
    pub(super) fn event(&self, region: &str, now: Timestamp) -> Result<Json, String> {
        let image = |option: &str, given: &str| {
            let read: Result<Json, _> = serde_json::from_str(&text(given)?);
            match read {
                Ok(image @ Json::Object(_)) => Ok(image),
                _ => Err(format!("{option} {given}: expected an object of DynamoDB's JSON")),
            }
        };
        let new = self.new.as_deref().map(|given| image("--new", given)).transpose()?;
        let old = self.old.as_deref().map(|given| image("--old", given)).transpose()?;
        let (name, view) = match (&new, &old) {
            (Some(_), Some(_)) => ("MODIFY", "NEW_AND_OLD_IMAGES"),
            (Some(_), None) => ("INSERT", "NEW_AND_OLD_IMAGES"),
            (None, Some(_)) => ("REMOVE", "NEW_AND_OLD_IMAGES"),
            (None, None) => ("INSERT", "KEYS_ONLY"),
        };
        let mut change = json!({
            "ApproximateCreationDateTime": now.millis() / 1000,
            "Keys": image("--keys", &self.keys)?,
            "SequenceNumber": "4421584500000000017450439091",
            "SizeBytes": 26,
            "StreamViewType": view,
        });
        for (member, image) in [("NewImage", new), ("OldImage", old)] {
            if let Some(image) = image {
                change[member] = image;
            }
        }
        let label = now.iso8601_millis();
        Ok(json!({"Records": [{
            "eventID": "c4ca4238a0b923820dcc509a6f75849b",
            "eventName": name,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": region,
            "dynamodb": change,
            "eventSourceARN": format!(
                "arn:aws:dynamodb:{region}:{ACCOUNT}:table/{}/stream/{}",
                self.table, label.trim_end_matches('Z')
            ),
        }]}))
    }
}

/// A name and a value.
fn pair<'a>(option: &str, given: &'a str) -> Result<(&'a str, &'a str), String> {
    given.split_once('=').ok_or(format!("{option} {given}: expected NAME=VALUE"))
}
