//! Members that are secret by their place. Which they are the caller knows, from the models.

use serde_json::Value;

use super::frames;
use super::replace::{Replacements, percent, unpercent};
use crate::format::Headers;

/// The secret members of one interaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sensitive {
    /// Those of the request.
    pub request: Vec<Member>,
    /// Those of the response.
    pub response: Vec<Member>,
}

/// Where a secret stands in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Member {
    /// A member of a JSON body, as a JSON pointer in which `*` stands for any one step: `/Items/*/Secret`.
    Json(String),
    /// The text of every XML element of this name.
    Xml(String),
    /// The value of a form's key, in which `*` stands for any one step: `Entries.member.*.Value`.
    Form(String),
    /// The value of a header.
    Header(String),
    /// The whole body.
    Body,
    /// The caller's own content, which the model calls sensitive for what it may hold: what a function is given and
    /// gives. It stays, or nothing could be replayed, unless [`Payloads::Replace`] is asked for.
    Content(Box<Member>),
}

/// What becomes of the caller's own content that models call sensitive, such as the payload of an invocation. Secrets
/// in it that are known, or told by their form or name, are replaced in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Payloads {
    /// It stays: what a function answers follows from what it is given.
    #[default]
    Keep,
    /// It is replaced, JSON leaf by leaf with the same names and types.
    Replace,
}

/// The members that are secret where payloads are treated so.
pub(super) fn secret(members: &[Member], payloads: Payloads) -> Vec<Member> {
    let own = members.iter().filter_map(|member| match (member, payloads) {
        (Member::Content(_), Payloads::Keep) => None,
        (Member::Content(inner), Payloads::Replace) => Some((**inner).clone()),
        _ => Some(member.clone()),
    });
    own.collect()
}

/// A body with every secret member said to be `(secret)`: two that differ in secrets alone become the same.
pub(crate) fn masked(content: &[u8], members: &[Member]) -> Option<Vec<u8>> {
    redact_with(content, members, &mut |_| "(secret)".to_owned())
}

/// The secret values of a message.
pub(super) fn values(content: &[u8], headers: &Headers, members: &[Member]) -> Vec<String> {
    let mut collector = Collector::default();
    redact_with(content, members, &mut |value| collector.take(value));
    let named = members.iter().filter_map(|member| match member {
        Member::Header(name) => Some(headers.all(name)),
        _ => None,
    });
    let from_headers = named.flatten().map(str::to_owned);
    collector.values.into_iter().chain(from_headers).filter(|value| !value.is_empty()).collect()
}

/// Replaces the secret members of a body. `None` when there are none.
pub(super) fn redact(content: &[u8], members: &[Member], replacements: &mut Replacements) -> Option<Vec<u8>> {
    redact_with(content, members, &mut |value| replacements.secret(value))
}

/// Replaces the headers that are secret.
pub(super) fn redact_headers(headers: &mut Headers, members: &[Member], replacements: &mut Replacements) {
    for member in members {
        if let Member::Header(secret) = member {
            headers.filter_map(|name, value| {
                let hit = name.eq_ignore_ascii_case(secret) && !value.is_empty();
                Some(if hit { replacements.secret(value) } else { value.to_owned() })
            });
        }
    }
}

#[derive(Default)]
struct Collector {
    values: Vec<String>,
}

impl Collector {
    fn take(&mut self, value: &str) -> String {
        self.values.push(value.to_owned());
        value.to_owned()
    }
}

type Exchange<'a> = &'a mut dyn FnMut(&str) -> String;

fn redact_with(content: &[u8], members: &[Member], exchange: Exchange<'_>) -> Option<Vec<u8>> {
    let mut made: Option<Vec<u8>> = None;
    for member in members {
        let now = made.as_deref().unwrap_or(content);
        let next = match member {
            Member::Json(pointer) => json(now, pointer, exchange),
            Member::Xml(name) => xml(now, name, exchange),
            Member::Form(key) => form(now, key, exchange),
            Member::Body => Some(body(now, exchange)),
            Member::Header(_) | Member::Content(_) => None,
        };
        made = next.or(made);
    }
    made
}

