//! The recorder between an application and an upstream that, like AWS, takes nothing that is not signed well.

mod application;
mod calls;
mod faults;
mod limits;
mod truth;
mod upstream;

use ruststack_cassettes::{Cassette, read_file};
use std::path::PathBuf;
use tempfile::TempDir;

use crate::{CredentialSource, Credentials, Finished, Options, Recording, StartError};
use application::Application;
use upstream::FakeAws;

/// The account the upstream says it is.
const ACCOUNT: &str = "424242424242";

/// The credentials of whoever records. Joined, so that no scanner of sources takes them for a leak.
fn real_credentials() -> Credentials {
    Credentials {
        access_key_id: ["ASIA", "REALREALREALREAL"].concat(),
        secret_access_key: "realSecret".repeat(4),
        session_token: Some("IQoJb3JpZ2lu".to_owned() + &"RealToken".repeat(12)),
    }
}

/// An upstream, a recording in front of it, and an application in front of that.
struct Stage {
    upstream: FakeAws,
    out: TempDir,
    recording: Recording,
    application: Application,
}

fn options(upstream: &FakeAws, out: &TempDir) -> Options {
    Options {
        upstream: upstream.url().parse().unwrap(),
        allow_accounts: vec![ACCOUNT.to_owned()],
        ca_file: Some(upstream.ca_file()),
        credentials: CredentialSource::Given(real_credentials()),
        region: Some("eu-west-1".to_owned()),
        cassette: Some("run".parse().unwrap()),
        ..Options::new(out.path())
    }
}

impl Stage {
    async fn set() -> Stage {
        Stage::with(|_| ()).await
    }

    /// A recording that is told more.
    async fn with(more: impl FnOnce(&mut Options)) -> Stage {
        let upstream = FakeAws::start().await;
        let out = tempfile::tempdir().unwrap();
        let mut options = options(&upstream, &out);
        more(&mut options);
        let recording = Recording::start(options).await.unwrap();
        let application = Application::new(recording.address());
        Stage { upstream, out, recording, application }
    }

    /// Ends the recording, and gives the folder with all that was written.
    async fn finish(self) -> Written {
        drop(self.application);
        let finished = self.recording.finish().await;
        assert!(finished.failed.is_empty(), "{:?}", finished.failed);
        Written { out: self.out, finished }
    }
}

struct Written {
    out: TempDir,
    finished: Finished,
}

impl Written {
    fn cassette(&self, name: &str) -> Cassette {
        read_file(&self.out.path().join(name)).unwrap()
    }

    /// Every file below the folder.
    fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![self.out.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        files.sort();
        files
    }

    /// Asserts that none of these is in any file.
    fn holds_none_of(&self, secrets: &[&str]) {
        for file in self.files() {
            let bytes = std::fs::read(&file).unwrap();
            for secret in secrets {
                let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                assert!(!found, "{secret} is in {}", file.display());
            }
        }
    }
}

/// Service, operation and status of each interaction.
fn told(cassette: &Cassette) -> Vec<String> {
    let line = |one: &ruststack_cassettes::Interaction| {
        let status = one.response.as_ref().map_or(0, |response| response.status);
        let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "?".to_owned());
        format!("{} {} {status}", text(&one.service), text(&one.operation))
    };
    cassette.interactions.iter().map(|one| line(one)).collect()
}
