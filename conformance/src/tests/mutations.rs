//! Where something differs, it is found: thousands of recorded answers, each changed in one place.

use super::fake::{Fake, answered};
use super::{about, recordings};
use crate::replay::replay;
use crate::replay::unsendable;
use crate::rules::{Form, Place, RULES};
use crate::verdict::{Kind, Verdict};
use bytes::Bytes;
use fastrand::Rng;
use flate2::Crc;
use http::{HeaderName, HeaderValue, StatusCode};
use ruststack_cassettes::format::Interaction;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Mutex;

const SEED: u64 = 20260602;
const MUTATIONS: usize = 3_000;

/// What was done to an answer: in words, and as what it must be found where that is certain.
struct Mutation {
    what: String,
    kind: Option<Kind>,
}

#[tokio::test]
async fn every_change_is_found() {
    let cases = recordings();
    let targets: Vec<(usize, usize)> = cases
        .iter()
        .enumerate()
        .filter(|(_, case)| case.cassette.interactions.iter().all(|one| unsendable(one).is_none()))
        .flat_map(|(case, own)| {
            let comparable = own.cassette.interactions.iter().enumerate();
            let comparable = comparable.filter(|(_, one)| one.not_comparable.is_none());
            comparable.map(move |(index, _)| (case, index))
        })
        .collect();
    if targets.is_empty() {
        return;
    }
    let mut random = Rng::with_seed(SEED);
    let mut tally: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut missed = Vec::new();
    let mut done = 0;
    while done < MUTATIONS {
        let (case, index) = targets[random.usize(..targets.len())];
        let case = &cases[case];
        let interaction = &case.cassette.interactions[index];
        let mut answer = answered(interaction);
        let Some(mutation) = mutate(&mut random, interaction, &mut answer) else { continue };
        done += 1;
        let answer = Mutex::new(Some(answer));
        let fake = Fake::changing(move |at, _, _, given| {
            if at == index {
                *given = answer.lock().expect("nobody panics with it").take().expect("one answer is changed");
            }
        });
        let report = replay(&case.name, &case.cassette, &fake).await;
        let verdict = &report.interactions[index].verdict;
        let is_found = match (mutation.kind, verdict) {
            (Some(kind), Verdict::Differs { differences }) => differences.iter().any(|own| own.kind == kind),
            (Some(Kind::Status | Kind::ErrorCode), Verdict::NotServed { .. }) => true,
            (None, verdict) => *verdict != Verdict::Pass,
            _ => false,
        };
        let name = mutation.what.split(':').next().unwrap_or_default().to_owned();
        let counts = tally.entry(name).or_default();
        counts.0 += 1;
        if !is_found {
            counts.1 += 1;
            missed.push(format!(
                "{} [{index}] {}: {} -> {verdict:?}",
                case.name,
                about(interaction),
                mutation.what
            ));
        }
    }
    println!(
        "{done} mutations: {}",
        tally.iter().map(|(what, (all, _))| format!("{what} {all}")).collect::<Vec<_>>().join(", ")
    );
    missed.truncate(20);
    assert!(missed.is_empty(), "not found, of {tally:?}:\n{}", missed.join("\n"));
}

