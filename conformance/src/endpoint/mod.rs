//! Who is judged: an emulator in this process, or whatever listens at an address.

mod address;
mod fake;
mod remote;
mod reset;
mod sandbox;

pub use fake::{Change, Fake, answered};
pub use remote::Remote;
pub use sandbox::Sandbox;

use bytes::Bytes;
use ruststack_cassettes::{Cassette, Isolation};
use ruststack_wire::Timestamp;
use serde_json::{Map, Value as Json};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// A result that is still to come.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What is being judged.
pub trait Endpoint: Send + Sync {
    /// What it is called in reports.
    fn name(&self) -> String;

    /// Whether its clock can be set to the time of the recording.
    fn moves_its_clock(&self) -> bool;

    /// How many cassettes it can take at a time; `None` where each has a state of its own.
    fn at_a_time(&self) -> Option<usize> {
        None
    }

    /// The account that it answers as, where it cannot be the caller's. The recorded account is then expected to be
    /// this one, everywhere.
    fn account(&self) -> Option<&str> {
        None
    }

    /// Names of its own for what a cassette creates, where there is no fresh state for each. Asked once the cassette
    /// is open.
    fn isolation(&self, cassette: &Cassette) -> Option<Arc<Isolation>> {
        let _ = cassette;
        None
    }

    /// Fresh state for one cassette.
    fn open<'a>(&'a self, cassette: &'a Cassette) -> Pending<'a, Result<Box<dyn Session>, OpenError>>;
}

/// One cassette's conversation with an endpoint.
pub trait Session: Send {
    /// Sends one request. `at` is the moment of the recorded answer, to which an endpoint that can sets its clock.
    fn send<'a>(
        &'a mut self,
        request: http::Request<Bytes>,
        at: Option<Timestamp>,
    ) -> Pending<'a, Result<http::Response<Bytes>, SendError>>;

    /// Brings about, after the setup's requests, what of the setup no request can: its state, by service.
    fn place<'a>(&'a mut self, state: &'a Map<String, Json>) -> Pending<'a, Result<(), OpenError>> {
        Box::pin(async move { Err(unplaceable(state)) })
    }
}

/// Why nobody was asked, as an extension of what stands for the answer: nothing can be said of it.
#[derive(Clone, Debug)]
pub struct Unasked(pub String);

/// That state cannot be placed, by the services it is of.
fn unplaceable(state: &Map<String, Json>) -> OpenError {
    let services: Vec<&str> = state.keys().map(String::as_str).collect();
    OpenError(format!("its setup has state that no request can make: {}", services.join(", ")))
}

/// Why a cassette cannot be replayed against an endpoint.
#[derive(Debug)]
pub struct OpenError(pub String);

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OpenError {}

/// Why a request got no answer.
#[derive(Debug)]
pub struct SendError(pub String);

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SendError {}
