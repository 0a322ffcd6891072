//! A proxy that records real AWS as cassettes.
//!
//! An application's calls come to a port on this machine ([`Recording`]), are signed anew with the credentials of
//! whoever records, and go on to AWS; what comes back goes to the application as it arrives. At the end what passed is
//! written down, one cassette per name that the application gave, or one for the whole run.
//!
//! ```no_run
//! # async fn record() -> Result<(), Box<dyn std::error::Error>> {
//! use ruststack_recorder::{Options, Recording};
//!
//! let recording = Recording::start(Options {
//!     allow_accounts: vec!["111122223333".to_owned()],
//!     ..Options::new("cassettes")
//! })
//! .await?;
//! println!("AWS_ENDPOINT_URL=http://{} touches {}", recording.address(), recording.identity().account);
//! // The application runs; at its end, or when somebody interrupts:
//! let finished = recording.finish().await;
//! # Ok(())
//! # }
//! ```
//!
//! The way of a call is `proxy.rs`: `subject.rs` says what it is about, `upstream.rs` where it goes, `payload/` how
//! its body travels, `story.rs` what is kept of it, `write.rs` how that becomes a cassette.
//!
//! **Architecture Invariants:** nothing is forwarded before STS has said whose account it is and that account is
//! allowed. What the recorder says itself is never recorded as an answer of AWS's. No secret reaches the
//! disk: what is not redacted yet is in memory, or sealed with a key that is.

mod accounts;
mod call;
mod capture;
mod client;
mod courier;
mod created;
mod credentials;
mod follow;
mod forward;
mod gather;
mod guard;
mod head;
mod identity;
mod keep;
mod limits;
mod name;
mod options;
mod payload;
mod proxy;
mod recording;
mod refusal;
mod signature;
mod spool;
mod story;
mod subject;
mod upstream;
mod write;

#[cfg(test)]
mod tests;

pub use client::TlsError;
pub use created::{Created, settle};
pub use credentials::{CredentialSource, NoCredentials};
pub use follow::Follow;
pub use forward::{NoAuthority, NoOthers, Others, TrustFiles};
pub use identity::{Identity, NoIdentity};
pub use limits::{Limits, NoPattern, Pattern};
pub use name::{CassetteName, HEADER as CASSETTE_HEADER, NoName};
pub use options::{Options, ProxyOptions};
pub use recording::{Recording, StartError};
pub use ruststack_wire::sign::signer::Credentials;
pub use upstream::{NoUpstream, Upstream};
pub use write::{Finished, Written};
