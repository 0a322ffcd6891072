//! The way of a call: read it, find where it goes, note it down, sign it anew, send it on, and give back what comes.

use http::header::{HOST, HeaderValue};
use http::request::Parts;
use http::uri::{PathAndQuery, Uri};
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use ruststack_cassettes::AuthKind;
use ruststack_wire::Body;
use ruststack_wire::route::Host;
use ruststack_wire::sign::signer::Payload;
use std::sync::Arc;

use crate::accounts::Accounts;
use crate::call::{Call, Content};
use crate::capture::{Capture, End, Tee};
use crate::courier::{Courier, NotSent, leave_hop, point};
use crate::created::Before;
use crate::forward::Addressed;
use crate::guard;
use crate::head::About;
use crate::limits::{Asked, Gate};
use crate::name::CassetteName;
use crate::payload::Plan;
use crate::refusal::Refusal;
use crate::signature;
use crate::story::{Attention, Exchange, Stories, Turn};
use crate::subject::Subject;
use crate::upstream::{Destination, Target, Upstream};

const UNKNOWN: &str = "the models do not know the operation, so nobody can say what in it is secret";

/// Forwards calls and takes note of them.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) courier: Courier,
    pub(crate) gate: Gate,
    pub(crate) stories: Stories,
    /// The account that calls are signed for.
    pub(crate) account: String,
    /// The accounts that calls may touch which are not signed anew.
    pub(crate) accounts: Accounts,
    /// The cassette of calls that name none.
    pub(crate) cassette: CassetteName,
    /// What was there before calls that create.
    pub(crate) before: Before,
}

impl Proxy {
    /// Answers one call of the application's: one that came to an endpoint of ours, or went through us to the host
    /// that it addressed.
    pub(crate) async fn answer(&self, request: Request<Incoming>, to: Option<Addressed>) -> Response<Body> {
        let turn = self.stories.turn();
        let (mut parts, body) = request.into_parts();
        let cassette = CassetteName::take(&mut parts.headers, to.is_some());
        // What is not signed anew is nobody's to abuse.
        let is_foreign = to.is_none() && guard::is_foreign(&parts.headers);
        let body = Body::stream(body.map_err(Into::into));

        let (call, fit) = Call::read(turn, parts, body, to.is_none()).await;
        let tongue = call.subject.to_be_answered();
        let answer = match (fit, cassette) {
            (Err(refusal), _) => Err(refusal),
            (Ok(()), _) if is_foreign => {
                Err(Refusal { status: 403, ..Refusal::unfit("A web page from elsewhere is not signed for.") })
            }
            (Ok(()), Err(error)) => Err(Refusal::unfit(format!("{}: {error}", crate::name::HEADER))),
            (Ok(()), Ok(cassette)) => {
                let cassette = cassette.unwrap_or_else(|| self.cassette.clone());
                match to {
                    None => self.forward(call, cassette).await,
                    Some(to) => self.hand_on(call, cassette, &to).await,
                }
            }
        };
        answer.unwrap_or_else(|refusal| {
            tracing::warn!(status = refusal.status, "{}", refusal.message);
            refusal.answer(tongue)
        })
    }

    async fn forward(&self, call: Call, cassette: CassetteName) -> Result<Response<Body>, Refusal> {
        let Call { turn, mut parts, subject, content } = call;
        let (kind, algorithm) = signature::kind_of(&parts);
        if signature::is_sigv4a(algorithm.as_deref()) {
            return Err(Refusal::unfit("Signature Version 4A cannot be made anew: address one region."));
        }
        let target = self.target(&parts, &subject)?;
        let named = [subject.region.as_deref(), Host::of(&parts).region, Some(target.region.as_str())];
        let named: Vec<&str> = named.into_iter().flatten().collect();
        self.gate.pass(&Asked { subject: &subject, regions: &named, target: &target })?;
        self.before.look(turn, &subject, &target.region, self).await;
        point(&mut parts, &target);
        let plan = Plan::of(&parts.headers);
        let is_signed = kind != AuthKind::Anonymous;
        let changes = is_signed && matches!(content, Content::Streamed(_));
        if changes {
            plan.restate(&mut parts.headers);
        }

        let note = self.note(turn, cassette, &parts, &subject, &target);

        signature::strip(&mut parts);
        leave_hop(&mut parts.headers);
        let sent = async {
            let (payload, body) = match content {
                Content::Held(ref bytes) => (Payload::Bytes(bytes), Body::from(bytes.clone())),
                Content::Streamed(body) if changes => (plan.payload(), plan.body(body).map_err(unreadable)?),
                Content::Streamed(body) => (Payload::Unsigned, body),
            };
            if is_signed {
                let credentials = self.courier.credentials(&self.account).await.map_err(no_answer)?;
                self.courier
                    .sign(&target, subject.signing_name(), &credentials, &mut parts, payload, kind)
                    .map_err(no_answer)?;
            }
            self.courier.send(parts, Tee::over(body, &note.request), &target).await.map_err(no_answer)
        };
        let sent = sent.await;
        note.close(sent)
    }

