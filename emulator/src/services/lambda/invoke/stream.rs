//! InvokeWithResponseStream: a function is run, and its answer told piece by piece.
//!
//! Sources: API reference, "InvokeWithResponseStream"; Developer Guide, "Response streaming for Lambda functions". That
//! `ErrorCode` is `Unhandled`, and `ErrorDetails` the error, is what callers of AWS read there (remotion's
//! `call-lambda-streaming.ts`).

use super::runner::{Finished, Runner};
use super::{event, invocation, log, plain_context, throttled};
use crate::gateway::Caller;
use crate::services::lambda::executor::{Invocation, Outcome, Part};
use crate::services::lambda::pool::Permit;
use crate::services::lambda::{Lambda, LambdaError, Resolved};
use crate::services::{EventStream, event_stream};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::stream::unfold;
use http_body::Frame;
use http_body_util::StreamBody;
use ruststack_models::lambda::types::{InvokeWithResponseStreamRequest, InvokeWithResponseStreamResponse};
use ruststack_wire::Body;
use ruststack_wire::body::BodyError;
use serde_json::{Map, Value as Json};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// How many parts of an answer wait for a caller who reads slowly, before the function waits too.
const WAITING: usize = 16;

/// An answer that comes in parts, and how it ended.
pub(crate) struct Streamed {
    parts: mpsc::Receiver<Part>,
    finished: oneshot::Receiver<Finished>,
}

/// In which way an answer in parts ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The parts were all of it.
    Well,
    /// The function told an error after them.
    Told,
    /// The function was not there to say.
    Cut,
}

impl Streamed {
    /// The next part; `None` when there is no more.
    pub(crate) async fn next(&mut self) -> Option<Part> {
        self.parts.recv().await
    }

    /// In which way the invocation ended.
    pub(crate) async fn ending(self) -> Ending {
        match self.finish().await.map(|finished| finished.outcome) {
            Some(Outcome::Answer(_)) => Ending::Well,
            Some(Outcome::Told(_)) => Ending::Told,
            Some(Outcome::Failed(_)) | None => Ending::Cut,
        }
    }

    /// How the invocation ended; `None` where that is not known.
    async fn finish(self) -> Option<Finished> {
        self.finished.await.ok()
    }
}

impl Runner {
    /// Runs an invocation whose answer comes in parts. It goes on where the caller has left.
    pub(super) fn stream(
        self: &Arc<Runner>,
        resolved: Resolved,
        invocation: Invocation,
        caller: &Caller,
        permit: Permit,
    ) -> Streamed {
        let (sender, parts) = mpsc::channel(WAITING);
        let (end, finished) = oneshot::channel();
        let (runner, caller) = (self.clone(), caller.clone());
        tokio::spawn(async move {
            let told = runner.run_into(&resolved, invocation, &caller, Some(sender)).await;
            drop(permit);
            // Nobody may be left to be told.
            let _ = end.send(told);
        });
        Streamed { parts, finished }
    }
}

impl Lambda {
    /// Runs a function, and tells its answer as it comes.
    pub(in crate::services::lambda) async fn invoke_with_response_stream(
        &self,
        caller: &Caller,
        input: InvokeWithResponseStreamRequest,
    ) -> Result<EventStream<InvokeWithResponseStreamResponse>, LambdaError> {
        let reference = input.function_name.as_deref().unwrap_or_default();
        let qualifier = input.qualifier.as_deref();
        let resolved = self.resolve(&caller.account, &caller.region, reference, qualifier)?;
        let payload = event(input.payload.unwrap_or_default(), false)?;
        let client_context = input.client_context.map(|context| plain_context(&context)).transpose()?;
        let invocation = Invocation { client_context, ..invocation(caller, &resolved, payload) };
        if input.invocation_type.as_deref() == Some("DryRun") {
            let output = InvokeWithResponseStreamResponse { status_code: Some(204), ..Default::default() };
            return Ok(EventStream::with(Body::empty(), output));
        }
        self.runner.check_runtime(&resolved).await?;
        let permit = self.runner.permit(&resolved).map_err(throttled)?;
        let output = InvokeWithResponseStreamResponse {
            status_code: Some(200),
            executed_version: Some(resolved.version.version.clone()),
            ..Default::default()
        };
        let tells_log = input.log_type.as_deref() == Some("Tail");
        let streamed = self.runner.stream(resolved, invocation, caller, permit);
        let body = told(streamed, caller.ids.request_id.clone(), tells_log);
        Ok(EventStream::with(body, output))
    }
}

/// The parts as events, and one after them that says how it ended.
fn told(streamed: Streamed, request_id: String, tells_log: bool) -> Body {
    let events = unfold(Some(streamed), move |state| {
        let request_id = request_id.clone();
        async move {
            let mut streamed = state?;
            let (event, rest) = loop {
                match streamed.next().await {
                    Some(Part::Begins(_)) => {}
                    Some(Part::Piece(piece)) => {
                        break (event_stream::blob("PayloadChunk", &piece), Some(streamed));
                    }
                    None => break (complete(streamed.finish().await?, &request_id, tells_log), None),
                }
            };
            Some((Ok::<_, BodyError>(Frame::data(event)), rest))
        }
    });
    Body::stream(StreamBody::new(events))
}

fn complete(finished: Finished, request_id: &str, tells_log: bool) -> Bytes {
    let mut complete = Map::new();
    if let (error, true) = finished.outcome.body(request_id) {
        complete.insert("ErrorCode".into(), "Unhandled".into());
        complete.insert("ErrorDetails".into(), String::from_utf8_lossy(&error).into());
    }
    if tells_log {
        complete.insert("LogResult".into(), STANDARD.encode(log::tail(&finished.events)).into());
    }
    event_stream::event("InvokeComplete", &Json::Object(complete))
}
