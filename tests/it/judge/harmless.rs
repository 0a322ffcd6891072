//! Changes that AWS itself makes from one day to the next: other request ids, a second more or less, members and
//! headers in another order.

use super::change::put_body;
use bytes::Bytes;
use fastrand::Rng;
use ruststack_cassettes::format::Interaction;
use serde_json::Value;

/// Headers that carry the id of a request.
const IDS: [&str; 2] = ["x-amzn-requestid", "x-amz-request-id"];

/// Changes an answer as much as it may be.
pub(super) fn change(random: &mut Rng, interaction: &Interaction, answer: &mut http::Response<Bytes>) {
    let is_content = interaction.operation.as_deref().is_some_and(|own| {
        ["GetObject", "Invoke"].iter().any(|name| own.starts_with(name)) && answer.status().is_success()
    });
    if !is_content {
        other_ids(random, answer);
        shuffled_members(random, answer);
    }
    shuffled_headers(random, answer);
}

/// Another id, wherever the recorded one stands. A body keeps its length.
fn other_ids(random: &mut Rng, answer: &mut http::Response<Bytes>) {
    for name in IDS {
        let Some(id) = answer.headers().get(name).and_then(|id| id.to_str().ok()).map(str::to_owned) else {
            continue;
        };
        let other: String = id
            .chars()
            .map(|own| match own {
                '0'..='9' => char::from(b'0' + random.u8(..10)),
                'a'..='f' => char::from(b'a' + random.u8(..6)),
                'A'..='Z' => char::from(b'A' + random.u8(..26)),
                other => other,
            })
            .collect();
        let Ok(value) = other.parse() else { continue };
        answer.headers_mut().insert(name, value);
        let Ok(body) = std::str::from_utf8(answer.body()).map(|body| body.replace(&id, &other)) else {
            continue;
        };
        if body.as_bytes() != &answer.body()[..] {
            put_body(answer, body.into());
        }
    }
}

/// The members of JSON objects mean the same in any order. Left alone where they cannot be written back as they were.
fn shuffled_members(random: &mut Rng, answer: &mut http::Response<Bytes>) {
    let Ok(mut document) = serde_json::from_slice::<Value>(answer.body()) else { return };
    if document.to_string().as_bytes() != &answer.body()[..] {
        return;
    }
    shuffle(random, &mut document);
    put_body(answer, document.to_string().into());
}

fn shuffle(random: &mut Rng, value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| shuffle(random, item)),
        Value::Object(members) => {
            let mut all: Vec<(String, Value)> = std::mem::take(members).into_iter().collect();
            random.shuffle(&mut all);
            all.iter_mut().for_each(|(_, member)| shuffle(random, member));
            members.extend(all);
        }
        _ => {}
    }
}

fn shuffled_headers(random: &mut Rng, answer: &mut http::Response<Bytes>) {
    let mut all: Vec<_> = answer.headers().iter().map(|(name, own)| (name.clone(), own.clone())).collect();
    let names: std::collections::BTreeSet<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    // Values of one name are a list, whose order counts.
    if names.len() == all.len() {
        random.shuffle(&mut all);
    }
    *answer.headers_mut() = all.into_iter().collect();
}
