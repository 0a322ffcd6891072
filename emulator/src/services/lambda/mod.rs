//! Lambda: functions, and the processes that they run in.
#![expect(dead_code, reason = "the operations come with the next pieces")]

mod code;