    /// Sends a call to the host that it addressed, as it is: its signature is the application's own.
    async fn hand_on(
        &self,
        call: Call,
        cassette: CassetteName,
        to: &Addressed,
    ) -> Result<Response<Body>, Refusal> {
        let Call { turn, mut parts, subject, content } = call;
        let target = addressed(&parts, &subject, to, &self.courier)?;
        let named = [subject.region.as_deref(), Host::parse(&to.host).region, Some(target.region.as_str())];
        let named: Vec<&str> = named.into_iter().flatten().collect();
        self.gate.pass(&Asked { subject: &subject, regions: &named, target: &target })?;
        self.may_touch(&parts, &subject).await?;
        self.before.look(turn, &subject, &target.region, self).await;

        let was_h2 = parts.version == http::Version::HTTP_2;
        parts.uri = target.uri.clone();
        parts.version = http::Version::HTTP_11;
        if let Ok(host) = HeaderValue::from_str(&to.host) {
            parts.headers.entry(HOST).or_insert(host);
        }
        let plan = Plan::of(&parts.headers);
        let mut as_noted = parts.clone();
        plan.restate(&mut as_noted.headers);
        let note = self.note(turn, cassette, &as_noted, &subject, &target);
        leave_hop(&mut parts.headers);
        let body = match content {
            Content::Held(bytes) => Body::from(bytes),
            Content::Streamed(body) => body,
        };
        let body = plan.shadow(body, &note.request).map_err(unreadable);
        let sent = async { self.courier.pass(parts, body?, &target, was_h2).await.map_err(no_answer) };
        let sent = sent.await;
        note.close(sent)
    }

    /// Asks whose account a call touches that is not signed anew.
    async fn may_touch(&self, parts: &Parts, subject: &Subject) -> Result<(), Refusal> {
        if self.accounts.allowed.is_empty() {
            return Ok(());
        }
        let refused = |message| Refusal { status: 403, ..Refusal::unfit(message) };
        if signature::kind_of(parts).0 == AuthKind::Anonymous {
            let content_type = parts.headers.get("content-type").and_then(|value| value.to_str().ok());
            let is_form = content_type.is_some_and(|value| value.starts_with("multipart/form-data"));
            return match subject.is_s3() && is_form {
                true => Err(refused(
                    "The signature of a form is in its body: nobody knows whose account it touches."
                        .to_owned(),
                )),
                false => Ok(()),
            };
        }
        let Some(key) = signature::key_of(parts) else {
            return Err(refused(
                "The signature names no access key: nobody knows whose account it touches.".to_owned(),
            ));
        };
        self.accounts.check(&key, &self.account, &self.courier).await.map_err(refused)
    }

    /// Takes note of a call that is about to be sent, by its head as the cassette will have it.
    fn note(
        &self,
        turn: Turn,
        cassette: CassetteName,
        head: &Parts,
        subject: &Subject,
        target: &Target,
    ) -> Note {
        let withheld = subject.operation.is_none().then(|| UNKNOWN.to_owned());
        let capture = || self.stories.capture(withheld.as_deref());
        let (request, response) = (capture(), capture());
        let about =
            About { service: subject.service, operation: subject.operation, region: target.region.clone() };
        let exchange = self.stories.open(turn, cassette, about, head, request.clone(), withheld);
        Note { attention: Attention(exchange), request, response }
    }

