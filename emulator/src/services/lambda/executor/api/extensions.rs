//! The Extensions API: what runs beside a runtime registers, and is told of invocations and of the end.
//!
//! Sources: Developer Guide, "Using the Lambda Extensions API to create extensions"; the types and sentences of errors as AWS's
//! runtime interface emulator has them (aws-lambda-runtime-interface-emulator, `rapi/handler`).

use super::{Shared, Told, accepted, gone, refused};
use crate::services::lambda::executor::outcome::{Failure, Invocation};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use serde_json::{Value as Json, json};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::mpsc;

/// The most extensions of an environment.
const MOST: usize = 10;
/// The longest request of an extension that is read.
const LONGEST: usize = 256 << 10;
const NAME: &str = "lambda-extension-name";
const IDENTIFIER: &str = "lambda-extension-identifier";
const FEATURES: &str = "lambda-extension-accept-feature";
const ERROR_TYPE: &str = "lambda-extension-function-error-type";

/// What extensions are told of the function that they are beside.
#[derive(Debug, Clone, Default)]
pub(in crate::services::lambda::executor) struct About {
    pub(in crate::services::lambda::executor) account: String,
    pub(in crate::services::lambda::executor) function: String,
    pub(in crate::services::lambda::executor) version: String,
    pub(in crate::services::lambda::executor) handler: String,
}

/// The extensions of an environment.
#[derive(Debug)]
pub(in crate::services::lambda) struct Extensions {
    about: About,
    state: Mutex<State>,
    /// Told when one has registered.
    registered: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// The names of those that have been started from files.
    external: Vec<String>,
    known: Vec<Extension>,
    /// Whether it is too late to register.
    is_closed: bool,
}

/// An extension that has registered.
#[derive(Debug)]
struct Extension {
    id: String,
    name: String,
    events: Vec<String>,
    /// Whether it waits for an event.
    is_ready: bool,
    sender: mpsc::UnboundedSender<Json>,
    receiver: Arc<tokio::sync::Mutex<mpsc::UnboundedReceiver<Json>>>,
}

impl Extensions {
    pub(super) fn new(about: About) -> Extensions {
        Extensions { about, state: Mutex::default(), registered: Condvar::new() }
    }

    /// Says which are started from files, and have to register.
    pub(in crate::services::lambda::executor) fn expect(&self, names: Vec<String>) {
        self.state().external = names;
    }

    /// Waits a moment until those that are expected have registered, and says whether they have.
    pub(in crate::services::lambda::executor) fn wait(&self, moment: Duration) -> bool {
        let state = self.state();
        let is_missing = |state: &mut State| {
            !state.external.iter().all(|name| state.known.iter().any(|known| known.name == *name))
        };
        let waited = self.registered.wait_timeout_while(state, moment, is_missing);
        !waited.unwrap_or_else(|poisoned| poisoned.into_inner()).1.timed_out()
    }

    /// Whether all wait for an event.
    pub(in crate::services::lambda::executor) fn are_ready(&self) -> bool {
        self.state().known.iter().all(|known| known.is_ready)
    }

    /// Lets no more register: their names, with the events of each.
    pub(in crate::services::lambda::executor) fn close(&self) -> Vec<(String, Vec<String>)> {
        let mut state = self.state();
        state.is_closed = true;
        state.known.iter().map(|known| (known.name.clone(), known.events.clone())).collect()
    }

    /// Tells those who asked for it of an invocation.
    pub(in crate::services::lambda::executor) fn invoke(&self, invocation: &Invocation, timeout: Duration) {
        self.tell(
            "INVOKE",
            &json!({
                "eventType": "INVOKE",
                "deadlineMs": millis(SystemTime::now() + timeout),
                "requestId": invocation.request_id,
                "invokedFunctionArn": invocation.invoked_arn,
                "tracing": {"type": "X-Amzn-Trace-Id", "value": invocation.trace_id},
            }),
        );
    }

