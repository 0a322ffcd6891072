//! The report as SARIF 2.1.0, which code hosts show beside the line of a cassette.

use super::{InteractionReport, Places, Report};
use crate::verdict::{Difference, Kind, Verdict};
use serde_json::{Value, json};

/// What one file may hold where it is usually sent to.
const MOST: usize = 5_000;

impl Report {
    /// The report as SARIF: a result for each difference, and for each interaction that is not served.
    pub fn to_sarif(&self, places: &mut Places) -> String {
        let mut results = Vec::new();
        let mut beyond = 0_usize;
        for (cassette, interaction) in self.interactions() {
            for (rule, message, level) in said(interaction) {
                if results.len() == MOST {
                    beyond += 1;
                    continue;
                }
                let place = places.of(cassette, interaction.index);
                let index = interaction.index;
                let name = format!("{cassette} [{index}]");
                let mut location = json!({ "logicalLocations": [{ "fullyQualifiedName": name }] });
                if let Some((file, line)) = place {
                    location["physicalLocation"] = json!({
                        "artifactLocation": { "uri": uri(&file) },
                        "region": { "startLine": line }
                    });
                }
                results.push(json!({
                    "ruleId": rule,
                    "level": level,
                    "message": { "text": message },
                    "locations": [location],
                    "partialFingerprints": { "gap/v1": format!("{cassette}[{index}] {message}") }
                }));
            }
        }
        let mut invocation = json!({ "executionSuccessful": true });
        if beyond > 0 {
            let text = format!("{beyond} results more are left out; the JSON report has them.");
            invocation["toolExecutionNotifications"] =
                json!([{ "level": "warning", "message": { "text": text } }]);
        }
        let document = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": {
                    "name": "ruststack verify",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules()
                }},
                "invocations": [invocation],
                "results": results
            }]
        });
        serde_json::to_string_pretty(&document).expect("texts and numbers are JSON")
    }
}

/// What is said of an interaction: the rule, the sentence, the level.
fn said(interaction: &InteractionReport) -> Vec<(String, String, &'static str)> {
    let operation = format!("{} {}", interaction.service, interaction.operation);
    let side = |value: &Option<String>| {
        let text: String = value.as_deref().unwrap_or("nothing").chars().take(200).collect();
        text
    };
    let sentence = |own: &Difference| {
        format!(
            "{operation}: {} {}: AWS {}, here {}",
            own.path,
            own.kind,
            side(&own.recorded),
            side(&own.actual)
        )
    };
    let timing = interaction.timing.iter().map(|own| (own.kind.to_string(), sentence(own), "note"));
    match &interaction.verdict {
        Verdict::Differs { differences } => {
            let differing = differences.iter().map(|own| (own.kind.to_string(), sentence(own), "error"));
            differing.chain(timing).collect()
        }
        Verdict::NotServed { reason } => {
            vec![("not-served".to_owned(), format!("{operation} is not served: {reason}"), "warning")]
        }
        Verdict::Pass | Verdict::NotCompared { .. } => timing.collect(),
    }
}

fn rules() -> Vec<Value> {
    let rule = |id: String, text: &str| json!({ "id": id, "shortDescription": { "text": text } });
    let kinds = Kind::ALL.iter().map(|kind| rule(kind.to_string(), kind.meaning()));
    let unserved = rule("not-served".to_owned(), "The endpoint does not offer the operation.");
    kinds.chain([unserved]).collect()
}

/// A path as a URI reference: what may not stand in one is encoded.
fn uri(path: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');
    percent_encoding::utf8_percent_encode(path, KEPT).to_string()
}
