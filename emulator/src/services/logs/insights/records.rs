//! GetLogRecord, which finds an event again by what `@ptr` said, and GetLogGroupFields.

use super::rows::{Event, Row};
use crate::gateway::Caller;
use crate::services::logs::identifier::Identifier;
use crate::services::logs::store::Position;
use crate::services::logs::{Logs, LogsError};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ruststack_models::logs::types::{
    GetLogGroupFieldsRequest, GetLogGroupFieldsResponse, GetLogRecordRequest, GetLogRecordResponse,
    LogGroupField,
};
use ruststack_wire::IndexMap;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::ops::Bound;

/// How far around a moment events are looked at for their fields: eight minutes, or a quarter of an hour back from now
/// (API reference, GetLogGroupFields).
const AROUND_MS: i64 = 8 * 60_000;
const BACK_MS: i64 = 15 * 60_000;
/// How many events are looked at.
const MOST_EVENTS: usize = 1000;
/// How many fields are found in one event, and how deep.
const MOST_FIELDS: usize = 1000;
const DEEPEST: usize = 20;
/// The fields that every event has.
const OWN: [&str; 5] = ["@ingestionTime", "@log", "@logStream", "@message", "@timestamp"];

impl Logs {
    /// Tells all fields of an event.
    pub(in crate::services::logs) async fn get_log_record(
        &self,
        caller: &Caller,
        input: GetLogRecordRequest,
    ) -> Result<GetLogRecordResponse, LogsError> {
        let pointer = input.log_record_pointer.unwrap_or_default();
        let bytes = STANDARD.decode(&pointer).map_err(|_| no_pointer())?;
        let place = String::from_utf8(bytes).map_err(|_| no_pointer())?;
        let parts: Vec<&str> = place.split('\n').collect();
        let [account, region, group, stream, number] = parts.as_slice() else { return Err(no_pointer()) };
        let (at, mark) = Position::parse(number).ok_or_else(no_pointer)?;
        if *account != caller.account {
            return Err(no_pointer());
        }
        let group = self.group(caller, Identifier { place: Some((account, region)), name: group })?;
        let contents = group.read(caller.now.millis());
        let found = contents.streams.get(*stream).and_then(|found| found.at(at));
        let entry =
            found.ok_or_else(|| LogsError::NotFound("The specified log record does not exist.".into()))?;
        let row = Row::of(Event { group: &group, stream, mark, at, entry });
        let mut record: IndexMap<String, String> = IndexMap::default();
        record.insert("@timestamp".to_owned(), at.timestamp.to_string());
        record.insert("@ingestionTime".to_owned(), entry.ingested.to_string());
        for name in ["@message", "@logStream", "@log"] {
            record.insert(name.to_owned(), row.field(name).text().unwrap_or_default().into_owned());
        }
        for (name, value) in fields(&row) {
            record.entry(name).or_insert(value);
        }
        record.insert("@ptr".to_owned(), pointer);
        Ok(GetLogRecordResponse { log_record: Some(record) })
    }

    /// Tells which fields the events of a log group have, and how many of a hundred have them.
    pub(in crate::services::logs) async fn get_log_group_fields(
        &self,
        caller: &Caller,
        input: GetLogGroupFieldsRequest,
    ) -> Result<GetLogGroupFieldsResponse, LogsError> {
        let identifier =
            Identifier::either(input.log_group_name.as_deref(), input.log_group_identifier.as_deref())?;
        let group = self.group(caller, identifier)?;
        let now = caller.now.millis();
        let (from, until) = match input.time {
            Some(time) => {
                let time = time.saturating_mul(1000);
                (time.saturating_sub(AROUND_MS), time.saturating_add(AROUND_MS))
            }
            None => (now.saturating_sub(BACK_MS), now),
        };
        let range = (
            Bound::Included(Position::start_of(from)),
            Bound::Excluded(Position::start_of(until.saturating_add(1))),
        );
        let contents = group.read(now);
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let mut looked_at = 0;
        for (name, stream) in &contents.streams {
            let rest = MOST_EVENTS - looked_at;
            for (at, entry) in stream.between(range.0, range.1).rev().take(rest) {
                looked_at += 1;
                let row = Row::of(Event { group: &group, stream: name, mark: stream.mark, at: *at, entry });
                let found = fields(&row).into_keys();
                for name in OWN.map(str::to_owned).into_iter().chain(found) {
                    *counts.entry(name).or_default() += 1;
                }
            }
        }
        let told = counts.into_iter().map(|(name, count)| LogGroupField {
            name: Some(name),
            percent: i32::try_from(count * 100 / looked_at.max(1)).ok(),
        });
        Ok(GetLogGroupFieldsResponse { log_group_fields: Some(told.collect()) })
    }
}

fn no_pointer() -> LogsError {
    LogsError::invalid("The specified logRecordPointer is invalid.")
}

/// The fields that are found in a message, by their paths.
fn fields(row: &Row<'_>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    if let Some(json) = row.json() {
        gather(json, String::new(), 0, &mut found);
    }
    found
}

fn gather(json: &Json, path: String, depth: usize, found: &mut BTreeMap<String, String>) {
    let under = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    if depth > DEEPEST || found.len() >= MOST_FIELDS {
        return;
    }
    match json {
        Json::Object(members) => {
            members.iter().for_each(|(name, value)| gather(value, under(name), depth + 1, found));
        }
        Json::Array(items) => {
            let numbered = items.iter().enumerate();
            numbered.for_each(|(index, value)| gather(value, under(&index.to_string()), depth + 1, found));
        }
        Json::String(text) => drop(found.insert(path, text.clone())),
        Json::Null => {}
        other => drop(found.insert(path, other.to_string())),
    }
}
