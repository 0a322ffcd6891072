//! Everything that needs a server, or more than one crate, in one binary.

mod habits;
mod malformed;
mod protocol;
mod record;
mod sdk;
mod serve;
