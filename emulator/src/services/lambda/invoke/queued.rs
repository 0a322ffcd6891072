//! Invocations that nobody waits for: tried again, and told to destinations when they are over.
//!
//! Sources: Developer Guide, "How Lambda handles errors and retries with asynchronous invocation" (one minute, then two; a
//! throttled function is tried for up to six hours) and "Adding a destination".

use super::Runner;
use crate::events::Event;
use crate::gateway::Caller;
use crate::services::lambda::Resolved;
use crate::services::lambda::executor::Invocation;
use ruststack_wire::Timestamp;
use serde_json::{Value as Json, json};
use std::sync::Arc;
use std::time::Duration;

/// How often an invocation is tried again, where nothing is said of it.
const ATTEMPTS: i32 = 2;
/// How old an event may become, in seconds, where nothing is said of it.
const OLDEST: i32 = 21_600;
/// What is waited for before it is tried again, the first time and the second.
const WAITS: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(120)];
/// What is waited for where too many run already.
const THROTTLED: Duration = Duration::from_secs(1);

/// Takes an invocation, and sees to it.
pub(super) fn accept(runner: &Arc<Runner>, resolved: Resolved, invocation: Invocation, caller: &Caller) {
    tokio::spawn(see_to(runner.clone(), resolved, invocation, caller.clone()));
}

async fn see_to(runner: Arc<Runner>, resolved: Resolved, invocation: Invocation, caller: Caller) {
    let function = &resolved.function;
    let qualifier = resolved
        .invoked_arn
        .strip_prefix(function.arn.as_str())
        .map_or("", |rest| rest.trim_start_matches(':'));
    let qualifier = if qualifier.is_empty() { "$LATEST" } else { qualifier };
    let config = function.event_invoke.get(qualifier);
    let attempts = config.and_then(|config| config.maximum_retry_attempts).unwrap_or(ATTEMPTS);
    let oldest = Duration::from_secs(
        config.and_then(|config| config.maximum_event_age_s).unwrap_or(OLDEST).unsigned_abs().into(),
    );
    let since = tokio::time::Instant::now();
    let mut tried = 0;
    let (condition, last) = loop {
        if since.elapsed() >= oldest {
            break ("EventAgeExceeded", None);
        }
        let Ok(permit) = runner.permit(&resolved) else {
            if resolved.function.reserved_concurrency == Some(0) {
                break ("ZeroReservedConcurrency", None);
            }
            tokio::time::sleep(THROTTLED).await;
            continue;
        };
        let finished = runner.run(&resolved, invocation.clone(), &caller).await;
        drop(permit);
        tried += 1;
        let (body, is_error) = finished.outcome.body(&invocation.request_id);
        let told = (serde_json::from_slice(&body).unwrap_or(Json::Null), is_error, finished.ended);
        if !is_error {
            break ("Success", Some(told));
        }
        if tried > attempts {
            break ("RetriesExhausted", Some(told));
        }
        let wait = WAITS[usize::try_from(tried - 1).unwrap_or_default().min(WAITS.len() - 1)];
        tokio::time::sleep(wait).await;
    };
    let at = last.as_ref().map_or(caller.now, |(.., ended)| *ended);
    let tell = |target: &String, body: Json| {
        runner.events.publish(Event {
            source: "lambda",
            account: caller.account.clone(),
            region: caller.region.clone(),
            target: target.clone(),
            at,
            subject: None,
            body,
        });
    };
    let destination = config.and_then(|config| match condition {
        "Success" => config.on_success.as_ref(),
        _ => config.on_failure.as_ref(),
    });
    if let Some(target) = destination {
        tell(target, record(&resolved, &invocation, condition, tried, last.as_ref(), at));
    }
    if let Some(target) =
        resolved.version.settings.dead_letter_target.as_ref().filter(|_| condition != "Success")
    {
        tell(target, serde_json::from_slice(&invocation.payload).unwrap_or(Json::Null));
    }
}

/// What a destination is told.
fn record(
    resolved: &Resolved,
    invocation: &Invocation,
    condition: &str,
    tried: i32,
    last: Option<&(Json, bool, Timestamp)>,
    at: Timestamp,
) -> Json {
    let version = &resolved.version.version;
    let called = &resolved.invoked_arn;
    let is_qualified = *called != resolved.function.arn;
    let mut record = json!({
        "version": "1.0",
        "timestamp": at.iso8601_millis(),
        "requestContext": {
            "requestId": invocation.request_id,
            "functionArn": if is_qualified { called.clone() } else { format!("{called}:$LATEST") },
            "condition": condition,
            "approximateInvokeCount": tried,
        },
        "requestPayload": serde_json::from_slice::<Json>(&invocation.payload).unwrap_or(Json::Null),
    });
    if let Some((body, is_error, _)) = last {
        record["responseContext"] = json!({"statusCode": 200, "executedVersion": version});
        if *is_error {
            record["responseContext"]["functionError"] = "Unhandled".into();
        }
        record["responsePayload"] = body.clone();
    }
    record
}
