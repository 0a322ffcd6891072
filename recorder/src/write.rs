//! Makes cassettes of what passed.

use ruststack_cassettes::{
    Accounts, Cassette, Classify as _, Interaction, Meta, Models, Payloads, Provenance, ProvenanceKind,
    Redactor, Sensitive, WriteError, Writer,
};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use crate::created::Created;
use crate::name::CassetteName;
use crate::story::{Exchange, Stories, Told};

const SIGNED_ANEW: &str = "Calls were signed anew on their way, presigned ones in their headers; bodies in signed \
                           chunks went on and are recorded without those signatures.";

/// What a recording has left behind.
#[derive(Debug, Default)]
pub struct Finished {
    /// The cassettes that were written.
    pub written: Vec<Written>,
    /// The cassettes that were not, and why: a disk that failed, or a secret that would have got out.
    pub failed: Vec<WriteError>,
    /// What was created and is still there, as far as the calls tell, in the order in which it was.
    pub created: Vec<Created>,
    /// How many calls went to the upstream, or would have in a dry run.
    pub forwarded: u64,
    /// How many calls the limits kept from it.
    pub refused: u64,
}

/// A cassette that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Where it is.
    pub path: PathBuf,
    /// How many calls it holds.
    pub interactions: usize,
    /// How many of them have no answer that a replay could be held against.
    pub not_comparable: usize,
}

/// Writes what passed, as often as it is asked to.
#[derive(Debug)]
pub(crate) struct Scribe {
    pub(crate) out: PathBuf,
    pub(crate) accounts: Accounts,
    pub(crate) payloads: Payloads,
    /// STS's answer, which names the account.
    pub(crate) taught: Interaction,
    /// Whether it was AWS that answered.
    pub(crate) is_aws: bool,
    /// Whether calls were signed anew.
    pub(crate) signs: bool,
}

impl Scribe {
    /// Writes a cassette for each story. One that cannot be written keeps no other from it. `secrets` were in use.
    pub(crate) fn write(&self, stories: &Stories, told: Told, secrets: &[String]) -> Finished {
        let writer = Writer::default().secrets(secrets.iter().cloned());
        let mut finished = Finished::default();
        // One after the other, so that no more than one story's bodies are in memory.
        for (name, exchanges) in told {
            let cassette = self.cassette(&name, stories, &exchanges, secrets);
            let path = name.file_in(&self.out);
            match writer.write(&path, &cassette) {
                Ok(()) => finished.written.push(Written {
                    path,
                    interactions: cassette.interactions.len(),
                    not_comparable: cassette
                        .interactions
                        .iter()
                        .filter(|one| one.not_comparable.is_some())
                        .count(),
                }),
                Err(error) => finished.failed.push(error),
            }
        }
        finished
    }

    /// What takes secrets out, and knows those in use.
    pub(crate) fn redactor(&self, secrets: &[String]) -> Redactor {
        Redactor::new(self.accounts).payloads(self.payloads).secrets(secrets.iter().cloned())
    }

    fn cassette(
        &self,
        name: &CassetteName,
        stories: &Stories,
        exchanges: &[Arc<Exchange>],
        secrets: &[String],
    ) -> Cassette {
        let mut redactor = self.redactor(secrets);
        // Taught first, so that the account in use has the first placeholder in every cassette.
        redactor.redact(self.taught.clone(), &Sensitive::default());
        let during = stories.during(exchanges);
        let conversation: Vec<Interaction> = exchanges
            .iter()
            .zip(during)
            .map(|(exchange, during)| Interaction { during, ..exchange.interaction() })
            .collect();
        let services: BTreeSet<String> = conversation.iter().filter_map(|one| one.service.clone()).collect();
        let recorded = conversation.iter().filter_map(|one| one.at).min();
        let interactions = redactor.redact_all(conversation.into_iter().map(|one| {
            let sensitive = Models.sensitive(&one);
            (one, sensitive)
        }));
        let provenance = Provenance {
            kind: if self.is_aws { ProvenanceKind::Recorded } else { ProvenanceKind::Emulator },
            recorded_by: Some(format!("ruststack {}", env!("CARGO_PKG_VERSION"))),
            notes: self.signs.then(|| SIGNED_ANEW.to_owned()).into_iter().collect(),
            ..Provenance::default()
        };
        let title = redactor.redact_text(name.as_str());
        let meta = Meta { title, services: services.into_iter().collect(), recorded, provenance };
        Cassette { meta, interactions, ..Cassette::default() }
    }
}
