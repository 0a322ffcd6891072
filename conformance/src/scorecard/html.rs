//! The scorecard as one page that needs no network.

use super::{LAYERS, Scorecard};
use quick_xml::escape::escape;
use std::fmt::Write as _;

impl Scorecard {
    /// The page: the picture, and the numbers below it.
    pub fn to_html(&self) -> String {
        let mut tables = String::new();
        for (service, fidelities) in self.rows() {
            let heads: String = LAYERS.iter().map(|(name, _)| format!("<th>{name}</th>")).collect();
            let _ = write!(
                tables,
                "<h2>{}</h2><table><tr><th>endpoint</th><th>compared</th>{heads}<th>not served</th><th>not compared</th></tr>",
                escape(service)
            );
            for (endpoint, fidelity) in self.endpoints.iter().zip(fidelities) {
                let _ = write!(tables, "<tr><td>{}</td>", escape(endpoint.name.as_str()));
                match fidelity {
                    Some(fidelity) => {
                        let _ = write!(tables, "<td>{}</td>", fidelity.compared());
                        for (_, of) in LAYERS {
                            let _ = write!(tables, "<td>{}</td>", fidelity.percent(of(fidelity)));
                        }
                        let counts = &fidelity.counts;
                        let _ =
                            write!(tables, "<td>{}</td><td>{}</td>", counts.not_served, counts.not_compared);
                    }
                    None => tables.push_str(&"<td>-</td>".repeat(6)),
                }
                tables.push_str("</tr>");
            }
            tables.push_str("</table>");
        }
        format!(
            r#"<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Scorecard</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 900px; margin: 2rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse; margin-bottom: 1.5rem }}
th, td {{ padding: .25rem .75rem; text-align: right; border-bottom: 1px solid #8884; font-variant-numeric: tabular-nums }}
th:first-child, td:first-child {{ text-align: left }}
svg {{ max-width: 100%; height: auto }}
</style>
<h1>How much of what AWS answered each gives again</h1>
<p>Of the answers that were compared, in percent: the same status; the same status and body; the same status, body and headers.</p>
{}{tables}
</html>
"#,
            self.to_svg()
        )
    }
}
