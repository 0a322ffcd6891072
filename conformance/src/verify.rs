//! Judges an endpoint by many cassettes at once.

use crate::endpoint::Endpoint;
use crate::replay::replay;
use crate::report::{CassetteReport, Report};
use ruststack_cassettes::Cassette;
use std::num::NonZeroUsize;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// One cassette, and the name that reports and known gaps have for it.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its path below the corpus, without `.json`: `s3/list-unicode-keys`.
    pub name: String,
    /// The recording.
    pub cassette: Arc<Cassette>,
}

/// How to go about it.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How many cassettes are replayed at a time; as many as there are processors where it is not said.
    pub at_a_time: Option<NonZeroUsize>,
    /// Only these services; all where none is named.
    pub services: Vec<String>,
    /// Only these operations; all where none is named.
    pub operations: Vec<String>,
}

/// Replays cassettes, each against fresh state, and says what differs. The report is in the order of the cassettes,
/// whatever order they were done in.
pub async fn verify(cases: Vec<Case>, endpoint: Arc<dyn Endpoint>, options: &Options) -> Report {
    verify_watched(cases, endpoint, options, &mut |_| {}).await
}

/// The same, and `watch` is called with each cassette's report as it is done, in whatever order that is.
pub async fn verify_watched(
    cases: Vec<Case>,
    endpoint: Arc<dyn Endpoint>,
    options: &Options,
    watch: &mut (dyn FnMut(&CassetteReport) + Send),
) -> Report {
    let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let wanted = options.at_a_time.map_or(processors, NonZeroUsize::get);
    let permits =
        Arc::new(Semaphore::new(endpoint.at_a_time().map_or(wanted, |most| most.min(wanted)).max(1)));
    let mut running = JoinSet::new();
    let mut names = Vec::with_capacity(cases.len());
    for (index, case) in cases.into_iter().enumerate() {
        names.push(case.name.clone());
        let (endpoint, permits) = (endpoint.clone(), permits.clone());
        running.spawn(async move {
            let _permit = permits.acquire().await.expect("nobody closes the semaphore");
            (index, replay(&case.name, &case.cassette, endpoint.as_ref()).await)
        });
    }
    let mut done: Vec<Option<CassetteReport>> = names.iter().map(|_| None).collect();
    while let Some(joined) = running.join_next().await {
        // A panic in the judge is a bug of ours: it ends the run instead of hiding in a verdict.
        let (index, report) = joined.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
        let report = report.of(options);
        watch(&report);
        done[index] = Some(report);
    }
    let cassettes = done.into_iter().flatten().collect();
    Report { version: Report::VERSION, target: endpoint.name(), cassettes }
}
