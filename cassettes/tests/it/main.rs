//! The crate as its users see it.

#[cfg(test)]
mod bad_files;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod recordings;
#[cfg(test)]
mod schema;
