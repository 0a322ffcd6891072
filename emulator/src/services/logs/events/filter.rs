//! FilterLogEvents: the events of many streams, in the order of their time.
//!
//! Source: API reference, FilterLogEvents ("searchedLogStreams ... returns an empty list", `interleaved` "is ignored",
//! an `endTime` is included). A page ends where it is full, or where so many events have been looked at that the caller is
//! better told how far it went.

use super::{MOST_BYTES, limit};
use crate::gateway::Caller;
use crate::services::logs::identifier::Identifier;
use crate::services::logs::page;
use crate::services::logs::pattern::Pattern;
use crate::services::logs::store::{Contents, Entry, Position, Stream};
use crate::services::logs::{Logs, LogsError};
use ruststack_models::logs::types::{FilterLogEventsRequest, FilterLogEventsResponse, FilteredLogEvent};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Bound;

/// How many events one call looks at.
const MOST_LOOKED_AT: usize = 200_000;

impl Logs {
    /// Tells the events of a log group that a pattern lets through.
    pub(in crate::services::logs) async fn filter_log_events(
        &self,
        caller: &Caller,
        input: FilterLogEventsRequest,
    ) -> Result<FilterLogEventsResponse, LogsError> {
        let identifier =
            Identifier::either(input.log_group_name.as_deref(), input.log_group_identifier.as_deref())?;
        if input.log_stream_names.is_some() && input.log_stream_name_prefix.is_some() {
            return Err(LogsError::invalid(
                "LogStream names and LogStream name prefix are mutually exclusive parameters.",
            ));
        }
        let pattern = Pattern::parse(input.filter_pattern.as_deref().unwrap_or_default())
            .map_err(|error| LogsError::invalid(error.0))?;
        let after = page::after(input.next_token.as_deref())?
            .map(|token| place(&token).ok_or_else(LogsError::bad_token))
            .transpose()?;
        let start = input.start_time.map(Position::start_of);
        let from = match (after, start) {
            (Some(after), start) if start.is_none_or(|start| after >= start) => Bound::Excluded(after),
            (_, start) => start.map_or(Bound::Unbounded, Bound::Included),
        };
        let until = input
            .end_time
            .map_or(Bound::Unbounded, |end| Bound::Excluded(Position::start_of(end.saturating_add(1))));

        let group = self.group(caller, identifier)?;
        let contents = group.read(caller.now.millis());
        let prefix = input.log_stream_name_prefix.as_deref().unwrap_or_default();
        let streams = chosen(&contents, input.log_stream_names.as_deref(), prefix)?;
        let (events, next_token) = sought(&streams, (from, until), &pattern, limit(input.limit));
        Ok(FilterLogEventsResponse {
            events: Some(events),
            searched_log_streams: Some(Vec::new()),
            next_token,
        })
    }
}

type Chosen<'a> = Vec<(&'a String, &'a Stream)>;

/// The streams that the caller means.
fn chosen<'a>(
    contents: &'a Contents,
    names: Option<&[String]>,
    prefix: &str,
) -> Result<Chosen<'a>, LogsError> {
    let Some(names) = names else {
        let from = Bound::Included(prefix);
        let within = contents.streams.range::<str, _>((from, Bound::Unbounded));
        return Ok(within.take_while(|(name, _)| name.starts_with(prefix)).collect());
    };
    let mut names: Vec<&String> = names.iter().collect();
    names.sort();
    names.dedup();
    names.into_iter().map(|name| contents.streams.get_key_value(name).ok_or(LogsError::NoStream)).collect()
}

/// A page of the events that a pattern lets through, and the token of the next. The streams are merged: each is asked for
/// its next event when the one before has been taken.
fn sought(
    streams: &Chosen<'_>,
    range: (Bound<Position>, Bound<Position>),
    pattern: &Pattern,
    limit: usize,
) -> (Vec<FilteredLogEvent>, Option<String>) {
    let mut sources: Vec<_> = streams.iter().map(|(_, stream)| stream.between(range.0, range.1)).collect();
    let mut ahead: Vec<Option<(&Position, &Entry)>> = sources.iter_mut().map(Iterator::next).collect();
    let places = ahead.iter().enumerate();
    let mut heap: BinaryHeap<Reverse<(Position, usize)>> =
        places.filter_map(|(index, next)| next.map(|(at, _)| Reverse((*at, index)))).collect();

    let (mut events, mut bytes, mut looked_at) = (Vec::new(), 0, 0);
    let mut last = None;
    while let Some(Reverse((at, index))) = heap.pop() {
        let Some((_, entry)) = ahead[index] else { continue };
        if looked_at == MOST_LOOKED_AT {
            return (events, last.map(token));
        }
        looked_at += 1;
        if pattern.matches(&entry.message) {
            bytes += entry.bytes();
            if events.len() == limit || (bytes > MOST_BYTES && !events.is_empty()) {
                return (events, last.map(token));
            }
            events.push(told(streams[index], at, entry));
        }
        last = Some(at);
        ahead[index] = sources[index].next();
        if let Some((at, _)) = ahead[index] {
            heap.push(Reverse((*at, index)));
        }
    }
    (events, None)
}

fn told((name, stream): (&String, &Stream), at: Position, entry: &Entry) -> FilteredLogEvent {
    FilteredLogEvent {
        log_stream_name: Some(name.clone()),
        timestamp: Some(at.timestamp),
        message: Some(entry.message.to_string()),
        ingestion_time: Some(entry.ingested),
        event_id: Some(at.number(stream.mark)),
    }
}

fn token(last: Position) -> String {
    page::token(&format!("{}/{}", last.timestamp, last.sequence))
}

fn place(token: &str) -> Option<Position> {
    let (timestamp, sequence) = token.split_once('/')?;
    Some(Position { timestamp: timestamp.parse().ok()?, sequence: sequence.parse().ok()? })
}
