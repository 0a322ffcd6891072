//! The end of what a function started and what has left its group since.

use super::limits::processes;
use rustix::process::{Pid, Signal, kill_process};
use std::time::Duration;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

/// When it is looked again. A process that starts another program has no variables for a moment, and one that is started
/// while the machine's processes are listed may not be among them.
const LOOKS: [Duration; 4] =
    [Duration::ZERO, Duration::from_millis(20), Duration::from_millis(200), Duration::from_secs(1)];

/// Ends all processes that have these variables, whatever group they are in, and those that they start meanwhile.
pub(super) async fn sweep(marks: [String; 3]) {
    for pause in LOOKS {
        sleep(pause).await;
        let marks = marks.clone();
        // A list of many processes takes milliseconds.
        if spawn_blocking(move || once(&marks)).await.is_err() {
            return;
        }
    }
}

/// Ends those that have these variables now, until nobody has.
pub(super) fn once(marks: &[String]) {
    // Who is killed is gone when the machine comes to it, which may take a few looks.
    for _ in 0..100 {
        let found = with_variables(marks);
        if found.is_empty() {
            return;
        }
        for process in found {
            let _ = kill_process(process, Signal::KILL);
        }
    }
}

/// The processes that have all of these among their variables.
fn with_variables(wanted: &[String]) -> Vec<Pid> {
    let has = |id: &u32| {
        let variables = std::fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
        let is_there = |wanted: &String| {
            variables.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes())
        };
        wanted.iter().all(is_there)
    };
    processes().filter(has).filter_map(|id| Pid::from_raw(id as i32)).collect()
}
