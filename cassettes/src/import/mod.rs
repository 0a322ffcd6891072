//! Makes cassettes of the recordings of other tools.
//!
//! Each format has one file, which knows only how to find requests and responses in it. What follows is the same for
//! all: find out how a request was signed, judge what can be compared, name the operations, redact, add the setup.
//!
//! **Architecture Invariant:** nothing is dropped. What cannot be used is kept and marked `not_comparable`.

mod aws_host;
mod detect;
mod dvr;
mod har;
mod interactions;
mod judge;
mod replay;
pub(crate) mod setup;
mod signature;
mod state_from;
mod vcr;

pub use setup::{Setups, StateSource};

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::format::instant::of_http_date;
use crate::format::{Cassette, Interaction, Meta, Provenance, ProvenanceKind, Request};
use crate::reader::{Place, collect};
use crate::redact::{Accounts, Redactor, Sensitive};
use aws_host::AwsHost;
use detect::Format;

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The service, by the name the models give it.
    pub service: String,
    /// The operation's name.
    pub operation: String,
    /// The region, where the request tells it.
    pub region: Option<String>,
}

/// Knows the services: implemented over the models.
pub trait Classify {
    /// The operation that a request names.
    fn classify(&self, request: &Request) -> Option<Operation>;

    /// The members of an interaction that the models mark as sensitive.
    fn sensitive(&self, interaction: &Interaction) -> Sensitive {
        let _ = interaction;
        Sensitive::default()
    }
}

/// What an import has to know besides the files.
#[derive(Clone, Copy, Default)]
pub struct ImportOptions<'a> {
    /// Names the operations. Without it only service and region are known, from the host.
    pub classify: Option<&'a dyn Classify>,
    /// What the recordings presume.
    pub setups: Option<&'a Setups>,
    /// The licence of the recordings, as an SPDX expression.
    pub licence: Option<&'a str>,
    /// Where the recordings come from; the path of the file is added.
    pub source: Option<&'a str>,
    /// What becomes of account ids.
    pub accounts: Accounts,
    /// Values that are secret wherever they occur.
    pub secrets: &'a [String],
}

/// Why a recording could not be imported. Nothing of it was.
#[derive(Debug)]
pub enum ImportError {
    /// The disk failed.
    Io(PathBuf, io::Error),
    /// The file is not what it seems to be: where it goes wrong, and what was expected there.
    Malformed(Place, String),
}

impl std::fmt::Display for ImportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ImportError::Io(path, error) => write!(f, "could not read {}: {error}", path.display()),
            ImportError::Malformed(place, expected) => write!(f, "{place}: {expected}"),
        }
    }
}

impl std::error::Error for ImportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ImportError::Io(_, error) => Some(error),
            ImportError::Malformed(..) => None,
        }
    }
}

/// Imports a recording, or every recording in a folder and the folders in it, sorted by path: one cassette per file.
/// A cassette's title is the file's path below the folder, without its extension.
pub fn import(path: &Path, options: &ImportOptions<'_>) -> Result<Vec<Cassette>, ImportError> {
    if !path.is_dir() {
        let name = path.file_name().map(PathBuf::from).unwrap_or_default();
        return import_file(path, &name, options).map(|cassette| vec![cassette]);
    }
    let mut files = Vec::new();
    // In a folder, what does not look like a recording is somebody's README.
    collect(path, &detect::may_be_recording, &mut files)
        .map_err(|error| ImportError::Io(path.to_owned(), error))?;
    files.iter().map(|file| import_file(file, file.strip_prefix(path).unwrap_or(file), options)).collect()
}

/// What a file of another tool holds, before we look into it.
#[derive(Debug, Default)]
struct Recording {
    /// The tool's name and version.
    recorded_by: String,
    /// The format's name and version.
    format: String,
    /// What the tool did to the bytes.
    notes: Vec<String>,
    interactions: Vec<Interaction>,
}

