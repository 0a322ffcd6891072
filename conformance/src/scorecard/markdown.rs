//! The scorecard as a table in Markdown.

use super::{LAYERS, Scorecard};
use std::fmt::Write as _;

impl Scorecard {
    /// A table for each service: a line for each endpoint.
    pub fn to_markdown(&self) -> String {
        let mut text = String::new();
        for (service, fidelities) in self.rows() {
            let _ = writeln!(text, "### {service}\n");
            let _ = writeln!(
                text,
                "| endpoint | compared | {} | not served | not compared |\n|---|--:|--:|--:|--:|--:|--:|",
                LAYERS.map(|(name, _)| name).join(" | ")
            );
            for (endpoint, fidelity) in self.endpoints.iter().zip(fidelities) {
                let name = endpoint.name.replace('|', "\\|");
                let Some(fidelity) = fidelity else {
                    let _ = writeln!(text, "| {name} | - | - | - | - | - | - |");
                    continue;
                };
                let shares = LAYERS.map(|(_, of)| match fidelity.percent(of(fidelity)).as_str() {
                    "-" => "-".to_owned(),
                    percent => format!("{percent} %"),
                });
                let _ = writeln!(
                    text,
                    "| {name} | {} | {} | {} | {} |",
                    fidelity.compared(),
                    shares.join(" | "),
                    fidelity.counts.not_served,
                    fidelity.counts.not_compared
                );
            }
            text.push('\n');
        }
        text
    }
}
