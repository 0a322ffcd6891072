//! Bodies of several kinds: event streams, parts, packed ones, numbers and encodings.

use super::super::frames::written as frame;
use super::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;

/// The differences of two answers of 200 (206 where there are ranges), with these headers on both.
fn between(operation: &str, headers: [&[(&str, &str)]; 2], bodies: [&[u8]; 2]) -> String {
    let status = if headers[0].iter().any(|(_, value)| value.contains("byteranges")) { 206 } else { 200 };
    let answer = |side: usize| (status, headers[side], Bytes::copy_from_slice(bodies[side]));
    told(outcome_of_bytes(&mut conversation(), operation, answer(0), answer(1)))
}

const STREAM: &[(&str, &str)] = &[("content-type", "application/vnd.amazon.eventstream")];

fn records(text: &str) -> Vec<u8> {
    let headers = [
        (":message-type", "event"),
        (":event-type", "Records"),
        (":content-type", "application/octet-stream"),
    ];
    frame(&headers, text.as_bytes())
}

fn stats(scanned: &str) -> Vec<u8> {
    let headers = [(":message-type", "event"), (":event-type", "Stats"), (":content-type", "text/xml")];
    let body = format!("<Stats xmlns=\"\"><BytesScanned>{scanned}</BytesScanned></Stats>");
    frame(&headers, body.as_bytes())
}

#[test]
fn events_are_compared_one_by_one() {
    let of = |one: &[Vec<u8>], two: &[Vec<u8>]| {
        between("s3 SelectObjectContent", [STREAM, STREAM], [&one.concat(), &two.concat()])
    };
    let whole = [records("a,b\n"), stats("10")];
    assert_eq!(of(&whole, &whole), "");
    assert_eq!(of(&whole, &[records("a,"), records("b\n"), stats("10")]), "", "where it is cut is chance");
    insta::assert_snapshot!(of(&whole, &[records("a,c\n"), stats("11")]), @r"
    SelectObjectContent.events[0].body value: 4 bytes, from byte 2: b\n / 4 bytes, from byte 2: c\n
    SelectObjectContent.events[1].BytesScanned value: 10 / 11
    ");
    let end = frame(&[(":message-type", "error"), (":error-code", "InternalError")], b"");
    insta::assert_snapshot!(of(&whole, &[records("a,b\n"), end]), @r"
    SelectObjectContent.events[1].header.:content-type header: text/xml / nothing
    SelectObjectContent.events[1].header.:event-type header: Stats / nothing
    SelectObjectContent.events[1].header.:message-type header: event / error
    SelectObjectContent.events[1].header.:error-code header: nothing / InternalError
    SelectObjectContent.events[1].body type: XML / nothing
    ");
    insta::assert_snapshot!(of(&whole, &whole[..1]), @"SelectObjectContent.events[1] missing: :content-type: text/xml, :event-type: Stats, :message-type: event, XML / nothing");
    let mut broken = whole.clone();
    broken[1].pop();
    assert!(of(&whole, &broken).contains(" type: an event stream / "), "{}", of(&whole, &broken));
}

#[test]
fn ranges_are_compared_part_by_part() {
    let answer = |boundary: &str, range: &str, text: &str| {
        let body = format!(
            "\r\n--{boundary}\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/9\r\n\r\nab\r\n--{boundary}\r\n\
             Content-Type: text/plain\r\nContent-Range: bytes {range}/9\r\n\r\n{text}\r\n--{boundary}--\r\n"
        );
        (format!("multipart/byteranges; boundary={boundary}"), body)
    };
    let of = |one: (String, String), two: (String, String)| {
        let (ours, theirs) = ([("content-type", one.0.as_str())], [("content-type", two.0.as_str())]);
        between("s3 GetObject", [&ours, &theirs], [one.1.as_bytes(), two.1.as_bytes()])
    };
    assert_eq!(of(answer("A1", "4-5", "ef"), answer("B22", "4-5", "ef")), "");
    insta::assert_snapshot!(of(answer("A1", "4-5", "ef"), answer("B22", "4-6", "eg")), @r"
    GetObject.parts[1].header.content-range header: bytes 4-5/9 / bytes 4-6/9
    GetObject.parts[1].body value: 2 bytes, from byte 1: f / 2 bytes, from byte 1: g
    ");
}

fn packed(text: &str, level: u32) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(text.as_bytes()).expect("memory takes everything");
    encoder.finish().expect("memory takes everything")
}

#[test]
fn what_is_packed_is_compared_unpacked_unless_it_is_an_object() {
    let gzip: &[(&str, &str)] = &[("content-encoding", "gzip")];
    let text =
        |name: &str| format!("{{\"Parameter\":{{\"Name\":\"{name}\",\"Value\":\"{}\"}}}}", "a".repeat(100));
    let of = |operation: &str, one: &[u8], two: &[u8]| between(operation, [gzip, gzip], [one, two]);
    let (one, two) = (packed(&text("x"), 1), packed(&text("x"), 9));
    assert_ne!(one, two);
    assert_eq!(of("ssm GetParameter", &one, &two), "");
    insta::assert_snapshot!(of("ssm GetParameter", &one, &packed(&text("y"), 1)), @"GetParameter.Parameter.Name value: x / y");
    assert!(
        of("ssm GetParameter", &one, &one[..one.len() - 9]).contains("type"),
        "a packed body that is cut"
    );
    assert!(of("s3 GetObject", &one, &two).contains("GetObject.body value"));
    let plain = between("ssm GetParameter", [gzip, &[]], [&one, text("x").as_bytes()]);
    insta::assert_snapshot!(plain, @"GetParameter.header.content-encoding header: gzip / nothing");
}

#[test]
fn a_whole_number_has_one_spelling() {
    let of = |one: &str, two: &str| {
        let body =
            |count: &str| format!("{{\"Count\":{count},\"ConsumedCapacity\":{{\"CapacityUnits\":0.5}}}}");
        found("dynamodb Scan", (200, &[], &body(one)), (200, &[], &body(two)))
    };
    insta::assert_snapshot!(of("5", "5.0"), @"Scan.Count type: 5 / 5.0");
    insta::assert_snapshot!(of("5", "5e0"), @"Scan.Count type: 5 / 5e+0");
    let capacity = |number: &str| format!("{{\"ConsumedCapacity\":{{\"CapacityUnits\":{number}}}}}");
    assert_eq!(found("dynamodb Scan", (200, &[], &capacity("0.5")), (200, &[], &capacity("5e-1"))), "");
    let count = |number: &str| format!("<ListBucketResult><KeyCount>{number}</KeyCount></ListBucketResult>");
    insta::assert_snapshot!(
        found("s3 ListObjectsV2", (200, &[], &count("5")), (200, &[], &count("05"))),
        @"ListObjectsV2.KeyCount value: 5 / 05"
    );
}

#[test]
fn an_encoding_is_part_of_an_answer() {
    let list = |encoding: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"{encoding}\"?>\n<ListBucketResult><Name>b</Name></ListBucketResult>"
        )
    };
    let of = |one: &str, two: &str| found("s3 ListObjectsV2", (200, &[], &list(one)), (200, &[], &list(two)));
    assert_eq!(of("UTF-8", "utf-8"), "");
    insta::assert_snapshot!(of("UTF-8", "ISO-8859-1"), @"ListObjectsV2.@encoding extra: nothing / ISO-8859-1");
    let latin = [b"{\"Name\":\"caf".as_slice(), b"\xe9\"}"].concat();
    let told =
        between("secretsmanager DescribeSecret", [&[], &[]], ["{\"Name\":\"caf\u{e9}\"}".as_bytes(), &latin]);
    assert!(told.starts_with("DescribeSecret.body type: JSON / "), "{told}");
}