fn import_file(path: &Path, name: &Path, options: &ImportOptions<'_>) -> Result<Cassette, ImportError> {
    let bytes = fs::read(path).map_err(|error| ImportError::Io(path.to_owned(), error))?;
    let recording = match detect::format(path, &bytes)? {
        Format::Replay => replay::read(path, &bytes)?,
        Format::Vcr => vcr::read(path, &bytes)?,
        Format::Dvr => dvr::read(path, &bytes)?,
        Format::Har => har::read(path, &bytes)?,
        Format::Interactions => interactions::read(path, &bytes)?,
    };
    Ok(cassette(recording, path, name, options))
}

fn cassette(recording: Recording, path: &Path, name: &Path, options: &ImportOptions<'_>) -> Cassette {
    let mut interactions = recording.interactions;
    interactions.iter_mut().for_each(|interaction| complete(interaction, options.classify));
    let setup = options.setups.map(|setups| setups.of(path, &interactions)).unwrap_or_default();

    let source = slashed(name);
    let services: BTreeSet<String> = interactions.iter().filter_map(|one| one.service.clone()).collect();
    let meta = Meta {
        title: slashed(&name.with_extension("")),
        services: services.into_iter().collect(),
        recorded: interactions.iter().filter_map(|one| one.at).min(),
        provenance: Provenance {
            kind: ProvenanceKind::Imported,
            recorded_by: Some(recording.recorded_by),
            source: Some(match options.source {
                Some(origin) => format!("{} {source}", origin.trim_end()),
                None => source,
            }),
            format: Some(recording.format),
            licence: options.licence.map(str::to_owned),
            citations: Vec::new(),
            notes: recording.notes,
        },
    };

    let mut redactor = Redactor::new(options.accounts).secrets(options.secrets.iter().cloned());
    let marked = interactions.into_iter().map(|interaction| {
        let sensitive = options.classify.map(|classify| classify.sensitive(&interaction)).unwrap_or_default();
        (interaction, sensitive)
    });
    let interactions = redactor.redact_all(marked);
    let requests = setup.setup.requests.iter().map(|request| {
        let interaction = Interaction { request: (**request).clone(), ..Interaction::default() };
        let sensitive = options.classify.map(|classify| classify.sensitive(&interaction)).unwrap_or_default();
        redactor.redact_request(interaction.request, &sensitive)
    });
    let requests = requests.collect();
    let state = setup::redacted(&setup.setup.state, &redactor);
    Cassette {
        meta,
        settings: setup.settings,
        setup: crate::format::Setup { requests, state },
        rules: setup.rules,
        bindings: setup.bindings,
        interactions,
        ..Cassette::default()
    }
}

/// Adds what no tool writes down: how it was signed, when and by whom it was answered, and whether it can be compared.
fn complete(interaction: &mut Interaction, classify: Option<&dyn Classify>) {
    let host = AwsHost::of(interaction.request.host());
    interaction.request.auth = Some(signature::of(&interaction.request, host.as_ref()));
    interaction.at = interaction
        .response
        .as_ref()
        .and_then(|response| response.headers.get("date"))
        .and_then(of_http_date);
    // A replay signs anew and so writes these itself.
    interaction.request.headers.filter_map(|_, value| (value != "CLEARED").then(|| value.to_owned()));
    judge::judge(interaction, host.as_ref());

    let auth = interaction.request.auth.clone().unwrap_or_default();
    let named = classify.and_then(|classify| classify.classify(&interaction.request));
    let (service, operation, region) = match named {
        Some(Operation { service, operation, region }) => (Some(service), Some(operation), region),
        None => (None, None, None),
    };
    let (host_service, host_region) = host.map(|host| (host.service, host.region)).unwrap_or_default();
    interaction.service = service.or(auth.service).or(host_service);
    interaction.operation = operation;
    interaction.region = region.or(auth.region).or(host_region);
}

/// A path as it is written in files that move between systems.
fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/").replacen("//", "/", 1)
}

/// Reads a JSON document of another tool.
fn from_json<T: serde::de::DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T, ImportError> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        ImportError::Malformed(Place::of_json(path, &error), crate::place::bare(error.inner()))
    })
}

/// A complaint about one entry of a recording.
fn malformed(path: &Path, member: String, expected: impl Into<String>) -> ImportError {
    ImportError::Malformed(Place { member: Some(member), ..Place::file(path) }, expected.into())
}

#[cfg(test)]
mod tests;
