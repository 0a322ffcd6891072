//! Where nothing differs, nothing is found.

use super::recordings;
use crate::endpoint::Fake;
use crate::verify::{Options, verify};
use std::sync::Arc;
use std::time::Instant;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_recording_itself_passes() {
    let cases = recordings();
    if cases.is_empty() {
        return;
    }
    let cassettes = cases.len();
    let start = Instant::now();
    let report = verify(cases, Arc::new(Fake::exact()), &Options::default()).await;
    let counts = report.counts();
    let rate = (counts.pass as f64 / start.elapsed().as_secs_f64()).round();
    println!("{cassettes} cassettes: {counts:?}, {rate} interactions a second");
    assert_eq!((counts.differs, counts.not_served), (0, 0), "{}", report.to_text());
    assert!(counts.pass > 1_500, "{}", report.to_text());
    let fidelity = report.fidelity();
    assert_eq!(fidelity.percent(fidelity.headers), "100.0");
    // Every value was the recorded one: no rule had to let anything through.
    assert_eq!(report.masked(), []);
}
