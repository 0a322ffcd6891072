//! Everything that needs a server, or more than one crate, in one binary.

mod corpus;
mod habits;
mod malformed;
mod protocol;
mod sdk;
mod serve;
