//! What passed so far: for each cassette its exchanges, in the order in which their heads arrived.

use http::request::Parts;
use http::{HeaderMap, StatusCode};
use ruststack_cassettes::format::instant::of_http_date;
use ruststack_cassettes::{Body, During, Headers, Interaction, Response, Source as _, are_whole_frames};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use time::OffsetDateTime;

use crate::capture::{Capture, End};
use crate::head::{self, About};
use crate::name::CassetteName;
use crate::spool::{Extents, Spool};

/// So many bytes of a body are as much work as the rest of a call.
const BYTES_OF_A_CALL: u64 = 4 << 10;

/// The media type of streams of events.
const EVENTS: &str = "application/vnd.amazon.eventstream";
/// A longer one is not looked through when its caller leaves it.
const LONGEST_STREAM: u64 = 1 << 20;

/// All that passed in one run.
#[derive(Debug)]
pub(crate) struct Stories {
    spool: Arc<Spool>,
    turns: AtomicU64,
    since: Instant,
    told: Mutex<Told>,
}

/// The exchanges of each cassette.
pub(crate) type Told = BTreeMap<CassetteName, Vec<Arc<Exchange>>>;

/// The place of a call among all calls, and when its head came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Turn(u64, Instant);

/// One call and what became of it.
#[derive(Debug)]
pub(crate) struct Exchange {
    turn: Turn,
    about: About,
    spool: Arc<Spool>,
    head: Extents,
    /// Why nothing of what was said is kept; the models do not know it.
    withheld: Option<String>,
    request: Capture,
    outcome: Mutex<Outcome>,
}

#[derive(Debug, Default)]
enum Outcome {
    #[default]
    Open,
    Answered(Answer),
    Failed(String, Instant),
    /// The application hung up before there was an answer.
    Left(Instant),
}

/// Takes note that the application hung up, if nothing else came of an exchange.
pub(crate) struct Attention(pub(crate) Arc<Exchange>);

impl Drop for Attention {
    fn drop(&mut self) {
        let mut outcome = self.0.outcome();
        if matches!(*outcome, Outcome::Open) {
            *outcome = Outcome::Left(Instant::now());
        }
    }
}

#[derive(Debug)]
struct Answer {
    head: Extents,
    body: Capture,
    came: OffsetDateTime,
    began: Instant,
}

impl Stories {
    /// None yet; what is said in them will be in this log.
    pub(crate) fn new(spool: &Arc<Spool>) -> Stories {
        let (turns, since, told) = (AtomicU64::new(0), Instant::now(), Mutex::default());
        Stories { spool: spool.clone(), turns, since, told }
    }

    /// Captures a body, unless it is withheld for a reason.
    pub(crate) fn capture(&self, withheld: Option<&str>) -> Capture {
        withheld.map_or_else(|| Capture::new(&self.spool), Capture::without_bytes)
    }

    /// The place of a call whose head has just arrived.
    pub(crate) fn turn(&self) -> Turn {
        Turn(self.turns.fetch_add(1, Ordering::Relaxed), Instant::now())
    }

    /// How many calls there were.
    pub(crate) fn count(&self) -> u64 {
        self.turns.load(Ordering::Relaxed)
    }

    /// Takes note of a call. Its body may still be to come.
    pub(crate) fn open(
        &self,
        turn: Turn,
        cassette: CassetteName,
        about: About,
        head: &Parts,
        request: Capture,
        withheld: Option<String>,
    ) -> Arc<Exchange> {
        let (spool, outcome) = (self.spool.clone(), Mutex::default());
        let head = kept(&spool, &head::of_request(head));
        let exchange = Arc::new(Exchange { turn, about, spool, head, withheld, request, outcome });
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.entry(cassette).or_default().push(exchange.clone());
        exchange
    }

    /// All there is, each story in the order of its calls.
    pub(crate) fn all(&self) -> Told {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // One whose body was waited for is noted after those that came meanwhile.
        told.values_mut().for_each(|story| story.sort_by_key(|exchange| exchange.turn));
        told
    }

    /// Every call of all stories in the order in which they came, as it was: nothing of it may be written.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = (Turn, Interaction)> {
        let mut all: Vec<_> = self.all().into_values().flatten().collect();
        all.sort_by_key(|exchange| exchange.turn);
        all.into_iter().map(|exchange| (exchange.turn, exchange.interaction()))
    }

    /// What is finished of all there is.
    pub(crate) fn finished(&self) -> Told {
        let mut told = self.all();
        told.values_mut().for_each(|story| story.retain(|exchange| exchange.ended().is_some()));
        told.retain(|_, story| !story.is_empty());
        told
    }

    /// Looks at all there is, as it was noted: no call begins meanwhile.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&Told) -> T) -> T {
        look(&self.told.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// When the exchanges of a story passed, for those that overlapped with another.
    pub(crate) fn during(&self, story: &[Arc<Exchange>]) -> Vec<Option<During>> {
        let now = Instant::now();
        let since = |moment: Instant| {
            u64::try_from(moment.saturating_duration_since(self.since).as_micros()).unwrap_or(u64::MAX)
        };
        let all: Vec<During> = story
            .iter()
            .map(|exchange| During {
                began_us: since(exchange.turn.1),
                answered_us: exchange.answered_at().map(since),
                ended_us: since(exchange.ended().unwrap_or(now)),
            })
            .collect();
        let mut latest: Option<u64> = None;
        let mut overlapped = vec![false; all.len()];
        for (at, one) in all.iter().enumerate() {
            // Whichever ended last of those before it, and whichever begins first of those behind it.
            overlapped[at] |= latest.is_some_and(|latest| one.began_us <= latest);
            if let Some(next) = all.get(at + 1) {
                overlapped[at] |= next.began_us <= one.ended_us;
            }
            latest = latest.max(Some(one.ended_us));
        }
        all.into_iter().zip(overlapped).map(|(one, overlapped)| overlapped.then_some(one)).collect()
    }
}

