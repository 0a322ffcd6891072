//! Which runs are good enough.

use super::*;
use crate::report::{CassetteReport, InteractionReport};
use crate::verdict::Difference;
use time::macros::date;

fn report(verdict: Verdict) -> Report {
    let interaction = |index, verdict| InteractionReport {
        index,
        service: "sns".to_owned(),
        operation: "ListTopics".to_owned(),
        verdict,
        timing: Vec::new(),
        exchange: None,
    };
    let cassette = CassetteReport {
        name: "sns/list".to_owned(),
        proves: true,
        interactions: vec![interaction(0, Verdict::Pass), interaction(1, verdict)],
        masked: Vec::new(),
    };
    Report { version: 1, target: "here".to_owned(), cassettes: vec![cassette] }
}

fn differs() -> Verdict {
    let path = "ListTopics.Topics[3].TopicArn".to_owned();
    let difference = Difference { path, kind: Kind::Missing, recorded: None, actual: None };
    Verdict::Differs { differences: vec![difference] }
}

#[track_caller]
fn check(known: &str, verdict: Verdict, complaints: &[&str]) {
    let outcome = KnownGaps::parse(known).unwrap().judge_on(&report(verdict), date!(2026 - 06 - 02));
    let said: Vec<String> = match &outcome {
        GateOutcome::Open => Vec::new(),
        GateOutcome::Shut(complaints) => complaints.iter().map(Complaint::to_string).collect(),
    };
    assert_eq!(said, complaints);
    assert_eq!(outcome.exit_code(), u8::from(!complaints.is_empty()));
}

#[test]
fn a_gap_must_be_known() {
    check("[]", Verdict::Pass, &[]);
    check("[]", differs(), &["not a known gap: sns/list: ListTopics ListTopics.Topics[].TopicArn missing"]);
    check(r#"[{"cassette":"sns/*","path":"ListTopics.Topics[].TopicArn","kind":"missing"}]"#, differs(), &[]);
    let served = Verdict::NotServed { reason: "501".to_owned() };
    check(r#"[{"cassette":"*","operation":"ListTopics","kind":"not-served"}]"#, served, &[]);
}

#[test]
fn a_known_gap_must_be_there_and_in_time() {
    let entry = r#"[{"cassette":"sns/*","operation":"ListTopics"}]"#;
    check(entry, Verdict::Pass, &["no longer a gap, strike it: sns/*: ListTopics * *"]);
    let until = |day: &str| format!(r#"[{{"cassette":"sns/*","expires":"{day}","reason":"soon"}}]"#);
    check(&until("2026-06-02"), differs(), &[]);
    check(&until("2026-06-01"), differs(), &["expired: sns/*: * * *, until 2026-06-01"]);
}

#[test]
fn a_run_that_compared_nothing_fails() {
    let outcome = KnownGaps::default().judge(&Report { cassettes: Vec::new(), ..report(Verdict::Pass) });
    assert_eq!(outcome, GateOutcome::Shut(vec![Complaint::NothingCompared]));
}

#[test]
fn what_cannot_be_read_is_refused() {
    for text in [
        "{}",
        r#"[{"path":"a"}]"#,
        r#"[{"cassette":"a","kind":"odd"}]"#,
        r#"[{"cassette":"a","expires":"soon"}]"#,
    ] {
        assert!(KnownGaps::parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_star_stands_for_anything() {
    assert!(matches("a*c*", "abcbcd") && matches("*", "") && !matches("a*c", "abcd"));
}
