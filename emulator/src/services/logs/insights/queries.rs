//! StartQuery, GetQueryResults, DescribeQueries and StopQuery. A query has run when it has been started.
//!
//! Sources: API reference of each; recordings of AWS in localstack's test_logs_queries.snapshot.json for how a query is
//! told and for the sentence about a log group that is not there.

use super::grammar::{Malformed, parse};
use super::rows::{Event, Row};
use super::run::run;
use crate::gateway::Caller;
use crate::services::logs::identifier::Identifier;
use crate::services::logs::store::{Group, Position};
use crate::services::logs::{Logs, LogsError, Space, page};
use ruststack_models::logs::types;
use ruststack_models::logs::types::{
    DescribeQueriesRequest, DescribeQueriesResponse, GetQueryResultsRequest, GetQueryResultsResponse,
    QueryInfo, QueryStatistics, ResultField, StartQueryRequest, StartQueryResponse, StopQueryRequest,
    StopQueryResponse,
};
use std::cmp::Reverse;
use std::collections::VecDeque;
use std::ops::Bound;
use std::sync::{Arc, MutexGuard};

/// How many queries are remembered.
const KEPT: usize = 1000;
/// How many log groups a query looks at, at most.
const MOST_GROUPS: usize = 50;
/// How many rows a query gives that does not say how many.
const ROWS: usize = 10_000;
/// Seconds since 1970 are smaller, milliseconds larger.
const FIRST_MILLIS: i64 = 100_000_000_000;
const COMPLETE: &str = "Complete";
const LANGUAGE: &str = "CWLI";

/// A query that has run.
#[derive(Debug)]
pub(in crate::services::logs) struct Query {
    id: String,
    /// As it is told: with where it looked.
    shown: String,
    group: String,
    created: i64,
    rows: Vec<Vec<(String, String)>>,
    matched: usize,
    scanned: usize,
    bytes: u64,
    groups: usize,
}

impl Logs {
    /// Runs a query.
    pub(in crate::services::logs) async fn start_query(
        &self,
        caller: &Caller,
        input: StartQueryRequest,
    ) -> Result<StartQueryResponse, LogsError> {
        if let Some(language) = input.query_language.as_deref().filter(|language| *language != LANGUAGE) {
            return Err(LogsError::NotImplemented(format!("StartQuery in {language}")));
        }
        let text = input.query_string.unwrap_or_default();
        let commands = parse(&text).map_err(|malformed| refused(malformed, caller))?;
        let named = input.log_group_name.into_iter().chain(input.log_group_names.into_iter().flatten());
        let mut names: Vec<String> = named.chain(input.log_group_identifiers.into_iter().flatten()).collect();
        names.dedup();
        if names.is_empty() || names.len() > MOST_GROUPS {
            return Err(LogsError::invalid("Between 1 and 50 log groups must be specified."));
        }
        let groups = names.iter().map(|name| self.of_query(caller, name)).collect::<Result<Vec<_>, _>>()?;
        let (start, _) = millis(input.start_time.unwrap_or_default());
        let (_, end) = millis(input.end_time.unwrap_or_default());
        if start > end {
            return Err(LogsError::invalid(
                "Query's end date and time is either before or the same as the start date and time.",
            ));
        }

        let limit = page::limit(input.limit, ROWS);
        let id = caller.fresh.uuid();
        let sources: Vec<String> = groups.iter().map(|group| format!("SOURCE \"{}\"", group.name)).collect();
        let shown = format!("{} START={start} END={end} | {text}", sources.join(" "));
        let now = caller.now.millis();

        // The guards are held while the query runs, and let go before anything awaits.
        let guards: Vec<_> = groups.iter().map(|group| (group, group.read(now))).collect();
        let range = (
            Bound::Included(Position::start_of(start)),
            Bound::Excluded(Position::start_of(end.saturating_add(1))),
        );
        let mut rows: Vec<Row<'_>> = Vec::new();
        for (group, contents) in &guards {
            for (name, stream) in &contents.streams {
                rows.extend(stream.between(range.0, range.1).map(|(at, entry)| {
                    Row::of(Event { group: group.as_ref(), stream: name, mark: stream.mark, at: *at, entry })
                }));
            }
        }
        let bytes = rows.iter().filter_map(|row| row.event.map(|event| event.entry.bytes())).sum();
        let scanned = rows.len();
        rows.sort_by_key(|row| Reverse(row.event.map(|event| event.at)));
        let outcome = run(&commands, rows, limit, now);
        drop(guards);

        let query = Query {
            id: id.clone(),
            shown,
            group: groups.first().map(|group| group.name.clone()).unwrap_or_default(),
            created: now,
            rows: outcome.rows,
            matched: outcome.matched,
            scanned,
            bytes,
            groups: groups.len(),
        };
        let space = self.space(&caller.account, &caller.region);
        let mut queries = space.queries();
        queries.push_front(Arc::new(query));
        queries.truncate(KEPT);
        Ok(StartQueryResponse { query_id: Some(id) })
    }

