//! Keeps the cassettes on the disk up with what has passed, so that a run which is killed leaves what was finished.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

use crate::name::CassetteName;
use crate::proxy::Proxy;
use crate::write::Scribe;

/// How long it rests at least before it writes again.
const REST: Duration = Duration::from_secs(1);
/// How many times as long as it wrote it rests: a long recording is not to slow the application down.
const RESTS: u32 = 20;

/// Writes what is finished, again and again, until it is told to stop. What cannot be written is tried again, and
/// told at the end of the recording.
pub(crate) async fn up(scribe: Arc<Scribe>, proxy: Arc<Proxy>, mut stopped: oneshot::Receiver<()>) {
    let mut written = BTreeMap::<CassetteName, usize>::new();
    let mut rest = REST;
    loop {
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            _ = &mut stopped => return,
        }
        let secrets = proxy.courier.wallet.held().await.secrets();
        let since = Instant::now();
        let (scribe, proxy) = (scribe.clone(), proxy.clone());
        let before = std::mem::take(&mut written);
        // Redaction reads every byte, which takes longer than a runtime's thread may be held.
        let wrote = tokio::task::spawn_blocking(move || {
            let mut told = proxy.stories.finished();
            let now = told.iter().map(|(name, story)| (name.clone(), story.len())).collect();
            told.retain(|name, story| before.get(name) != Some(&story.len()));
            for error in scribe.write(&proxy.stories, told, &secrets).failed {
                tracing::debug!(%error, "not yet written");
            }
            now
        });
        written = wrote.await.unwrap_or_default();
        rest = REST.max(since.elapsed() * RESTS);
    }
}
