//! What calls leave behind, by what they said.

use super::Made;
use super::left::Left;
use ruststack_cassettes::{Body, Interaction, Request, Response};

/// A call in JSON with a target, and its answer.
fn call(host: &str, target: &str, input: &str, output: &str) -> Interaction {
    let mut request = Request::of_url("POST", &format!("https://{host}.us-east-2.amazonaws.com/")).unwrap();
    let version = if host == "sqs" { "1.0" } else { "1.1" };
    request.headers.push("x-amz-target", target);
    request.headers.push("content-type", &format!("application/x-amz-json-{version}"));
    request.body = Body::exact(input.to_owned());
    answered(request, output)
}

/// A call of the query protocol.
fn form(host: &str, form: &str, output: &str) -> Interaction {
    let mut request = Request::of_url("POST", &format!("https://{host}.us-east-2.amazonaws.com/")).unwrap();
    request.headers.push("content-type", "application/x-www-form-urlencoded; charset=utf-8");
    request.body = Body::exact(form.to_owned());
    answered(request, output)
}

fn rest(method: &str, url: &str, input: &str, output: &str) -> Interaction {
    let mut request = Request::of_url(method, url).unwrap();
    request.headers.push("content-type", "application/json");
    request.body = Body::exact(input.to_owned());
    answered(request, output)
}

fn answered(request: Request, output: &str) -> Interaction {
    let response = Response { status: 200, body: Body::exact(output.to_owned()), ..Response::default() };
    Interaction {
        region: Some("us-east-2".into()),
        request,
        response: Some(response),
        ..Interaction::default()
    }
}

/// What is left of calls, where all that is looked for was there or was not.
fn left(calls: &[Interaction], had: Option<bool>) -> Vec<String> {
    let mut left = Left::default();
    calls.iter().for_each(|call| left.hear(call, &|_| had));
    let told = |made: &Made| match &made.doubt {
        None => made.to_string(),
        Some(doubt) => format!("{made} ({doubt})"),
    };
    left.made.iter().map(told).collect()
}

const QUEUE: &str = r#"{"QueueUrl":"https://sqs.us-east-2.amazonaws.com/123456789012/q"}"#;
const TOPIC: &str = "arn:aws:sns:us-east-2:123456789012:t";

fn topic() -> Interaction {
    let output = format!(
        "<CreateTopicResponse><CreateTopicResult><TopicArn>{TOPIC}</TopicArn></CreateTopicResult></CreateTopicResponse>"
    );
    form("sns", "Action=CreateTopic&Version=2010-03-31&Name=t", &output)
}

fn subscription(arn: &str) -> Interaction {
    let output = format!(
        "<SubscribeResponse><SubscribeResult><SubscriptionArn>{arn}</SubscriptionArn></SubscribeResult></SubscribeResponse>"
    );
    let input =
        format!("Action=Subscribe&Version=2010-03-31&Protocol=sqs&TopicArn={}", TOPIC.replace(':', "%3A"));
    form("sns", &input, &output)
}

