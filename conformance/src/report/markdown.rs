//! The report as a few lines of Markdown, for the summary of a CI run.

use super::{Cause, Fidelity, Report, causes};
use std::fmt::Write as _;

/// How many causes a summary names.
const MOST_CAUSES: usize = 50;

/// What a summary may take, in bytes: a comment or a step's summary takes no more.
const LARGEST: usize = 60_000;

/// What is left for the last lines.
const END: usize = 400;

impl Report {
    /// The report as Markdown, shorter than 60 kB. What does not fit is counted.
    pub fn to_markdown(&self) -> String {
        let mut text = format!("## Conformance of {}\n\n", short(&self.target));
        if let Some(drift) = self.drift() {
            let _ = writeln!(text, "**{drift}.**\n");
        }
        text.push_str(
            "| service | compared | status | + body | + headers | differs | not served | not compared |\n",
        );
        text.push_str("|---|--:|--:|--:|--:|--:|--:|--:|\n");
        let services: Vec<String> =
            self.fidelities().iter().map(|(service, (fidelity, _))| row(&short(service), fidelity)).collect();
        // The causes may take half of what there is.
        let left_out = fill(&mut text, &services, LARGEST / 2);
        text.push_str(&row("**all**", &self.fidelity()));
        if left_out > 0 {
            let _ = writeln!(text, "\n… and {left_out} services more.");
        }
        let timing = self.counts().timing;
        if timing > 0 {
            let _ = writeln!(text, "\n{timing} of those that pass were further on than AWS (timing).");
        }
        let causes = causes(self);
        if !causes.is_empty() {
            text.push_str("\n| times | where | kind | AWS | here |\n|--:|---|---|---|---|\n");
        }
        let lines: Vec<String> = causes.iter().take(MOST_CAUSES).map(line).collect();
        let left_out = causes.len() - lines.len() + fill(&mut text, &lines, LARGEST - END);
        if left_out > 0 {
            let _ = writeln!(text, "\n… and {left_out} causes more.");
        }
        if !self.compared_anything() {
            text.push_str("\n**Nothing was compared.**\n");
        }
        text
    }
}

/// Adds lines while there is room; gives how many had none.
fn fill(text: &mut String, lines: &[String], most: usize) -> usize {
    let fitting = lines.iter().take_while(|line| {
        let has_room = text.len() + line.len() <= most;
        if has_room {
            text.push_str(line);
        }
        has_room
    });
    lines.len() - fitting.count()
}

/// The line of a cause.
fn line(cause: &Cause<'_>) -> String {
    let cell = |value: &Option<String>| match value {
        Some(value) => format!("`{}`", short(value)),
        None => "nothing".to_owned(),
    };
    let (recorded, actual) = (cell(&cause.difference.recorded), cell(&cause.difference.actual));
    let place = format!("`{}` {}", cause.service, short(&cause.path));
    format!("| {} | {place} | {} | {recorded} | {actual} |\n", cause.count, cause.kind)
}

fn row(name: &str, fidelity: &Fidelity) -> String {
    let Fidelity { counts, status, body, headers } = fidelity;
    let percent = |number: &usize| fidelity.percent(*number);
    format!(
        "| {name} | {} | {} | {} | {} | {} | {} | {} |\n",
        fidelity.compared(),
        percent(status),
        percent(body),
        percent(headers),
        counts.differs,
        counts.not_served,
        counts.not_compared
    )
}

/// What fits a table's cell.
fn short(value: &str) -> String {
    let line: String = value.chars().take(80).collect();
    line.replace(['\n', '\r', '`'], " ").replace('|', "\\|")
}
