//! The report as a few lines of Markdown, for the summary of a CI run.

use super::{Fidelity, Report, causes};
use std::fmt::Write as _;

/// How many causes a summary names.
const MOST_CAUSES: usize = 20;

impl Report {
    /// The report as Markdown.
    pub fn to_markdown(&self) -> String {
        let mut text = format!("## Conformance of {}\n\n", self.target);
        text.push_str(
            "| service | compared | status | + body | + headers | differs | not served | not compared |\n",
        );
        text.push_str("|---|--:|--:|--:|--:|--:|--:|--:|\n");
        for (service, (fidelity, _)) in self.fidelities() {
            row(&mut text, &service, &fidelity);
        }
        row(&mut text, "**all**", &self.fidelity());
        let causes = causes(self);
        if !causes.is_empty() {
            text.push_str("\n| times | where | kind | AWS | here |\n|--:|---|---|---|---|\n");
        }
        for cause in causes.iter().take(MOST_CAUSES) {
            let cell = |value: &Option<String>| match value {
                Some(value) => format!("`{}`", short(value)),
                None => "nothing".to_owned(),
            };
            let (recorded, actual) = (cell(&cause.difference.recorded), cell(&cause.difference.actual));
            let _ = writeln!(
                text,
                "| {} | `{}` {} | {} | {recorded} | {actual} |",
                cause.count, cause.service, cause.path, cause.kind
            );
        }
        if causes.len() > MOST_CAUSES {
            let _ = writeln!(text, "\n… and {} causes more.", causes.len() - MOST_CAUSES);
        }
        if !self.compared_anything() {
            text.push_str("\n**Nothing was compared.**\n");
        }
        text
    }
}

fn row(text: &mut String, name: &str, fidelity: &Fidelity) {
    let Fidelity { counts, status, body, headers } = fidelity;
    let percent = |number: &usize| fidelity.percent(*number);
    let _ = writeln!(
        text,
        "| {name} | {} | {} | {} | {} | {} | {} | {} |",
        fidelity.compared(),
        percent(status),
        percent(body),
        percent(headers),
        counts.differs,
        counts.not_served,
        counts.not_compared
    );
}

/// What fits a table's cell.
fn short(value: &str) -> String {
    let line: String = value.chars().take(80).collect();
    line.replace(['\n', '\r', '`'], " ").replace('|', "\\|")
}
