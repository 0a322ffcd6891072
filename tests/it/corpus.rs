//! The corpus: what AWS does, as cassettes, replayed against the emulator in this process. A cassette is a test, named
//! by its path; adding one adds no Rust. That each is well made is held in `cassettes`.

use ruststack_cassettes::{Cassette, Evidence};
use ruststack_cli::in_process::InProcess;
use ruststack_conformance::report::CassetteReport;
use ruststack_conformance::{Case, Options, Verdict, verify};
use ruststack_emulator::{Config, Emulator};
use ruststack_harness::places::workspace;
use std::sync::Arc;

/// Every cassette of the corpus, by its name.
fn corpus() -> Vec<(String, Cassette)> {
    let folder = workspace().join("cassettes/corpus");
    let cassettes = ruststack_cassettes::read(&folder).unwrap_or_else(|error| panic!("{error}"));
    let named = cassettes.into_iter().map(|(path, cassette)| {
        let below = path.strip_prefix(&folder).expect("what was found lies below the corpus");
        (below.with_extension("").to_string_lossy().into_owned(), cassette)
    });
    named.collect()
}

#[tokio::test]
async fn the_emulator_answers_as_the_corpus_says() {
    let cases = corpus().into_iter().map(|(name, cassette)| Case { name, cassette: Arc::new(cassette) });
    let report = verify(cases.collect(), Arc::new(InProcess), &Options::default()).await;
    let told: Vec<(&str, Vec<String>)> =
        report.cassettes.iter().map(|cassette| (cassette.name.as_str(), what_differs(cassette))).collect();
    // All of it first, since a snapshot that fails is the last.
    told.iter().flat_map(|(_, lines)| lines).for_each(|line| eprintln!("{line}"));
    for (name, lines) in told {
        let told = if lines.is_empty() { "no differences".to_owned() } else { lines.join("\n") };
        insta::with_settings!({description => name}, {
            insta::allow_duplicates! { insta::assert_snapshot!(told, @"no differences") }
        });
    }
}

/// What differs in one cassette, a line for each difference; one of which nothing was compared says so.
fn what_differs(cassette: &CassetteReport) -> Vec<String> {
    let name = &cassette.name;
    let was_compared = |verdict: &Verdict| matches!(verdict, Verdict::Pass | Verdict::Differs { .. });
    let mut told = Vec::new();
    let is_skipped = |verdict: &Verdict| matches!(verdict, Verdict::NotServed { .. });
    if !cassette.interactions.iter().any(|one| was_compared(&one.verdict) || is_skipped(&one.verdict)) {
        told.push(format!("{name}: nothing was compared"));
    }
    for one in &cassette.interactions {
        let place = format!("{name} [{}] {}", one.index, one.operation);
        match &one.verdict {
            Verdict::Pass | Verdict::NotCompared { .. } => {}
            // A function runs where its language is.
            Verdict::NotServed { reason } if reason.contains("was found on this machine") => {
                eprintln!("skipped: {place}: {reason}");
            }
            Verdict::NotServed { reason } => told.push(format!("{place}: not served: {reason}")),
            Verdict::Differs { differences } => told.extend(differences.iter().map(|difference| {
                let said = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
                let (aws, here) = (said(&difference.recorded), said(&difference.actual));
                format!("{place}: {} ({}): AWS {aws}, here {here}", difference.path, difference.kind)
            })),
        }
    }
    told
}

/// The operations that no cassette of the corpus calls yet.
const WITHOUT: [&str; 0] = [];

#[test]
fn every_operation_has_a_cassette() {
    let cassettes = corpus();
    let evidence = Evidence::of(cassettes.iter().map(|(_, cassette)| cassette));
    let implemented = Emulator::new(Config::default()).coverage();
    let missing: Vec<&str> = implemented
        .iter()
        .flat_map(|(service, operations)| operations.iter().map(|operation| (service.name, *operation)))
        .filter(|(service, operation)| evidence.shown(service, operation).is_none())
        .map(|(_, operation)| operation)
        .collect();
    assert_eq!(missing, WITHOUT, "an operation without a cassette stands in the list, and no other");

    let listed = evidence.iter().map(|(service, operation, shown)| {
        let answers: Vec<&str> = shown.answers.iter().map(String::as_str).collect();
        format!("{service} {operation}: {}", answers.join(", "))
    });
    insta::assert_snapshot!("answers_of_the_corpus", listed.collect::<Vec<_>>().join("\n"));
}
