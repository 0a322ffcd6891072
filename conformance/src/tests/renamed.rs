//! An endpoint makes up values of its own. As long as it stands by them, nothing differs.

use super::recordings;
use crate::endpoint::Fake;
use crate::verify::{Options, verify};
use bytes::Bytes;
use flate2::Crc;
use http::HeaderValue;
use ruststack_cassettes::Cassette;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

/// Where AWS makes values up: elements, members and headers.
const MADE_UP: &[&str] = &[
    "RequestId",
    "HostId",
    "MessageId",
    "ReceiptHandle",
    "NextContinuationToken",
    "ContinuationToken",
    "SubscriptionArn",
    "TableId",
    "KeyId",
    "TargetKeyId",
    "CiphertextBlob",
    "ARN",
    "UserId",
    "GroupId",
    "RoleId",
    "PolicyId",
    "x-amzn-requestid",
    "x-amz-request-id",
    "x-amz-id-2",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_of_its_own_are_followed() {
    let cases = recordings();
    if cases.is_empty() {
        return;
    }
    let names: BTreeMap<String, String> = cases.iter().flat_map(|case| made_up(&case.cassette)).collect();
    println!("{} values renamed", names.len());
    let named_in_requests = Arc::new(Mutex::new(BTreeSet::new()));
    let stale = Arc::new(Mutex::new(Vec::new()));
    let (seen, old) = (named_in_requests.clone(), stale.clone());
    let fake = Fake::changing(move |index, interaction, request, answer| {
        let asked = format!("{} {}", request.uri(), String::from_utf8_lossy(request.body()));
        for (recorded, own) in words(&asked).into_iter().filter_map(|word| names.get_key_value(&word)) {
            old.lock().expect("nobody panics with it").push(format!("[{index}] {recorded} for {own}"));
        }
        if asked.contains("ReceiptHandle") || asked.contains("continuation-token") {
            seen.lock().expect("nobody panics with it").insert(interaction.request.url() + &asked);
        }
        rename(answer, &names);
    });
    let report = verify(cases, Arc::new(fake), &Options::default()).await;
    let counts = report.counts();
    println!("{counts:?}");
    for masked in report.masked() {
        println!("{:>6} {} ({})", masked.count, masked.rule, masked.form);
    }
    assert_eq!((counts.differs, counts.not_served), (0, 0), "{}", report.to_text());
    let stale = stale.lock().expect("nobody panics with it").clone();
    assert!(stale.is_empty(), "requests name what is AWS's own: {stale:#?}");
    assert!(named_in_requests.lock().expect("nobody panics with it").len() > 100);
}

/// Every made-up value of a cassette, and one of the same form.
fn made_up(cassette: &Cassette) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for response in cassette.interactions.iter().filter_map(|one| one.response.as_ref()) {
        let body = String::from_utf8_lossy(&response.body.bytes()).into_owned();
        for name in MADE_UP {
            let (json_start, xml_start) = (format!("\"{name}\":\""), format!("<{name}>"));
            let in_json = body.split(&json_start).skip(1).filter_map(|rest| rest.split('"').next());
            let in_xml = body.split(&xml_start).skip(1).filter_map(|rest| rest.split('<').next());
            let in_headers = response.headers.all(name);
            for value in in_json.chain(in_xml).chain(in_headers).filter(|value| value.len() >= 16) {
                names.insert(value.to_owned(), other(value));
            }
        }
    }
    names
}

/// A value of the same form.
fn other(value: &str) -> String {
    let tail = value.rsplit([':', '/']).next().unwrap_or(value);
    let head = &value[..value.len() - tail.len()];
    let is_hex = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-'));
    if is_hex(tail) {
        return head.to_owned() + &tail.chars().map(next_hex).collect::<String>();
    }
    if value.starts_with("arn:aws:secretsmanager") {
        let (name, suffix) = value.split_at(value.len() - 6);
        return name.to_owned() + &suffix.chars().map(next_letter).collect::<String>();
    }
    if value.starts_with("arn:") {
        return value.to_owned();
    }
    // The prefix of an id says what it is of, and the end of base64 has bits that must be zero.
    let place = |(at, character): (usize, char)| match (4..value.len() * 3 / 4).contains(&at) {
        true => next_letter(character),
        false => character,
    };
    value.chars().enumerate().map(place).collect()
}

fn next_hex(character: char) -> char {
    match character {
        '0'..='8' | 'a'..='e' => char::from(character as u8 + 1),
        '9' => 'a',
        'f' => '0',
        other => other,
    }
}

fn next_letter(character: char) -> char {
    match character {
        'a'..='y' | 'A'..='Y' => char::from(character as u8 + 1),
        'z' => 'a',
        'Z' => 'A',
        other => other,
    }
}

/// What could be a value in a text: what stands between the characters that no value has.
fn words(text: &str) -> Vec<String> {
    let plain = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
    plain
        .split([' ', '"', '&', '?', '<', '>', '\\', ','])
        .map(|word| match word.split_once('=') {
            Some((name, value)) if !value.is_empty() && !name.contains('/') => value.to_owned(),
            _ => word.to_owned(),
        })
        .collect()
}

fn rename(answer: &mut http::Response<Bytes>, names: &BTreeMap<String, String>) {
    let renamed = |text: &str| {
        let mut made = String::new();
        let mut rest = text;
        // Values end where a quote, a tag or a space does.
        while let Some(end) = rest.find(['"', '<', '>', ' ', '\\']) {
            let (word, after) = rest.split_at(end);
            made.push_str(names.get(word).map_or(word, String::as_str));
            made.push_str(&after[..1]);
            rest = &after[1..];
        }
        made + names.get(rest).map_or(rest, String::as_str)
    };
    if let Ok(body) = std::str::from_utf8(answer.body()) {
        let body = Bytes::from(renamed(body));
        if answer.headers().contains_key("x-amz-crc32") {
            let mut crc = Crc::new();
            crc.update(&body);
            answer.headers_mut().insert("x-amz-crc32", HeaderValue::from(crc.sum()));
        }
        *answer.body_mut() = body;
    }
    for value in answer.headers_mut().values_mut() {
        if let Some(own) = value.to_str().ok().and_then(|value| names.get(value)) {
            *value = HeaderValue::from_str(own).expect("the same characters as before");
        }
    }
}
