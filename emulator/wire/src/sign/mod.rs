//! AWS Signature Version 4, as the side that checks it and as the side that makes it.
//!
//! A request is signed over its head and over a word about its body ([`payload`]). The head becomes
//! a [canonical request](canonical), which is hashed into a string to sign; whoever knows the secret
//! can repeat that, which is all that [`verify`](mod@verify) does. Bodies that were sent in signed
//! pieces are unwrapped by [`chunked`], and what S3 calls checksums are computed by [`checksum`].
//!
//! Nothing here knows an account or a service's state: secrets come from a [`verify::Secrets`], and
//! a refusal is plain data ([`refusal::Refusal`]) that a protocol writes down.

pub mod canonical;
pub mod checksum;
pub mod chunked;
pub mod credential;
pub mod form;
pub mod payload;
pub mod refusal;
pub mod signer;
pub mod v2;
pub mod verify;

mod amz_date;
mod authorization;
mod percent;

#[cfg(test)]
mod tests;