/// Changes an answer in one place. `None` when the place drawn has nothing to change.
fn mutate(
    random: &mut Rng,
    interaction: &Interaction,
    answer: &mut http::Response<Bytes>,
) -> Option<Mutation> {
    let found_as = |what: String, kind| Some(Mutation { what, kind });
    match random.u8(..10) {
        0 => {
            let other = [200, 201, 204, 400, 403, 404, 409, 500];
            let other = other[random.usize(..other.len())];
            let before = answer.status().as_u16();
            *answer.status_mut() = StatusCode::from_u16(other).ok().filter(|_| other != before)?;
            found_as(format!("status: {before} to {other}"), Some(Kind::Status))
        }
        1 => {
            let name = any_header(random, answer)?;
            answer.headers_mut().remove(&name);
            found_as(format!("header dropped: {name}"), Some(Kind::Header))
        }
        2 => {
            let name = any_header(random, answer)?;
            let value = answer.headers().get(&name)?.to_str().ok()?;
            let is_free =
                RULES.iter().any(|rule| matches!(&rule.place, Place::Header(own) if *own == name.as_str()));
            let changed = if is_free { "?".to_owned() } else { format!("{value}x") };
            answer.headers_mut().insert(name.clone(), HeaderValue::from_str(&changed).ok()?);
            found_as(format!("header changed: {name}"), Some(Kind::Header))
        }
        3 => {
            answer.headers_mut().insert("x-amz-unheard-of", HeaderValue::from_static("1"));
            found_as("header added: x-amz-unheard-of".to_owned(), Some(Kind::Header))
        }
        4 => {
            let body = answer.body().clone();
            if body.is_empty() || interaction.request.method == "HEAD" {
                return None;
            }
            replace_body(answer, body.slice(..random.usize(..body.len())));
            found_as("body cut".to_owned(), None)
        }
        _ => {
            let body = answer.body().clone();
            let (changed, mutation) = match body.first()? {
                b'{' => in_json(random, &body)?,
                b'<' if is_xml(&body) => {
                    in_xml(random, std::str::from_utf8(&body).ok()?, answer.status().as_u16())?
                }
                // What packs content has bits that mean nothing.
                0x1f => return None,
                _ => {
                    let mut bytes = body.to_vec();
                    let place = random.usize(..bytes.len());
                    bytes[place] ^= 1;
                    (bytes, Mutation { what: "content".to_owned(), kind: None })
                }
            };
            replace_body(answer, changed.into());
            Some(mutation)
        }
    }
}

/// Whether this is an answer in XML, and not a page that somebody stored.
fn is_xml(body: &[u8]) -> bool {
    ruststack_wire::codec::xml::parse(body).is_ok()
}

/// A body with the headers that follow from it.
fn replace_body(answer: &mut http::Response<Bytes>, body: Bytes) {
    if answer.headers().contains_key("content-length") {
        answer.headers_mut().insert("content-length", HeaderValue::from(body.len()));
    }
    if answer.headers().contains_key("x-amz-crc32") {
        let mut crc = Crc::new();
        crc.update(&body);
        answer.headers_mut().insert("x-amz-crc32", HeaderValue::from(crc.sum()));
    }
    *answer.body_mut() = body;
}

fn any_header(random: &mut Rng, answer: &http::Response<Bytes>) -> Option<HeaderName> {
    let names: Vec<&HeaderName> = answer.headers().keys().collect();
    let name = names.get(random.usize(..names.len().max(1)))?;
    (!crate::rules::is_connection_matter(name.as_str())).then(|| (*name).clone())
}

/// Whether a rule may speak of members of this name.
fn is_masked(name: &str) -> bool {
    let is_named = |path: &str| path.rsplit('.').next() == Some(name);
    let is_moment = ["Date", "DateTime", "LastModified"].iter().any(|end| name.ends_with(end));
    is_moment || RULES.iter().any(|rule| matches!(&rule.place, Place::Member(path) if is_named(path)))
}

fn is_set(name: &str) -> bool {
    let is_named = |path: &str| path.rsplit('.').next() == Some(name);
    RULES.iter().any(|rule| {
        matches!(rule.form, Form::Set | Form::Received)
            && matches!(&rule.place, Place::Member(path) if is_named(path))
    })
}