    fn target(&self, parts: &Parts, subject: &Subject) -> Result<Target, Refusal> {
        let host = parts.headers.get("host").and_then(|host| host.to_str().ok());
        let host = host.or_else(|| parts.uri.authority().map(http::uri::Authority::as_str));
        if subject.is_s3() && subject.bucket.is_none() && host.is_some_and(hides_a_bucket) {
            let message = "S3 takes a bucket from the path, or from a host such as bucket.s3.localhost.";
            return Err(Refusal::unfit(message));
        }
        let to = Destination {
            service: subject.service,
            signing_name: subject.signing_name(),
            region: subject.region.as_deref().unwrap_or(&self.courier.region),
            host: host.unwrap_or_default(),
            bucket: subject.bucket.as_deref(),
            path_and_query: parts.uri.path_and_query().map_or("/", |path| path.as_str()),
        };
        let target = self.courier.upstream.target(&to);
        target.ok_or_else(|| Refusal::unfit("The call names no service or region that has a host."))
    }
}

/// What is kept of a call while it is under way.
struct Note {
    attention: Attention,
    request: Capture,
    response: Capture,
}

impl Note {
    /// Gives back what came of it, which is the upstream's answer or why there is none.
    fn close(self, sent: Result<Response<Incoming>, Refusal>) -> Result<Response<Body>, Refusal> {
        let exchange = &self.attention.0;
        sent.map(|answer| pass(answer, exchange, self.response)).map_err(|refusal| {
            let refusal = match self.request.end() {
                // The upstream is not to blame for what the application left undone.
                End::Broken(reason) => Refusal::unfit(format!("The body broke off: {reason}")),
                _ => refusal,
            };
            exchange.failed(refusal.message.clone());
            refusal
        })
    }
}

/// The target of a call that addressed its host itself.
fn addressed(parts: &Parts, subject: &Subject, to: &Addressed, courier: &Courier) -> Result<Target, Refusal> {
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| parts.uri.authority().map(http::uri::Authority::as_str)).unwrap_or(&to.host);
    let name = host.strip_suffix(":443").or(host.strip_suffix(":80")).unwrap_or(host);
    if !name.trim_end_matches('.').eq_ignore_ascii_case(&to.host) {
        let message = format!("The call is for {name:?}, and its connection for {:?}.", to.host);
        return Err(Refusal { status: 421, ..Refusal::unfit(message) });
    }
    let scheme = match &courier.upstream {
        Upstream::Aws => to.scheme.clone(),
        Upstream::At { scheme, .. } => scheme.clone(),
    };
    let path = parts.uri.path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/"));
    let uri = Uri::builder().scheme(scheme).authority(to.host.as_str()).path_and_query(path).build();
    let uri = uri.map_err(|error| Refusal::unfit(format!("The call has no address: {error}")))?;
    Ok(Target { uri, region: subject.region.clone().unwrap_or_else(|| courier.region.clone()) })
}

/// Whether a host is `bucket.localhost`, whose path would be taken for a bucket's name and a key.
fn hides_a_bucket(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or_default();
    name.strip_suffix(".localhost").is_some_and(|front| front.split('.').all(|label| label != "s3"))
}

/// The upstream's answer, on its way to the application, captured as it passes.
fn pass(answer: Response<Incoming>, exchange: &Arc<Exchange>, capture: Capture) -> Response<Body> {
    let (mut head, body) = answer.into_parts();
    exchange.answered(head.status, &head.headers, capture.clone());
    leave_hop(&mut head.headers);
    head.version = http::Version::default();
    Response::from_parts(head, Tee::over(Body::stream(body.map_err(Into::into)), &capture))
}

fn no_answer(error: NotSent) -> Refusal {
    Refusal::no_answer(error.0)
}

fn unreadable(error: ruststack_wire::sign::chunked::ChunkError) -> Refusal {
    Refusal { status: StatusCode::NOT_IMPLEMENTED.as_u16(), ..Refusal::unfit(error.to_string()) }
}
