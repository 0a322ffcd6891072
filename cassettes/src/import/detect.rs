//! Tells the format of a recording by its content.

use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{ImportError, from_json, malformed};
use crate::reader::Place;

/// The formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// go-replayers, formerly Google's httpreplay.
    Replay,
    /// VCR, of Ruby or of R.
    Vcr,
    /// The traffic recordings of smithy-rs.
    Dvr,
    /// HTTP Archive, and Polly.JS, which writes it.
    Har,
    /// vcrpy and go-vcr.
    Interactions,
}

const EXPECTED: &str =
    "expected a recording: go-replayers, VCR (Ruby, R), vcrpy, go-vcr, smithy-rs dvr, Polly.JS or HAR";

/// The members by which the JSON formats are told apart.
#[derive(Deserialize)]
struct Outline {
    #[serde(rename = "Entries")]
    replay: Option<IgnoredAny>,
    events: Option<IgnoredAny>,
    log: Option<IgnoredAny>,
    http_interactions: Option<IgnoredAny>,
    cassette: Option<IgnoredAny>,
    interactions: Option<IgnoredAny>,
}

/// Whether a file in a folder is to be imported.
pub(super) fn may_be_recording(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    extension.is_some_and(|extension| ["replay", "yml", "yaml", "json", "har"].contains(&extension.as_str()))
}

/// The format of a recording.
pub(super) fn format(path: &Path, bytes: &[u8]) -> Result<Format, ImportError> {
    let unknown = || ImportError::Malformed(Place::file(path), EXPECTED.to_owned());
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if !bytes.trim_ascii_start().starts_with(b"{") {
        let text = std::str::from_utf8(bytes).map_err(|_| unknown())?;
        let has = |name: &str| text.lines().any(|line| line.trim_start().starts_with(name));
        return match (has("http_interactions:"), has("interactions:")) {
            (true, _) => Ok(Format::Vcr),
            (false, true) => Ok(Format::Interactions),
            (false, false) => Err(unknown()),
        };
    }
    let outline: Outline = from_json(path, bytes)?;
    match outline {
        Outline { replay: Some(_), .. } => Ok(Format::Replay),
        Outline { events: Some(_), .. } => Ok(Format::Dvr),
        Outline { log: Some(_), .. } => Ok(Format::Har),
        Outline { http_interactions: Some(_), .. } => Ok(Format::Vcr),
        Outline { cassette: Some(_), .. } => {
            Err(malformed(path, "cassette".to_owned(), "expected another tool's recording, found a cassette"))
        }
        Outline { interactions: Some(_), .. } => Ok(Format::Interactions),
        _ => Err(unknown()),
    }
}
