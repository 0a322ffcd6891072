//! Invoke: a function is run, now or later.
//!
//! `runner` runs one invocation in an environment and writes its log, `log` is what Lambda itself writes there, `queued` what
//! becomes of invocations that nobody waits for, `stream` tells answers as they come, `url` runs functions that are called by their URLs.
//!
//! Source: API reference, "Invoke"; Developer Guide, "Understanding Lambda function invocation methods".

mod log;
mod queued;
mod runner;
mod stream;
pub(crate) mod url;

pub(crate) use runner::Runner;

use super::executor::Invocation;
use super::pool::Throttled;
use super::{Lambda, LambdaError, Resolved};
use crate::gateway::Caller;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use ruststack_models::lambda::shapes;
use ruststack_models::lambda::types::{InvocationRequest, InvocationResponse};
use ruststack_wire::Fault;
use serde_json::Value as Json;

/// The greatest event, in bytes, for callers who wait.
const LARGEST_EVENT: usize = 6_291_456;
/// The greatest event for those who do not (Developer Guide, "Lambda quotas").
const LARGEST_QUEUED: usize = 1_048_576;

impl Lambda {
    /// Runs a function, or takes an event for it.
    pub(super) async fn invoke(
        &self,
        caller: &Caller,
        input: InvocationRequest,
    ) -> Result<InvocationResponse, LambdaError> {
        let reference = input.function_name.as_deref().unwrap_or_default();
        let resolved =
            self.resolve(&caller.account, &caller.region, reference, input.qualifier.as_deref())?;
        let kind = input.invocation_type.as_deref().unwrap_or("RequestResponse");
        let payload = event(input.payload.unwrap_or_default(), kind == "Event")?;
        let executed_version = Some(resolved.version.version.clone());
        let request_id = caller.ids.request_id.clone();
        let client_context = input.client_context.map(|context| plain_context(&context)).transpose()?;
        let invocation = Invocation { client_context, ..invocation(caller, &resolved, payload) };
        match kind {
            "DryRun" => Ok(InvocationResponse { status_code: Some(204), ..InvocationResponse::default() }),
            "Event" => {
                self.runner.check()?;
                queued::accept(&self.runner, resolved, invocation, caller);
                Ok(InvocationResponse { status_code: Some(202), ..InvocationResponse::default() })
            }
            _ => {
                self.runner.check_runtime(&resolved).await?;
                let permit = self.runner.permit(&resolved).map_err(throttled)?;
                let finished = self.runner.run(&resolved, invocation, caller).await;
                drop(permit);
                let (body, is_error) = finished.outcome.body(&request_id);
                let log = || STANDARD.encode(log::tail(&finished.events));
                Ok(InvocationResponse {
                    status_code: Some(200),
                    function_error: is_error.then(|| "Unhandled".to_owned()),
                    log_result: (input.log_type.as_deref() == Some("Tail")).then(log),
                    payload: Some(body),
                    executed_version,
                    ..InvocationResponse::default()
                })
            }
        }
    }

    /// Takes an event of another service for a function, by the function's ARN.
    pub(crate) fn accept(&self, caller: &Caller, target: &str, event: &Json) -> Result<(), LambdaError> {
        self.runner.check()?;
        let resolved = self.resolve(&caller.account, &caller.region, target, None)?;
        let invocation = invocation(caller, &resolved, event.to_string().into());
        queued::accept(&self.runner, resolved, invocation, caller);
        Ok(())
    }
}

/// What a runtime is asked, of the request that is being answered.
fn invocation(caller: &Caller, resolved: &Resolved, payload: Bytes) -> Invocation {
    Invocation {
        request_id: caller.ids.request_id.clone(),
        payload,
        invoked_arn: resolved.invoked_arn.clone(),
        client_context: None,
        trace_id: trace_id(caller),
    }
}

/// The event as the function gets it: JSON, and an empty object where nothing came (sentences: hyp3 issue 2241,
/// aws-athena-query-federation issue 793).
fn event(payload: Bytes, is_queued: bool) -> Result<Bytes, LambdaError> {
    let most = if is_queued { LARGEST_QUEUED } else { LARGEST_EVENT };
    if payload.len() > most {
        return Err(LambdaError::TooLarge(if is_queued {
            let length = payload.len();
            format!("{length} byte payload is too large for the Event invocation type (limit {most} bytes)")
                .into()
        } else {
            format!("Request must be smaller than {most} bytes for the InvokeFunction operation").into()
        }));
    }
    if payload.is_empty() {
        return Ok(Bytes::from_static(b"{}"));
    }
    match serde_json::from_slice::<Json>(&payload) {
        Ok(_) => Ok(payload),
        Err(_) => Err(unreadable(unparsed(&payload))),
    }
}

