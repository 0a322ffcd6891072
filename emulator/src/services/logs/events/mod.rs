//! Events: put, read stream by stream, and sought in all streams of a log group.

mod filter;
mod get;
mod put;

/// How many events an answer holds at most, and how many bytes.
const MOST_EVENTS: usize = 10_000;
const MOST_BYTES: u64 = 1_048_576;

/// How many events an answer holds where the caller asks for so many.
fn limit(asked: Option<i32>) -> usize {
    super::page::limit(asked, MOST_EVENTS).min(MOST_EVENTS)
}
