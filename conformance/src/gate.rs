//! Decides whether a run is good enough: every gap must be known, and every known gap must still be there.

use crate::report::Report;
use crate::verdict::{Kind, Verdict};
use serde::Deserialize;
use std::fmt;
use std::path::Path;
use time::{Date, OffsetDateTime};

/// The gaps that are known.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct KnownGaps {
    entries: Vec<KnownGap>,
}

/// One known gap.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownGap {
    /// The cassettes it shows in: a name in which `*` stands for anything.
    pub cassette: String,
    /// The operation; any where it is not said.
    #[serde(default)]
    pub operation: Option<String>,
    /// The path without positions in lists, `*` standing for anything; any where it is not said.
    #[serde(default)]
    pub path: Option<String>,
    /// The kind, or `not-served`; any where it is not said.
    #[serde(default)]
    pub kind: Option<String>,
    /// Why it is there.
    #[serde(default)]
    pub reason: Option<String>,
    /// The last day on which it is accepted, `2026-12-31`.
    #[serde(default)]
    pub expires: Option<String>,
}

/// Why a gate stays shut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Complaint {
    /// Nothing was compared, so nothing is proved.
    NothingCompared,
    /// A gap that nobody knows of.
    Unknown(String),
    /// A known gap that is gone: its entry must be struck.
    Gone(String),
    /// A known gap whose day has passed.
    Expired(String),
}

/// What comes of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GateOutcome {
    /// Good enough.
    Open,
    /// Not good enough, and why.
    Shut(Vec<Complaint>),
}

impl GateOutcome {
    /// The exit code of the program: 0 or 1. A failure of the tool itself, 2, is not for the gate to tell.
    pub fn exit_code(&self) -> u8 {
        match self {
            GateOutcome::Open => 0,
            GateOutcome::Shut(_) => 1,
        }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Complaint::NothingCompared => f.write_str("nothing was compared"),
            Complaint::Unknown(gap) => write!(f, "not a known gap: {gap}"),
            Complaint::Gone(entry) => write!(f, "no longer a gap, strike it: {entry}"),
            Complaint::Expired(entry) => write!(f, "expired: {entry}"),
        }
    }
}

/// A gap that a run shows.
struct Gap<'a> {
    cassette: &'a str,
    operation: &'a str,
    path: String,
    kind: String,
}

impl KnownGaps {
    /// Reads a file: a JSON list of entries.
    pub fn read(path: &Path) -> Result<KnownGaps, String> {
        let wrong =
            |error: &dyn fmt::Display| format!("could not read known gaps {}: {error}", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| wrong(&error))?;
        KnownGaps::parse(&text).map_err(|error| wrong(&error))
    }

    /// Reads a JSON list of entries.
    pub fn parse(text: &str) -> Result<KnownGaps, String> {
        let gaps: KnownGaps = serde_json::from_str(text).map_err(|error| error.to_string())?;
        for entry in &gaps.entries {
            if let Some(kind) = &entry.kind {
                let is_kind = serde_json::from_value::<Kind>(kind.as_str().into()).is_ok();
                if !is_kind && kind != NOT_SERVED {
                    return Err(format!("no kind is called {kind:?}"));
                }
            }
            entry.last_day()?;
        }
        Ok(gaps)
    }

    /// Holds a run against what is known, as of today.
    pub fn judge(&self, report: &Report) -> GateOutcome {
        self.judge_on(report, OffsetDateTime::now_utc().date())
    }

    fn judge_on(&self, report: &Report, today: Date) -> GateOutcome {
        let mut complaints = Vec::new();
        if !report.compared_anything() {
            complaints.push(Complaint::NothingCompared);
        }
        let mut is_seen = vec![false; self.entries.len()];
        for gap in gaps(report) {
            let mut is_known = false;
            for (entry, seen) in self.entries.iter().zip(&mut is_seen) {
                if entry.covers(&gap) {
                    (is_known, *seen) = (true, true);
                }
            }
            if !is_known {
                let Gap { cassette, operation, path, kind } = gap;
                let complaint = Complaint::Unknown(format!("{cassette}: {operation} {path} {kind}"));
                if !complaints.contains(&complaint) {
                    complaints.push(complaint);
                }
            }
        }
        for (entry, seen) in self.entries.iter().zip(is_seen) {
            let is_past = entry.last_day().ok().flatten().is_some_and(|last| last < today);
            match seen {
                false => complaints.push(Complaint::Gone(entry.to_string())),
                true if is_past => complaints.push(Complaint::Expired(entry.to_string())),
                true => {}
            }
        }
        match complaints.is_empty() {
            true => GateOutcome::Open,
            false => GateOutcome::Shut(complaints),
        }
    }
}

const NOT_SERVED: &str = "not-served";

/// Every gap of a run: what differs, and what is not served.
fn gaps(report: &Report) -> impl Iterator<Item = Gap<'_>> {
    report.interactions().flat_map(|(cassette, interaction)| {
        let operation = interaction.operation.as_str();
        let gap = move |path, kind| Gap { cassette, operation, path, kind };
        let differences = interaction.verdict.differences().iter();
        let differing = differences.map(move |own| gap(own.pattern(), own.kind.to_string()));
        let is_unserved = matches!(interaction.verdict, Verdict::NotServed { .. });
        let unserved = is_unserved.then(|| gap(operation.to_owned(), NOT_SERVED.to_owned()));
        differing.chain(unserved)
    })
}

impl KnownGap {
    fn covers(&self, gap: &Gap<'_>) -> bool {
        let may = |pattern: &Option<String>, text: &str| {
            pattern.as_deref().is_none_or(|pattern| matches(pattern, text))
        };
        matches(&self.cassette, gap.cassette)
            && may(&self.operation, gap.operation)
            && may(&self.path, &gap.path)
            && self.kind.as_deref().is_none_or(|kind| kind == gap.kind)
    }

    fn last_day(&self) -> Result<Option<Date>, String> {
        let format = time::macros::format_description!("[year]-[month]-[day]");
        let parse = |text: &String| {
            Date::parse(text, format)
                .map_err(|_| format!("expected a day such as 2026-12-31, found {text:?}"))
        };
        self.expires.as_ref().map(parse).transpose()
    }
}

impl fmt::Display for KnownGap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let any = |part: &Option<String>| part.clone().unwrap_or_else(|| "*".to_owned());
        write!(f, "{}: {} {} {}", self.cassette, any(&self.operation), any(&self.path), any(&self.kind))?;
        self.expires.iter().try_for_each(|day| write!(f, ", until {day}"))
    }
}

/// Whether a text is what a pattern says, in which `*` stands for anything. Linear but for one way back.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut place) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while place < text.len() {
        if pattern.get(at) == Some(&b'*') {
            retry = Some((at, place));
            at += 1;
        } else if pattern.get(at) == Some(&text[place]) {
            (at, place) = (at + 1, place + 1);
        } else if let Some((star, from)) = retry {
            retry = Some((star, from + 1));
            (at, place) = (star + 1, from + 1);
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests;
