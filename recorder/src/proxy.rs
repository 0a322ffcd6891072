//! The way of a call: read it, find where it goes, note it down, sign it anew, send it on, and give back what comes.

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use ruststack_cassettes::{Auth, AuthKind, Headers, Interaction, Request as Recorded};
use ruststack_wire::Body;
use ruststack_wire::body::CollectError;
use ruststack_wire::route::Host;
use ruststack_wire::sign::signer::Payload;
use std::sync::Arc;

use crate::capture::{Capture, End, Tee};
use crate::courier::{Courier, NotSent, leave_hop, point, sign_for};
use crate::guard;
use crate::limits::{Asked, Gate};
use crate::name::CassetteName;
use crate::payload::Plan;
use crate::refusal::Refusal;
use crate::signature;
use crate::spool::Spool;
use crate::story::{Attention, Exchange, Stories, Turn};
use crate::subject::{Found, Subject};
use crate::upstream::{Destination, Target};

/// A body whose hash its signature needs is held; AWS takes none as long as this but S3, which needs no hash.
const LONGEST_HELD: usize = 128 << 20;
const UNKNOWN: &str = "the models do not know the operation, so nobody can say what in it is secret";

/// Forwards calls and takes note of them.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) courier: Courier,
    pub(crate) gate: Gate,
    pub(crate) spool: Arc<Spool>,
    pub(crate) stories: Stories,
    /// The account that calls may touch.
    pub(crate) account: String,
    /// The cassette of calls that name none.
    pub(crate) cassette: CassetteName,
}

/// A call that has been read as far as its signature needs.
struct Call {
    turn: Turn,
    parts: Parts,
    subject: Subject,
    content: Content,
}

enum Content {
    Held(Bytes),
    Streamed(Body),
}

impl Proxy {
    /// Answers one call of the application's.
    pub(crate) async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let turn = self.stories.turn();
        let (mut parts, body) = request.into_parts();
        let cassette = CassetteName::take(&mut parts.headers);
        let is_foreign = guard::is_foreign(&parts.headers);
        let body = Body::stream(body.map_err(Into::into));

