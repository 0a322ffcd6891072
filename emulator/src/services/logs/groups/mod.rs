//! Log groups: made, described, kept for a while, tagged, protected, deleted.

mod create;
mod delete;
mod describe;
mod encryption;
mod list;
mod retention;
mod tags;

pub(super) use create::STANDARD;
