//! Where nothing differs, nothing is found.

use super::fake::Fake;
use super::recordings;
use crate::verify::{Options, verify};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_recording_itself_passes() {
    let cases = recordings();
    if cases.is_empty() {
        return;
    }
    let cassettes = cases.len();
    let report = verify(cases, Arc::new(Fake::exact()), &Options::default()).await;
    let counts = report.counts();
    println!("{cassettes} cassettes: {counts:?}");
    assert_eq!((counts.differs, counts.not_served), (0, 0), "{}", report.to_text());
    assert!(counts.pass > 1_500, "{}", report.to_text());
    let fidelity = report.fidelity();
    assert_eq!(fidelity.percent(fidelity.headers), "100.0");
    // Every value was the recorded one: no rule had to let anything through.
    assert_eq!(report.masked(), []);
}
