//! Asks cassettes again through a recorder in this process: `verify --sign`, `record --again`. What it records is in a
//! folder that goes away; what cassettes create is told at the end, and deleted if that was asked for.

use crate::cleanup;
use ruststack_cassettes::Cassette;
use ruststack_conformance::endpoint::Sandbox;
use ruststack_recorder::{CassetteName, Options, Recording};
use std::sync::Arc;
use tempfile::TempDir;

/// The cassette that everything asked again is recorded in.
const NAME: &str = "again";

/// A recorder, and the endpoint that it is to whoever asks.
pub(crate) struct Asking {
    recording: Recording,
    endpoint: Arc<Sandbox>,
    folder: TempDir,
}

/// What is left when everything was asked.
pub(crate) struct Asked {
    /// What was recorded, if anything was.
    pub(crate) kept: Result<Cassette, String>,
    /// Why not all that was created could be deleted, where that was asked for.
    pub(crate) cleaned: Result<(), String>,
}

impl Asking {
    /// Finds out whose account it is, and listens if it may be touched. `name` is what reports call who is asked.
    pub(crate) async fn start(options: Options, name: &str) -> Result<Asking, String> {
        let folder = tempfile::Builder::new().prefix("ruststack-").tempdir();
        let folder = folder.map_err(|error| format!("could not make a folder to record in: {error}"))?;
        let cassette = CassetteName::parse(NAME).map_err(|error| error.to_string())?;
        let options = Options { out: folder.path().to_owned(), cassette: Some(cassette), ..options };
        let recording = Recording::start(options).await.map_err(|error| error.to_string())?;
        let identity = recording.identity();
        eprintln!("ruststack asks account {} as {}", identity.account, identity.arn);
        let url = format!("http://{}", recording.address());
        let endpoint = Arc::new(Sandbox::new(name, &url, &identity.account)?);
        Ok(Asking { recording, endpoint, folder })
    }

    /// Who is asked.
    pub(crate) fn endpoint(&self) -> Arc<Sandbox> {
        self.endpoint.clone()
    }

    /// Ends the recording, lists what was created, and deletes it if `cleanup` says so and somebody agrees.
    pub(crate) async fn finish(self, cleanup: bool, yes: bool) -> Asked {
        let mut finished = self.recording.finish().await;
        if finished.refused > 0 {
            eprintln!("{} calls were refused and reached nobody", finished.refused);
        }
        let mark = self.endpoint.mark();
        finished.created.iter_mut().for_each(|one| one.own_if_marked(mark));
        let cleaned = cleanup::clean_up(finished.created, cleanup, yes).await;
        let kept = match (finished.failed.first(), finished.written.first()) {
            (Some(error), _) => Err(error.to_string()),
            (None, Some(written)) => {
                ruststack_cassettes::read_file(&written.path).map_err(|error| error.to_string())
            }
            (None, None) => Err("nothing was asked".to_owned()),
        };
        // Nothing of what was recorded stays behind.
        let gone =
            self.folder.close().map_err(|error| format!("could not delete what was recorded: {error}"));
        Asked { kept, cleaned: cleaned.and(gone) }
    }
}
