//! Requests that are under way, and what has come of their answers.

use crate::endpoint::{Pending, SendError};
use bytes::Bytes;
use http::Response;
use http::response::Parts;
use ruststack_wire::Body;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// The largest answer that is taken: no recorded one comes near.
const LARGEST: usize = 1 << 30;

/// How long is waited, behind everything that went with it, for what a stream told on AWS until its caller left.
const GRACE: Duration = Duration::from_secs(10);

/// An answer, or why there is none.
pub(super) type Answer = Result<Response<Bytes>, SendError>;

/// The requests that are under way, by the places of their interactions. Whenever one is waited for, all go on.
#[derive(Default)]
pub(super) struct Flights(BTreeMap<usize, Flight>);

impl Flights {
    /// Starts a request: when this is done, it is on its way.
    pub(super) async fn start(
        &mut self,
        index: usize,
        answer: Pending<'static, Result<Response<Body>, SendError>>,
    ) {
        let mut flight = Flight::Asked(answer);
        std::future::poll_fn(|context| {
            flight.poll(context);
            Poll::Ready(())
        })
        .await;
        self.0.insert(index, flight);
    }

    /// Waits for the head of an answer.
    pub(super) async fn head(&mut self, index: usize) {
        self.until(index, |flight| !matches!(flight, Flight::Asked(_))).await;
    }

    /// Waits for all of an answer, and gives it; `None` where nothing was asked.
    pub(super) async fn end(&mut self, index: usize) -> Option<Answer> {
        self.until(index, |flight| matches!(flight, Flight::Over(_))).await;
        self.take(index)
    }

    /// Waits until an answer is long enough or over, but not forever, and gives what there is of it.
    pub(super) async fn cut(&mut self, index: usize, is_enough: impl Fn(&Bytes) -> bool) -> Option<Answer> {
        let enough = self.until(index, |flight| match flight {
            Flight::Asked(_) => false,
            Flight::Coming(coming) => is_enough(&coming.bytes()),
            Flight::Over(_) => true,
        });
        // What has come by then is what there is.
        let _ = tokio::time::timeout(GRACE, enough).await;
        self.take(index)
    }

    fn take(&mut self, index: usize) -> Option<Answer> {
        Some(match self.0.remove(&index)? {
            Flight::Asked(_) => Err(SendError(format!("nothing within {} s", GRACE.as_secs()))),
            Flight::Coming(coming) => Ok(coming.answer()),
            Flight::Over(answer) => answer,
        })
    }

    async fn until(&mut self, index: usize, is_there: impl Fn(&Flight) -> bool) {
        std::future::poll_fn(|context| {
            for flight in self.0.values_mut() {
                flight.poll(context);
            }
            match self.0.get(&index).is_none_or(&is_there) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        })
        .await;
    }
}

/// One request.
enum Flight {
    Asked(Pending<'static, Result<Response<Body>, SendError>>),
    Coming(Coming),
    Over(Answer),
}

/// An answer whose head has come.
struct Coming {
    head: Parts,
    body: Body,
    pieces: Vec<Bytes>,
    length: usize,
}

impl Flight {
    /// Goes on as far as it can.
    fn poll(&mut self, context: &mut Context<'_>) {
        if let Flight::Asked(answer) = self {
            *self = match answer.as_mut().poll(context) {
                Poll::Pending => return,
                Poll::Ready(Err(error)) => Flight::Over(Err(error)),
                Poll::Ready(Ok(answer)) => {
                    let (head, body) = answer.into_parts();
                    Flight::Coming(Coming { head, body, pieces: Vec::new(), length: 0 })
                }
            };
        }
        if let Flight::Coming(coming) = self
            && let Poll::Ready(outcome) = coming.poll(context)
        {
            let coming = std::mem::replace(self, Flight::Over(Err(SendError(String::new()))));
            if let Flight::Coming(coming) = coming {
                *self = Flight::Over(outcome.map(|()| coming.answer()));
            }
        }
    }
}

impl Coming {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        while let Poll::Ready(next) = http_body::Body::poll_frame(Pin::new(&mut self.body), context) {
            match next {
                None => return Poll::Ready(Ok(())),
                Some(Err(error)) => {
                    return Poll::Ready(Err(SendError(format!("the answer broke off: {error}"))));
                }
                Some(Ok(frame)) => {
                    let Ok(piece) = frame.into_data() else { continue };
                    self.length += piece.len();
                    if self.length > LARGEST {
                        return Poll::Ready(Err(SendError("the answer is too long".to_owned())));
                    }
                    self.pieces.push(piece);
                }
            }
        }
        Poll::Pending
    }

    /// What has come of the body.
    fn bytes(&self) -> Bytes {
        match self.pieces.as_slice() {
            [] => Bytes::new(),
            [one] => one.clone(),
            many => many.concat().into(),
        }
    }

    fn answer(self) -> Response<Bytes> {
        let bytes = self.bytes();
        Response::from_parts(self.head, bytes)
    }
}
