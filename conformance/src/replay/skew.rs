//! How the endpoint's clock stands to the recording's, where it cannot be set to it.

use crate::rules::{Clock, Skew};
use ruststack_cassettes::format::instant::of_http_date;
use time::OffsetDateTime;

/// When the two conversations began.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Beginnings {
    recorded: Option<i64>,
    own: Option<i64>,
}

impl Beginnings {
    /// The clock by which an answer's moments are to be read. `recorded` is when AWS gave the answer; the endpoint tells
    /// its own time in `Date`, and goes by this machine's where it does not.
    pub(super) fn clock<B>(&mut self, recorded: Option<OffsetDateTime>, answer: &http::Response<B>) -> Clock {
        let told = answer.headers().get("date").and_then(|date| of_http_date(date.to_str().ok()?));
        let own_now = millis(told.unwrap_or_else(OffsetDateTime::now_utc));
        let own_began = *self.own.get_or_insert(own_now);
        let Some(now) = recorded.map(millis) else { return Clock::Real };
        let began = *self.recorded.get_or_insert(now);
        Clock::Skewed(Skew { began, now, own_began, own_now })
    }
}

fn millis(moment: OffsetDateTime) -> i64 {
    (moment.unix_timestamp_nanos() / 1_000_000) as i64
}
