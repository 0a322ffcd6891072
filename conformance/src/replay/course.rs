//! The course of a replay: which request starts when, and when an answer is waited for.
//!
//! Interactions that were alone go one after the other. Those that overlapped start in the order in which they did,
//! and an answer has been judged before any request starts that AWS answered it before: what the request may have been
//! made from is known then, and two replays of one cassette know the same.
//!
//! Two calls that touch the same thing, and of which one changes it, do not overlap: which is served first would be
//! chance. They go in the order in which AWS answered them, but that one which AWS refused because another was first
//! goes behind that other.

use super::touch::{Touch, streams};
use crate::classify::Subject;
use ruststack_cassettes::Cassette;
use ruststack_cassettes::format::{During, Interaction};

/// How many calls are under way at a time at most, and how far is looked for others that were meanwhile.
const MOST: usize = 256;

/// One step of a replay, with the place of its interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The request is sent.
    Start(usize),
    /// The head of the answer is waited for.
    Head(usize),
    /// All of the answer is waited for, and judged.
    End(usize),
}

/// The steps of a cassette.
pub(super) fn course(cassette: &Cassette, subjects: &[Subject]) -> Vec<Step> {
    let all = &cassette.interactions;
    let mut steps = Vec::with_capacity(all.len() * 2);
    let mut from = 0;
    while from < all.len() {
        let run = all[from..].iter().take_while(|one| one.during.is_some()).count();
        if run < 2 {
            steps.extend([Step::Start(from), Step::End(from)]);
            from += 1;
            continue;
        }
        let calls = (from..from + run).filter_map(|index| Call::of(index, &all[index], &subjects[index]));
        steps.extend(Crowd::of(calls.collect()).steps());
        from += run;
    }
    steps
}

/// One of calls that overlapped.
#[derive(Debug)]
struct Call {
    index: usize,
    began: u64,
    /// When all of the answer that others may depend on was there.
    ended: u64,
    /// When the head of a stream was there.
    head: Option<u64>,
    /// Its place in the order in which AWS served those that touch the same.
    served: (u64, bool, usize),
    touch: Touch,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Ahead,
    /// It has to wait for another call that is not done.
    Held,
    UnderWay,
    Done,
}

impl Call {
    fn of(index: usize, interaction: &Interaction, subject: &Subject) -> Option<Call> {
        let During { began_us: began, answered_us, ended_us } = interaction.during?;
        let answered = answered_us.unwrap_or(ended_us).max(began);
        // A request may follow from any answer that had begun to come. A stream may rather follow from the request.
        let (head, ended) = match streams(subject) {
            true => (Some(answered), ended_us.max(answered)),
            false => (None, answered),
        };
        let touch = Touch::of(interaction, subject);
        Some(Call { index, began, ended, head, served: (ended, false, index), touch, state: State::Ahead })
    }

    fn overlaps(&self, other: &Call) -> bool {
        self.began < other.ended && other.began < self.ended
    }
}

/// Calls that overlapped, one chain of them.
struct Crowd {
    /// In the order in which they began.
    calls: Vec<Call>,
    /// Those that wait for another, or are under way.
    open: Vec<usize>,
    steps: Vec<Step>,
}

impl Crowd {
    fn of(mut calls: Vec<Call>) -> Crowd {
        calls.sort_by_key(|call| (call.began, call.index));
        for at in 0..calls.len() {
            let (loser, around) = (&calls[at], &calls[at.saturating_sub(MOST)..]);
            let winners = around
                .iter()
                .take(2 * MOST)
                .filter(|other| loser.overlaps(other) && loser.touch.meets(&other.touch));
            let latest =
                winners.filter(|other| loser.touch.lost_to(&other.touch)).map(|other| other.ended).max();
            if let Some(latest) = latest {
                let call = &mut calls[at];
                call.served = (latest.max(call.ended), true, call.index);
            }
        }
        Crowd { calls, open: Vec::new(), steps: Vec::new() }
    }

    /// Goes through what happened, in the order in which it did.
    fn steps(mut self) -> Vec<Step> {
        // At one moment ends come before beginnings.
        let mut events: Vec<(u64, u8, usize)> = Vec::with_capacity(self.calls.len() * 2);
        for (at, call) in self.calls.iter().enumerate() {
            events.extend([(call.began, 2, at), (call.ended, 1, at)]);
            events.extend(call.head.map(|head| (head, 0, at)));
        }
        events.sort_unstable();
        for (_, what, at) in events {
            match what {
                0 => self.head(at),
                1 => self.end(at),
                _ => self.begin(at),
            }
        }
        self.steps
    }

    fn begin(&mut self, at: usize) {
        if self.calls[at].state != State::Ahead {
            return;
        }
        for other in self.before(at) {
            if self.calls[other].state == State::UnderWay {
                self.close(other);
            }
        }
        self.open.push(at);
        self.calls[at].state = State::Held;
        self.release();
    }

    fn head(&mut self, at: usize) {
        self.start(at);
        if self.calls[at].state == State::UnderWay {
            self.steps.push(Step::Head(self.calls[at].index));
        }
    }

    /// Its answer was there: what begins now may depend on it.
    fn end(&mut self, at: usize) {
        if matches!(self.calls[at].state, State::Ahead | State::Held) {
            // It goes behind one that AWS answered later: all that come before it are done now.
            let served = self.calls[at].served;
            let is_before =
                |other: &&usize| self.calls[**other].served < served && !self.calls[**other].touch.waits;
            let mut before: Vec<usize> = self.open.iter().filter(is_before).copied().collect();
            before.sort_unstable_by_key(|other| self.calls[*other].served);
            for other in before {
                self.close(other);
            }
        }
        self.close(at);
        self.release();
    }

    /// Starts those that wait for nobody any more.
    fn release(&mut self) {
        let mut held: Vec<usize> =
            self.open.iter().copied().filter(|at| self.calls[*at].state == State::Held).collect();
        held.sort_unstable_by_key(|at| self.calls[*at].served);
        for at in held {
            if self.before(at).is_empty() {
                self.start(at);
            }
        }
    }

    /// Those that are not done, and that AWS served before this one.
    fn before(&self, at: usize) -> Vec<usize> {
        let call = &self.calls[at];
        let later = (at + 1..self.calls.len())
            .take(MOST)
            .take_while(|other| self.calls[*other].began < call.ended)
            .filter(|other| self.calls[*other].state == State::Ahead);
        let others = self.open.iter().copied().chain(later).filter(|other| *other != at);
        let is_before = |other: &usize| {
            let other = &self.calls[*other];
            other.served < call.served && other.overlaps(call) && other.touch.meets(&call.touch)
        };
        others.filter(is_before).collect()
    }

    fn start(&mut self, at: usize) {
        if !matches!(self.calls[at].state, State::Ahead | State::Held) {
            return;
        }
        let under_way = |other: &usize| self.calls[*other].state == State::UnderWay;
        if self.open.iter().filter(|other| under_way(other)).count() >= MOST {
            let first =
                self.open.iter().copied().find(|other| under_way(other) && !self.calls[*other].touch.waits);
            first.into_iter().for_each(|first| self.close(first));
        }
        if !self.open.contains(&at) {
            self.open.push(at);
        }
        self.calls[at].state = State::UnderWay;
        self.steps.push(Step::Start(self.calls[at].index));
    }

    fn close(&mut self, at: usize) {
        self.start(at);
        if self.calls[at].state != State::Done {
            self.calls[at].state = State::Done;
            self.open.retain(|other| *other != at);
            self.steps.push(Step::End(self.calls[at].index));
        }
    }
}
