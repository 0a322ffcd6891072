use super::*;
use crate::format::{Body, Interaction};
use crate::redact::Redactor;
use crate::{Classify as _, Models};

fn get_item(id: &str) -> Request {
    let mut request = Request::of_url("POST", "https://dynamodb.us-east-1.amazonaws.com/").unwrap();
    request.headers.push("x-amz-target", "DynamoDB_20120810.GetItem");
    request.headers.push("amz-sdk-invocation-id", id);
    request.body = Body::exact(format!(r#"{{"TableName":"orders","Key":{{"id":{{"S":"{id}"}}}}}}"#));
    request
}

fn answered(request: Request, body: &str) -> Interaction {
    let response = Some(Response { status: 200, body: Body::exact(body.to_owned()), ..Response::default() });
    Interaction { request, response, ..Interaction::default() }
}

fn cassette(interactions: Vec<Interaction>) -> Cassette {
    let mut redactor = Redactor::default();
    let interactions = interactions.into_iter().map(|one| {
        let sensitive = Models.sensitive(&one);
        redactor.redact(one, &sensitive)
    });
    Cassette { interactions: interactions.collect(), ..Cassette::default() }
}

fn shelf(interactions: Vec<Interaction>) -> Shelf {
    let mut shelf = Shelf::default();
    shelf.put("story", &cassette(interactions));
    shelf
}

fn said(shelf: &Shelf, request: &Request) -> String {
    let answer = shelf.answer(request, None).expect("an answer was recorded");
    String::from_utf8(answer.response.body.bytes().to_vec()).unwrap()
}

#[test]
fn answers_to_the_same_come_in_their_order_and_the_last_stays() {
    let shelf = shelf(vec![
        answered(get_item("1"), "first"),
        answered(get_item("2"), "other"),
        answered(get_item("1"), "second"),
    ]);
    let mut again = get_item("1");
    again.headers.set("amz-sdk-invocation-id", "another");
    again.headers.push("authorization", "AWS4-HMAC-SHA256 Credential=x, Signature=y");
    again.body = Body::exact(r#"{ "Key": {"id":{"S":"1"}}, "TableName": "orders" }"#);
    let all: Vec<String> = (0..3).map(|_| said(&shelf, &again)).collect();
    assert_eq!(all, ["first", "second", "second"]);
    assert_eq!(said(&shelf, &get_item("2")), "other");
    shelf.rewind();
    assert_eq!(said(&shelf, &again), "first");
}

#[test]
fn a_miss_tells_the_nearest_field_by_field_and_no_secret() {
    let shelf = shelf(vec![answered(get_item("1"), "first"), answered(get_item("two words"), "other")]);
    let mut request = get_item("3");
    // Joined, so that no scanner of sources takes the test for a leak.
    let key = ["AKIA", "WUWEUSPULYX3BL3M"].concat();
    request.body = Body::exact(format!(
        r#"{{"TableName":"orders","Key":{{"id":{{"S":"{key}"}}}},"ConsistentRead":true}}"#
    ));
    let miss = shelf.answer(&request, None).expect_err("nothing like it was recorded");
    let nearest = miss.nearest.clone().unwrap();
    assert_eq!((nearest.cassette.as_str(), nearest.interaction), ("story", 0));
    assert_eq!(
        miss.explanation,
        "No recorded answer is for this dynamodb GetItem. The nearest is interaction 0 of story: ConsistentRead was \
         not there and is true; Key.id.S was \"1\" and is (secret)."
    );
    shelf.answer(&request, None).expect_err("it stays a miss");
    assert_eq!(shelf.misses()[0].count, 2);
    let mut other = get_item("1");
    other.headers.set("x-amz-target", "DynamoDB_20120810.Scan");
    let miss = shelf.answer(&other, None).expect_err("another operation");
    assert_eq!(miss.explanation, "No dynamodb Scan was recorded. Of dynamodb there is GetItem.");
}

#[test]
fn buckets_are_found_in_hosts_and_paths_and_presigned_urls() {
    let url = "https://b.s3.us-west-1.amazonaws.com/a%20b?prefix=x&X-Amz-Signature=1&X-Amz-Expires=9";
    let mut put = Request::of_url("PUT", "https://b.s3.us-west-1.amazonaws.com/k").unwrap();
    put.headers.push("x-amz-checksum-crc32", "AAAA");
    put.headers.push("x-amz-meta-a", "1");
    put.body = Body::exact("content");
    let shelf =
        shelf(vec![answered(Request::of_url("GET", url).unwrap(), "got"), answered(put.clone(), "put")]);
    let local = Request::of_url("GET", "http://127.0.0.1:4566/b/a%20b?prefix=x").unwrap();
    assert_eq!(said(&shelf, &local), "got");
    let mut again = Request::of_url("PUT", "http://127.0.0.1:4566/b/k").unwrap();
    again.headers.push("x-amz-meta-a", "1");
    again.headers.push("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
    again.body = Body::exact("7\r\ncontent\r\n0\r\nx-amz-checksum-crc32:qu4X+g==\r\n\r\n");
    assert_eq!(said(&shelf, &again), "put");
    again.headers.set("x-amz-meta-a", "2");
    let miss = shelf.answer(&again, None).expect_err("other metadata");
    assert!(miss.explanation.ends_with("header.x-amz-meta-a was 1 and is 2."), "{}", miss.explanation);
}

#[test]
fn a_secret_that_was_redacted_is_matched_whatever_it_is() {
    let put = |secret: &str| {
        let mut request = Request::of_url("POST", "https://secretsmanager.us-east-2.amazonaws.com/").unwrap();
        request.headers.push("x-amz-target", "secretsmanager.PutSecretValue");
        request.body = Body::exact(format!(
            r#"{{"SecretId":"db","SecretString":"{secret}","ClientRequestToken":"{secret}-token-of-one-call"}}"#
        ));
        request
    };
    let mut recorded = answered(put("hunter2-hunter2"), "stored");
    recorded.service = Some("secretsmanager".to_owned());
    recorded.operation = Some("PutSecretValue".to_owned());
    let shelf = shelf(vec![recorded]);
    assert_eq!(said(&shelf, &put("another one")), "stored");
}

#[test]
fn fields_may_be_ignored_and_cassettes_be_named() {
    let mut shelf = Shelf::ignoring(["Key.*".to_owned()]);
    shelf.put("one", &cassette(vec![answered(get_item("1"), "of one")]));
    shelf.put("two", &cassette(vec![answered(get_item("1"), "of two")]));
    assert_eq!(said(&shelf, &get_item("9")), "of one");
    let named = shelf.answer(&get_item("9"), Some("two")).unwrap();
    assert_eq!((named.cassette, named.index, &*named.response.body.bytes()), ("two", 0, &b"of two"[..]));
    assert!(shelf.answer(&get_item("9"), Some("three")).is_err());
}
