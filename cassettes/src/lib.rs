//! Recorded conversations with AWS: what they are ([`Cassette`]), how they reach the disk and come back
//! ([`Writer`], [`read()`]), how secrets are kept out of them ([`Redactor`], [`scan()`]), and how the recordings of other
//! tools become ones of ours ([`import()`]), what they show of each operation ([`Evidence`]),
//! how they answer in AWS's stead ([`Shelf`]), and how they are asked again beside what is there already
//! ([`Isolation`]).
//!
//! The crate sends nothing. What a request means, and which of its members are secret, [`Models`] reads from AWS's
//! descriptions; what replays and compares is conformance.
//!
//! **Architecture Invariant:** no secret reaches the disk. A cassette is made of [`Redacted`] interactions, only a
//! [`Redactor`] makes those, and the [`Writer`] looks once more for leaks before it writes.

pub mod edit;
pub mod evidence;
pub mod format;
pub mod import;
pub mod isolate;
pub mod models;
pub mod reader;
pub mod redact;
pub mod scan;
pub mod shelf;
pub mod writer;

mod content;
mod place;

pub use content::with_texts;
pub use evidence::Evidence;
pub use format::{
    Auth, AuthKind, Body, Cassette, During, Headers, Interaction, Meta, Provenance, ProvenanceKind, Request,
    Response, Rule, Settings, Setup, Source,
};
pub use import::{Classify, ImportError, ImportOptions, Operation, import};
pub use isolate::{Isolation, Mark};
pub use models::Models;
pub use reader::{ReadError, read, read_file};
pub use redact::{Accounts, Member, Payloads, Redacted, Redactor, Sensitive, are_whole_frames};
pub use scan::{Leak, scan};
pub use shelf::Shelf;
pub use writer::{WriteError, Writer};