/// What is said of an event that is no JSON, in the words of the parser that AWS uses (localstack's recordings of AWS,
/// lambda_/test_lambda.snapshot.json: test_lambda_invoke_payload_encoding_error; aws-lambda-power-tuning issue 148,
/// aws-sdk-js issue 1876).
fn unparsed(payload: &[u8]) -> String {
    let known = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
    let before = payload.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let rest = &payload[before..];
    let is_of_token = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let token: String = rest.iter().take_while(is_of_token).map(|byte| char::from(*byte)).collect();
    let after = rest.get(token.len()).copied();
    // The parser stands behind what it stumbled over, or at the end.
    let behind = (before + token.len() + 2).min(payload.len() + 1);
    let (what, column) = match (token.is_empty(), after) {
        (false, Some(byte @ 0x80..=0xc1)) => (format!("Invalid UTF-8 start byte 0x{byte:02x}"), behind),
        (false, _) => (format!("Unrecognized token '{token}': was expecting {known}"), behind),
        (true, Some(byte @ (..=0x1f | 0x7f..=0x9f))) => {
            let what =
                format!("Unexpected character ((CTRL-CHAR, code {byte})): expected a valid value {known}");
            (what, before + 1)
        }
        (true, Some(byte)) if !matches!(byte, b'{' | b'[' | b'"') => {
            let shown = String::from_utf8_lossy(rest).chars().next().unwrap_or_default();
            let code = shown as u32;
            (
                format!("Unexpected character ('{shown}' (code {code})): expected a valid value {known}"),
                behind,
            )
        }
        (true, _) => ("Unexpected end-of-input".to_owned(), behind),
    };
    format!(
        "Could not parse request body into json: Could not parse payload into json: {what}\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: {column}]"
    )
}

/// The client context, out of its base64.
fn plain_context(context: &str) -> Result<String, LambdaError> {
    let decoded = STANDARD.decode(context).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let json = decoded.filter(|text| serde_json::from_str::<Json>(text).is_ok_and(|json| json.is_object()));
    // A header of the Runtime API has one line.
    json.map(|text| text.replace(['\r', '\n'], " "))
        .ok_or_else(|| unreadable("Client context must be a valid Base64-encoded JSON object.".to_owned()))
}

fn unreadable(sentence: String) -> LambdaError {
    LambdaError::Modelled(&shapes::INVALID_REQUEST_CONTENT_EXCEPTION, sentence.into())
}

fn throttled(why: Throttled) -> LambdaError {
    let reason = match why {
        Throttled::Reserved => "ReservedFunctionConcurrentInvocationLimitExceeded",
        Throttled::Account => "ConcurrentInvocationLimitExceeded",
    };
    let fault = Fault::modelled(&shapes::TOO_MANY_REQUESTS_EXCEPTION, "Rate Exceeded.");
    LambdaError::Fault(fault.with("Reason", reason).with("Type", "User"))
}

/// A trace of its own, in the form of `X-Amzn-Trace-Id`.
fn trace_id(caller: &Caller) -> String {
    const HEX: &[u8] = b"0123456789abcdef";
    let fresh = &caller.fresh;
    let (root, parent) = (fresh.text(24, HEX), fresh.text(16, HEX));
    format!("Root=1-{:08x}-{root};Parent={parent};Sampled=0", caller.now.seconds())
}

#[cfg(test)]
mod tests {
    use super::unparsed;

    #[test]
    fn what_is_no_json_is_told_as_awss_parser_tells_it() {
        let known = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
        let source = "at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column:";
        let head = "Could not parse request body into json: Could not parse payload into json:";
        for (payload, what, column) in [
            (&b"n\x87r\x9e\xe9\xb5\xd7I\xee\x9bmt"[..], "Invalid UTF-8 start byte 0x87".to_owned(), 3),
            (
                b"\x99\xeb,j\x07\xa1zYh",
                format!("Unexpected character ((CTRL-CHAR, code 153)): expected a valid value {known}"),
                1,
            ),
            (b"test data", format!("Unrecognized token 'test': was expecting {known}"), 6),
        ] {
            assert_eq!(unparsed(payload), format!("{head} {what}\n {source} {column}]"));
        }
    }
}
