//! Lambda: functions, and the processes that they run in.
#![expect(dead_code, unused_imports, reason = "the operations come with the next pieces")]

mod code;
mod executor;
mod pool;
