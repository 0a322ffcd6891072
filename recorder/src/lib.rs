//! A proxy that records real AWS as cassettes.
//!
//! [`classify`] is what the models know of a message: its operation, and which of its members are secret.

pub mod classify;

pub use classify::Models;
