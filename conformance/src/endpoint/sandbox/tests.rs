//! The order in which requests leave, and of what nothing is said.

use super::*;
use std::time::Duration;

/// What a sandbox says of requests that follow one another, with these turns, and the order in which they arrive.
/// The answer to one at `/refused` is the recorder's own; one at `/waits` comes when another has arrived.
async fn asked(paths: &[&'static str], pauses: &[u64]) -> (Vec<String>, Vec<String>) {
    let inner = Recorder::default();
    let arrived = inner.arrived.clone();
    let pauses = pauses.iter().map(|pause| Duration::from_millis(*pause));
    let turns = pauses.map(|pause| Turn { pause, skipped: None }).collect();
    let (ahead, lost) = (None, Unasked::default());
    let mut session = Asked { inner: Box::new(inner), setups: 0, turns, ahead, lost };
    let requests = paths.iter().map(|path| Request::builder().uri(*path).body(Bytes::new()).unwrap());
    let under_way: Vec<_> = requests.map(|request| tokio::spawn(session.send(request, None))).collect();
    let mut said = Vec::new();
    for answer in under_way {
        let answer = answer.await.unwrap().unwrap();
        let unasked = answer.extensions().get::<Unasked>().cloned().unwrap_or_default();
        answer.into_body().collect(LONGEST_WORDS).await.unwrap();
        said.push(unasked);
    }
    let said = said.iter().map(|unasked| unasked.reason().unwrap_or("asked").to_owned()).collect();
    (said, arrived.lock().unwrap().clone())
}

#[derive(Default)]
struct Recorder {
    arrived: Arc<Mutex<Vec<String>>>,
    other: Arc<tokio::sync::Notify>,
}

impl Session for Recorder {
    fn send(
        &mut self,
        request: Request<Bytes>,
        _at: Option<Timestamp>,
    ) -> Pending<'static, Result<Response<Body>, SendError>> {
        let (arrived, other) = (self.arrived.clone(), self.other.clone());
        Box::pin(async move {
            let path = request.uri().path().to_owned();
            arrived.lock().unwrap().push(path.clone());
            let answer = Response::builder();
            match path.as_str() {
                "/waits" => other.notified().await,
                _ => other.notify_one(),
            }
            let body = Body::from(Bytes::from_static(br#"{"message":"No."}"#));
            match path.as_str() {
                "/refused" => Ok(answer.header(OWN, "Denied").body(body).unwrap()),
                "/silent" => Err(SendError("nothing came".to_owned())),
                "/broken" => Ok(answer.body(Body::stream(Broken)).unwrap()),
                _ => Ok(answer.body(body).unwrap()),
            }
        })
    }
}

struct Broken;

impl http_body::Body for Broken {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        Poll::Ready(Some(Err("cut".into())))
    }
}

#[tokio::test(start_paused = true)]
async fn requests_leave_in_their_order_and_overlap() {
    let (said, arrived) = asked(&["/waits", "/b", "/c"], &[5000, 0, 3000]).await;
    assert_eq!(said, ["asked"; 3]);
    assert_eq!(arrived, ["/waits", "/b", "/c"], "a pause holds up those behind it, and no answer does");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_said_of_what_goes_with_a_refused_request() {
    let lost = "it follows a request that was not asked, or went with it: ";
    let refused = "the recorder did not ask it: Denied: No.";
    let (said, arrived) = asked(&["/waits", "/refused", "/c"], &[0, 0, 1]).await;
    assert_eq!(said, [&format!("{lost}{refused}"), refused, &format!("{lost}{refused}")]);
    assert_eq!(arrived, ["/waits", "/refused"]);
    let (said, _) = asked(&["/silent", "/b"], &[0, 1]).await;
    assert_eq!(said, ["nothing came", &format!("{lost}nothing came")]);
    let (said, _) = asked(&["/broken"], &[0]).await;
    assert_eq!(said, [format!("{lost}the answer broke off: cut")]);
}

#[test]
fn a_refusal_is_told_in_its_own_words() {
    assert_eq!(sentence(br#"{"__type":"X","message":"No."}"#), "No.");
    assert_eq!(sentence(b"<Error><Message>No.</Message></Error>"), "No.");
    assert_eq!(sentence(b"?"), "");
}