    /// Whether there are any: a runtime beside extensions, or with one in it, is asked to end before it is ended.
    pub(in crate::services::lambda::executor) fn are_there(&self) -> bool {
        !self.state().known.is_empty()
    }

    /// Whether any is to be told of the end.
    pub(in crate::services::lambda::executor) fn await_the_end(&self) -> bool {
        self.state().known.iter().any(|known| known.events.iter().any(|event| event == "SHUTDOWN"))
    }

    /// Tells those who asked for it of the end.
    pub(in crate::services::lambda::executor) fn shut_down(&self, reason: &str, within: Duration) {
        let deadline = millis(SystemTime::now() + within);
        let event = json!({"eventType": "SHUTDOWN", "shutdownReason": reason, "deadlineMs": deadline});
        self.tell("SHUTDOWN", &event);
    }

    fn tell(&self, kind: &str, event: &Json) {
        for known in &mut self.state().known {
            if known.events.iter().any(|wanted| wanted == kind) {
                known.is_ready = false;
                // One that is gone is found out elsewhere.
                let _ = known.sender.send(event.clone());
            }
        }
    }

    /// The name of the extension that a request is of, or what is wrong with it.
    pub(super) fn name_in(&self, headers: &HeaderMap) -> Result<String, Response<Full<Bytes>>> {
        let id = identifier(headers)?;
        let known = self.state().known.iter().find(|known| known.id == id).map(|known| known.name.clone());
        known.ok_or_else(|| unknown(&id))
    }

    /// Takes an extension in: its identifier.
    fn register(&self, name: &str, events: Vec<String>) -> Result<String, Response<Full<Bytes>>> {
        let mut state = self.state();
        let is_external = state.external.iter().any(|external| external == name);
        let allowed: &[&str] = if is_external { &["INVOKE", "SHUTDOWN"] } else { &["INVOKE"] };
        if let Some(event) = events.iter().find(|event| !allowed.contains(&event.as_str())) {
            let known = ["INVOKE", "SHUTDOWN"].contains(&event.as_str());
            let why =
                if known { "ShutdownEventNotSupportedForInternalExtension" } else { "InvalidEventType" };
            return Err(forbidden("Extension.InvalidEventType", &format!("{event}: {why}")));
        }
        if state.is_closed {
            let message = "Extension registration closed already";
            return Err(forbidden("Extension.RegistrationClosed", message));
        }
        if state.known.iter().any(|known| known.name == name) {
            let message = "Extension with this name already registered";
            return Err(forbidden("Extension.InvalidExtensionState", message));
        }
        if state.known.len() >= MOST {
            let message = format!("Extension limit ({MOST}) reached");
            return Err(forbidden("Extension.TooManyExtensions", &message));
        }
        let (sender, receiver) = mpsc::unbounded_channel();
        let id = uuid();
        state.known.push(Extension {
            id: id.clone(),
            name: name.to_owned(),
            events,
            is_ready: false,
            sender,
            receiver: Arc::new(tokio::sync::Mutex::new(receiver)),
        });
        self.registered.notify_all();
        Ok(id)
    }

    /// Held for a moment and never across an await.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Shared {
    /// Answers a request whose path is below that of the Extensions API.
    pub(super) async fn answer_extension(
        &self,
        path: &str,
        request: Request<Incoming>,
    ) -> Response<Full<Bytes>> {
        let given = match (request.method().as_str(), path) {
            ("POST", "register") => self.register(request).await,
            ("GET", "event/next") => self.next_event(request.headers()).await,
            ("POST", "init/error") => self.failed("Extension.InitError", request).await,
            ("POST", "exit/error") => self.failed("Extension.ExitError", request).await,
            _ => Err(refused(StatusCode::NOT_FOUND, "InvalidPath", "there is no such resource")),
        };
        given.unwrap_or_else(|refusal| refusal)
    }

