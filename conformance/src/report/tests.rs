//! The same small report in every form.

use super::*;
use crate::verdict::{Difference, Kind};

fn report() -> Report {
    let difference = |index: usize, kind| Difference {
        path: format!("ListTopics.Topics[{index}].TopicArn"),
        kind,
        recorded: Some("a|b".to_owned()),
        actual: None,
    };
    let exchange = Exchange {
        request: "POST /\n".to_owned(),
        recorded: "200\na: 1\nb: 2\n".to_owned(),
        actual: "200\na: 1\nb: 3\n".to_owned(),
        masked: Vec::new(),
    };
    let interaction = |index, verdict, exchange| InteractionReport {
        index,
        service: "sns".to_owned(),
        operation: "ListTopics".to_owned(),
        verdict,
        timing: Vec::new(),
        exchange,
    };
    let differs =
        Verdict::Differs { differences: vec![difference(0, Kind::Missing), difference(1, Kind::Missing)] };
    let masked = MaskedCount {
        rule: "header date".to_owned(),
        form: "timestamp".to_owned(),
        reason: "AWS acts before.".to_owned(),
        count: 2,
    };
    let not_compared = Verdict::NotCompared { reason: "cut".to_owned() };
    let not_served = Verdict::NotServed { reason: "501 <x>".to_owned() };
    let cassette = |name: &str, interactions, masked| CassetteReport {
        name: name.to_owned(),
        proves: true,
        interactions,
        masked,
    };
    let first = vec![interaction(0, Verdict::Pass, None), interaction(1, differs, Some(exchange))];
    let second = vec![interaction(0, not_compared, None)];
    let third = vec![interaction(0, not_served, None)];
    Report {
        version: Report::VERSION,
        target: "here".to_owned(),
        cassettes: vec![
            cassette("sns/one", first, vec![masked]),
            cassette("sns/two", second, vec![]),
            cassette("three", third, vec![]),
        ],
    }
}

#[test]
fn text_groups_by_cause() {
    insta::assert_snapshot!(report().to_text());
}

#[test]
fn statuses_are_causes_by_their_values() {
    let mut report = report();
    for (index, actual) in ["200", "301", "200"].into_iter().enumerate() {
        let (recorded, actual) = (Some("206".to_owned()), Some(actual.to_owned()));
        let path = "GetObject.status".to_owned();
        let difference = Difference { path, kind: Kind::Status, recorded, actual };
        report.cassettes[1].interactions.push(InteractionReport {
            index,
            service: "s3".to_owned(),
            operation: "GetObject".to_owned(),
            verdict: Verdict::Differs { differences: vec![difference] },
            timing: Vec::new(),
            exchange: None,
        });
    }
    let counts: Vec<usize> = causes(&report).iter().map(|cause| cause.count).collect();
    assert_eq!(counts, [2, 1, 1]);
}

#[test]
fn markdown_is_short() {
    insta::assert_snapshot!(report().to_markdown());
}

#[test]
fn junit_has_a_case_per_cassette() {
    insta::assert_snapshot!(report().to_junit());
}

#[test]
fn json_is_read_back() {
    let report = report();
    let again: Report = serde_json::from_str(&report.to_json()).expect("the report is read");
    assert_eq!(again, report);
}

#[test]
fn a_run_that_compared_nothing_says_so() {
    let mut report = report();
    report.cassettes.remove(0);
    assert!(!report.compared_anything());
    assert!(report.to_text().contains("nothing was compared"));
}
