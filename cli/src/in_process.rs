//! The emulator as an endpoint to be judged: in this process, without sockets, a fresh one for every cassette.

use bytes::Bytes;
use ruststack_cassettes::Cassette;
use ruststack_cassettes::format::AuthSetting;
use ruststack_conformance::endpoint::{Endpoint, OpenError, Pending, SendError, Session};
use ruststack_conformance::replay::{SECRET, account_of};
use ruststack_emulator::config::Credentials;
use ruststack_emulator::{Auth, Config, Emulator};
use ruststack_wire::{Body, Timestamp};
use serde_json::{Map, Value as Json};

/// Emulators in this process.
#[derive(Clone, Copy, Debug, Default)]
pub struct InProcess;

impl Endpoint for InProcess {
    fn name(&self) -> String {
        "ruststack (in process)".into()
    }

    fn moves_its_clock(&self) -> bool {
        true
    }

    fn open<'a>(&'a self, cassette: &'a Cassette) -> Pending<'a, Result<Box<dyn Session>, OpenError>> {
        Box::pin(async move {
            let auth = match cassette.settings.auth {
                Some(AuthSetting::Verify) => {
                    let mut credentials = Credentials::default();
                    credentials.add(&account_of(cassette), SECRET);
                    Auth::Verify(credentials)
                }
                Some(AuthSetting::Accept) | None => Auth::Accept,
            };
            let emulator = Emulator::new(Config { auth, seed: Some(0), ..Config::default() });
            Ok(Box::new(Conversation(emulator)) as Box<dyn Session>)
        })
    }
}

/// One cassette's emulator.
struct Conversation(Emulator);

impl Session for Conversation {
    fn send(
        &mut self,
        request: http::Request<Bytes>,
        at: Option<Timestamp>,
    ) -> Pending<'static, Result<http::Response<Body>, SendError>> {
        let emulator = self.0.clone();
        Box::pin(async move {
            if let Some(at) = at {
                emulator.clock().freeze(at);
            }
            Ok(emulator.answer(request.map(Body::from)).await)
        })
    }

    fn place<'a>(&'a mut self, state: &'a Map<String, Json>) -> Pending<'a, Result<(), OpenError>> {
        let placed = self.0.place(&Json::Object(state.clone())).map_err(OpenError);
        Box::pin(async move { placed })
    }
}
