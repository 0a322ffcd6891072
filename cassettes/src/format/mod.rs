//! The cassette: one recorded conversation, as plain types. Made for people to read, diff and keep in git.
//!
//! `docs/schema/cassette-v1.schema.json` says the same to other tools; a test holds the two together.

mod body;
mod during;
mod exchange;
mod headers;
pub mod instant;
mod rule;
pub mod source;
pub(crate) mod upgrade;
mod written;

pub use body::{Body, FileRef};
pub use during::{During, causes};
pub use exchange::{Auth, AuthKind, Interaction, Request, Response};
pub use headers::Headers;
pub use rule::Rule;
pub use source::Source;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use time::OffsetDateTime;

use crate::redact::Redacted;

/// The format's version, written as the file's first member.
pub const VERSION: u64 = 1;

/// The JSON Schema of the format.
pub const SCHEMA: &str = include_str!("../../../docs/schema/cassette-v1.schema.json");

/// One recorded conversation with AWS.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cassette {
    /// The version of the format.
    pub cassette: Version,
    /// What this is a recording of, and how far it is to be trusted.
    pub meta: Meta,
    /// How a replay has to be set.
    #[serde(default, skip_serializing_if = "Settings::is_default")]
    pub settings: Settings,
    /// What the conversation presumes.
    #[serde(default, skip_serializing_if = "Setup::is_empty")]
    pub setup: Setup,
    /// Rules of comparison that hold for this cassette alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// Bindings that a replay has to add to, or leave out of, those it finds itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bindings: Vec<Rule>,
    /// The requests and their responses, in the order they passed.
    pub interactions: Vec<Redacted<Interaction>>,
}

/// The version of the format: always [`VERSION`]; another one is refused when read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Version;

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        VERSION.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Version, D::Error> {
        match u64::deserialize(deserializer)? {
            VERSION => Ok(Version),
            other => Err(serde::de::Error::custom(format!("cassette format {other}, expected {VERSION}"))),
        }
    }
}

/// What a cassette is a recording of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meta {
    /// The story it tells, in a few words.
    pub title: String,
    /// The services that answered, sorted.
    pub services: Vec<String>,
    /// When its first response was given.
    #[serde(default, with = "instant", skip_serializing_if = "Option::is_none")]
    pub recorded: Option<OffsetDateTime>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// Where a cassette comes from, and by that how far it proves anything.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// Who answered, and who wrote it down.
    pub kind: ProvenanceKind,
    /// The tool that recorded, with its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_by: Option<String>,
    /// The file, page or run it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The format it was imported from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// The licence of the source, as an SPDX expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Addresses that prove what is said here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<String>,
    /// What happened to the bytes on their way here, in sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// Who answered, and who wrote it down. Only real AWS counts as proof.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProvenanceKind {
    /// Real AWS, recorded by us.
    Recorded,
    /// Real AWS, recorded by another tool.
    Imported,
    /// Facts written down from AWS's documentation, cited.
    Transcribed,
    /// An emulator's answers. Proves nothing about AWS.
    #[default]
    Emulator,
}

/// How a replay has to be set. What is absent is the replay's own choice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Whether signatures count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<AuthSetting>,
    /// What time it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<ClockSetting>,
}

impl Settings {
    fn is_default(&self) -> bool {
        *self == Settings::default()
    }
}

/// Whether a replay's endpoint checks who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuthSetting {
    /// Signatures are checked: a wrong one is answered as AWS does.
    Verify,
    /// Every caller is believed.
    Accept,
}

/// What time a replay's endpoint believes it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClockSetting {
    /// The time of the recorded response.
    Recorded,
    /// The time of the replay.
    Real,
}

/// What a conversation presumes: sent or placed before its first interaction, and never compared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// Requests that bring the state about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<Redacted<Request>>,
    /// State that no request can make, by service; its form is the service's own.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub state: Map<String, Value>,
}

impl Setup {
    /// Whether nothing is presumed.
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty() && self.state.is_empty()
    }
}
