//! The life of an environment as its extensions are told it, and its end.
//!
//! Sources: Developer Guide, "Understanding the Lambda execution environment lifecycle" ("Shutdown phase": two seconds with
//! external extensions, of which the runtime may have 300 ms) and "Lambda Telemetry API Event schema reference"; the lines
//! `EXTENSION` and `TELEMETRY` as users of Lambda show them (aws-appconfig's samples, Datadog's).

use super::{Environment, Lines, now_ms};
use crate::services::lambda::executor::launch::{Launch, LogFormat};
use crate::services::lambda::executor::outcome::{Failure, Invocation, Outcome, Report};
use crate::services::lambda::executor::telemetry::Telemetry;
use ruststack_wire::Timestamp;
use serde_json::{Value as Json, json};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// How long an environment with extensions may take to end.
const LONGEST_END: Duration = Duration::from_secs(2);
/// How much of it the runtime may have.
const OF_RUNTIME: Duration = Duration::from_millis(300);
/// How long a runtime may take to end that has extensions in it, and none beside it.
const OF_RUNTIME_ALONE: Duration = Duration::from_millis(500);
/// How long is waited for what has been gathered to be sent.
const OF_TELEMETRY: Duration = Duration::from_millis(300);
/// How often it is looked whether all have ended.
const LOOK: Duration = Duration::from_millis(5);

/// Tells that an environment begins.
pub(super) fn init_start(telemetry: &Telemetry, launch: &Launch) {
    telemetry.happened("platform.initStart", || {
        json!({
            "initializationType": "on-demand",
            "phase": "init",
            "functionName": launch.function,
            "functionVersion": launch.version,
            "instanceMaxMemory": launch.memory_mb << 20,
        })
    });
}

impl Environment {
    /// Tells that it has begun, in the log and to extensions, and which they are. No more can register.
    pub(super) fn introduce(&self, took: Duration, lines: &mut Lines) {
        let status = self.refusal.as_ref().map_or("success", status);
        let telemetry = &self.api.telemetry;
        let mut record = json!({"initializationType": "on-demand", "phase": "init", "status": status});
        telemetry.happened("platform.initRuntimeDone", || record.clone());
        for (name, events) in self.api.extensions.close() {
            let record = json!({"name": name, "state": "Ready", "events": events});
            let text = format!("EXTENSION\tName: {name}\tState: Ready\tEvents: [{}]\n", events.join(", "));
            lines.say(now_ms(), self.line(text, "platform.extension", &record));
            telemetry.happened("platform.extension", || record);
        }
        record["metrics"] = json!({"durationMs": rounded(took)});
        telemetry.happened("platform.initReport", || record);
        for (name, types, is_old) in telemetry.close() {
            let record = json!({"name": name, "state": "Subscribed", "types": types});
            let (word, kind) = match is_old {
                true => ("LOGS", "platform.logsSubscription"),
                false => ("TELEMETRY", "platform.telemetrySubscription"),
            };
            let shown: Vec<String> = types.iter().map(|kind| capitalized(kind)).collect();
            let text = format!("{word}\tName: {name}\tState: Subscribed\tTypes: [{}]\n", shown.join(", "));
            lines.say(now_ms(), self.line(text, kind, &record));
        }
    }

    /// A line of Lambda's own, in the form of the log.
    fn line(&self, text: String, kind: &str, record: &Json) -> String {
        match self.launch.log_format {
            LogFormat::Text => text,
            LogFormat::Json => {
                let time = Timestamp::from_millis(now_ms()).iso8601_millis();
                json!({"time": time, "type": kind, "record": record}).to_string() + "\n"
            }
        }
    }

    /// Tells that an invocation begins.
    pub(super) fn start_told(&self, invocation: &Invocation) {
        self.api.telemetry.happened("platform.start", || {
            let tracing = json!({"type": "X-Amzn-Trace-Id", "value": invocation.trace_id});
            json!({"requestId": invocation.request_id, "version": self.launch.version, "tracing": tracing})
        });
    }

    /// Tells that the runtime is done with an invocation.
    pub(super) fn done_told(&mut self, request_id: &str, outcome: &Outcome, took: Duration) {
        self.is_done = true;
        self.api.telemetry.happened("platform.runtimeDone", || {
            let produced = match outcome {
                Outcome::Answer(body) | Outcome::Told(body) => body.len(),
                Outcome::Failed(_) => 0,
            };
            let metrics = json!({"durationMs": rounded(took), "producedBytes": produced});
            json!({"requestId": request_id, "status": status(outcome), "metrics": metrics})
        });
    }

    /// Tells that an invocation is over.
    pub(super) fn report_told(&mut self, request_id: &str, outcome: &Outcome, report: &Report) {
        if !self.is_done {
            self.done_told(request_id, outcome, report.duration);
        }
        let telemetry = &self.api.telemetry;
        telemetry.happened("platform.end", || json!({"requestId": request_id}));
        telemetry.happened("platform.report", || {
            let init = report.init.unwrap_or_default();
            let mut metrics = json!({
                "durationMs": rounded(report.duration),
                "billedDurationMs": (rounded(report.duration) + rounded(init)).ceil() as u64,
                "memorySizeMB": self.launch.memory_mb,
                "maxMemoryUsedMB": report.memory_mb,
            });
            if report.init.is_some() {
                metrics["initDurationMs"] = json!(rounded(init));
            }
            json!({"requestId": request_id, "metrics": metrics, "status": status(outcome)})
        });
    }

    /// Stops the runtime for this reason, and what runs beside it, unless that is to be told first.
    pub(super) fn stop(&mut self, reason: &'static str) {
        self.reason = reason;
        if self.api.extensions.await_the_end() {
            self.running.end_runtime(false);
        } else {
            self.running.kill();
        }
    }

    /// Ends it. A runtime with extensions is asked to end, and they are told; all may take a moment to end by themselves.
    pub(in crate::services::lambda) fn end(mut self) {
        if !self.api.extensions.are_there() {
            return;
        }
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { self.shut_down().await });
        }
    }

    async fn shut_down(&mut self) {
        let begun = Instant::now();
        let awaits = self.api.extensions.await_the_end();
        self.running.thaw();
        // A signal goes to any thread that has woken, and Python hears it in its first alone.
        sleep(LOOK).await;
        self.running.end_runtime(true);
        let share = if awaits { OF_RUNTIME } else { OF_RUNTIME_ALONE };
        let _ = timeout(share, self.running.ended()).await;
        if awaits {
            self.api.telemetry.flush(OF_TELEMETRY).await;
            self.api.extensions.shut_down(self.reason, LONGEST_END.saturating_sub(begun.elapsed()));
        }
        let mut lines = Lines::default();
        while awaits && self.running.has_extensions() && begun.elapsed() < LONGEST_END {
            // They are kept waiting neither for their words nor for what they write to be heard.
            while self.api.told.try_recv().is_ok() {}
            self.drain(&mut lines);
            sleep(LOOK).await;
        }
        self.running.kill();
    }
}

/// An outcome as it is told.
fn status(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Answer(_) => "success",
        Outcome::Told(_) => "error",
        Outcome::Failed(Failure::TimedOut(_)) => "timeout",
        Outcome::Failed(_) => "failure",
    }
}

/// Milliseconds to three places.
fn rounded(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}
