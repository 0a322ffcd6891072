//! The chain of signatures: each chunk's covers the one before it, the first the request's own.

use sha2::{Digest, Sha256};

use super::ChunkError;
use crate::sign::canonical::{SigningKey, sha256_hex};
use crate::sign::credential::CredentialScope;
use crate::sign::payload::hex;
use crate::sign::verify::is_same;

/// Signs or checks chunk after chunk.
#[derive(Clone, Debug)]
pub struct ChunkSignatures {
    key: SigningKey,
    scope: CredentialScope,
    date: String,
    previous: String,
}

impl ChunkSignatures {
    /// The chain that begins at a request's signature. `date` is the request's, `yyyymmddThhmmssZ`.
    pub fn new(key: SigningKey, scope: CredentialScope, date: String, seed: String) -> ChunkSignatures {
        ChunkSignatures { key, scope, date, previous: seed }
    }

    /// The latest signature: the request's, until a chunk is signed.
    pub fn latest(&self) -> &str {
        &self.previous
    }

    /// Signs the next chunk.
    pub fn sign_chunk(&mut self, chunk: &[u8]) -> String {
        let string_to_sign = self.chunk_string(&Sha256::digest(chunk));
        self.advance(&string_to_sign)
    }

    /// Signs the trailers, given as pairs of name and value.
    pub fn sign_trailers(&mut self, trailers: &[(String, String)]) -> String {
        let string_to_sign = self.trailer_string(trailers);
        self.advance(&string_to_sign)
    }

    pub(super) fn check_chunk(&mut self, sha256: &[u8], signature: &str) -> Result<(), ChunkError> {
        self.check(self.chunk_string(sha256), signature)
    }

    pub(super) fn check_trailers(
        &mut self,
        trailers: &[(String, String)],
        signature: &str,
    ) -> Result<(), ChunkError> {
        self.check(self.trailer_string(trailers), signature)
    }

    fn check(&mut self, string_to_sign: String, signature: &str) -> Result<(), ChunkError> {
        let ours = self.advance(&string_to_sign);
        if is_same(&ours, signature) {
            return Ok(());
        }
        Err(ChunkError::Mismatch {
            access_key_id: self.scope.access_key_id.clone(),
            string_to_sign,
            signature_provided: signature.to_owned(),
        })
    }

    fn advance(&mut self, string_to_sign: &str) -> String {
        self.previous = self.key.sign(string_to_sign);
        self.previous.clone()
    }

    fn chunk_string(&self, sha256: &[u8]) -> String {
        let (date, scope, previous) = (&self.date, self.scope.path(), &self.previous);
        format!("AWS4-HMAC-SHA256-PAYLOAD\n{date}\n{scope}\n{previous}\n{}\n{}", sha256_hex(b""), hex(sha256))
    }

    fn trailer_string(&self, trailers: &[(String, String)]) -> String {
        let mut lines: Vec<String> =
            trailers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        lines.sort_unstable();
        let (date, scope, previous) = (&self.date, self.scope.path(), &self.previous);
        let hash = sha256_hex(lines.concat().as_bytes());
        format!("AWS4-HMAC-SHA256-TRAILER\n{date}\n{scope}\n{previous}\n{hash}")
    }
}
