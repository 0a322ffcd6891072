//! CreateLogStream, DeleteLogStream and DescribeLogStreams.
//!
//! Sources: API reference, DescribeLogStreams (`storedBytes` "is always reported as zero"); recordings of AWS in
//! localstack's test_logs_streams.snapshot.json for the members of a stream without events.

use super::identifier::Identifier;
use super::store::{Group, Stream};
use super::{Logs, LogsError, page};
use crate::gateway::Caller;
use ruststack_models::logs::types::{
    CreateLogStreamRequest, DeleteLogStreamRequest, DescribeLogStreamsRequest, DescribeLogStreamsResponse,
    LogStream,
};
use ruststack_wire::value::Unit;
use std::ops::Bound;

impl Logs {
    /// Makes a stream in a log group.
    pub(super) async fn create_log_stream(
        &self,
        caller: &Caller,
        input: CreateLogStreamRequest,
    ) -> Result<Unit, LogsError> {
        let group = self.named(caller, input.log_group_name.as_deref())?;
        let now = caller.now.millis();
        let is_made = group.write(now).make_stream(input.log_stream_name.as_deref().unwrap_or_default(), now);
        if is_made { Ok(Unit::default()) } else { Err(LogsError::StreamExists) }
    }

    /// Deletes a stream and its events.
    pub(super) async fn delete_log_stream(
        &self,
        caller: &Caller,
        input: DeleteLogStreamRequest,
    ) -> Result<Unit, LogsError> {
        let group = self.named(caller, input.log_group_name.as_deref())?;
        let mut contents = group.write(caller.now.millis());
        let was_there = contents.remove_stream(input.log_stream_name.as_deref().unwrap_or_default());
        if was_there { Ok(Unit::default()) } else { Err(LogsError::NoStream) }
    }

    /// Tells the streams of a log group, in the order of their names or of their last events.
    pub(super) async fn describe_log_streams(
        &self,
        caller: &Caller,
        input: DescribeLogStreamsRequest,
    ) -> Result<DescribeLogStreamsResponse, LogsError> {
        let identifier =
            Identifier::either(input.log_group_name.as_deref(), input.log_group_identifier.as_deref())?;
        let by_time = input.order_by.as_deref() == Some("LastEventTime");
        if by_time && input.log_stream_name_prefix.is_some() {
            return Err(LogsError::invalid("Cannot order by LastEventTime with a logStreamNamePrefix."));
        }
        let group = self.group(caller, identifier)?;
        let wanted = Wanted {
            prefix: input.log_stream_name_prefix.unwrap_or_default(),
            is_descending: input.descending.unwrap_or_default(),
            after: page::after(input.next_token.as_deref())?,
            limit: page::limit(input.limit, page::PAGE),
        };
        let now = caller.now.millis();
        let (streams, next_token) =
            if by_time { wanted.by_time(&group, now)? } else { wanted.by_name(&group, now) };
        Ok(DescribeLogStreamsResponse { log_streams: Some(streams), next_token })
    }
}

/// Which streams are wanted.
struct Wanted {
    prefix: String,
    is_descending: bool,
    after: Option<String>,
    limit: usize,
}

type Page = (Vec<LogStream>, Option<String>);

impl Wanted {
    /// A page in the order of names.
    fn by_name(&self, group: &Group, now: i64) -> Page {
        let contents = group.read(now);
        let starts = |(name, _): &(&String, &Stream)| name.starts_with(&self.prefix);
        let name = |(name, _): &(&String, &Stream)| (*name).clone();
        let (page, next) = if self.is_descending {
            // Nothing that begins with the prefix comes behind this.
            let last = format!("{}\u{10FFFF}", self.prefix);
            let until = Bound::Excluded(self.after.as_deref().unwrap_or(&last));
            let within = contents.streams.range::<str, _>((Bound::Unbounded, until)).rev().take_while(starts);
            page::cut(within, self.limit, name)
        } else {
            let from = match &self.after {
                Some(after) => Bound::Excluded(after.as_str()),
                None => Bound::Included(self.prefix.as_str()),
            };
            let within = contents.streams.range::<str, _>((from, Bound::Unbounded)).take_while(starts);
            page::cut(within, self.limit, name)
        };
        (page.into_iter().map(|(name, stream)| described(group, name, stream)).collect(), next)
    }

    /// A page in the order of the last events; streams without events come first, or last where it is turned round.
    fn by_time(&self, group: &Group, now: i64) -> Result<Page, LogsError> {
        let contents = group.read(now);
        let time = |stream: &Stream| stream.span.map_or(-1, |(_, last)| last);
        let mut all: Vec<(i64, &String, &Stream)> =
            contents.streams.iter().map(|(name, stream)| (time(stream), name, stream)).collect();
        all.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        if self.is_descending {
            all.reverse();
        }
        let from = match &self.after {
            None => 0,
            Some(after) => {
                let (time, name) = after.split_once('/').ok_or_else(LogsError::bad_token)?;
                let last = (time.parse::<i64>().map_err(|_| LogsError::bad_token())?, name);
                all.partition_point(|(time, name, _)| {
                    let order = (*time, name.as_str()).cmp(&last);
                    if self.is_descending { order.is_ge() } else { order.is_le() }
                })
            }
        };
        let (page, next) =
            page::cut(all.into_iter().skip(from), self.limit, |(time, name, _)| format!("{time}/{name}"));
        Ok((page.into_iter().map(|(_, name, stream)| described(group, name, stream)).collect(), next))
    }
}

/// What is told of a stream.
fn described(group: &Group, name: &str, stream: &Stream) -> LogStream {
    LogStream {
        log_stream_name: Some(name.to_owned()),
        creation_time: Some(stream.created),
        first_event_timestamp: stream.span.map(|(first, _)| first),
        last_event_timestamp: stream.span.map(|(_, last)| last),
        last_ingestion_time: stream.last_ingested,
        upload_sequence_token: stream.token.clone(),
        arn: Some(format!("{}:log-stream:{name}", group.arn())),
        stored_bytes: Some(0),
    }
}