/// Changes one member somewhere in a JSON body.
fn in_json(random: &mut Rng, body: &[u8]) -> Option<(Vec<u8>, Mutation)> {
    let mut document: Value = serde_json::from_slice(body).ok()?;
    let mut pointers = Vec::new();
    pointers_of(&document, String::new(), &mut pointers);
    let pointer = pointers.get(random.usize(..pointers.len().max(1)))?.clone();
    let (parent, name) = pointer.rsplit_once('/')?;
    let name = name.replace("~1", "/").replace("~0", "~");
    let is_in_set = pointer.split('/').any(is_set);
    let is_top = parent.is_empty();
    let place = document.pointer_mut(&pointer)?;
    let mut kind = None;
    let what = match random.u8(..5) {
        0 => {
            let parent = document.pointer_mut(parent)?.as_object_mut()?;
            parent.shift_remove(&name)?;
            kind = (!is_in_set).then_some(Kind::Missing);
            "member missing"
        }
        1 => {
            let parent = document.pointer_mut(parent)?.as_object_mut()?;
            parent.insert("UnheardOf".to_owned(), Value::Bool(true));
            kind = (!is_in_set).then_some(Kind::Extra);
            "member extra"
        }
        2 => {
            *place = match place {
                Value::String(_) => 17.into(),
                Value::Number(number) => number.to_string().into(),
                _ => Value::String("other".to_owned()),
            };
            kind = (!is_in_set).then_some(Kind::Type);
            "type"
        }
        3 => {
            let items = place.as_array_mut().filter(|items| items.len() > 1 && items[0] != items[1])?;
            if is_in_set {
                return None;
            }
            items.swap(0, 1);
            kind = Some(Kind::Order);
            "order"
        }
        _ => {
            *place = match place {
                Value::String(_) if is_masked(&name) => "".into(),
                Value::String(text) => format!("{text}x").into(),
                Value::Number(number) => (number.as_f64()? + 90_000.0).into(),
                Value::Bool(flag) => (!*flag).into(),
                _ => return None,
            };
            match name.as_str() {
                "__type" if is_top => kind = Some(Kind::ErrorCode),
                "message" | "Message" if is_top => kind = Some(Kind::ErrorMessage),
                _ => {}
            }
            "value"
        }
    };
    Some((document.to_string().into_bytes(), Mutation { what: format!("{what}: {pointer}"), kind }))
}

fn pointers_of(value: &Value, pointer: String, into: &mut Vec<String>) {
    let mut step = |name: &str, value: &Value| {
        let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
        into.push(pointer.clone());
        pointers_of(value, pointer, into);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| step(name, value)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| step(&index.to_string(), value));
        }
        _ => {}
    }
}

/// Changes one element somewhere in an XML body.
fn in_xml(random: &mut Rng, body: &str, status: u16) -> Option<(Vec<u8>, Mutation)> {
    // Elements without elements in them: where the element begins, its name, where its text begins and ends.
    let mut leaves: Vec<(usize, &str, usize, usize)> = Vec::new();
    for (start, _) in body.match_indices('<') {
        let Some(close) = body[start..].find('>').map(|place| start + place) else { continue };
        let tag = &body[start + 1..close];
        if tag.starts_with(['/', '?']) || tag.ends_with('/') {
            continue;
        }
        let name = tag.split_whitespace().next().unwrap_or_default();
        let end = close + 1 + body[close + 1..].find('<')?;
        if body[end..].starts_with(&format!("</{name}>")) {
            leaves.push((start, name, close + 1, end));
        }
    }
    let (start, name, from, to) = *leaves.get(random.usize(..leaves.len().max(1)))?;
    let after = to + name.len() + 3;
    let mut kind = None;
    let (what, changed) = match random.u8(..4) {
        0 => ("member missing", format!("{}{}", &body[..start], &body[after..])),
        1 => {
            kind = Some(Kind::Extra).filter(|_| !body.contains("<ReceiveMessageR"));
            ("member extra", format!("{}<UnheardOf>1</UnheardOf>{}", &body[..after], &body[after..]))
        }
        2 => {
            let text = &body[from..to];
            let changed = if is_masked(name) { String::new() } else { format!("{text}x") };
            if changed == text {
                return None;
            }
            match name {
                "Code" if status >= 300 => kind = Some(Kind::ErrorCode),
                "Message" if status >= 300 => kind = Some(Kind::ErrorMessage),
                _ => {}
            }
            ("value", format!("{}{changed}{}", &body[..from], &body[to..]))
        }
        _ => {
            let (open, close) = ("<Contents>", "</Contents>");
            let first = body.find(open)?;
            let second = first + body[first..].find(close)? + close.len();
            let third = second + body[second..].strip_prefix(open).and_then(|rest| rest.find(close))?;
            let third = third + open.len() + close.len();
            let swapped =
                [&body[..first], &body[second..third], &body[first..second], &body[third..]].concat();
            kind = Some(Kind::Order);
            ("order", swapped)
        }
    };
    Some((changed.into_bytes(), Mutation { what: format!("{what}: {name}"), kind }))
}
