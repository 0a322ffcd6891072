//! PutLogEvents.
//!
//! Sources: API reference, PutLogEvents ("The following constraints apply"); recordings of AWS in localstack's
//! test_logs_events.snapshot.json; for the other sentences github.com/fluent-plugins-nursery/fluent-plugin-cloudwatch-logs
//! pull 46 (an event), nhs-england-tools/terraform-aws-opennext issue 27 (a batch), moby/moby issue 41529 (a day).

use crate::gateway::Caller;
use crate::services::logs::store::{DAY_MS, Draft, EVENT_BYTES};
use crate::services::logs::{Logs, LogsError};
use ruststack_models::logs::types::{
    InputLogEvent, PutLogEventsRequest, PutLogEventsResponse, RejectedLogEventsInfo,
};

/// How many bytes a batch may have, and an event.
const MOST_BYTES: u64 = 1_048_576;
/// How far events may lie back, and ahead.
const OLDEST_MS: i64 = 14 * DAY_MS;
const NEWEST_MS: i64 = 2 * 3_600_000;
/// The digits of a token behind its first two.
const TOKEN_DIGITS: usize = 54;

impl Logs {
    /// Adds events to a stream. Those that are too old, too new or expired already are told and not kept.
    pub(in crate::services::logs) async fn put_log_events(
        &self,
        caller: &Caller,
        input: PutLogEventsRequest,
    ) -> Result<PutLogEventsResponse, LogsError> {
        let events = input.log_events.unwrap_or_default();
        check(&events)?;
        let group = self.named(caller, input.log_group_name.as_deref())?;
        let name = input.log_stream_name.unwrap_or_default();
        let now = caller.now.millis();
        let token = format!("49{}", caller.fresh.text(TOKEN_DIGITS, b"0123456789"));

        let (kept, rejected) = {
            let mut contents = group.write(now);
            let cutoff = contents.expires_before(now);
            let stream = contents.streams.get_mut(&name).ok_or(LogsError::NoStream)?;
            stream.token = Some(token.clone());
            sorted_out(events, now, cutoff)
        };
        self.store(&group, &name, kept, caller.now).ok_or(LogsError::NoStream)?;
        Ok(PutLogEventsResponse {
            next_sequence_token: Some(token),
            rejected_log_events_info: rejected,
            rejected_entity_info: None,
        })
    }
}

/// Refuses a batch that is too large, not in order, or longer than a day.
fn check(events: &[InputLogEvent]) -> Result<(), LogsError> {
    let bytes = |event: &InputLogEvent| event.message.as_deref().map_or(0, str::len) as u64 + EVENT_BYTES;
    if let Some(large) = events.iter().map(bytes).find(|bytes| *bytes > MOST_BYTES) {
        return Err(LogsError::invalid(format!(
            "Log event too large: {large} bytes exceeds limit of {MOST_BYTES}"
        )));
    }
    let sum: u64 = events.iter().map(bytes).sum();
    if sum > MOST_BYTES {
        return Err(LogsError::invalid(format!(
            "Upload too large: {sum} bytes exceeds limit of {MOST_BYTES}"
        )));
    }
    let times: Vec<i64> = events.iter().map(|event| event.timestamp.unwrap_or_default()).collect();
    if !times.is_sorted() {
        return Err(LogsError::invalid(
            "Log events in a single PutLogEvents request must be in chronological order.",
        ));
    }
    let span = times.last().zip(times.first()).map_or(0, |(last, first)| last.saturating_sub(*first));
    if span > DAY_MS {
        return Err(LogsError::invalid(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
        ));
    }
    Ok(())
}

/// The events that are kept, and which are not. The batch is in order, so the first are too old and the last too new.
fn sorted_out(
    events: Vec<InputLogEvent>,
    now: i64,
    cutoff: Option<i64>,
) -> (Vec<Draft>, Option<RejectedLogEventsInfo>) {
    let time = |event: &InputLogEvent| event.timestamp.unwrap_or_default();
    let before = |moment: i64| events.partition_point(|event| time(event) < moment);
    let too_old = before(now.saturating_sub(OLDEST_MS));
    let expired = cutoff.map_or(0, before);
    let too_new = events.partition_point(|event| time(event) <= now.saturating_add(NEWEST_MS));
    let index = |index: usize| i32::try_from(index).ok();
    let rejected = RejectedLogEventsInfo {
        too_old_log_event_end_index: index(too_old).filter(|end| *end > 0),
        expired_log_event_end_index: index(expired).filter(|end| *end > 0),
        too_new_log_event_start_index: index(too_new).filter(|_| too_new < events.len()),
    };
    let is_whole = too_old == 0 && expired == 0 && too_new == events.len();
    let kept = events.into_iter().take(too_new).skip(too_old.max(expired));
    let drafts = kept.map(|event| Draft {
        timestamp: event.timestamp.unwrap_or_default(),
        message: event.message.unwrap_or_default(),
    });
    (drafts.collect(), (!is_whole).then_some(rejected))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(times: &[i64]) -> Vec<InputLogEvent> {
        let event = |time: &i64| InputLogEvent { timestamp: Some(*time), message: Some("m".to_owned()) };
        times.iter().map(event).collect()
    }

    #[test]
    fn what_is_too_old_too_new_or_expired_is_not_kept() {
        let now = 100 * DAY_MS;
        let (kept, rejected) =
            sorted_out(batch(&[now - 15 * DAY_MS, now - 13 * DAY_MS, now, now + DAY_MS]), now, None);
        assert_eq!(kept.len(), 2);
        let rejected = rejected.expect("some are rejected");
        assert_eq!(rejected.too_old_log_event_end_index, Some(1));
        assert_eq!(rejected.too_new_log_event_start_index, Some(3));

        let (kept, rejected) = sorted_out(batch(&[now - 2 * DAY_MS, now]), now, Some(now - DAY_MS));
        assert_eq!((kept.len(), rejected.and_then(|it| it.expired_log_event_end_index)), (1, Some(1)));
        assert!(sorted_out(batch(&[now]), now, None).1.is_none());
    }

    #[test]
    fn a_batch_is_in_order_within_a_day_and_small() {
        assert!(check(&batch(&[1, 1, 2])).is_ok());
        assert!(check(&batch(&[2, 1])).is_err());
        assert!(check(&batch(&[0, DAY_MS])).is_ok());
        assert!(check(&batch(&[0, DAY_MS + 1])).is_err());
        let large = || InputLogEvent { timestamp: Some(0), message: Some("m".repeat(600_000)) };
        let sum = "Upload too large: 1200052 bytes exceeds limit of 1048576";
        assert_eq!(check(&[large(), large()]), Err(LogsError::invalid(sum)));
    }
}
