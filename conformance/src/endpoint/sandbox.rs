//! AWS itself, or what stands in for it, asked again through a recorder: it signs, keeps to its limits, and knows what
//! was created. Requests leave in their order, with the pauses of the recording between them, and overlap as they did.

#[cfg(test)]
mod tests;

use super::turns::{Turn, turns};
use super::{Endpoint, OpenError, Pending, Remote, SendError, Session, Unasked};
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response};
use http_body::Frame;
use ruststack_cassettes::format::AuthSetting;
use ruststack_cassettes::{Cassette, Isolation};
use ruststack_wire::body::BodyError;
use ruststack_wire::{Body, Timestamp};
use serde_json::{Map, Value as Json};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio::sync::oneshot;

/// The header by which a recorder marks what it says itself.
const OWN: &str = "x-ruststack-recorder";
/// A recorder's own words are not longer.
const LONGEST_WORDS: usize = 64 << 10;

/// A recorder, and behind it whoever is asked again. Nothing is forgotten there, so every cassette has names of its own.
#[derive(Debug)]
pub struct Sandbox {
    name: String,
    remote: Remote,
    /// The names of the cassette that was opened last.
    latest: Mutex<Option<Arc<Isolation>>>,
}

impl Sandbox {
    /// A recorder at this URL. `name` is what reports call who answers behind it, `account` whose answers they are.
    pub fn new(name: &str, url: &str, account: &str) -> Result<Sandbox, String> {
        let remote = Remote::new(url, None)?.with_account(account).isolated().keeping_hosts();
        Ok(Sandbox { name: name.to_owned(), remote, latest: Mutex::default() })
    }

    /// What stands in the names of everything that is created here.
    pub fn mark(&self) -> &str {
        self.remote.mark()
    }

    /// The names that the cassette has which was replayed last.
    pub fn latest(&self) -> Option<Arc<Isolation>> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Endpoint for Sandbox {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn moves_its_clock(&self) -> bool {
        false
    }

    fn at_a_time(&self) -> Option<usize> {
        Some(1)
    }

    fn account(&self) -> Option<&str> {
        self.remote.account()
    }

    fn isolation(&self, cassette: &Cassette) -> Option<Arc<Isolation>> {
        let isolation = self.remote.isolation(cassette);
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&isolation);
        isolation
    }

    fn open<'a>(&'a self, cassette: &'a Cassette) -> Pending<'a, Result<Box<dyn Session>, OpenError>> {
        Box::pin(async move {
            if cassette.settings.auth == Some(AuthSetting::Verify) {
                let reason = "it is about signatures, and calls are signed anew on their way";
                return Err(OpenError(reason.to_owned()));
            }
            let turns = turns(cassette)?;
            let inner = self.remote.open(cassette).await?;
            let setups = cassette.setup.requests.len();
            let asked = Asked { inner, setups, turns, ahead: None, lost: Unasked::default() };
            Ok(Box::new(asked) as Box<dyn Session>)
        })
    }
}

struct Asked {
    inner: Box<dyn Session>,
    /// How many requests of the setup are still to be sent.
    setups: usize,
    turns: VecDeque<Turn>,
    /// Ends when the latest request is on its way, or will not be.
    ahead: Option<oneshot::Receiver<()>>,
    /// Why whatever was not judged when a request could not be asked says nothing any more.
    lost: Unasked,
}

impl Session for Asked {
    fn send(
        &mut self,
        request: Request<Bytes>,
        at: Option<Timestamp>,
    ) -> Pending<'static, Result<Response<Body>, SendError>> {
        let turn = match self.setups {
            0 => self.turns.pop_front().unwrap_or_default(),
            left => {
                self.setups = left - 1;
                Turn::default()
            }
        };
        let uploads = request.method() == Method::POST;
        let sent = self.inner.send(request, at);
        let (departed, behind) = oneshot::channel();
        let ahead = self.ahead.replace(behind);
        let departure = Departure { turn, uploads, ahead, departed, lost: self.lost.clone() };
        Box::pin(departure.ask(sent))
    }

    fn place<'a>(&'a mut self, state: &'a Map<String, Json>) -> Pending<'a, Result<(), OpenError>> {
        self.inner.place(state)
    }
}

