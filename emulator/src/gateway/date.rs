//! The header `Date`, which all answers of one second share.

use http::header::HeaderValue;
use ruststack_wire::Timestamp;
use ruststack_wire::shape::TimestampFormat;
use std::cell::RefCell;

thread_local! {
    /// The second that was written last, and how.
    static LAST: RefCell<Option<(i64, HeaderValue)>> = const { RefCell::new(None) };
}

/// A moment as the header has it (RFC 9110, section 5.6.7).
pub(super) fn header(now: Timestamp) -> Option<HeaderValue> {
    LAST.with_borrow_mut(|last| {
        let second = now.seconds();
        if let Some((_, written)) = last.as_ref().filter(|(of, _)| *of == second) {
            return Some(written.clone());
        }
        let written = HeaderValue::from_maybe_shared(now.format(TimestampFormat::HttpDate)).ok()?;
        *last = Some((second, written.clone()));
        Some(written)
    })
}
