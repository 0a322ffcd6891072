//! An endpoint at an address, reached over HTTP or HTTPS.

use super::address::Address;
use super::reset;
use super::{Endpoint, OpenError, Pending, SendError, Session, unplaceable};
use bytes::Bytes;
use http::{Method, Request, Response};
use http_body::Frame;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use ruststack_cassettes::{Cassette, Isolation, Mark};
use ruststack_wire::body::BodyError;
use ruststack_wire::{Body, Timestamp};
use serde_json::{Map, Value as Json};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

type Http = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// Whatever listens at a URL: another emulator, a server of our own, AWS itself. It is told to forget everything
/// before each cassette, and so takes one at a time. Where it cannot forget, what each cassette creates has names of
/// its own.
///
/// Requests are signed for the recorded host; where a bucket has to move from there into the path, the signature no
/// longer holds. Emulators do not mind.
#[derive(Debug)]
pub struct Remote {
    url: String,
    address: Address,
    client: Http,
    reset_path: Option<String>,
    account: Option<String>,
    keeps_hosts: bool,
    mark: Mark,
    is_isolated: bool,
    /// The path that makes it forget, once it was looked for; `None` inside where there is none.
    found_reset: OnceLock<Option<String>>,
}

impl Remote {
    /// An endpoint at this URL. `reset` is the path or URL that makes it forget, where it is not one that we know.
    pub fn new(url: &str, reset: Option<&str>) -> Result<Remote, String> {
        let address = Address::parse(url)?;
        let connector = HttpsConnectorBuilder::new()
            .with_native_roots()
            .map_err(|error| format!("could not read this system's certificates: {error}"))?
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        let reset_path = reset.map(|reset| match reset.parse::<http::Uri>() {
            Ok(uri) => uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            Err(_) => reset.to_owned(),
        });
        Ok(Remote {
            url: url.to_owned(),
            address,
            client,
            reset_path,
            account: None,
            keeps_hosts: false,
            mark: Mark::draw(),
            is_isolated: false,
            found_reset: OnceLock::new(),
        })
    }

    /// The same endpoint, which answers as this account whoever calls.
    pub fn with_account(self, account: &str) -> Remote {
        Remote { account: Some(account.to_owned()), ..self }
    }

    /// The same endpoint, which is never told to forget: what cassettes create has names of its own.
    pub fn isolated(self) -> Remote {
        Remote { is_isolated: true, ..self }
    }

    /// The same endpoint, which is told a bucket by the host that was recorded.
    pub(super) fn keeping_hosts(self) -> Remote {
        Remote { keeps_hosts: true, ..self }
    }

    /// What stands in the names of everything that is created there, where names are its own.
    pub fn mark(&self) -> &str {
        self.mark.as_str()
    }

    /// Finds out whether it can forget.
    pub async fn forgets(&self) -> Result<bool, OpenError> {
        Ok(!self.is_isolated && (self.reset_path.is_some() || self.found_reset().await?.is_some()))
    }

    /// A conversation with what stands there now: nothing is forgotten for it.
    pub fn session(&self) -> Box<dyn Session> {
        Box::new(Connection {
            client: self.client.clone(),
            address: self.address.clone(),
            keeps_hosts: self.keeps_hosts,
        })
    }

    async fn reset(&self) -> Result<(), OpenError> {
        if self.is_isolated {
            return Ok(());
        }
        let Some(path) = (match &self.reset_path {
            Some(path) => Some(path.as_str()),
            None => self.found_reset().await?,
        }) else {
            return Ok(());
        };
        match self.forgets_at(path).await? {
            true => Ok(()),
            false => Err(OpenError(format!("{} did not reset at {path}", self.url))),
        }
    }

