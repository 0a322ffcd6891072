//! `record --shadow`: what AWS answers is asked of an emulator too, behind the application, and what differs is told.

use crate::in_process::InProcess;
use ruststack_cassettes::Cassette;
use ruststack_conformance::replay::{Heard, Live};
use ruststack_conformance::{Difference, Endpoint, Remote, Verdict};
use ruststack_recorder::Recording;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;

/// The name of the emulator in this process, where no URL is given.
pub(crate) const IN_PROCESS: &str = "in-process";

/// How long is waited, at the end, for calls that are still to be made again.
const PATIENCE: Duration = Duration::from_secs(30);

/// A value is told by so many characters of it.
const LONGEST: usize = 80;

/// An emulator that is asked what AWS is asked.
pub(crate) struct Shadow {
    emulator: Emulator,
    /// The emulator's account, where it cannot be the caller's.
    account: Option<String>,
}

enum Emulator {
    InProcess,
    At(Box<Remote>),
}

/// The calls that were made again so far, counted.
#[derive(Debug, Default)]
struct Tally {
    heard: usize,
    alike: usize,
    differ: usize,
    not_served: usize,
    not_compared: usize,
    /// By operation, and by kind or what else is said.
    by_operation: BTreeMap<(String, String), usize>,
}

/// A shadow at work.
pub(crate) struct Following {
    task: JoinHandle<()>,
    tally: Arc<Mutex<Tally>>,
}

impl Shadow {
    /// Reads what `--shadow` says: [`IN_PROCESS`] or a URL.
    pub(crate) fn parse(text: &str, account: Option<String>) -> Result<Shadow, String> {
        let emulator = match text {
            IN_PROCESS => Emulator::InProcess,
            url => {
                let remote = Remote::new(url, None).map_err(|error| format!("--shadow: {error}"))?;
                Emulator::At(Box::new(remote))
            }
        };
        Ok(Shadow { emulator, account })
    }

    /// Begins to follow a recording.
    pub(crate) async fn follow(self, recording: &Recording) -> Result<Following, String> {
        let mut follow = recording.follow().await;
        let (session, moves_its_clock) = match &self.emulator {
            Emulator::InProcess => {
                let opened = InProcess.open(&Cassette::default()).await;
                (opened.map_err(|error| error.to_string())?, InProcess.moves_its_clock())
            }
            Emulator::At(remote) => (remote.session(), remote.moves_its_clock()),
        };
        let mut live = Live::new(session, moves_its_clock, follow.account(), self.account.as_deref())?;
        let tally = Arc::<Mutex<Tally>>::default();
        let counts = tally.clone();
        let task = tokio::spawn(async move {
            let note = |heard: &Heard| {
                let line = counts.lock().unwrap_or_else(PoisonError::into_inner).note(heard);
                line.into_iter().for_each(|line| eprintln!("{line}"));
            };
            while let Some(interaction) = follow.next().await {
                let heard = live.hear(&interaction).await;
                counts.lock().unwrap_or_else(PoisonError::into_inner).heard += 1;
                note(&heard);
            }
            live.left().iter().for_each(note);
        });
        Ok(Following { task, tally })
    }
}

impl Following {
    /// Waits for what is still to be made again, but not forever, and tells the counts.
    pub(crate) async fn finish(mut self) {
        let done = tokio::time::timeout(PATIENCE, &mut self.task).await;
        if done.is_err() {
            self.task.abort();
            eprintln!("shadow: not all calls were made again within {} s", PATIENCE.as_secs());
        }
        eprint!("{}", self.tally.lock().unwrap_or_else(PoisonError::into_inner).told());
    }
}

impl Tally {
    /// Counts a call, and gives the line that is told of it, if there is one.
    fn note(&mut self, heard: &Heard) -> Option<String> {
        let Heard { service, operation, verdict } = heard;
        let mut count = |what: String| {
            let counted = self.by_operation.entry((format!("{service} {operation}"), what)).or_default();
            *counted += 1;
            *counted
        };
        match verdict {
            Verdict::Pass => {
                self.alike += 1;
                None
            }
            Verdict::NotCompared { .. } => {
                self.not_compared += 1;
                None
            }
            Verdict::NotServed { reason } => {
                self.not_served += 1;
                // Once says it for all.
                let first = count("not served".to_owned()) == 1;
                first.then(|| format!("shadow: {service} {operation} not served: {}", shown(Some(reason))))
            }
            Verdict::Differs { differences } => {
                self.differ += 1;
                let kinds: BTreeSet<String> = differences.iter().map(|one| one.kind.to_string()).collect();
                for kind in kinds {
                    count(kind);
                }
                let Difference { path, kind, recorded, actual } = differences.first()?;
                let more = match differences.len() {
                    1 => String::new(),
                    many => format!(" (and {} more)", many - 1),
                };
                let (aws, here) = (shown(recorded.as_deref()), shown(actual.as_deref()));
                Some(format!("shadow: {service} {operation} {kind} at {path}: AWS {aws}, here {here}{more}"))
            }
        }
    }

    /// What there was, by operation and kind.
    fn told(&self) -> String {
        let Tally { heard, alike, differ, not_served, not_compared, by_operation } = self;
        let mut told = format!(
            "shadow: {heard} calls, {alike} alike, {differ} differ, {not_served} not served, {not_compared} not compared\n"
        );
        for ((operation, what), count) in by_operation {
            told.push_str(&format!("  {operation} {what}: {count}\n"));
        }
        told
    }
}

/// A value in a line: short, and without what would move a terminal's cursor.
fn shown(value: Option<&str>) -> String {
    let Some(value) = value else { return "nothing".to_owned() };
    let mut shown: String = value.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if value.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruststack_conformance::Kind;

    fn heard(verdict: Verdict) -> Heard {
        Heard { service: "s3".to_owned(), operation: "GetObject".to_owned(), verdict }
    }

    fn differs(kind: Kind, recorded: &str) -> Difference {
        let path = "GetObject.header.etag".to_owned();
        Difference { path, kind, recorded: Some(recorded.to_owned()), actual: None }
    }

    #[test]
    fn a_call_is_a_line_and_counts_once_for_each_kind() {
        let mut tally = Tally::default();
        let differences = vec![differs(Kind::Header, "a\u{1b}[2J"), differs(Kind::Header, "b")];
        let line = tally.note(&heard(Verdict::Differs { differences }));
        assert_eq!(
            line.as_deref(),
            Some(
                "shadow: s3 GetObject header at GetObject.header.etag: AWS \"a\\u{1b}[2J\", here nothing (and 1 more)"
            )
        );
        let refused = || heard(Verdict::NotServed { reason: "501".to_owned() });
        assert!(tally.note(&refused()).is_some() && tally.note(&refused()).is_none(), "once says it for all");
        assert_eq!(tally.note(&heard(Verdict::Pass)), None);
        assert_eq!(
            tally.told(),
            "shadow: 0 calls, 1 alike, 1 differ, 2 not served, 0 not compared\n  s3 GetObject header: 1\n  s3 GetObject not served: 2\n"
        );
    }
}