impl Exchange {
    /// The head of the upstream's answer has come.
    pub(crate) fn answered(&self, status: StatusCode, headers: &HeaderMap, body: Capture) {
        let (came, began) = (OffsetDateTime::now_utc(), Instant::now());
        let head = kept(&self.spool, &head::of_answer(status, headers));
        self.close(Outcome::Answered(Answer { head, body, came, began }));
    }

    /// No answer of the upstream's will come.
    pub(crate) fn failed(&self, reason: String) {
        self.close(Outcome::Failed(reason, Instant::now()));
    }

    fn close(&self, outcome: Outcome) {
        *self.outcome() = outcome;
    }

    fn outcome(&self) -> MutexGuard<'_, Outcome> {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How much work it is to write: one for a call of few bytes, and more for more.
    pub(crate) fn weight(&self) -> u32 {
        let response = match &*self.outcome() {
            Outcome::Answered(answer) => answer.body.length(),
            _ => 0,
        };
        u32::try_from(1 + (self.request.length() + response) / BYTES_OF_A_CALL).unwrap_or(u32::MAX)
    }

    fn answered_at(&self) -> Option<Instant> {
        match &*self.outcome() {
            Outcome::Answered(answer) => Some(answer.began),
            _ => None,
        }
    }

    /// When all that will pass had passed; `None` while something may still come.
    pub(crate) fn ended(&self) -> Option<Instant> {
        match &*self.outcome() {
            Outcome::Open => None,
            Outcome::Answered(answer) => answer.body.closed(),
            Outcome::Failed(_, at) | Outcome::Left(at) => Some(*at),
        }
    }

    /// The exchange as a cassette has it, before its secrets are taken out.
    pub(crate) fn interaction(&self) -> Interaction {
        let head = self.spool.at(&self.head).load().and_then(|head| head::request(&head));
        let mut told = match head {
            Ok(head) => head::interaction(&head, &self.about),
            Err(error) => return self.about.lost(&error),
        };
        match &self.withheld {
            Some(reason) => {
                told.request.query = None;
                told.request.headers = Headers::default();
                told.request.body = Body::unknown(reason);
                told.not_comparable = Some(reason.clone());
            }
            None => told.request.body = self.request.recorded(),
        }
        match &*self.outcome() {
            Outcome::Open | Outcome::Left(_) => {
                told.not_comparable = Some(
                    "nobody waited for an answer: the application hung up, or the recording ended".to_owned(),
                )
            }
            Outcome::Failed(reason, _) => told.not_comparable = Some(reason.clone()),
            Outcome::Answered(answer) => self.tell(answer, &mut told),
        }
        told
    }

    fn tell(&self, answer: &Answer, told: &mut Interaction) {
        let head = self.spool.at(&answer.head).load().and_then(|head| head::answer(&head));
        let (status, headers) = match head {
            Ok(head) => head,
            Err(error) => {
                told.not_comparable = Some(format!("the answer's head could not be kept: {error}"));
                return;
            }
        };
        told.at =
            headers.get("date").and_then(of_http_date).or_else(|| answer.came.replace_nanosecond(0).ok());
        let kept = answer.body.recorded();
        // A live tail goes on for hours: whoever leaves it has heard what it came for.
        let left_open = answer.body.end() == End::Open
            && self.request.end() == End::Reached
            && headers.get("content-type").is_some_and(|kind| kind.starts_with(EVENTS))
            && answer.body.length() <= LONGEST_STREAM
            && are_whole_frames(&kept.bytes());
        told.response = Some(match &self.withheld {
            Some(reason) => Response { status, body: Body::unknown(reason), ..Response::default() },
            None if left_open => Response { status, headers, left_open, body: Body::exact(kept.bytes()) },
            None => Response { status, headers, body: kept, ..Response::default() },
        });
        let doubt = match (answer.body.end(), self.request.end()) {
            (End::Broken(reason), _) => Some(format!("the answer broke off: {reason}")),
            (End::Open, _) if left_open => None,
            (End::Open, _) => Some("the application did not read all of the answer".to_owned()),
            (End::Reached, End::Reached) => None,
            (End::Reached, _) => Some("the answer came before all of the request was sent".to_owned()),
        };
        told.not_comparable = told.not_comparable.take().or(doubt);
    }
}

fn kept(spool: &Spool, head: &[u8]) -> Extents {
    let mut extents = Extents::default();
    spool.append(head, &mut extents);
    extents
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_told_in_the_order_of_their_heads() {
        let stories = Stories::new(&Arc::new(Spool::open(&std::env::temp_dir()).unwrap()));
        let name: CassetteName = "run".parse().unwrap();
        let (first, second) = (stories.turn(), stories.turn());
        for (turn, method) in [(second, "GET"), (first, "PUT")] {
            let head = http::Request::builder().method(method).uri("http://h/").body(()).unwrap();
            let (head, ()) = head.into_parts();
            let request = Capture::without_bytes("");
            stories.open(turn, name.clone(), About::default(), &head, request, None);
        }
        let told = stories.all();
        let methods: Vec<_> = told[&name].iter().map(|one| one.interaction().request.method).collect();
        assert_eq!(methods, ["PUT", "GET"]);
        let unanswered = told[&name][0].interaction();
        assert!(unanswered.response.is_none() && unanswered.not_comparable.is_some());
    }
}
