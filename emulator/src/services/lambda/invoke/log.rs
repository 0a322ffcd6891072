//! What Lambda itself writes into the log of a function, around what the function writes.
//!
//! Sources: Developer Guide, "Viewing CloudWatch logs for Lambda functions" and "Configuring JSON and plain text log
//! formats"; the last lines of failures as localstack's recordings of AWS have them
//! (tests/aws/services/lambda_/test_lambda.snapshot.json).

use crate::services::lambda::executor::{Failure, Launch, LogFormat, Outcome, Report};
use ruststack_wire::Timestamp;
use ruststack_wire::shape::TimestampFormat;
use serde_json::json;
use std::time::Duration;

/// How much of the end of a log the caller is given, in bytes.
const TAIL: usize = 4096;

/// The events of one invocation, each a moment in milliseconds and a text.
pub(super) fn events(
    launch: &Launch,
    request_id: &str,
    outcome: &Outcome,
    report: Report,
    begun: Timestamp,
    ended: Timestamp,
) -> Vec<(i64, String)> {
    let failure = match outcome {
        Outcome::Failed(failure) => Some(failure),
        Outcome::Answer(_) | Outcome::Told(_) => None,
    };
    let mut events = Vec::with_capacity(report.began.len() + report.lines.len() + 4);
    let writer = Writer { launch, request_id };
    // What the runtime has written, in the emulator's own time.
    let shift = report.began.last().map_or(0, |(last, _)| begun.millis() - last);
    events.extend(report.began.iter().map(|(at, text)| ((at + shift).min(begun.millis()), text.clone())));
    events.push((begun.millis(), writer.start(begun)));
    let shift = report.lines.last().map_or(0, |(last, _)| ended.millis() - last);
    events.extend(
        report
            .lines
            .iter()
            .map(|(at, text)| ((at + shift).clamp(begun.millis(), ended.millis()), text.clone())),
    );
    if let Some(failure) = failure {
        events.push((ended.millis(), writer.failure(failure, ended)));
    }
    for text in writer.end(failure, outcome, &report, ended) {
        events.push((ended.millis(), text));
    }
    events
}

/// The end of a log, as the caller is given it.
pub(super) fn tail(events: &[(i64, String)]) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut length = 0;
    for (_, text) in events.iter().rev() {
        length += text.len();
        kept.push(text);
        if length >= TAIL {
            break;
        }
    }
    let whole: String = kept.into_iter().rev().collect();
    let mut from = whole.len().saturating_sub(TAIL);
    while !whole.is_char_boundary(from) {
        from += 1;
    }
    whole[from..].to_owned()
}

struct Writer<'a> {
    launch: &'a Launch,
    request_id: &'a str,
}

impl Writer<'_> {
    fn start(&self, at: Timestamp) -> String {
        let Writer { launch, request_id } = self;
        match launch.log_format {
            LogFormat::Text => format!("START RequestId: {request_id} Version: {}\n", launch.version),
            LogFormat::Json => self.platform(
                at,
                "platform.start",
                json!({"requestId": request_id, "version": launch.version}),
            ),
        }
    }

    /// What is told of a failure that the function itself could not tell.
    fn failure(&self, failure: &Failure, at: Timestamp) -> String {
        let request_id = self.request_id;
        match failure {
            Failure::TimedOut(limit) => {
                let at = at.format(TimestampFormat::Iso8601);
                format!("{at} {request_id} Task timed out after {:.2} seconds\n\n", limit.as_secs_f64())
            }
            other => {
                let body = other.body(request_id);
                let sentence = body["errorMessage"].as_str().unwrap_or_default();
                format!("{sentence}\n{}\n", other.kind())
            }
        }
    }

    fn end(
        &self,
        failure: Option<&Failure>,
        outcome: &Outcome,
        report: &Report,
        at: Timestamp,
    ) -> Vec<String> {
        let Writer { launch, request_id } = self;
        let init = report.init.map_or(Duration::ZERO, |init| init);
        let billed = (millis(report.duration) + millis(init)).ceil();
        let memory = (launch.memory_mb, report.memory_mb);
        let status = match (failure, outcome) {
            (Some(Failure::TimedOut(_)), _) => "timeout",
            (Some(_), _) | (None, Outcome::Told(_)) => "error",
            _ => "success",
        };
        if launch.log_format == LogFormat::Json {
            let mut metrics = json!({
                "durationMs": rounded(report.duration),
                "billedDurationMs": billed,
                "memorySizeMB": memory.0,
                "maxMemoryUsedMB": memory.1,
            });
            if let Some(init) = report.init {
                metrics["initDurationMs"] = json!(rounded(init));
            }
            let record = json!({"requestId": request_id, "metrics": metrics, "status": status});
            return vec![self.platform(at, "platform.report", record)];
        }
        let mut line = format!(
            "REPORT RequestId: {request_id}\tDuration: {:.2} ms\tBilled Duration: {billed} ms\tMemory Size: {} MB\tMax Memory Used: {} MB\t",
            millis(report.duration),
            memory.0,
            memory.1
        );
        if let Some(init) = report.init {
            line += &format!("Init Duration: {:.2} ms\t", millis(init));
        }
        match failure {
            Some(Failure::TimedOut(_)) => line += "Status: timeout",
            Some(failure) => line += &format!("Status: error\tError Type: {}", failure.kind()),
            None => {}
        }
        vec![format!("END RequestId: {request_id}\n"), line + "\n"]
    }

    fn platform(&self, at: Timestamp, kind: &str, record: serde_json::Value) -> String {
        json!({"time": at.format(TimestampFormat::Iso8601), "type": kind, "record": record}).to_string()
            + "\n"
    }
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// Milliseconds to three places, as the platform's events have them.
fn rounded(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}
