//! How far a run is: a bar on a terminal, plain lines where a CI system writes a log, nothing elsewhere.

use ruststack_conformance::report::{CassetteReport, Counts};
use std::io::{IsTerminal as _, Write as _, stderr};
use std::time::{Duration, Instant};

/// How wide the bar is, in characters.
const WIDTH: usize = 30;

/// A bar is drawn no more often than this.
const PAUSE: Duration = Duration::from_millis(80);

/// Tells how far a run is, on stderr.
pub(super) struct Progress {
    form: Form,
    all: usize,
    done: usize,
    interactions: usize,
    gaps: usize,
    drawn: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Bar,
    Lines,
    Nothing,
}

impl Progress {
    /// For a run over so many cassettes.
    pub(super) fn new(all: usize, is_quiet: bool) -> Progress {
        let is_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
        let form = match (is_quiet, is_ci, stderr().is_terminal()) {
            (true, ..) => Form::Nothing,
            (false, true, _) => Form::Lines,
            (false, false, true) => Form::Bar,
            (false, false, false) => Form::Nothing,
        };
        Progress { form, all, done: 0, interactions: 0, gaps: 0, drawn: None }
    }

    /// Another cassette is done.
    pub(super) fn step(&mut self, report: &CassetteReport) {
        let Counts { differs, not_served, .. } = report.counts();
        let tenth = self.done * 10 / self.all.max(1);
        self.done += 1;
        self.interactions += report.interactions.len();
        self.gaps += differs + not_served;
        match self.form {
            Form::Bar if self.drawn.is_none_or(|drawn| drawn.elapsed() >= PAUSE) => {
                self.drawn = Some(Instant::now());
                let _ = write!(stderr(), "\r\x1b[2K{}", self.bar());
            }
            Form::Lines if self.done * 10 / self.all.max(1) > tenth => {
                let _ = writeln!(stderr(), "{}", self.line());
            }
            _ => {}
        }
    }

    /// Takes the bar away, so that the report has the terminal for itself.
    pub(super) fn finish(&self) {
        if self.form == Form::Bar {
            let _ = write!(stderr(), "\r\x1b[2K");
        }
    }

    fn line(&self) -> String {
        let Progress { all, done, interactions, gaps, .. } = self;
        format!("{done} of {all} cassettes, {interactions} interactions, {gaps} not as AWS answered")
    }

    fn bar(&self) -> String {
        let filled = self.done * WIDTH / self.all.max(1);
        format!("[{}{}] {}", "#".repeat(filled), "-".repeat(WIDTH - filled), self.line())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_full_as_the_run_is_far() {
        let progress =
            |done| Progress { form: Form::Bar, all: 4, done, interactions: 7, gaps: 1, drawn: None };
        assert!(progress(0).bar().starts_with("[------------------------------] 0 of 4 cassettes"));
        assert!(progress(2).bar().starts_with("[###############---------------] 2 of 4"));
        assert!(progress(4).bar().starts_with("[##############################]"));
        assert_eq!(progress(4).line(), "4 of 4 cassettes, 7 interactions, 1 not as AWS answered");
    }
}