    /// Tells what came of a query.
    pub(in crate::services::logs) async fn get_query_results(
        &self,
        caller: &Caller,
        input: GetQueryResultsRequest,
    ) -> Result<GetQueryResultsResponse, LogsError> {
        let query = self.query(caller, &input.query_id.unwrap_or_default())?;
        let from = page::after(input.next_token.as_deref())?.unwrap_or_else(|| "0".to_owned());
        let from: usize = from.parse().map_err(|_| LogsError::bad_token())?;
        let most = page::limit(input.max_items.filter(|most| *most > 0), usize::MAX);
        let until = from.saturating_add(most);
        let has_more = until < query.rows.len();
        let field = |(name, value): &(String, String)| ResultField {
            field: Some(name.clone()),
            value: Some(value.clone()),
        };
        let rows = query.rows.iter().skip(from).take(most);
        Ok(GetQueryResultsResponse {
            query_language: Some(LANGUAGE.to_owned()),
            results: Some(rows.map(|row| row.iter().map(field).collect()).collect()),
            statistics: Some(QueryStatistics {
                records_matched: Some(query.matched as f64),
                records_scanned: Some(query.scanned as f64),
                estimated_records_skipped: Some(0.0),
                bytes_scanned: Some(query.bytes as f64),
                estimated_bytes_skipped: Some(0.0),
                log_groups_scanned: Some(query.groups as f64),
            }),
            status: Some(COMPLETE.to_owned()),
            encryption_key: None,
            next_token: has_more.then(|| page::token(&until.to_string())),
        })
    }

    /// Tells the queries, the latest first.
    pub(in crate::services::logs) async fn describe_queries(
        &self,
        caller: &Caller,
        input: DescribeQueriesRequest,
    ) -> Result<DescribeQueriesResponse, LogsError> {
        let after = page::after(input.next_token.as_deref())?;
        let space = self.space(&caller.account, &caller.region);
        let queries = space.queries();
        let is_wanted = |query: &&Arc<Query>| {
            input.log_group_name.as_deref().is_none_or(|group| query.group == group)
                && input.status.as_deref().is_none_or(|status| status == COMPLETE)
                && input.query_language.as_deref().is_none_or(|language| language == LANGUAGE)
        };
        let behind = after.and_then(|after| queries.iter().position(|query| query.id == after));
        let rest = queries.iter().skip(behind.map_or(0, |place| place + 1)).filter(is_wanted);
        let limit = page::limit(input.max_results, KEPT);
        let (page, next_token) = page::cut(rest, limit, |query| query.id.clone());
        let told = page.into_iter().map(|query| QueryInfo {
            query_language: Some(LANGUAGE.to_owned()),
            query_id: Some(query.id.clone()),
            query_string: Some(query.shown.clone()),
            status: Some(COMPLETE.to_owned()),
            create_time: Some(query.created),
            log_group_name: Some(query.group.clone()),
            ..types::QueryInfo::default()
        });
        Ok(DescribeQueriesResponse { queries: Some(told.collect()), next_token })
    }

    /// Refuses to stop a query: all have run.
    pub(in crate::services::logs) async fn stop_query(
        &self,
        caller: &Caller,
        input: StopQueryRequest,
    ) -> Result<StopQueryResponse, LogsError> {
        self.query(caller, &input.query_id.unwrap_or_default())?;
        Err(LogsError::invalid("The specified query is not running."))
    }

    fn query(&self, caller: &Caller, id: &str) -> Result<Arc<Query>, LogsError> {
        let space = self.space(&caller.account, &caller.region);
        let found = space.queries().iter().find(|query| query.id == id).cloned();
        found.ok_or_else(|| LogsError::NotFound("The specified query does not exist.".into()))
    }

    /// A log group that a query looks at.
    fn of_query(&self, caller: &Caller, name: &str) -> Result<Arc<Group>, LogsError> {
        let found = self.group(caller, Identifier::of(name));
        found.map_err(|_| {
            let sentence = format!("Log group '{name}' does not exist for account ID '{}'", caller.account);
            LogsError::NotFound(behind_the_scenes(&sentence, "ResourceNotFoundException", caller).into())
        })
    }
}

impl Space {
    /// The queries, the latest first. The guard is let go before anything awaits.
    fn queries(&self) -> MutexGuard<'_, VecDeque<Arc<Query>>> {
        self.queries.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// What is said of a query that cannot be read.
fn refused(malformed: Malformed, caller: &Caller) -> LogsError {
    match malformed {
        Malformed::Unexpected(sentence, place) => {
            LogsError::MalformedQuery(behind_the_scenes(&sentence, "MalformedQueryException", caller), place)
        }
        Malformed::NotImplemented(command) => {
            LogsError::NotImplemented(format!("StartQuery with the command {command}"))
        }
    }
}

/// A sentence as AWS passes it on from a service behind the one that was called (github.com/boto/boto3, issue 3450).
fn behind_the_scenes(sentence: &str, code: &str, caller: &Caller) -> String {
    let id = caller.fresh.uuid();
    format!(
        "{sentence} (Service: AWSLogs; Status Code: 400; Error Code: {code}; Request ID: {id}; Proxy: null)"
    )
}

/// The first and the last millisecond that a moment of a request means, which is in seconds, or in milliseconds.
fn millis(moment: i64) -> (i64, i64) {
    if moment >= FIRST_MILLIS {
        return (moment, moment);
    }
    let first = moment.saturating_mul(1000);
    (first, first.saturating_add(999))
}
