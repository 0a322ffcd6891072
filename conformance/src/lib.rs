//! Replays cassettes against an endpoint and says exactly what differs from what AWS answered.
//!
//! [`endpoint`] is who is judged; [`replay`] sends a cassette's requests; [`correlate`] keeps track of the values
//! that AWS made up, so that a later request names the endpoint's own; [`compare`] holds the answers against each
//! other by the models; [`rules`] are the places whose value AWS itself does not promise, each with its reason;
//! [`verdict`] is what comes out, [`report`] puts it on paper, [`scorecard`] puts several side by side, and [`gate`] decides whether
//! it is good enough.
//!
//! **Architecture Invariant:** the judge knows no emulator. Whatever answers requests can be judged, AWS included.

pub mod classify;
pub mod compare;
pub mod correlate;
pub mod endpoint;
pub mod gate;
pub mod minimise;
pub mod noise;
pub mod replay;
pub mod report;
pub mod rules;
pub mod scorecard;
pub mod verdict;
pub mod verify;

pub use endpoint::{Endpoint, OpenError, Pending, Remote, SendError, Session};
pub use gate::{GateOutcome, KnownGaps};
pub use report::Report;
pub use ruststack_cassettes::Models;
pub use scorecard::Scorecard;
pub use verdict::{Difference, Kind, Verdict};
pub use verify::{Case, Options, verify, verify_watched};

/// The JSON Schema of the report in JSON.
pub const RESULTS_SCHEMA: &str = include_str!("../../docs/schema/results-v1.schema.json");

#[cfg(test)]
mod tests;
