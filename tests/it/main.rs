//! Everything that needs a server, or more than one crate, in one binary.

mod habits;
mod malformed;
mod protocol;
mod readme;
mod record;
mod recordings;
mod sdk;
mod serve;
