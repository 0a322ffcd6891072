//! The forms in which a run is told: what other programs read is well formed and true, and the page for people works
//! in a browser, with 20,000 interactions and whatever an endpoint may have answered.

use crate::cassettes::schema::validate;
use crate::judge::cases;
use crate::judge::change::{CLASSES, change};
use crate::serve::binary;
use fastrand::Rng;
use ruststack_conformance::endpoint::Fake;
use ruststack_conformance::report::{CassetteReport, Exchange, InteractionReport};
use ruststack_conformance::{Difference, Kind, Options, RESULTS_SCHEMA, Report, Verdict, verify};
use ruststack_harness::chromium;
use ruststack_harness::places::workspace;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

/// A run in which about every third answer is changed somewhere, and some are not offered.
async fn changed_run() -> Report {
    let fake = Fake::changing(|index, interaction, _, answer| {
        let mut random = Rng::with_seed(index as u64 + answer.body().len() as u64);
        if random.u8(..20) == 0 {
            *answer.status_mut() = http::StatusCode::NOT_IMPLEMENTED;
        } else if random.u8(..3) == 0
            && let Some(changed) = change(&mut random, CLASSES[index % CLASSES.len()], interaction, answer)
        {
            *answer = changed.answer;
        }
    });
    verify(cases(), Arc::new(fake), &Options::default()).await
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[tokio::test]
async fn the_results_are_what_their_schema_says() {
    let schema: Value = serde_json::from_str(RESULTS_SCHEMA).expect("the schema is JSON");
    let mut report = changed_run().await;
    let timing = vec![Difference {
        path: "DescribeTable.Table.TableStatus".to_owned(),
        kind: Kind::Timing,
        recorded: Some("CREATING".to_owned()),
        actual: Some("ACTIVE".to_owned()),
    }];
    report.cassettes[0].interactions[0].timing = timing;
    let counts = report.counts();
    assert!(counts.pass > 0 && counts.differs > 0 && counts.not_served > 0, "{counts:?}");
    let document: Value = serde_json::from_str(&report.to_json()).expect("the report is JSON");
    assert_eq!(validate(&schema, &document), [""; 0]);
    // Every kind and verdict that there is stands in the schema, and nothing else passes it.
    let kinds: Vec<String> = Kind::ALL.iter().map(Kind::to_string).collect();
    assert_eq!(schema["$defs"]["difference"]["properties"]["kind"]["enum"], json!(kinds));
    for (pointer, value) in [
        ("/version", json!(2)),
        ("/cassettes/0/interactions/0/verdict", json!("fine")),
        ("/cassettes/0/proves", json!("yes")),
        ("/counts/pass", json!(-1)),
        ("/masked", json!({})),
    ] {
        let mut wrong = document.clone();
        *wrong.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is there")) = value;
        assert!(!validate(&schema, &wrong).is_empty(), "{pointer}");
    }
    let mut more = document;
    more["unheard_of"] = json!(1);
    assert!(!validate(&schema, &more).is_empty());
}

/// Two cassettes in a folder of their own, of which one cannot pass: its recorded status is none that is answered.
fn folder_with_a_gap(name: &str) -> PathBuf {
    let folder = file(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    let corpus = workspace().join("cassettes/corpus");
    let text = std::fs::read_to_string(corpus.join("s3/bucket-policy.json")).expect("a cassette");
    std::fs::write(folder.join("sound.json"), &text).expect("a file");
    let broken = text.replacen("\"status\": 204", "\"status\": 202", 1);
    assert_ne!(broken, text, "an answer is changed");
    std::fs::write(folder.join("broken, one.json"), broken).expect("a file");
    folder
}

#[test]
fn code_hosts_are_led_to_the_line_of_the_interaction() {
    let folder = folder_with_a_gap("led");
    let sarif = folder.join("out.sarif");
    let junit = folder.join("out.xml");
    let output = Command::new(binary())
        .arg("verify")
        .arg(&folder)
        .arg("--sarif")
        .arg(&sarif)
        .args(["--quiet", "--report"])
        .arg(format!("junit={}", junit.display()))
        .env("GITHUB_ACTIONS", "true")
        .output()
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stdout);
    let begins = format!("::error file={}/broken%2C one.json,line=", folder.display());
    let line: usize = told
        .strip_prefix(begins.as_str())
        .and_then(|rest| rest.split(',').next())
        .and_then(|line| line.parse().ok())
        .unwrap_or_else(|| panic!("{told}"));
    let text = std::fs::read_to_string(folder.join("broken, one.json")).expect("the cassette");
    let lines: Vec<&str> = text.lines().collect();
    let changed = lines.iter().position(|line| line.contains("\"status\": 202")).expect("it is there");
    assert_eq!(lines[line - 1].trim(), "{", "an interaction begins there");
    let next = lines.iter().enumerate().skip(line).find(|(_, own)| **own == lines[line - 1]);
    assert!(line - 1 < changed && next.is_none_or(|(next, _)| changed < next), "{line} {changed}");

    let sarif: Value = serde_json::from_slice(&std::fs::read(sarif).expect("SARIF")).expect("it is JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    let status = results.iter().find(|own| own["ruleId"] == "status").expect("the status is told");
    let place = &status["locations"][0]["physicalLocation"];
    assert_eq!(place["region"]["startLine"], line);
    assert!(place["artifactLocation"]["uri"].as_str().expect("a text").ends_with("/broken%2C%20one.json"));
    let rules: Vec<&Value> =
        sarif["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules").iter().collect();
    assert!(results.iter().all(|own| rules.iter().any(|rule| rule["id"] == own["ruleId"])));

    let junit = std::fs::read_to_string(junit).expect("JUnit");
    let count = |what: &str| junit.matches(what).count();
    assert_eq!((count("<testcase "), count("<failure ")), (2, 1), "a case for each cassette");
}

#[test]
fn a_report_that_cannot_be_written_is_told_before_anything_is_replayed() {
    let corpus = workspace().join("cassettes/corpus/s3/bucket-policy.json");
    let output = Command::new(binary())
        .args(["verify", "--html", "/nowhere/report.html"])
        .arg(corpus)
        .output()
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(told, "ruststack: /nowhere/report.html: its folder does not exist\n");
    assert!(output.stdout.is_empty());
}

/// So many interactions in cassettes of a hundred: of seven, two differ, one is not served, one not compared.
fn large(interactions: usize, hostile: &str) -> Report {
    let difference = |index: usize| Difference {
        path: format!("Operation{}.Items[{index}].Member{}", index % 40, index % 997),
        kind: Kind::ALL[index % 9],
        recorded: Some(format!("{hostile} {index}")),
        actual: Some("b|`".repeat(100)),
    };
    let exchange = |index: usize| Exchange {
        request: format!("POST /{index}\nhost: h\n\n{hostile}"),
        recorded: format!("200\na: {index}\nb: 2\n\n{hostile}"),
        actual: format!("200\na: {index}\nb: 3\n\n{hostile}{}", "x".repeat(2_000)),
        masked: Vec::new(),
    };
    let one = |index: usize| {
        let verdict = match index % 7 {
            0 | 1 => Verdict::Differs { differences: vec![difference(index)] },
            2 => Verdict::NotServed { reason: format!("501 {hostile}") },
            3 => Verdict::NotCompared { reason: hostile.to_owned() },
            _ => Verdict::Pass,
        };
        let is_shown = matches!(verdict, Verdict::Differs { .. });
        InteractionReport {
            index: index % 100,
            service: format!("service{}", index % 5),
            operation: format!("Operation{}", index % 40),
            verdict,
            timing: Vec::new(),
            exchange: is_shown.then(|| exchange(index)),
        }
    };
    let cassettes = (0..interactions / 100).map(|cassette| CassetteReport {
        name: format!("folder/{cassette} {hostile}"),
        proves: true,
        interactions: (cassette * 100..cassette * 100 + 100).map(one).collect(),
        masked: Vec::new(),
    });
    Report { version: Report::VERSION, target: hostile.to_owned(), cassettes: cassettes.collect() }
}

const HOSTILE: &str = "</script><img src=x onerror=document.title='taken'><!-- \u{2028}";

#[test]
fn a_summary_of_a_large_run_fits_and_says_what_it_leaves_out() {
    let summary = large(20_000, HOSTILE).to_markdown();
    assert!(summary.len() < 60_000, "{}", summary.len());
    assert!(summary.contains(" causes more."), "{summary}");
    assert!(summary.contains("| **all** |"));
    let wide = {
        let mut report = large(20_000, HOSTILE);
        for (index, one) in report.cassettes.iter_mut().flat_map(|own| &mut own.interactions).enumerate() {
            one.service = format!("service-{index}");
        }
        report.to_markdown()
    };
    assert!(wide.len() < 60_000 && wide.contains(" services more."), "{}", wide.len());
}

#[test]
fn the_page_needs_nothing_else_and_carries_no_bodies_of_what_passes() {
    let page = large(20_000, HOSTILE).to_html();
    assert!(page.len() < 24 << 20, "{} bytes", page.len());
    assert!(page.contains("default-src 'none'"));
    for outside in ["src=\"", "href=\"http", "@import", "url(http", "fetch(", "XMLHttpRequest"] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert_eq!(page.matches("</script>").count(), 2, "what was answered ends no element");
    let mut passing = large(20_000, "quiet");
    for one in passing.cassettes.iter_mut().flat_map(|own| &mut own.interactions) {
        (one.verdict, one.exchange) = (Verdict::Pass, None);
    }
    let page = passing.to_html();
    assert!(page.len() < 1 << 20, "{} bytes", page.len());
}

#[test]
fn the_page_works_in_a_browser() {
    let Some(browser) = chromium::program() else { return };
    let page = file("large.html");
    std::fs::write(&page, large(20_000, HOSTILE).to_html()).expect("a file");
    let shown = chromium::document(&browser, &page, "?theme=dark#open-0", &[]);
    assert!(shown.contains("data-ready=\"20000\""), "the script ran to its end");
    assert!(shown.contains("data-theme=\"dark\""));
    let body = shown.split_once("<body").expect("a body").1;
    assert!(!body.contains("<img"), "what was answered is text");
    assert!(shown.contains("<title>Conformance of &lt;/script&gt;"), "and took nothing over");
    assert!(body.contains("5,715 of 20,000 interactions"), "what differs is shown first");
    assert_eq!(body.matches("class=\"line\"").count(), 200, "a page of them at a time");
    assert!(body.contains("class=\"sides\"") && body.contains("<mark>"), "the first is open, side by side");
    let light = chromium::document(&browser, &page, "", &["--blink-settings=preferredColorScheme=1"]);
    assert!(light.contains("data-theme=\"light\""), "the system's choice is followed");
    let dark = chromium::document(&browser, &page, "", &["--blink-settings=preferredColorScheme=0"]);
    assert!(dark.contains("data-theme=\"dark\""), "the system's choice is followed");
}