#[test]
fn a_state_that_came_sooner_is_a_matter_of_time() {
    let table = |status: &str| format!("{{\"Table\":{{\"TableName\":\"t\",\"TableStatus\":\"{status}\"}}}}");
    let of = |one: &str, two: &str| {
        outcome(
            &mut conversation(),
            "dynamodb DescribeTable",
            (200, &[], &table(one)),
            (200, &[], &table(two)),
        )
    };
    let sooner = of("CREATING", "ACTIVE");
    assert_eq!(sooner.differences, []);
    assert_eq!((sooner.timing.len(), sooner.timing[0].kind), (1, Kind::Timing));
    assert_eq!(of("ACTIVE", "CREATING").timing, []);
    assert_eq!(of("ACTIVE", "CREATING").differences.len(), 1);
    let created = outcome(
        &mut conversation(),
        "dynamodb CreateTable",
        (200, &[], "{\"TableDescription\":{\"TableStatus\":\"CREATING\"}}"),
        (200, &[], "{\"TableDescription\":{\"TableStatus\":\"ACTIVE\"}}"),
    );
    assert_eq!(created.differences.len(), 1, "what makes a table says so");
}

#[test]
fn documents_inside_texts_end_somewhere() {
    // Percent-encoded JSON within percent-encoded JSON, which grows slowly enough to nest very deep.
    let nested = |innermost: &str| {
        let mut text = format!("{{\"a\":\"{innermost}\"}}");
        for _ in 0..400 {
            let encoded =
                text.replace('%', "%25").replace('{', "%7B").replace('}', "%7D").replace('"', "%22");
            text = format!("{{\"a\":\"{encoded}\"}}");
        }
        text
    };
    let of = |one: &str, two: &str| found("sqs GetQueueAttributes", (200, &[], one), (200, &[], two));
    let (one, two) = (nested("x"), nested("y"));
    assert_eq!(of(&one, &one), "");
    assert!(of(&one, &two).contains(" value: "), "the outermost that is not followed is compared as it is");
}
