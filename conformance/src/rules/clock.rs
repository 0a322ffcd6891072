//! Moments, by the clock that the endpoint goes by.

use ruststack_wire::Timestamp;

/// How far a moment may lie from the recorded one when the endpoint's clock stands at the recorded `Date`: that has
/// whole seconds, and AWS writes it after the moment at which it acted.
const CLOCK_TOLERANCE_MS: i64 = 3_000;

/// Which clock the endpoint goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// That of the recording: moments are compared.
    Recorded,
    /// Its own, of which nothing is known yet: of a moment, only the form is compared.
    Real,
    /// Its own, set against the recording's: a moment within the conversation must lie within the conversation here,
    /// and one before or ahead of it as far before or ahead.
    Skewed(Skew),
}

/// How the endpoint's time stands to the recording's, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skew {
    /// When the first answer of the recording was given.
    pub began: i64,
    /// When the recorded answer at hand was given.
    pub now: i64,
    /// When the endpoint gave its first answer.
    pub own_began: i64,
    /// When the endpoint gave the answer at hand.
    pub own_now: i64,
}

impl Skew {
    /// Whether a moment stands in the endpoint's time where the recorded one stands in the recording's.
    fn corresponds(&self, recorded: i64, actual: i64) -> bool {
        let (from, to) = (self.own_began - CLOCK_TOLERANCE_MS, self.own_now + CLOCK_TOLERANCE_MS);
        if recorded < self.began - CLOCK_TOLERANCE_MS {
            // From before the conversation: of things that stood already, or that its setup made.
            return actual <= to;
        }
        if recorded <= self.now + CLOCK_TOLERANCE_MS {
            return (from..=to).contains(&actual);
        }
        // Ahead: a deadline reckoned from some moment of the conversation.
        let play = (self.now - self.began) + (self.own_now - self.own_began) + CLOCK_TOLERANCE_MS;
        ((recorded - self.now) - (actual - self.own_now)).abs() <= play
    }
}

/// Whether two moments are in one format, and tell the same by their clocks.
pub(super) fn moments(recorded: &str, actual: &str, clock: Clock) -> bool {
    if shape_of_moment(recorded) != shape_of_moment(actual) {
        return false;
    }
    let (Some(recorded), Some(actual)) = (moment(recorded), moment(actual)) else { return false };
    match clock {
        Clock::Recorded => (recorded.millis() - actual.millis()).abs() <= CLOCK_TOLERANCE_MS,
        Clock::Skewed(skew) => skew.corresponds(recorded.millis(), actual.millis()),
        Clock::Real => true,
    }
}

/// The moment of a text; thirteen digits are milliseconds, as in SQS's attributes, and Lambda's offset has no colon.
fn moment(text: &str) -> Option<Timestamp> {
    if text.len() == 13 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().map(Timestamp::from_millis);
    }
    match text.strip_suffix("+0000") {
        Some(utc) => Timestamp::parse_any(&format!("{utc}Z")),
        None => Timestamp::parse_any(text),
    }
}

/// What tells the formats of moments apart: numbers may have a fraction or not, texts have fixed places.
fn shape_of_moment(text: &str) -> (bool, usize) {
    let is_number =
        text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'E' | b'e' | b'-' | b'+'));
    match is_number {
        true => (true, text.split(['.', 'E', 'e']).next().map_or(0, str::len) / 13),
        false => (false, text.len()),
    }
}
