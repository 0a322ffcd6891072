//! Two endpoints, one of which does not serve a service.

use super::Scorecard;
use crate::report::{CassetteReport, InteractionReport, Report};
use crate::verdict::{Difference, Kind, Verdict};

fn report(verdicts: Vec<(&str, Verdict)>) -> Report {
    let interactions =
        verdicts.into_iter().enumerate().map(|(index, (service, verdict))| InteractionReport {
            index,
            service: service.to_owned(),
            operation: "Operation".to_owned(),
            verdict,
            timing: Vec::new(),
            exchange: None,
        });
    let cassette = CassetteReport {
        name: "one".to_owned(),
        proves: true,
        interactions: interactions.collect(),
        masked: Vec::new(),
    };
    Report { version: Report::VERSION, target: "t".to_owned(), cassettes: vec![cassette] }
}

fn differs(kind: Kind) -> Verdict {
    let difference = Difference { path: "p".into(), kind, recorded: None, actual: None };
    Verdict::Differs { differences: vec![difference] }
}

fn scorecard() -> Scorecard {
    let mut card = Scorecard::default();
    card.add(
        "ours",
        &report(vec![("s3", Verdict::Pass), ("s3", differs(Kind::Header)), ("sqs", Verdict::Pass)]),
    );
    let not_served = Verdict::NotServed { reason: "501".into() };
    card.add(
        "<theirs>",
        &report(vec![("s3", differs(Kind::Status)), ("s3", differs(Kind::Value)), ("sqs", not_served)]),
    );
    card
}

#[test]
fn endpoints_stand_side_by_side() {
    insta::assert_snapshot!(scorecard().to_markdown());
}

#[test]
fn what_is_drawn_is_what_was_found() {
    let svg = scorecard().to_svg();
    // All of one's status, half of the other's; names are text.
    assert!(svg.contains(r##"width="500.0" height="8" fill="#8fb8de""##), "{svg}");
    assert!(svg.contains(r##"width="250.0" height="8" fill="#8fb8de""##), "{svg}");
    assert!(svg.contains("&lt;theirs&gt;") && !svg.contains("<theirs>"), "{svg}");
    let html = scorecard().to_html();
    assert!(
        html.contains(
            "<td>&lt;theirs&gt;</td><td>2</td><td>50.0</td><td>0.0</td><td>0.0</td><td>0</td><td>0</td>"
        ),
        "{html}"
    );
    assert!(!html.contains("http:") || html.contains("http://www.w3.org/2000/svg"), "no network is needed");
}