/// A body as a whole; of an event stream, what its events carry.
fn body(content: &[u8], exchange: Exchange<'_>) -> Vec<u8> {
    let mut one = |content: &[u8]| match std::str::from_utf8(content) {
        Ok("") => Vec::new(),
        Ok(text) => exchange(text).into_bytes(),
        // Bytes that are no text have no form to keep but their length.
        Err(_) => vec![0; content.len()],
    };
    frames::with_payloads(content, &mut one).unwrap_or_else(|| one(content))
}

fn json(content: &[u8], pointer: &str, exchange: Exchange<'_>) -> Option<Vec<u8>> {
    let mut value: Value = serde_json::from_slice(content).ok()?;
    let steps: Vec<String> =
        pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
    let before = value.clone();
    walk(&mut value, &steps, exchange);
    (value != before).then(|| serde_json::to_vec(&value).ok()).flatten()
}

fn walk(value: &mut Value, steps: &[String], exchange: Exchange<'_>) {
    let Some((step, rest)) = steps.split_first() else { return leaves(value, exchange) };
    match value {
        Value::Object(members) if step == "*" => {
            members.values_mut().for_each(|value| walk(value, rest, exchange))
        }
        Value::Object(members) => {
            members.get_mut(step).into_iter().for_each(|value| walk(value, rest, exchange))
        }
        Value::Array(items) if step == "*" => items.iter_mut().for_each(|value| walk(value, rest, exchange)),
        Value::Array(items) => {
            step.parse()
                .ok()
                .and_then(|index: usize| items.get_mut(index))
                .into_iter()
                .for_each(|value| walk(value, rest, exchange));
        }
        _ => {}
    }
}

/// Replaces every string and number in a value.
fn leaves(value: &mut Value, exchange: Exchange<'_>) {
    match value {
        Value::String(text) if !text.is_empty() => *text = exchange(text),
        Value::Number(number) => {
            // One digit more would be another form, a leading zero none at all.
            let digits = number
                .to_string()
                .chars()
                .map(|c| if c.is_ascii_digit() { '1' } else { c })
                .collect::<String>();
            if let Ok(made) = digits.parse() {
                *number = made;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|value| leaves(value, exchange)),
        Value::Object(members) => members.values_mut().for_each(|value| leaves(value, exchange)),
        _ => {}
    }
}

fn xml(content: &[u8], name: &str, exchange: Exchange<'_>) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(content).ok()?;
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let mut made = String::new();
    let mut rest = text;
    let mut found = false;
    while let Some(start) = rest.find(&open) {
        let (before, element) = rest.split_at(start + open.len());
        made.push_str(before);
        rest = element;
        let Some(inner) = element.find('>').filter(|_| element.starts_with(['>', ' ', '\n', '\t'])) else {
            continue;
        };
        let Some(end) = element.find(&close).filter(|end| *end > inner) else { continue };
        let value = &element[inner + 1..end];
        made.push_str(&element[..=inner]);
        made.push_str(&if value.is_empty() { String::new() } else { exchange(value) });
        rest = &element[end..];
        found = true;
    }
    made.push_str(rest);
    found.then(|| made.into_bytes())
}

fn form(content: &[u8], key: &str, exchange: Exchange<'_>) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(content).ok()?;
    let mut found = false;
    let pairs: Vec<String> = text
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, value))
                if matches(&unpercent(name).unwrap_or_default(), key) && !value.is_empty() =>
            {
                found = true;
                let plain = unpercent(value).unwrap_or_else(|| value.to_owned());
                let made = exchange(&plain);
                // Unchanged values keep the encoding the client chose.
                if made == plain { pair.to_owned() } else { format!("{name}={}", percent(&made)) }
            }
            _ => pair.to_owned(),
        })
        .collect();
    found.then(|| pairs.join("&").into_bytes())
}

fn matches(name: &str, pattern: &str) -> bool {
    let (name, pattern): (Vec<_>, Vec<_>) = (name.split('.').collect(), pattern.split('.').collect());
    name.len() == pattern.len()
        && name.iter().zip(&pattern).all(|(own, wanted)| *wanted == "*" || own == wanted)
}