    async fn register(
        &self,
        request: Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, Response<Full<Bytes>>> {
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        let name = header(NAME).filter(|name| !name.is_empty()).map(str::to_owned);
        let name = name.ok_or_else(|| forbidden("Extension.InvalidExtensionName", "Empty extension name"))?;
        let tells_account =
            header(FEATURES).is_some_and(|all| all.split(',').any(|one| one.trim() == "accountId"));
        let body = body_of(request).await?;
        let said: Json = serde_json::from_slice(&body)
            .map_err(|error| forbidden("InvalidRequestFormat", &error.to_string()))?;
        let events = said["events"].as_array().into_iter().flatten().filter_map(Json::as_str);
        let id = self.extensions.register(&name, events.map(str::to_owned).collect())?;
        let About { account, function, version, handler } = &self.extensions.about;
        let mut told = json!({"functionName": function, "functionVersion": version, "handler": handler});
        if tells_account {
            told["accountId"] = account.as_str().into();
        }
        Ok(json_answer(told, [("Lambda-Extension-Identifier", id)]))
    }

    /// Gives the next event, when there is one.
    async fn next_event(&self, headers: &HeaderMap) -> Result<Response<Full<Bytes>>, Response<Full<Bytes>>> {
        let id = identifier(headers)?;
        let receiver = {
            let mut state = self.extensions.state();
            let known = state.known.iter_mut().find(|known| known.id == id);
            let known = known.ok_or_else(|| unknown(&id))?;
            known.is_ready = true;
            known.receiver.clone()
        };
        self.told.send(Told::ExtensionReady).await.map_err(|_| gone())?;
        let event = receiver.lock().await.recv().await.ok_or_else(gone)?;
        let headers = [("Lambda-Extension-Identifier", id), ("Lambda-Extension-Event-Identifier", uuid())];
        Ok(json_answer(event, headers))
    }

    /// Takes word that an extension cannot go on.
    async fn failed(
        &self,
        kind: &'static str,
        request: Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, Response<Full<Bytes>>> {
        let headers = request.headers();
        self.extensions.name_in(headers)?;
        let said = headers.get(ERROR_TYPE).and_then(|said| said.to_str().ok()).map(str::to_owned);
        let message = "Lambda-Extension-Function-Error-Type not found";
        let said = said.ok_or_else(|| forbidden("Extension.MissingHeader", message))?;
        body_of(request).await?;
        let failure = Failure::Extension { kind, sentence: said };
        self.told.send(Told::ExtensionFailed(failure)).await.map_err(|_| gone())?;
        Ok(accepted())
    }
}

/// All of what an extension says.
pub(super) async fn body_of(request: Request<Incoming>) -> Result<Bytes, Response<Full<Bytes>>> {
    let body = Limited::new(request.into_body(), LONGEST).collect().await;
    body.map(http_body_util::Collected::to_bytes)
        .map_err(|_| refused(StatusCode::BAD_REQUEST, "InvalidRequestFormat", "the body cannot be read"))
}

fn identifier(headers: &HeaderMap) -> Result<String, Response<Full<Bytes>>> {
    let given = headers.get(IDENTIFIER).and_then(|given| given.to_str().ok());
    given.map(str::to_owned).ok_or_else(|| {
        forbidden("Extension.MissingExtensionIdentifier", "Missing Lambda-Extension-Identifier header")
    })
}

fn unknown(id: &str) -> Response<Full<Bytes>> {
    forbidden("Extension.UnknownExtensionIdentifier", &format!("Unknown extension {id}"))
}

pub(super) fn forbidden(kind: &str, message: &str) -> Response<Full<Bytes>> {
    refused(StatusCode::FORBIDDEN, kind, message)
}

fn json_answer<const N: usize>(told: Json, headers: [(&'static str, String); N]) -> Response<Full<Bytes>> {
    let mut answer = Response::builder().header(CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        answer = answer.header(name, value);
    }
    answer.body(Full::new(told.to_string().into())).unwrap_or_else(|_| gone())
}

fn millis(moment: SystemTime) -> u64 {
    moment.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}

/// An identifier of its own. Nobody has to be kept from guessing it: who can ask is in the environment.
fn uuid() -> String {
    let bits = fastrand::u128(..);
    let hex = format!("{bits:032x}");
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}