fn rule(bus: &str) -> Interaction {
    call("events", "AWSEvents.PutRule", &format!(r#"{{"Name":"r"{bus}}}"#), "{}")
}

const TARGETS: &str = r#"{"Rule":"r","Targets":[{"Id":"1","Arn":"a"},{"Id":"2","Arn":"b"}]}"#;

#[test]
fn what_answers_the_same_is_known_by_what_was_there() {
    let queue = [call("sqs", "AmazonSQS.CreateQueue", r#"{"QueueName":"q"}"#, QUEUE)];
    let name = "sqs:CreateQueue in us-east-2 QueueUrl=https://sqs.us-east-2.amazonaws.com/123456789012/q";
    assert_eq!(left(&queue, Some(false)), [name]);
    assert_eq!(left(&queue, Some(true)), [format!("{name} (it was there before)")]);
    let doubt = "it may have been there before: the operation answers the same then";
    assert_eq!(left(&queue, None), [format!("{name} ({doubt})")]);
    let deleted = call("sqs", "AmazonSQS.DeleteQueue", QUEUE, "");
    assert!(left(&[queue[0].clone(), deleted], Some(false)).is_empty());
}

#[test]
fn what_is_inside_of_ours_is_ours_and_goes_with_it() {
    let arn = format!("{TOPIC}:5be8f5b6-0000-0000-0000-000000000000");
    let calls = [topic(), subscription(&arn), subscription("pending confirmation")];
    assert_eq!(
        left(&calls, Some(false)),
        [
            format!("sns:CreateTopic in us-east-2 TopicArn={TOPIC}"),
            format!("sns:Subscribe in us-east-2 SubscriptionArn={arn}"),
            "sns:Subscribe in us-east-2 SubscriptionArn=pending confirmation \
             (it waits for somebody to confirm it, and goes by itself)"
                .to_owned(),
        ]
    );
    let before = left(&calls[..2], Some(true));
    assert!(before.iter().all(|one| one.contains("there before")), "{before:?}");
    let gone = format!("Action=DeleteTopic&Version=2010-03-31&TopicArn={}", TOPIC.replace(':', "%3A"));
    let gone = form("sns", &gone, "<DeleteTopicResponse/>");
    assert!(left(&[topic(), subscription(&arn), gone], Some(false)).is_empty());
}

#[test]
fn a_rule_is_left_without_its_targets() {
    let targets = call("events", "AWSEvents.PutTargets", TARGETS, r#"{"FailedEntryCount":0}"#);
    let removed = call("events", "AWSEvents.RemoveTargets", r#"{"Rule":"r","Ids":["1"]}"#, "{}");
    assert_eq!(
        left(&[rule(""), targets.clone(), removed], Some(false)),
        ["events:PutRule in us-east-2 Name=r", "events:PutTargets in us-east-2 Rule=r Ids=2"]
    );
    // On a bus of one's own nobody looks: it is the bus that tells.
    let other = rule(r#","EventBusName":"b""#);
    let doubt = "events:PutRule in us-east-2 Name=r EventBusName=b (it may have been there before: its EventBusName was)";
    assert_eq!(left(std::slice::from_ref(&other), Some(false)), [doubt]);
    let bus = call("events", "AWSEvents.CreateEventBus", r#"{"Name":"b"}"#, r#"{"EventBusArn":"a"}"#);
    let both = left(&[bus, other], None);
    assert_eq!(both[1], "events:PutRule in us-east-2 Name=r EventBusName=b");
    // A rule of the same name on another bus is another rule.
    let targets = call("events", "AWSEvents.PutTargets", TARGETS, "{}");
    let bus = call("events", "AWSEvents.CreateEventBus", r#"{"Name":"b"}"#, r#"{"EventBusArn":"a"}"#);
    let foreign = left(&[bus, rule(r#","EventBusName":"b""#), targets], None);
    assert!(foreign[2].contains("there before") && foreign[3].contains("there before"), "{foreign:?}");
}

#[test]
fn parts_are_told_only_where_the_whole_was_there() {
    let origin = "https://apigateway.us-east-2.amazonaws.com/restapis";
    let api = rest("POST", origin, r#"{"name":"a"}"#, r#"{"id":"abc"}"#);
    let part =
        rest("POST", &format!("{origin}/abc/resources/root"), r#"{"pathPart":"p"}"#, r#"{"id":"def"}"#);
    assert_eq!(left(&[api, part.clone()], None), ["apigateway:CreateRestApi in us-east-2 restApiId=abc"]);
    assert_eq!(
        left(&[part], None),
        ["apigateway:CreateResource in us-east-2 (it is a part of what was there before: its restApiId was)"]
    );
}

#[test]
fn a_grant_on_a_key_of_ours_is_ours() {
    let key = call("kms", "TrentService.CreateKey", "{}", r#"{"KeyMetadata":{"KeyId":"k-1"}}"#);
    let input = r#"{"KeyId":"arn:aws:kms:us-east-2:123456789012:key/k-1","GranteePrincipal":"p","Operations":["Decrypt"]}"#;
    let grant = call("kms", "TrentService.CreateGrant", input, r#"{"GrantId":"g-1"}"#);
    let told = left(&[key, grant.clone()], None);
    assert_eq!(told[0], "kms:CreateKey in us-east-2 KeyId=k-1");
    assert!(told[1].ends_with("GrantId=g-1"), "{told:?}");
    assert!(left(&[grant], None)[0].contains("there before"));
}

#[test]
fn what_has_our_mark_was_not_there_before() {
    let queue = |deleter, url: &str| Made {
        service: "sqs",
        operation: "CreateQueue".to_owned(),
        region: "us-east-1".to_owned(),
        deleter,
        names: vec![("QueueUrl", url.into())],
        inside: None,
        at: None,
        doubt: Some("it may have been there before".to_owned()),
    };
    let doubts = |mut made: Made, mark: &str| {
        made.own_if_marked(mark);
        made.doubt.is_some()
    };
    let deleter = Some("DeleteQueue");
    assert!(!doubts(queue(deleter, "https://sqs/1/rsabcdef000orders"), "rsabcdef"));
    assert!(doubts(queue(deleter, "https://sqs/1/orders"), "rsabcdef"), "it is another's");
    assert!(doubts(queue(deleter, "https://sqs/1/orders"), ""), "no mark says nothing");
    assert!(doubts(queue(None, "https://sqs/1/rsabcdef000orders"), "rsabcdef"), "nobody can delete it");
}
