//! The report for people at a terminal: what differs by cause, then what was let through, then the totals.

use super::{Cause, Fidelity, Report, causes};
use crate::verdict::Verdict;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How many lines of a diff or a request are shown.
const MOST_LINES: usize = 40;

impl Report {
    /// The report as text.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for cause in causes(self) {
            write_cause(&mut text, &cause, self.sides());
        }
        self.write_unjudged(&mut text);
        let masked = self.masked();
        if !masked.is_empty() {
            text.push_str("values that AWS does not promise, compared by form:\n");
        }
        for masked in masked {
            let _ =
                writeln!(text, "  {:>6}  {} ({}): {}", masked.count, masked.rule, masked.form, masked.reason);
        }
        self.write_totals(&mut text);
        text
    }

    /// What the two sides of a difference are called.
    fn sides(&self) -> (&'static str, &'static str) {
        if self.drift().is_some() { ("then:", "now:") } else { ("AWS:", "here:") }
    }

    /// What was not served and what was not compared, by what was said.
    fn write_unjudged(&self, text: &mut String) {
        let mut reasons: BTreeMap<(&str, String, &str), usize> = BTreeMap::new();
        for (_, interaction) in self.interactions() {
            let (verdict, reason) = match &interaction.verdict {
                Verdict::NotServed { reason } => ("not served", reason),
                Verdict::NotCompared { reason } => ("not compared", reason),
                _ => continue,
            };
            let operation = format!("{} {}", interaction.service, interaction.operation);
            *reasons.entry((verdict, operation, reason)).or_default() += 1;
        }
        for ((verdict, operation, reason), count) in reasons {
            let _ = writeln!(text, "{verdict}: {operation}, {count}×: {reason}");
        }
    }

    fn write_totals(&self, text: &mut String) {
        let _ = writeln!(
            text,
            "\n{:<40} {:>8} {:>7} {:>7} {:>9} {:>8} {:>10} {:>12}",
            self.target, "compared", "status", "+ body", "+ headers", "differs", "not served", "not compared"
        );
        for (service, (fidelity, operations)) in self.fidelities() {
            write_row(text, &service, &fidelity);
            for (operation, fidelity) in operations {
                write_row(text, &format!("  {operation}"), &fidelity);
            }
        }
        write_row(text, "all", &self.fidelity());
        let timing = self.counts().timing;
        if timing > 0 {
            let _ = writeln!(text, "of those that pass, further on than AWS was (timing): {timing}");
        }
        let proving = self.cassettes.iter().filter(|cassette| cassette.proves).count();
        if proving < self.cassettes.len() {
            let _ =
                writeln!(text, "cassettes that are no recordings of AWS: {}", self.cassettes.len() - proving);
        }
        match self.drift() {
            Some(drift) => drop(writeln!(text, "{drift}")),
            None if !self.compared_anything() => text.push_str("nothing was compared\n"),
            None => {}
        }
    }
}

fn write_cause(text: &mut String, cause: &Cause<'_>, (then, now): (&str, &str)) {
    let (cassette, index) = cause.example;
    let _ = writeln!(
        text,
        "{} {} {}: {}×, as in {cassette} [{index}]",
        cause.service, cause.path, cause.kind, cause.count
    );
    let side = |value: &Option<String>| value.as_deref().unwrap_or("nothing").to_owned();
    let _ = writeln!(text, "  {then:<5} {}", side(&cause.difference.recorded));
    let _ = writeln!(text, "  {now:<5} {}", side(&cause.difference.actual));
    if let Some(exchange) = cause.exchange {
        indented(text, &exchange.request);
        text.push('\n');
        indented(text, &exchange.diff());
    }
    text.push('\n');
}

fn indented(text: &mut String, lines: &str) {
    let count = lines.lines().count();
    for line in lines.lines().take(MOST_LINES) {
        let line: String = line.chars().take(200).collect();
        let _ = writeln!(text, "    {line}");
    }
    if count > MOST_LINES {
        let _ = writeln!(text, "    … {} lines more", count - MOST_LINES);
    }
}

fn write_row(text: &mut String, name: &str, fidelity: &Fidelity) {
    let Fidelity { counts, status, body, headers } = fidelity;
    let _ = writeln!(
        text,
        "{name:<40} {:>8} {:>7} {:>7} {:>9} {:>8} {:>10} {:>12}",
        fidelity.compared(),
        fidelity.percent(*status),
        fidelity.percent(*body),
        fidelity.percent(*headers),
        counts.differs,
        counts.not_served,
        counts.not_compared
    );
}
