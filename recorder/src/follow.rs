//! The calls of a recording as they end, for whoever follows it. Nobody waits for who follows.

use ruststack_cassettes::{Classify as _, Interaction, Models, Redacted, Redactor, Sensitive};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

use crate::name::CassetteName;
use crate::proxy::Proxy;
use crate::story::{Exchange, Told};
use crate::write::Scribe;

/// How often is looked for calls that have ended.
const OFTEN: Duration = Duration::from_millis(50);

/// The calls of a recording, in the order in which they end. Their secrets are taken out as in a cassette, by all that is
/// known of them by then.
pub struct Follow {
    proxy: Arc<Proxy>,
    redactor: Option<Redactor>,
    account: String,
    marks: Marks,
    ended: VecDeque<Arc<Exchange>>,
    over: watch::Receiver<bool>,
}

impl Follow {
    pub(crate) async fn new(proxy: &Arc<Proxy>, scribe: &Arc<Scribe>, over: watch::Receiver<bool>) -> Follow {
        let (own, scribe) = (proxy.clone(), scribe.clone());
        let (redactor, account) = away(move || {
            let mut redactor = scribe.redactor(&own.courier.wallet.secrets());
            redactor.redact(scribe.taught.clone(), &Sensitive::default());
            let account = redactor.redact_text(&own.account);
            (redactor, account)
        })
        .await;
        let (marks, ended) = (Marks::default(), VecDeque::new());
        Follow { proxy: proxy.clone(), redactor: Some(redactor), account, marks, ended, over }
    }

    /// The account that the calls show.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The next call that has ended; waits for one. `None` when the recording is over and all have been given.
    pub async fn next(&mut self) -> Option<Redacted<Interaction>> {
        loop {
            // Asked first: what ends before a recording does is given.
            let is_over = *self.over.borrow();
            if self.ended.is_empty() {
                self.ended = self.proxy.stories.look(|told| self.marks.ended(told)).into();
            }
            if let Some(exchange) = self.ended.pop_front() {
                return self.redacted(exchange).await;
            }
            if is_over {
                return None;
            }
            // Whether it is over or time has passed: both are looked at above.
            let _ = tokio::time::timeout(OFTEN, self.over.changed()).await;
        }
    }

    /// A call without its secrets.
    async fn redacted(&mut self, exchange: Arc<Exchange>) -> Option<Redacted<Interaction>> {
        let proxy = self.proxy.clone();
        // It is gone only where this was dropped half-way.
        let redactor = self.redactor.take()?;
        let (redactor, redacted) = away(move || {
            let mut redactor = redactor.secrets(proxy.courier.wallet.secrets());
            let interaction = exchange.interaction();
            let sensitive = Models.sensitive(&interaction);
            let redacted = redactor.redact(interaction, &sensitive);
            (redactor, redacted)
        })
        .await;
        self.redactor = Some(redactor);
        Some(redacted)
    }
}

/// Does what takes longer than a runtime's thread may be held: every byte is read.
async fn away<T: Send + 'static>(act: impl FnOnce() -> T + Send + 'static) -> T {
    let done = tokio::task::spawn_blocking(act).await;
    done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

/// Which calls of each story were given.
#[derive(Debug, Default)]
struct Marks(BTreeMap<CassetteName, Mark>);

#[derive(Debug, Default)]
struct Mark {
    /// All before this place were.
    all_before: usize,
    /// These places behind it were.
    beyond: BTreeSet<usize>,
}

impl Marks {
    /// The calls that have ended and were not given before, in the order in which they ended.
    fn ended(&mut self, told: &Told) -> Vec<Arc<Exchange>> {
        let mut ended: Vec<(Instant, Arc<Exchange>)> = Vec::new();
        for (name, story) in told {
            let mark = self.0.entry(name.clone()).or_default();
            for (at, exchange) in story.iter().enumerate().skip(mark.all_before) {
                if !mark.beyond.contains(&at)
                    && let Some(end) = exchange.ended()
                {
                    ended.push((end, exchange.clone()));
                    mark.beyond.insert(at);
                }
            }
            while mark.beyond.remove(&mark.all_before) {
                mark.all_before += 1;
            }
        }
        ended.sort_by_key(|(end, _)| *end);
        ended.into_iter().map(|(_, exchange)| exchange).collect()
    }
}

impl std::fmt::Debug for Follow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Follow").field("waiting", &self.ended.len()).finish_non_exhaustive()
    }
}
