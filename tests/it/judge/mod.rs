//! The judge is judged, on recordings of real AWS where they are at hand and on the corpus always: what is the same, or
//! is other only where AWS promises nothing, must give no report; whatever else differs must be found.

pub(crate) mod change;
mod harmless;
mod in_json;
mod in_xml;

use change::{CLASSES, Changed, change};
use fastrand::Rng;
use ruststack_cassettes::Cassette;
use ruststack_cassettes::import::{ImportOptions, import};
use ruststack_conformance::endpoint::{Fake, answered};
use ruststack_conformance::replay::{is_sent, replay, unsendable};
use ruststack_conformance::report::{CassetteReport, InteractionReport};
use ruststack_conformance::{Case, Kind, Models, Options, Verdict, verify};
use ruststack_harness::places::{material, workspace};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::task::JoinSet;

const SEED: u64 = 20260602;

/// How many changed answers must be found, and as many that are not changed must not be.
const WANTED: usize = 5_000;

/// Every cassette at hand: the corpus, and the recordings of AWS where those are.
pub(crate) fn cases() -> Vec<Case> {
    let corpus = workspace().join("cassettes/corpus");
    let mut found: Vec<Case> = ruststack_cassettes::read(&corpus)
        .unwrap_or_else(|error| panic!("{error}"))
        .into_iter()
        .map(|(path, cassette)| {
            let name = path.strip_prefix(&corpus).expect("it lies below the corpus").with_extension("");
            Case { name: name.to_string_lossy().into_owned(), cassette: Arc::new(cassette) }
        })
        .collect();
    if let Some(folder) = material("RUSTSTACK_RECORDINGS", "recordings") {
        let options = ImportOptions { classify: Some(&Models), ..ImportOptions::default() };
        let recorded = import(&folder, &options).unwrap_or_else(|error| panic!("{error}"));
        found.extend(
            recorded
                .into_iter()
                .map(|cassette| Case { name: cassette.meta.title.clone(), cassette: Arc::new(cassette) }),
        );
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_the_same_or_may_be_other_gives_no_report() {
    let cases = cases();
    let exact = verify(cases.clone(), Arc::new(Fake::exact()), &Options::default()).await;
    assert_eq!((exact.counts().differs, exact.counts().not_served), (0, 0), "{}", exact.to_text());
    assert_eq!(exact.masked(), [], "every value was the recorded one: nothing had to be let through");
    let mut passed = exact.counts().pass;
    for seed in 0.. {
        let fake = Fake::changing(move |index, interaction, _, answer| {
            let mut random = Rng::with_seed(SEED ^ (seed << 32) ^ index as u64);
            harmless::change(&mut random, interaction, answer);
        });
        let report = verify(cases.clone(), Arc::new(fake), &Options::default()).await;
        assert_eq!((report.counts().differs, report.counts().not_served), (0, 0), "{}", report.to_text());
        assert!(!report.masked().is_empty(), "something was changed");
        passed += report.counts().pass;
        if passed >= 2 * WANTED {
            break;
        }
    }
    println!("{passed} answers that are the same or may be other: no report");
}

/// One change in one answer, and where.
struct Trial {
    case: Case,
    index: usize,
    changed: Changed,
}

/// What became of one change.
enum Found {
    Yes,
    /// A rule lets it through, for the reason that it gives.
    Excused(String),
    No(String),
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_change_is_found() {
    let targets = targets(&cases());
    let mut random = Rng::with_seed(SEED);
    let mut tally: BTreeMap<&str, usize> = BTreeMap::new();
    let mut excused: BTreeMap<String, usize> = BTreeMap::new();
    let mut missed = Vec::new();
    let mut class = 0;
    while tally.values().sum::<usize>() < WANTED {
        let mut running = JoinSet::new();
        for _ in 0..500 {
            class = (class + 1) % CLASSES.len();
            let trial = draw(&mut random, &targets, CLASSES[class]);
            running.spawn(async move { (trial.changed.class, judged(trial).await) });
        }
        while let Some(done) = running.join_next().await {
            match done.expect("the judge does not panic") {
                (class, Found::Yes) => *tally.entry(class).or_default() += 1,
                (class, Found::Excused(rule)) => *excused.entry(format!("{class}: {rule}")).or_default() += 1,
                (class, Found::No(what)) => missed.push(format!("{class}: {what}")),
            }
        }
        assert!(missed.len() < 100, "not found, beside {tally:?}:\n{}", missed.join("\n"));
    }
    println!("found: {tally:?}, {} in all", tally.values().sum::<usize>());
    println!("let through by a rule, and not counted: {}", excused.values().sum::<usize>());
    excused.iter().for_each(|(rule, count)| println!("  {count:>4}  {rule}"));
    assert!(missed.is_empty(), "not found, beside {tally:?}:\n{}", missed.join("\n"));
    assert_eq!(tally.len(), CLASSES.len(), "every kind of change is tried: {tally:?}");
}

/// The interactions that are sent and compared. What follows from a message that cannot be sent is left out.
fn targets(cases: &[Case]) -> Vec<(Case, usize)> {
    let whole =
        cases.iter().filter(|case| case.cassette.interactions.iter().all(|one| unsendable(one).is_none()));
    whole
        .flat_map(|case| {
            let comparable = (0..case.cassette.interactions.len()).filter(|index| {
                let one = &case.cassette.interactions[*index];
                is_sent(&case.cassette, *index) && one.not_comparable.is_none() && one.response.is_some()
            });
            comparable.map(|index| (case.clone(), index))
        })
        .collect()
}

/// Draws answers until one has a place for a change of this class.
fn draw(random: &mut Rng, targets: &[(Case, usize)], class: &'static str) -> Trial {
    for _ in 0..100_000 {
        let (case, index) = &targets[random.usize(..targets.len())];
        let interaction = &case.cassette.interactions[*index];
        if let Some(changed) = change(random, class, interaction, &answered(interaction)) {
            return Trial { case: case.clone(), index: *index, changed };
        }
    }
    panic!("no answer has a place for {class}")
}

/// Replays the cassette with one answer changed, and says whether that was found, and as what it is.
async fn judged(trial: Trial) -> Found {
    let Trial { case, index, changed } = trial;
    let answer = Mutex::new(Some(changed.answer));
    let fake = Fake::changing(move |at, _, _, given| {
        let answer = (at == index).then(|| answer.lock().expect("nobody panics with it").take()).flatten();
        if let Some(answer) = answer {
            *given = answer;
        }
    });
    let report = replay(&case.name, &up_to(&case.cassette, index), &fake).await;
    let interaction = &report.interactions[index];
    let is_found = match &interaction.verdict {
        Verdict::Differs { differences } if changed.kinds.is_empty() => {
            differences.iter().any(|own| own.kind != Kind::Header)
        }
        Verdict::Differs { differences } => differences.iter().any(|own| changed.kinds.contains(&own.kind)),
        // An answer that now says "not offered" is told as such.
        Verdict::NotServed { .. } => {
            changed.kinds.iter().any(|kind| matches!(kind, Kind::Status | Kind::ErrorCode))
        }
        _ => false,
    };
    if is_found {
        return Found::Yes;
    }
    match excuse(&report, interaction) {
        Some(rules) => Found::Excused(rules),
        None => Found::No(format!(
            "{} [{index}] {} {}: {} -> {:?}",
            case.name, interaction.service, interaction.operation, changed.what, interaction.verdict
        )),
    }
}

/// A cassette as far as the changed answer: what follows says nothing about it, but for messages, which are compared
/// over the whole conversation.
fn up_to(cassette: &Cassette, index: usize) -> Cassette {
    let has_messages = cassette.interactions.iter().any(|own| own.service.as_deref() == Some("sqs"));
    let length = if has_messages { cassette.interactions.len() } else { index + 1 };
    Cassette {
        meta: cassette.meta.clone(),
        settings: cassette.settings.clone(),
        setup: cassette.setup.clone(),
        rules: cassette.rules.clone(),
        bindings: cassette.bindings.clone(),
        interactions: cassette.interactions[..length].to_vec(),
        ..Cassette::default()
    }
}

/// The rules that let the change through: without one, nothing of a cassette's own answers is masked.
fn excuse(report: &CassetteReport, interaction: &InteractionReport) -> Option<String> {
    let rules: Vec<String> = report
        .masked
        .iter()
        .inspect(|masked| assert!(!masked.reason.is_empty()))
        .map(|masked| format!("{} ({})", masked.rule, masked.form))
        .collect();
    (interaction.verdict == Verdict::Pass && !rules.is_empty()).then(|| rules.join(", "))
}