    /// The first of the known paths that makes it forget, if there is one.
    async fn found_reset(&self) -> Result<Option<&str>, OpenError> {
        if let Some(found) = self.found_reset.get() {
            return Ok(found.as_deref());
        }
        let mut found = None;
        // AWS is not ours to reset.
        for path in reset::PATHS.iter().filter(|_| !self.address.is_aws()) {
            if self.forgets_at(path).await? {
                found = Some((*path).to_owned());
                break;
            }
        }
        Ok(self.found_reset.get_or_init(|| found).as_deref())
    }

    async fn forgets_at(&self, path: &str) -> Result<bool, OpenError> {
        let uri = self.address.at(path).ok_or_else(|| OpenError(format!("{path:?} is no path")))?;
        let mut request = Request::new(Full::default());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri;
        let answer = tokio::time::timeout(PATIENCE, self.client.request(request)).await;
        let answer = answer.map_err(|_| OpenError(format!("{} does not answer", self.url)))?;
        let answer = answer.map_err(|error| OpenError(format!("could not reach {}: {error}", self.url)))?;
        Ok(answer.status().is_success())
    }
}

impl Endpoint for Remote {
    fn name(&self) -> String {
        self.url.clone()
    }

    fn moves_its_clock(&self) -> bool {
        false
    }

    fn at_a_time(&self) -> Option<usize> {
        Some(1)
    }

    fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    fn isolation(&self, cassette: &Cassette) -> Option<Arc<Isolation>> {
        let cannot_forget = self.reset_path.is_none() && matches!(self.found_reset.get(), Some(None));
        (self.is_isolated || cannot_forget).then(|| Arc::new(Isolation::of(cassette, &self.mark)))
    }

    fn open<'a>(&'a self, _: &'a Cassette) -> Pending<'a, Result<Box<dyn Session>, OpenError>> {
        Box::pin(async move {
            self.reset().await?;
            Ok(self.session())
        })
    }
}

struct Connection {
    client: Http,
    address: Address,
    keeps_hosts: bool,
}

impl Session for Connection {
    fn send(
        &mut self,
        request: Request<Bytes>,
        _at: Option<Timestamp>,
    ) -> Pending<'static, Result<Response<Body>, SendError>> {
        let (mut parts, body) = request.into_parts();
        if self.address.direct(&mut parts, self.keeps_hosts).is_none() {
            return Box::pin(async { Err(SendError("the address cannot be made".to_owned())) });
        }
        let sent = self.client.request(Request::from_parts(parts, Full::new(body)));
        Box::pin(async move {
            match tokio::time::timeout(PATIENCE, sent).await {
                Ok(Ok(answer)) => Ok(answer.map(|body| Body::stream(Patient::with(body)))),
                Ok(Err(error)) => Err(SendError(error.to_string())),
                Err(_) => Err(SendError(too_long())),
            }
        })
    }

    /// An account there has an id of its own, whatever the recorded one's was: where an answer shows it, the report
    /// does too. Anything else that is to be placed cannot be.
    fn place<'a>(&'a mut self, state: &'a Map<String, Json>) -> Pending<'a, Result<(), OpenError>> {
        let others: Map<String, Json> = state
            .iter()
            .filter(|(name, _)| *name != "account")
            .map(|(name, state)| (name.clone(), state.clone()))
            .collect();
        let outcome = if others.is_empty() { Ok(()) } else { Err(unplaceable(&others)) };
        Box::pin(async move { outcome })
    }
}

/// The body of an answer. Its pieces may be so far apart as an answer may be from its request.
struct Patient {
    body: Incoming,
    until: Pin<Box<Sleep>>,
}

impl Patient {
    fn with(body: Incoming) -> Patient {
        Patient { body, until: Box::pin(tokio::time::sleep(PATIENCE)) }
    }
}

impl http_body::Body for Patient {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            self.until.as_mut().reset(Instant::now() + PATIENCE);
            return Poll::Ready(frame.map(|frame| frame.map_err(BodyError::from)));
        }
        self.until.as_mut().poll(context).map(|()| Some(Err(too_long().into())))
    }
}

fn too_long() -> String {
    format!("nothing within {} s", PATIENCE.as_secs())
}
