//! One invocation: what is asked, and how it ends.
//!
//! Source: Developer Guide, "Understanding retry behavior in Lambda" and "Viewing CloudWatch logs for Lambda functions"; the
//! sentences of failures as localstack's recordings of AWS have them (tests/aws/services/lambda_/test_lambda.snapshot.json).

use bytes::Bytes;
use serde_json::{Value as Json, json};
use std::time::Duration;

/// The greatest answer, in bytes, with what is around it (Developer Guide, "Lambda quotas").
pub(in crate::services::lambda) const LARGEST_ANSWER: usize = 6_291_556;

/// What a runtime is asked to do.
#[derive(Debug, Clone)]
pub(in crate::services::lambda) struct Invocation {
    /// The id of the request.
    pub(in crate::services::lambda) request_id: String,
    /// The event.
    pub(in crate::services::lambda) payload: Bytes,
    /// The ARN that was called, with its qualifier.
    pub(in crate::services::lambda) invoked_arn: String,
    /// The client context, as JSON.
    pub(in crate::services::lambda) client_context: Option<String>,
    /// The trace, in the form of `X-Amzn-Trace-Id`.
    pub(in crate::services::lambda) trace_id: String,
}

/// How an invocation ended.
#[derive(Debug)]
pub(in crate::services::lambda) enum Outcome {
    /// The function gave this.
    Answer(Bytes),
    /// The function told this error.
    Told(Bytes),
    /// The environment failed.
    Failed(Failure),
}

/// What is wrong with an environment that does not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::services::lambda) enum Failure {
    /// The time is over.
    TimedOut(Duration),
    /// The runtime is gone; how, where it did not end well.
    Exited(Option<String>),
    /// The answer is too large.
    TooLarge,
    /// The answer is too large, even piece by piece.
    StreamTooLarge,
    /// The answer ended before its end.
    Truncated,
    /// The runtime cannot be started, and why.
    Unstartable(String),
    /// An extension cannot go on.
    Extension {
        /// The type of the error.
        kind: &'static str,
        /// What is said of it.
        sentence: String,
    },
}

/// Why an environment could not be started, with what was written until then.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) failure: Failure,
    pub(super) written: Vec<u8>,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.failure)
    }
}

impl std::error::Error for Refused {}

/// What an invocation took.
#[derive(Debug, Clone, Default)]
pub(in crate::services::lambda) struct Report {
    /// How long the handler ran.
    pub(in crate::services::lambda) duration: Duration,
    /// How long the environment took to begin, where it is the first invocation in it.
    pub(in crate::services::lambda) init: Option<Duration>,
    /// The most memory that was used, in MB.
    pub(in crate::services::lambda) memory_mb: u64,
    /// What was written while the environment began, where it is the first invocation in it.
    pub(in crate::services::lambda) began: Vec<(i64, String)>,
    /// What was written while it ran: a moment in milliseconds since 1970, and the text with its end.
    pub(in crate::services::lambda) lines: Vec<(i64, String)>,
}

impl Outcome {
    /// What the caller is told, and whether it is an error.
    pub(in crate::services::lambda) fn body(&self, request_id: &str) -> (Bytes, bool) {
        match self {
            Outcome::Answer(body) => (body.clone(), false),
            Outcome::Told(body) => (body.clone(), true),
            Outcome::Failed(failure) => (failure.body(request_id).to_string().into(), true),
        }
    }
}

impl Failure {
    /// Why an environment could not be started, and what was written until then.
    pub(in crate::services::lambda) fn of_start(error: std::io::Error, now_ms: i64) -> (Failure, Report) {
        match error.downcast::<Refused>() {
            Ok(Refused { failure, written }) => {
                let text = String::from_utf8_lossy(&written);
                let began = text.split_inclusive('\n').map(|line| (now_ms, line.to_owned())).collect();
                (failure, Report { began, ..Report::default() })
            }
            Err(error) => (Failure::Unstartable(error.to_string()), Report::default()),
        }
    }

    /// The type of the error, as it is told.
    pub(in crate::services::lambda) fn kind(&self) -> &'static str {
        match self {
            Failure::TimedOut(_) => "Sandbox.Timedout",
            Failure::Exited(_) => "Runtime.ExitError",
            Failure::TooLarge | Failure::StreamTooLarge => "Function.ResponseSizeTooLarge",
            Failure::Truncated => "Runtime.TruncatedResponse",
            Failure::Unstartable(_) => "Runtime.InvalidEntrypoint",
            Failure::Extension { kind, .. } => kind,
        }
    }

    /// The error as the caller is told it.
    pub(in crate::services::lambda) fn body(&self, request_id: &str) -> Json {
        let sentence = match self {
            Failure::TimedOut(limit) => {
                format!(
                    "RequestId: {request_id} Error: Task timed out after {:.2} seconds",
                    limit.as_secs_f64()
                )
            }
            Failure::Exited(Some(how)) => {
                format!("RequestId: {request_id} Error: Runtime exited with error: {how}")
            }
            Failure::Exited(None) => {
                format!("RequestId: {request_id} Error: Runtime exited without providing a reason")
            }
            Failure::TooLarge => format!(
                "Response payload size exceeded maximum allowed payload size ({LARGEST_ANSWER} bytes)."
            ),
            Failure::StreamTooLarge => {
                "Response payload size exceeded maximum allowed payload size.".to_owned()
            }
            Failure::Truncated => {
                format!("RequestId: {request_id} Error: The response ended before it was complete")
            }
            Failure::Unstartable(why) | Failure::Extension { sentence: why, .. } => {
                format!("RequestId: {request_id} Error: {why}")
            }
        };
        // As AWS has them in order.
        match self {
            Failure::TooLarge | Failure::StreamTooLarge => {
                json!({"errorMessage": sentence, "errorType": self.kind()})
            }
            _ => json!({"errorType": self.kind(), "errorMessage": sentence}),
        }
    }
}