        let (call, fit) = Call::read(turn, parts, body).await;
        let subject = call.subject.clone();
        let answer = match (fit, cassette) {
            (Err(refusal), _) => Err(refusal),
            (Ok(()), _) if is_foreign => {
                Err(Refusal { status: 403, ..Refusal::unfit("A web page from elsewhere is not signed for.") })
            }
            (Ok(()), Err(error)) => Err(Refusal::unfit(format!("{}: {error}", crate::name::HEADER))),
            (Ok(()), Ok(cassette)) => {
                self.forward(call, cassette.unwrap_or_else(|| self.cassette.clone())).await
            }
        };
        answer.unwrap_or_else(|refusal| {
            tracing::warn!(status = refusal.status, "{}", refusal.message);
            refusal.answer(&subject)
        })
    }

    async fn forward(&self, call: Call, cassette: CassetteName) -> Result<Response<Body>, Refusal> {
        let Call { turn, mut parts, subject, content } = call;
        let auth = signature::auth_of(&parts);
        if signature::is_sigv4a(&auth) {
            return Err(Refusal::unfit("Signature Version 4A cannot be made anew: address one region."));
        }
        let target = self.target(&parts, &subject)?;
        let named = [subject.region.as_deref(), Host::of(&parts).region, Some(target.region.as_str())];
        let named: Vec<&str> = named.into_iter().flatten().collect();
        self.gate.pass(&Asked { subject: &subject, regions: &named, target: &target.origin() })?;
        point(&mut parts, &target);
        let plan = Plan::of(&parts.headers);
        let is_signed = auth.kind != AuthKind::Anonymous;
        let changes = is_signed && matches!(content, Content::Streamed(_));
        if changes {
            plan.restate(&mut parts.headers);
        }

        let noted = noted(&parts, &subject, &target, &auth);
        let withheld = subject.operation.is_none().then(|| UNKNOWN.to_owned());
        let capture = || match &withheld {
            Some(reason) => Capture::without_bytes(reason),
            None => Capture::new(&self.spool),
        };
        let (request, response) = (capture(), capture());
        let exchange = self.stories.open(turn, cassette, noted, request.clone(), withheld);
        let attention = Attention(exchange.clone());

        signature::strip(&mut parts, &auth);
        leave_hop(&mut parts.headers);
        let sent = async {
            let (payload, body) = match content {
                Content::Held(ref bytes) => (Payload::Bytes(bytes), Body::from(bytes.clone())),
                Content::Streamed(body) if changes => (plan.payload(), plan.body(body).map_err(unreadable)?),
                Content::Streamed(body) => (Payload::Unsigned, body),
            };
            if is_signed {
                let credentials = self.courier.credentials(&self.account).await.map_err(no_answer)?;
                sign_for(&target, subject.signing_name(), &credentials, &mut parts, payload, auth.kind)
                    .map_err(no_answer)?;
            }
            self.courier.send(parts, Tee::over(body, &request), &target).await.map_err(no_answer)
        };
        let answer = match sent.await {
            Ok(answer) => Ok(pass(answer, &exchange, response)),
            Err(refusal) => {
                let refusal = match request.end() {
                    // The upstream is not to blame for what the application left undone.
                    End::Broken(reason) => Refusal::unfit(format!("The body broke off: {reason}")),
                    _ => refusal,
                };
                exchange.failed(refusal.message.clone());
                Err(refusal)
            }
        };
        drop(attention);
        answer
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

impl Call {
    /// Reads a call: its head, and its body where the signature needs it or the operation stands in it.
    async fn read(turn: Turn, parts: Parts, body: Body) -> (Call, Result<(), Refusal>) {
        let (subject, form) = match Subject::of(&parts) {
            Found::Subject(subject) => (subject, None),
            Found::Form(subject, form) => (subject, Some(form)),
        };
        if form.is_none() && subject.is_s3() {
            return (Call { turn, parts, subject, content: Content::Streamed(body) }, Ok(()));
        }
        let (bytes, fit) = match body.collect(LONGEST_HELD).await {
            Ok(bytes) => (bytes, Ok(())),
            Err(CollectError::TooLarge) => {
                let message = format!("A body of more than {LONGEST_HELD} bytes cannot be signed.");
                (Bytes::new(), Err(Refusal { status: 413, ..Refusal::unfit(message) }))
            }
            Err(CollectError::Broken(error)) => {
                (Bytes::new(), Err(Refusal::unfit(format!("The body broke off: {error}"))))
            }
        };
        let subject = match form {
            Some(form) => subject.of_form(form, &parts, &bytes),
            None => subject,
        };
        (Call { turn, parts, subject, content: Content::Held(bytes) }, fit)
    }
}

/// Whether a host is `bucket.localhost`, whose path would be taken for a bucket's name and a key.
fn hides_a_bucket(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or_default();
    name.strip_suffix(".localhost").is_some_and(|front| front.split('.').all(|label| label != "s3"))
}

/// The call as its cassette has it. The signature in it is the application's, and the redactor takes that out.
fn noted(parts: &Parts, subject: &Subject, target: &Target, auth: &Auth) -> Interaction {
    let headers: Headers = parts
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes())))
        .collect();
    let auth = match auth.kind {
        AuthKind::Anonymous => Auth::default(),
        AuthKind::Header | AuthKind::Presigned => Auth {
            service: Some(subject.signing_name().to_owned()),
            region: Some(target.region.clone()),
            ..auth.clone()
        },
    };
    let signing_name = (!subject.signing_name().is_empty()).then(|| subject.signing_name().to_owned());
    Interaction {
        service: subject.service.map(|service| service.name.to_owned()).or(signing_name),
        operation: subject.operation.map(|operation| operation.name.to_owned()),
        region: Some(target.region.clone()),
        request: Recorded {
            method: parts.method.to_string(),
            origin: target.origin(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
            auth: Some(auth),
            headers,
            ..Recorded::default()
        },
        ..Interaction::default()
    }
}

/// The upstream's answer, on its way to the application, captured as it passes.
fn pass(answer: Response<Incoming>, exchange: &Arc<Exchange>, capture: Capture) -> Response<Body> {
    let (mut head, body) = answer.into_parts();
    exchange.answered(head.status, head.headers.clone(), capture.clone());
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