/// One request that waits for its turn.
struct Departure {
    turn: Turn,
    /// Whether it may bring what later requests look for.
    uploads: bool,
    /// Ends when the request before is on its way.
    ahead: Option<oneshot::Receiver<()>>,
    /// Dropped when this one is.
    departed: oneshot::Sender<()>,
    lost: Unasked,
}

impl Departure {
    /// Asks when its turn has come. Who does not answer has not answered otherwise: then nobody was asked.
    async fn ask(
        self,
        mut sent: Pending<'static, Result<Response<Body>, SendError>>,
    ) -> Result<Response<Body>, SendError> {
        let Departure { turn, uploads, ahead, departed, lost } = self;
        if let Some(ahead) = ahead {
            // It tells nothing but that it has ended.
            ahead.await.ok();
        }
        if lost.reason().is_none() {
            if let Some(reason) = turn.skipped {
                // An upload that was not made is missed by what comes after it.
                if uploads {
                    lose(&lost, reason);
                }
                return Ok(unasked(Unasked::because(reason)));
            }
            tokio::time::sleep(turn.pause).await;
        }
        if lost.reason().is_some() {
            return Ok(unasked(lost));
        }
        let begun = poll_fn(|context| Poll::Ready(sent.as_mut().poll(context))).await;
        drop(departed);
        let answer = match begun {
            Poll::Ready(answer) => answer,
            Poll::Pending => sent.await,
        };
        let refused = match answer {
            Err(error) => error.to_string(),
            Ok(answer) => match answer.headers().get(OWN).map(HeaderValue::as_bytes) {
                None => return Ok(lasting(answer, lost)),
                Some(code) => {
                    let code = String::from_utf8_lossy(code).into_owned();
                    format!("the recorder did not ask it: {code}: {}", words(answer).await)
                }
            },
        };
        lose(&lost, &refused);
        Ok(unasked(Unasked::because(&refused)))
    }
}

/// Nothing is said any more of what follows a request that was not asked, nor of what is under way.
fn lose(lost: &Unasked, reason: &str) {
    lost.say(&format!("it follows a request that was not asked, or went with it: {reason}"));
}

/// What stands for an answer where nobody was asked.
fn unasked(unasked: Unasked) -> Response<Body> {
    let mut answer = Response::new(Body::from(Bytes::new()));
    *answer.status_mut() = http::StatusCode::BAD_GATEWAY;
    answer.extensions_mut().insert(unasked);
    answer
}

/// An answer of which something can be said as long as nothing is lost.
fn lasting(answer: Response<Body>, lost: Unasked) -> Response<Body> {
    let (mut head, body) = answer.into_parts();
    head.extensions.insert(lost.clone());
    let body = if body.held().is_some() { body } else { Body::stream(Lasting { body, lost }) };
    Response::from_parts(head, body)
}

/// The body of an answer. Where it breaks off it ends, and everything is lost.
struct Lasting {
    body: Body,
    lost: Unasked,
}

impl http_body::Body for Lasting {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let frame = http_body::Body::poll_frame(Pin::new(&mut self.body), context);
        frame.map(|frame| match frame {
            Some(Err(error)) => {
                lose(&self.lost, &format!("the answer broke off: {error}"));
                None
            }
            other => other,
        })
    }
}

/// What a recorder says itself, if it can be read.
async fn words(answer: Response<Body>) -> String {
    let body = answer.into_body().collect(LONGEST_WORDS).await;
    body.map(|body| sentence(&body)).unwrap_or_default()
}

/// The sentence of an error, in whatever form it was told.
fn sentence(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let in_json = || {
        let document: Json = serde_json::from_str(&text).ok()?;
        let message = ["message", "Message"].iter().find_map(|name| document.get(name)?.as_str())?;
        Some(message.to_owned())
    };
    let in_xml = || Some(text.split_once("<Message>")?.1.split_once("</Message>")?.0.to_owned());
    in_json().or_else(in_xml).unwrap_or_default()
}
