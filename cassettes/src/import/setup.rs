//! What a group of recordings presumes, in a file of its own: `{"setups": [{"match": …, …}]}`. Every entry whose glob
//! matches a recording's path adds to its cassette, in the order of the file.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::state_from::{dynamodb_scans, s3_listings};
use super::{ImportError, from_json, slashed};
use crate::format::{Body, Interaction, Request, Rule, Settings, Setup};
use crate::redact::{Redacted, Redactor};

/// What recordings presume, by their paths.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setups {
    setups: Vec<Entry>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Entry {
    /// A glob on the path: `*` and `?` within a folder's name, `**` over any number of folders.
    r#match: String,
    /// Why: where it is known from.
    reason: String,
    settings: Settings,
    requests: Vec<Redacted<Request>>,
    state: Map<String, Value>,
    /// State that is computed from what the recording shows.
    state_from: Vec<StateSource>,
    /// What objects may hold of which a listing tells only the MD5.
    known_bodies: Vec<Body>,
    rules: Vec<Rule>,
    bindings: Vec<Rule>,
}

/// Where state can be computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StateSource {
    /// S3: the objects that are listed before the recording writes them.
    S3Listings,
    /// DynamoDB: the items that are scanned before the recording writes any, as requests to put them.
    DynamodbScans,
}

/// What one cassette gets.
#[derive(Debug, Default)]
pub(super) struct Given {
    pub(super) setup: Setup,
    pub(super) settings: Settings,
    pub(super) rules: Vec<Rule>,
    pub(super) bindings: Vec<Rule>,
}

impl Setups {
    /// Reads a setup file.
    pub fn read(path: &Path) -> Result<Setups, ImportError> {
        let bytes = fs::read(path).map_err(|error| ImportError::Io(path.to_owned(), error))?;
        let setups: Setups = from_json(path, &bytes)?;
        for (index, entry) in setups.setups.iter().enumerate() {
            for (member, text) in [("match", &entry.r#match), ("reason", &entry.reason)] {
                if text.trim().is_empty() {
                    let place = format!("setups[{index}].{member}");
                    return Err(super::malformed(path, place, "expected a text"));
                }
            }
        }
        Ok(setups)
    }

    /// What the recording at a path presumes.
    pub(super) fn of(&self, path: &Path, interactions: &[Interaction]) -> Given {
        let path = slashed(path);
        let mut given = Given::default();
        for entry in self.setups.iter().filter(|entry| matches(&entry.r#match, &path)) {
            given.settings.auth = entry.settings.auth.or(given.settings.auth);
            given.settings.clock = entry.settings.clock.or(given.settings.clock);
            given.rules.extend(entry.rules.iter().cloned());
            given.bindings.extend(entry.bindings.iter().cloned());
            given.setup.requests.extend(entry.requests.iter().cloned());
            merge(&mut given.setup.state, &entry.state);
            for source in &entry.state_from {
                match source {
                    StateSource::S3Listings => {
                        merge(&mut given.setup.state, &s3_listings(interactions, &entry.known_bodies));
                    }
                    StateSource::DynamodbScans => given.setup.requests.extend(dynamodb_scans(interactions)),
                }
            }
        }
        given
    }
}

/// Adds state to state: members of objects one by one, items of lists behind each other, anything else in its place.
fn merge(into: &mut Map<String, Value>, from: &Map<String, Value>) {
    for (name, value) in from {
        match (into.get_mut(name), value) {
            (Some(Value::Object(into)), Value::Object(from)) => merge(into, from),
            (Some(Value::Array(into)), Value::Array(from)) => into.extend(from.iter().cloned()),
            _ => {
                into.insert(name.clone(), value.clone());
            }
        }
    }
}

/// State with the placeholders that the messages got.
pub(crate) fn redacted(state: &Map<String, Value>, redactor: &Redactor) -> Map<String, Value> {
    state.iter().map(|(name, value)| (name.clone(), redacted_value(value, redactor))).collect()
}

fn redacted_value(value: &Value, redactor: &Redactor) -> Value {
    match value {
        Value::String(text) => Value::String(redactor.redact_text(text)),
        Value::Array(items) => items.iter().map(|item| redacted_value(item, redactor)).collect(),
        Value::Object(members) => Value::Object(redacted(members, redactor)),
        other => other.clone(),
    }
}

/// Whether a glob matches a path, both with `/` between their parts.
fn matches(glob: &str, path: &str) -> bool {
    let glob: Vec<&str> = glob.split('/').collect();
    let path: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    parts_match(&glob, &path)
}

fn parts_match(glob: &[&str], path: &[&str]) -> bool {
    match glob.split_first() {
        None => path.is_empty(),
        Some((&"**", rest)) => (0..=path.len()).any(|skipped| parts_match(rest, &path[skipped..])),
        Some((part, rest)) => path.split_first().is_some_and(|(own, path)| {
            part_matches(part.as_bytes(), own.as_bytes()) && parts_match(rest, path)
        }),
    }
}

fn part_matches(glob: &[u8], part: &[u8]) -> bool {
    match glob.split_first() {
        None => part.is_empty(),
        Some((b'*', rest)) => (0..=part.len()).any(|skipped| part_matches(rest, &part[skipped..])),
        Some((wanted, rest)) => part
            .split_first()
            .is_some_and(|(own, part)| (wanted == own || *wanted == b'?') && part_matches(rest, part)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_paths() {
        assert!(matches("**/s3blob/**", "/a/b/s3blob/TestX/y.replay"));
        assert!(matches("**/TestList*/*.replay", "s3blob/TestListX/y.replay"));
        assert!(!matches("**/TestList/*", "s3blob/TestList/deep/y.replay"));
        assert!(!matches("s3blob/**", "/a/s3blob/x"));
    }

    #[test]
    fn state_is_merged_member_by_member() {
        let map = |text: &str| serde_json::from_str::<Map<String, Value>>(text).unwrap();
        let mut state = map(r#"{"s3":{"objects":[1],"a":1}}"#);
        merge(&mut state, &map(r#"{"s3":{"objects":[2],"a":2},"account":{}}"#));
        assert_eq!(state, map(r#"{"s3":{"objects":[1,2],"a":2},"account":{}}"#));
    }
}
