//! The emulator's time, which a user may move and a replay sets.

use ruststack_wire::Timestamp;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// What says that the clock runs.
const RUNNING: i64 = i64::MIN;

/// A clock that runs with the machine's, ahead or behind by so much, or stands still.
#[derive(Debug)]
pub struct Clock {
    /// Milliseconds between the machine's time and ours.
    offset_ms: AtomicI64,
    /// The moment at which the clock stands, in milliseconds since 1970, or [`RUNNING`].
    frozen_ms: AtomicI64,
}

impl Clock {
    /// A clock that shows the machine's time.
    pub fn new() -> Clock {
        Clock { offset_ms: AtomicI64::new(0), frozen_ms: AtomicI64::new(RUNNING) }
    }

    /// The moment it is.
    pub fn now(&self) -> Timestamp {
        match self.frozen_ms.load(Ordering::Relaxed) {
            RUNNING => {
                Timestamp::from_millis(machine_ms().saturating_add(self.offset_ms.load(Ordering::Relaxed)))
            }
            frozen => Timestamp::from_millis(frozen),
        }
    }

    /// Sets the clock to a moment, from which it runs on.
    pub fn set(&self, now: Timestamp) {
        self.offset_ms.store(now.millis().saturating_sub(machine_ms()), Ordering::Relaxed);
        self.frozen_ms.store(RUNNING, Ordering::Relaxed);
    }

    /// Stops the clock at a moment.
    pub fn freeze(&self, now: Timestamp) {
        self.frozen_ms.store(now.millis(), Ordering::Relaxed);
    }

    /// Moves the clock by so many milliseconds, back if they are negative.
    pub fn advance(&self, millis: i64) {
        match self.frozen_ms.load(Ordering::Relaxed) {
            RUNNING => {
                let offset = self.offset_ms.load(Ordering::Relaxed);
                self.offset_ms.store(offset.saturating_add(millis), Ordering::Relaxed);
            }
            frozen => self.frozen_ms.store(frozen.saturating_add(millis), Ordering::Relaxed),
        }
    }

    /// Sets the clock back to the machine's time.
    pub fn reset(&self) {
        self.offset_ms.store(0, Ordering::Relaxed);
        self.frozen_ms.store(RUNNING, Ordering::Relaxed);
    }
}

impl Default for Clock {
    fn default() -> Clock {
        Clock::new()
    }
}

fn machine_ms() -> i64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_stands_runs_and_moves() {
        let clock = Clock::new();
        clock.freeze(Timestamp::from_millis(1_000));
        assert_eq!(clock.now().millis(), 1_000);
        clock.advance(500);
        assert_eq!(clock.now().millis(), 1_500);
        clock.set(Timestamp::from_millis(10_000));
        assert!((10_000..20_000).contains(&clock.now().millis()));
        clock.reset();
        assert!((clock.now().millis() - machine_ms()).abs() < 10_000);
    }
}
