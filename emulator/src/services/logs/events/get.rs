//! GetLogEvents: the events of one stream, forward and back.
//!
//! Source: API reference, GetLogEvents. A token names an event of the page: `f/<number>/s` the last, and what follows it is
//! meant; `b/<number>/s` the first, and what precedes it is. Where nothing follows, the token is the one that came.

use super::{MOST_BYTES, limit};
use crate::gateway::Caller;
use crate::services::logs::identifier::Identifier;
use crate::services::logs::store::{DAY_MS, Entry, Position, Stream};
use crate::services::logs::{Logs, LogsError};
use ruststack_models::logs::types::{GetLogEventsRequest, GetLogEventsResponse, OutputLogEvent};
use std::ops::Bound;

/// How far back a stream may hold events when it is made.
const OLDEST_MS: i64 = 14 * DAY_MS;

/// A place in a stream, and which way to go from there.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Token {
    Forward(Position),
    Backward(Position),
}

impl Logs {
    /// Tells a page of a stream's events, in the order of their time.
    pub(in crate::services::logs) async fn get_log_events(
        &self,
        caller: &Caller,
        input: GetLogEventsRequest,
    ) -> Result<GetLogEventsResponse, LogsError> {
        let identifier =
            Identifier::either(input.log_group_name.as_deref(), input.log_group_identifier.as_deref())?;
        let token =
            input.next_token.as_deref().map(|text| Token::parse(text).ok_or_else(LogsError::bad_token));
        let token = token.transpose()?;
        let group = self.group(caller, identifier)?;
        let contents = group.read(caller.now.millis());
        let name = input.log_stream_name.as_deref().unwrap_or_default();
        let stream = contents.streams.get(name).ok_or(LogsError::NoStream)?;

        let start = input.start_time.map(Position::start_of);
        let after = match token {
            Some(Token::Forward(position)) if start.is_none_or(|start| position >= start) => {
                Bound::Excluded(position)
            }
            _ => start.map_or(Bound::Unbounded, Bound::Included),
        };
        let end = input.end_time.map(Position::start_of);
        let before = match (token, end) {
            (Some(Token::Backward(position)), end) => {
                Bound::Excluded(end.map_or(position, |end| end.min(position)))
            }
            (_, Some(end)) => Bound::Excluded(end),
            (_, None) => Bound::Unbounded,
        };
        let is_forward = match token {
            Some(token) => matches!(token, Token::Forward(_)),
            None => input.start_from_head.unwrap_or_default(),
        };
        let within = stream.between(after, before);
        let page = if is_forward {
            page(within, limit(input.limit))
        } else {
            let mut page = page(within.rev(), limit(input.limit));
            page.reverse();
            page
        };

        // Where the page is empty, one token is the one that came and the other leads back over the same place.
        let (forward, backward) = match (page.first(), page.last(), token) {
            (Some((first, _)), Some((last, _)), _) => (**last, **first),
            (_, _, Some(Token::Forward(position))) => (position, position.after()),
            (_, _, Some(Token::Backward(position))) => (position.before(), position),
            _ => {
                let start = input.start_time.unwrap_or(stream.created - OLDEST_MS);
                (Position::start_of(start), Position::start_of(start))
            }
        };
        Ok(GetLogEventsResponse {
            events: Some(page.into_iter().map(told).collect()),
            next_forward_token: Some(Token::Forward(forward).text(stream)),
            next_backward_token: Some(Token::Backward(backward).text(stream)),
        })
    }
}

impl Token {
    fn parse(text: &str) -> Option<Token> {
        let (way, number) = text.strip_suffix("/s").unwrap_or(text).split_once('/')?;
        let (position, _) = Position::parse(number)?;
        match way {
            "f" => Some(Token::Forward(position)),
            "b" => Some(Token::Backward(position)),
            _ => None,
        }
    }

    fn text(self, stream: &Stream) -> String {
        match self {
            Token::Forward(position) => format!("f/{}/s", position.number(stream.mark)),
            Token::Backward(position) => format!("b/{}/s", position.number(stream.mark)),
        }
    }
}

/// As many events as an answer holds.
fn page<'a>(
    within: impl Iterator<Item = (&'a Position, &'a Entry)>,
    limit: usize,
) -> Vec<(&'a Position, &'a Entry)> {
    let (mut bytes, mut count) = (0, 0);
    let fits = |(_, entry): &(&Position, &Entry)| {
        bytes += entry.bytes();
        count += 1;
        bytes <= MOST_BYTES || count == 1
    };
    within.take(limit).take_while(fits).collect()
}

fn told((at, entry): (&Position, &Entry)) -> OutputLogEvent {
    OutputLogEvent {
        timestamp: Some(at.timestamp),
        message: Some(entry.message.to_string()),
        ingestion_time: Some(entry.ingested),
    }
}
