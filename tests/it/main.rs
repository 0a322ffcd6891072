//! Everything that needs a server, or more than one crate, in one binary.

#![allow(clippy::unwrap_used, reason = "a test that unwraps nothing fails, as it should")]

mod cassettes;
mod commands;
mod corpus;
mod differential;
mod drift;
mod flask;
mod functions;
mod garbage;
mod habits;
mod judge;
mod malformed;
mod overlap;
mod protocol;
mod readme;
mod record;
mod record_cleanup;
mod record_limits;
mod record_load;
mod record_proxy;
mod recordings;
mod replay;
mod reports;
mod sdk;
mod serve;
mod shadow;
