use super::*;
use crate::format::{Body, During, Headers, Meta, Response, Setup};
use crate::redact::{Redacted, Redactor};

fn call(service: &str, method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Interaction {
    let mut request = Request::of_url(method, url).unwrap();
    headers.iter().for_each(|(name, value)| request.headers.push(name, value));
    request.body = Body::exact(body.to_owned());
    let response = Some(Response { status: 200, ..Response::default() });
    Interaction { service: Some(service.to_owned()), request, response, ..Interaction::default() }
}

fn json(service: &str, target: &str, body: &str) -> Interaction {
    let url = format!("https://{service}.us-east-1.amazonaws.com/");
    let headers = [("x-amz-target", target), ("content-type", "application/x-amz-json-1.0")];
    call(service, "POST", &url, &headers, body)
}

fn form(service: &str, body: &str) -> Interaction {
    let url = format!("https://{service}.us-east-1.amazonaws.com/");
    let kind = "application/x-www-form-urlencoded; charset=utf-8";
    call(service, "POST", &url, &[("content-type", kind)], body)
}

fn isolation(calls: Vec<Interaction>) -> Isolation {
    let interactions = Redactor::default().redact_all(calls.into_iter().map(|one| (one, Default::default())));
    let cassette =
        Cassette { meta: Meta::default(), setup: Setup::default(), interactions, ..Cassette::default() };
    Isolation::of(&cassette, &Mark::draw())
}

/// Everything that a replay renames, as it is and with `+` where the letters are.
fn outward(made: &Isolation, call: &Interaction) -> (String, String) {
    let request = made.outward(&call.request);
    let token = made.names.of("orders").or(made.names.of("fn")).unwrap();
    let token = token.trim_end_matches("orders").trim_end_matches("fn");
    let body = String::from_utf8(request.body.bytes().to_vec()).unwrap();
    (request.url().replace(token, "+"), body.replace(token, "+"))
}

fn story() -> Isolation {
    isolation(vec![
        call("s3", "PUT", "https://orders.s3.us-east-1.amazonaws.com/", &[], ""),
        json("dynamodb", "DynamoDB_20120810.CreateTable", r#"{"TableName":"orders"}"#),
        json("sqs", "AmazonSQS.CreateQueue", r#"{"QueueName":"orders-dlq"}"#),
        form("iam", "Action=CreateRole&Version=2010-05-08&RoleName=runner&AssumeRolePolicyDocument=%7B%7D"),
        call(
            "lambda",
            "POST",
            "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions",
            &[("content-type", "application/json")],
            r#"{"FunctionName":"fn","Role":"arn:aws:iam::1:role/runner"}"#,
        ),
        json("ssm", "AmazonSSM.PutParameter", r#"{"Name":"/app/db","Value":"x"}"#),
    ])
}

#[test]
fn what_calls_create_gets_a_name_of_its_own() {
    let names: Vec<String> = story().names().into_iter().map(str::to_owned).collect();
    assert_eq!(names, ["/app/db", "fn", "orders", "orders-dlq", "runner"]);
    let mut refused = call("s3", "PUT", "https://s3.us-east-1.amazonaws.com/Refused_Name", &[], "");
    refused.response.as_mut().unwrap().status = 400;
    assert!(isolation(vec![refused]).names().is_empty());
    let mut missing = call("s3", "GET", "https://s3.us-east-1.amazonaws.com/nobodys/key", &[], "");
    let response = missing.response.as_mut().unwrap();
    (response.status, response.body) = (404, Body::exact("<Error><Code>NoSuchBucket</Code></Error>"));
    assert_eq!(isolation(vec![missing]).names().into_iter().collect::<Vec<_>>(), ["nobodys"]);
}

#[test]
fn names_change_in_every_part_of_a_request() {
    let made = story();
    let json = |service, target, body| outward(&made, &json(service, target, body)).1;
    let url = |one: &Interaction| outward(&made, one).0;
    let get = |url: &str| call("s3", "GET", url, &[], "");
    assert_eq!(
        url(&get("https://orders.s3.us-east-1.amazonaws.com/orders/a?prefix=orders")),
        "https://+orders.s3.us-east-1.amazonaws.com/orders/a?prefix=orders",
        "a key is the caller's"
    );
    assert_eq!(
        url(&get("https://s3.us-east-1.amazonaws.com/orders/orders")),
        "https://s3.us-east-1.amazonaws.com/+orders/orders"
    );
    let site = "https://orders.s3-website-us-east-1.amazonaws.com/a";
    assert_eq!(url(&get(site)), site.replace("orders", "+orders"));
    for source in ["orders/orders", "/orders/orders", "orders%2Forders", "arn:aws:s3:::orders/x"] {
        let copy =
            call("s3", "PUT", "https://s3.us-east-1.amazonaws.com/x/y", &[("x-amz-copy-source", source)], "");
        let sent = made.outward(&copy.request).headers.get("x-amz-copy-source").unwrap().to_owned();
        assert_eq!(sent, source.replacen("orders", made.names.of("orders").unwrap(), 1));
    }
    let policy = r#"{"QueueUrl":"https://sqs/1/orders-dlq","Attributes":{"Policy":"{\"Resource\":\"arn:aws:sqs:r:1:orders-dlq\"}"},"MessageBody":"orders"}"#;
    assert_eq!(
        json("sqs", "AmazonSQS.SetQueueAttributes", policy),
        policy.replace("/orders-dlq", "/+orders-dlq").replace("1:orders-dlq", "1:+orders-dlq")
    );
    assert_eq!(
        json(
            "dynamodb",
            "DynamoDB_20120810.BatchWriteItem",
            r#"{"RequestItems":{"orders":[{"PutRequest":{"Item":{"orders":{"S":"orders"}}}}]}}"#
        ),
        r#"{"RequestItems":{"+orders":[{"PutRequest":{"Item":{"orders":{"S":"orders"}}}}]}}"#
    );
    assert_eq!(
        json("dynamodb", "DynamoDB_20120810.ExecuteStatement", r#"{"Statement":"SELECT * FROM \"orders\""}"#),
        r#"{"Statement":"SELECT * FROM \"+orders\""}"#
    );
    let keys = r#"{"TableName":"orders","AttributeDefinitions":[{"AttributeName":"orders"}]}"#;
    assert_eq!(
        json("dynamodb", "DynamoDB_20120810.CreateTable", keys),
        keys.replacen("orders", "+orders", 1),
        "an attribute is no table"
    );
    assert_eq!(
        json("ssm", "AmazonSSM.GetParametersByPath", r#"{"Path":"/app","Recursive":true}"#),
        r#"{"Path":"/+app","Recursive":true}"#
    );
    let function = call(
        "lambda",
        "GET",
        "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/fn/configuration",
        &[],
        "",
    );
    assert_eq!(
        url(&function),
        "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/+fn/configuration"
    );
    let role = form("iam", "Action=GetRole&Version=2010-05-08&RoleName=runner");
    assert_eq!(outward(&made, &role).1, "Action=GetRole&Version=2010-05-08&RoleName=+runner");
    let pattern = r#"{"Name":"r","EventPattern":"{\"detail\":{\"bucket\":{\"name\":[\"orders\"]}}}"}"#;
    assert_eq!(json("events", "AWSEvents.PutRule", pattern), pattern.replace("\\\"orders", "\\\"+orders"));
}

#[test]
fn an_answer_is_as_if_the_names_had_stayed() {
    let made = story();
    let new = made.names.of("orders").unwrap();
    let recorded = r#"{"TableArn":"arn:aws:dynamodb:r:1:table/orders"}"#;
    let body = recorded.replace("orders", new);
    let mut headers = Headers::default();
    headers.push("content-length", &body.len().to_string());
    headers.push("location", &format!("http://{new}.s3.amazonaws.com/"));
    let answer =
        made.inward(&Response { status: 200, headers, body: Body::exact(body), ..Response::default() });
    assert_eq!(answer.body.bytes(), recorded);
    assert_eq!(answer.headers.get("content-length"), Some(recorded.len().to_string().as_str()));
    assert_eq!(answer.headers.get("location"), Some("http://orders.s3.amazonaws.com/"));

    // A length that was not the body's is not made right.
    let mut headers = Headers::default();
    headers.push("content-length", "7");
    let wrong = Response {
        status: 200,
        headers,
        body: Body::exact(recorded.replace("orders", new)),
        ..Response::default()
    };
    assert_eq!(made.inward(&wrong).headers.get("content-length"), Some("7"));
}

#[test]
fn what_was_kept_stands_beside_the_first() {
    let table = |name: &str, response: u16| {
        let mut one =
            json("dynamodb", "DynamoDB_20120810.CreateTable", &format!("{{\"TableName\":\"{name}\"}}"));
        one.operation = Some("CreateTable".to_owned());
        let body = Body::exact(format!("{{\"Arn\":\"table/{name}\"}}"));
        one.response = Some(Response { status: response, body, ..Response::default() });
        one
    };
    let mut listed = table("x", 200);
    listed.operation = Some("ListTables".to_owned());
    let whole = |calls: Vec<Interaction>| Cassette {
        interactions: Redactor::default().redact_all(calls.into_iter().map(|one| (one, Default::default()))),
        ..Cassette::default()
    };
    let first = whole(vec![table("orders", 200), listed, table("orders", 400)]);
    let made = Isolation::of(&first, &Mark::draw());
    let new = made.names.of("orders").unwrap();
    let second = made.second(&first, &whole(vec![table(new, 200), table(new, 409)]), &[0, 1, 2]).unwrap();
    assert_eq!(second.missing, [1], "it was not asked again");
    let [one, two, three] = &second.cassette.interactions[..] else { panic!("three") };
    assert_eq!(**one, *first.interactions[0]);
    assert_eq!(**two, *first.interactions[1]);
    assert_eq!(three.response.as_ref().unwrap().status, 409);
    let others = whole(vec![json("sqs", "AmazonSQS.ListQueues", "{}")]);
    assert!(made.second(&first, &others, &[0, 1, 2]).is_none());
}

#[test]
fn what_came_in_another_order_finds_its_place() {
    let table = |name: &str, status: u16, during: Option<(u64, u64)>| {
        let body = format!("{{\"TableName\":\"{name}\"}}");
        let mut one = json("dynamodb", "DynamoDB_20120810.CreateTable", &body);
        one.operation = Some("CreateTable".to_owned());
        one.response = Some(Response { status, ..Response::default() });
        let during = during.map(|(began_us, ended_us)| (began_us, Some(ended_us), ended_us));
        one.during =
            during.map(|(began_us, answered_us, ended_us)| During { began_us, answered_us, ended_us });
        one
    };
    let whole = |calls: Vec<Interaction>| Cassette {
        interactions: Redactor::default().redact_all(calls.into_iter().map(|one| (one, Default::default()))),
        ..Cassette::default()
    };
    let first = whole(vec![table("a", 200, Some((0, 9))), table("b", 200, Some((1, 8)))]);
    let made = Isolation::of(&first, &Mark::draw());
    let [a, b] = ["a", "b"].map(|name| made.names.of(name).unwrap());
    let statuses = |kept: Vec<Interaction>, order: &[usize]| {
        let second = made.second(&first, &whole(kept), order).unwrap();
        let status = |one: &Redacted<Interaction>| one.response.as_ref().map_or(0, |answer| answer.status);
        let during: Vec<_> = second.cassette.interactions.iter().map(|one| one.during).collect();
        assert_eq!(during, first.interactions.iter().map(|one| one.during).collect::<Vec<_>>());
        (second.cassette.interactions.iter().map(status).collect::<Vec<_>>(), second.missing)
    };
    let (early, late) = (Some((50, 60)), Some((51, 70)));
    // They left as b, a, and came as a, b.
    let kept = vec![table(a, 201, early), table(b, 202, late)];
    assert_eq!(statuses(kept.clone(), &[1, 0]), (vec![201, 202], vec![]));
    assert_eq!(statuses(kept, &[0, 1]), (vec![201, 202], vec![]));
    // What is neither, and may be either, is nobody's.
    let kept = vec![table("x", 201, early), table("y", 202, late)];
    assert_eq!(statuses(kept, &[0, 1]), (vec![200, 200], vec![0, 1]));
}
