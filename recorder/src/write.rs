//! Makes cassettes of what passed.

use ruststack_cassettes::{
    Accounts, Cassette, Classify as _, Interaction, Meta, Provenance, ProvenanceKind, Redactor, Sensitive,
    WriteError, Writer,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::name::CassetteName;
use crate::story::Exchange;
use ruststack_cassettes::Models;

/// What a recording has left behind.
#[derive(Debug, Default)]
pub struct Finished {
    /// The cassettes that were written.
    pub written: Vec<Written>,
    /// The cassettes that were not, and why: a disk that failed, or a secret that would have got out.
    pub failed: Vec<WriteError>,
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

/// Everything that is needed to write what passed.
pub(crate) struct Cassettes {
    pub(crate) out: PathBuf,
    pub(crate) accounts: Accounts,
    /// STS's answer, which names the account.
    pub(crate) taught: Interaction,
    /// Secrets that were in use.
    pub(crate) secrets: Vec<String>,
    /// Whether it was AWS that answered.
    pub(crate) is_aws: bool,
    pub(crate) stories: BTreeMap<CassetteName, Vec<Arc<Exchange>>>,
}

impl Cassettes {
    /// Writes a cassette for each story. One that cannot be written keeps no other from it.
    pub(crate) fn write(mut self) -> Finished {
        let writer = Writer::default().secrets(self.secrets.iter().cloned());
        let mut finished = Finished::default();
        // One after the other, so that no more than one story's bodies are in memory.
        for (name, exchanges) in std::mem::take(&mut self.stories) {
            let cassette = self.cassette(&name, &exchanges);
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

    fn cassette(&self, name: &CassetteName, exchanges: &[Arc<Exchange>]) -> Cassette {
        let mut redactor = Redactor::new(self.accounts).secrets(self.secrets.iter().cloned());
        // Taught first, so that the account in use has the first placeholder in every cassette.
        redactor.redact(self.taught.clone(), &Sensitive::default());
        let conversation: Vec<Interaction> =
            exchanges.iter().map(|exchange| exchange.interaction()).collect();
        let services: BTreeSet<String> = conversation.iter().filter_map(|one| one.service.clone()).collect();
        let recorded = conversation.iter().filter_map(|one| one.at).min();
        let interactions = redactor.redact_all(conversation.into_iter().map(|one| {
            let sensitive = Models.sensitive(&one);
            (one, sensitive)
        }));
        let provenance = Provenance {
            kind: if self.is_aws { ProvenanceKind::Recorded } else { ProvenanceKind::Emulator },
            recorded_by: Some(format!("ruststack {}", env!("CARGO_PKG_VERSION"))),
            notes: vec![
                "Calls were signed anew on their way, presigned ones in their headers; bodies in signed chunks went on \
                 and are recorded without those signatures."
                    .to_owned(),
            ],
            ..Provenance::default()
        };
        let title = redactor.redact_text(name.as_str());
        let meta = Meta { title, services: services.into_iter().collect(), recorded, provenance };
        Cassette { meta, interactions, ..Cassette::default() }
    }
}
