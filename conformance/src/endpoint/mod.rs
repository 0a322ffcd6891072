//! Who is judged: an emulator in this process, or whatever listens at an address.

mod address;
mod fake;
mod remote;
mod reset;
mod sandbox;
mod turns;

pub use fake::{Change, Fake, answered};
pub use remote::Remote;
pub use sandbox::Sandbox;

use bytes::Bytes;
use ruststack_cassettes::{Cassette, Isolation};
use ruststack_wire::{Body, Timestamp};
use serde_json::{Map, Value as Json};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

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
    /// Sends one request, of perhaps several that are under way at a time: what is given is on its way as soon as it
    /// is polled, and the body of the answer may come bit by bit. `at` is the moment of the recorded answer, to which an
    /// endpoint that can sets its clock.
    fn send(
        &mut self,
        request: http::Request<Bytes>,
        at: Option<Timestamp>,
    ) -> Pending<'static, Result<http::Response<Body>, SendError>>;

    /// Brings about, after the setup's requests, what of the setup no request can: its state, by service.
    fn place<'a>(&'a mut self, state: &'a Map<String, Json>) -> Pending<'a, Result<(), OpenError>> {
        Box::pin(async move { Err(unplaceable(state)) })
    }
}

/// Why nothing can be said of an answer, as an extension of it: nobody was asked, or what went with it was not. That may
/// become known after the answer has come.
#[derive(Clone, Debug, Default)]
pub struct Unasked(Arc<OnceLock<String>>);

impl Unasked {
    /// Nobody was asked, for this reason.
    pub fn because(reason: &str) -> Unasked {
        Unasked(Arc::new(reason.to_owned().into()))
    }

    /// The reason, if there is one by now.
    pub fn reason(&self) -> Option<&str> {
        self.0.get().map(String::as_str)
    }

    /// Says that nothing can be said from now on. The first reason stays.
    pub fn say(&self, reason: &str) {
        self.0.get_or_init(|| reason.to_owned());
    }
}

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
