//! Stories of CloudWatch Logs, each against a whole emulator of its own.

use crate::{Config, Emulator};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ruststack_wire::{Body, Request, Timestamp};
use serde_json::{Value as Json, json};
use std::io::Read;

/// The moment of all stories, in milliseconds since 1970.
pub(super) const NOW: i64 = 1_772_618_400_000;

/// An emulator, spoken to as an SDK does.
pub(super) struct Aws(Emulator);

impl Aws {
    /// An emulator with the log group `app` and the streams `a` and `b`.
    pub(super) async fn start() -> Aws {
        let aws = Aws(Emulator::new(Config { seed: Some(1), ..Config::default() }));
        aws.0.clock().freeze(Timestamp::from_millis(NOW));
        aws.must("CreateLogGroup", json!({"logGroupName": "app"})).await;
        for stream in ["a", "b"] {
            aws.must("CreateLogStream", json!({"logGroupName": "app", "logStreamName": stream})).await;
        }
        aws
    }

    /// Calls an operation: the status and the answer.
    pub(super) async fn call(&self, action: &str, body: Json) -> (u16, Json) {
        let request: Request = http::Request::post("/")
            .header("host", "logs.us-east-1.localhost")
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("Logs_20140328.{action}"))
            .body(Body::from(body.to_string().into_bytes()))
            .expect("a request");
        let (parts, body) = self.0.answer(request).await.into_parts();
        let bytes = body.collect(1 << 24).await.expect("a body");
        (parts.status.as_u16(), serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// The same, of a call that succeeds.
    pub(super) async fn must(&self, action: &str, body: Json) -> Json {
        let told = body.to_string();
        let (status, answer) = self.call(action, body).await;
        assert_eq!(status, 200, "{action} {told}: {answer}");
        answer
    }

    /// Puts events into a stream of `app`: so many milliseconds after [`NOW`], and the message.
    pub(super) async fn put(&self, stream: &str, events: &[(i64, &str)]) {
        let event = |(after, message): &(i64, &str)| json!({"timestamp": NOW + after, "message": message});
        let events: Vec<Json> = events.iter().map(event).collect();
        let body = json!({"logGroupName": "app", "logStreamName": stream, "logEvents": events});
        self.must("PutLogEvents", body).await;
    }

    /// A page of the stream `a`.
    async fn get(&self, more: Json) -> Json {
        let mut body = json!({"logGroupName": "app", "logStreamName": "a"});
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        self.must("GetLogEvents", body).await
    }
}

pub(super) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

fn messages(answer: &Json) -> Vec<&str> {
    answer["events"].as_array().into_iter().flatten().filter_map(|event| event["message"].as_str()).collect()
}

#[test]
fn pages_go_forward_and_back_and_end_with_the_token_that_came() {
    block_on(async {
        let aws = Aws::start().await;
        aws.put("a", &[(0, "1"), (0, "2"), (1, "3")]).await;
        // What comes later and happened before stands before.
        aws.put("a", &[(-5, "0")]).await;

        let first = aws.get(json!({"startFromHead": true, "limit": 3})).await;
        assert_eq!(messages(&first), ["0", "1", "2"]);
        let second = aws.get(json!({"nextToken": first["nextForwardToken"]})).await;
        assert_eq!(messages(&second), ["3"]);
        let third = aws.get(json!({"nextToken": second["nextForwardToken"]})).await;
        assert_eq!(messages(&third), [""; 0]);
        assert_eq!(third["nextForwardToken"], second["nextForwardToken"]);
        let back = aws.get(json!({"nextToken": third["nextBackwardToken"], "limit": 2})).await;
        assert_eq!(messages(&back), ["2", "3"]);
        let further = aws.get(json!({"nextToken": back["nextBackwardToken"]})).await;
        assert_eq!(messages(&further), ["0", "1"]);
        let begin = aws.get(json!({"nextToken": further["nextBackwardToken"]})).await;
        assert_eq!(begin["nextBackwardToken"], further["nextBackwardToken"]);
        let again = aws.get(json!({"nextToken": begin["nextForwardToken"]})).await;
        assert_eq!(messages(&again), ["0", "1", "2", "3"]);

        assert_eq!(messages(&aws.get(json!({"limit": 2})).await), ["2", "3"]);
        let within = aws.get(json!({"startTime": NOW, "endTime": NOW + 1})).await;
        assert_eq!(messages(&within), ["1", "2"]);
        let none = aws.get(json!({"startTime": NOW + 9, "endTime": NOW})).await;
        assert_eq!(messages(&none), [""; 0]);
    });
}

#[test]
fn a_token_of_an_empty_stream_leads_to_what_comes() {
    block_on(async {
        let aws = Aws::start().await;
        let empty = aws.get(json!({"startFromHead": true})).await;
        aws.put("a", &[(-1000, "old"), (0, "new")]).await;
        let next = aws.get(json!({"nextToken": empty["nextForwardToken"]})).await;
        assert_eq!(messages(&next), ["old", "new"]);
    });
}

#[test]
fn streams_are_merged_and_told_page_by_page() {
    block_on(async {
        let aws = Aws::start().await;
        aws.put("a", &[(0, "x 1"), (2, "x 3"), (3, "y 4")]).await;
        aws.put("b", &[(1, "x 2"), (5, "x 5")]).await;
        let mut body = json!({"logGroupName": "app", "filterPattern": "x", "limit": 2});
        let mut found = Vec::new();
        let mut pages = 0;
        loop {
            let page = aws.must("FilterLogEvents", body.clone()).await;
            found.extend(messages(&page).into_iter().map(str::to_owned));
            pages += 1;
            let Some(token) = page.get("nextToken") else { break };
            body["nextToken"] = token.clone();
        }
        assert_eq!((found.join(","), pages), ("x 1,x 2,x 3,x 5".to_owned(), 2));
        let of = |more: Json| {
            let mut body = json!({"logGroupName": "app"});
            body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            body
        };
        let one = aws.must("FilterLogEvents", of(json!({"logStreamNames": ["b"]}))).await;
        assert_eq!(messages(&one), ["x 2", "x 5"]);
        let until = aws.must("FilterLogEvents", of(json!({"endTime": NOW + 1}))).await;
        assert_eq!(messages(&until), ["x 1", "x 2"]);
        let (status, answer) = aws.call("FilterLogEvents", of(json!({"logStreamNames": ["z"]}))).await;
        assert_eq!((status, &answer["__type"]), (400, &json!("ResourceNotFoundException")));
    });
}

#[test]
fn events_expire_by_the_clock() {
    block_on(async {
        let aws = Aws::start().await;
        aws.put("a", &[(0, "one"), (3_600_000, "two")]).await;
        aws.must("PutRetentionPolicy", json!({"logGroupName": "app", "retentionInDays": 1})).await;
        aws.0.clock().advance(86_400_000 + 1);
        assert_eq!(messages(&aws.get(json!({})).await), ["two"]);
        aws.0.clock().advance(86_400_000);
        assert_eq!(messages(&aws.get(json!({})).await), [""; 0]);
        let groups = aws.must("DescribeLogGroups", json!({})).await;
        assert_eq!(groups["logGroups"][0]["storedBytes"], 0);
    });
}

#[test]
fn what_another_service_delivers_is_kept_and_told() {
    block_on(async {
        let aws = Aws::start().await;
        let logs = &aws.0.services().logs;
        let group = "/aws/lambda/f";
        let now = Timestamp::from_millis(NOW);
        let deliver = |lines: &[&str]| {
            let events = lines.iter().map(|line| (NOW, (*line).to_owned())).collect();
            logs.deliver("000000000000", "us-east-1", group, "s/[$LATEST]1", events, now);
        };
        deliver(&["START"]);
        let filter = json!({"logGroupName": group, "filterName": "f", "filterPattern": "ERROR",
            "destinationArn": "arn:aws:lambda:us-east-1:000000000000:function:watch"});
        aws.must("PutSubscriptionFilter", filter).await;
        deliver(&["an ERROR", "fine"]);

        let all = aws.must("FilterLogEvents", json!({"logGroupName": group})).await;
        assert_eq!(messages(&all), ["START", "an ERROR", "fine"]);
        let told = aws.0.services().events.recent();
        let [event] = told.as_slice() else { panic!("one event, not {told:?}") };
        assert_eq!(event.target, "arn:aws:lambda:us-east-1:000000000000:function:watch");
        let zipped = event.body["awslogs"]["data"].as_str().expect("data");
        let zipped = STANDARD.decode(zipped).expect("base64");
        let mut text = String::new();
        flate2::read::GzDecoder::new(zipped.as_slice()).read_to_string(&mut text).expect("gzip");
        let body: Json = serde_json::from_str(&text).expect("JSON");
        assert_eq!(body["messageType"], "DATA_MESSAGE");
        assert_eq!(body["owner"], "000000000000");
        assert_eq!(body["subscriptionFilters"], json!(["f"]));
        assert_eq!(body["logEvents"].as_array().map(Vec::len), Some(1));
        assert_eq!(body["logEvents"][0]["message"], "an ERROR");
        assert_eq!(body["logEvents"][0]["id"], all["events"][1]["eventId"]);
    });
}

#[test]
fn streams_are_listed_by_name_and_by_time() {
    block_on(async {
        let aws = Aws::start().await;
        aws.must("CreateLogStream", json!({"logGroupName": "app", "logStreamName": "c"})).await;
        aws.put("a", &[(5, "later")]).await;
        aws.put("b", &[(1, "sooner")]).await;
        let list = async |more: Json| {
            let mut body = json!({"logGroupName": "app", "limit": 1});
            body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            let mut names = String::new();
            loop {
                let page = aws.must("DescribeLogStreams", body.clone()).await;
                names.push_str(page["logStreams"][0]["logStreamName"].as_str().unwrap_or("-"));
                let Some(token) = page.get("nextToken") else { return names };
                body["nextToken"] = token.clone();
            }
        };
        assert_eq!(list(json!({})).await, "abc");
        assert_eq!(list(json!({"descending": true})).await, "cba");
        assert_eq!(list(json!({"logStreamNamePrefix": "b", "descending": true})).await, "b");
        assert_eq!(list(json!({"orderBy": "LastEventTime"})).await, "cba");
        assert_eq!(list(json!({"orderBy": "LastEventTime", "descending": true})).await, "abc");
    });
}
