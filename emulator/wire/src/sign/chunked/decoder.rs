//! Unwraps an aws-chunked body as it arrives.
//!
//! Bytes are handed on before their chunk's signature is known to be good: whoever stores them must
//! wait for [`Decoder::finish`] before calling them an object.

use bytes::{Buf, Bytes};
use sha2::{Digest, Sha256};

use super::line::Line;
use super::{ChunkError, ChunkSignatures};
use crate::sign::payload::Framing;

/// The names, in small letters, and values after the last chunk, without the signature.
pub type Trailers = Vec<(String, String)>;

const MAX_CHUNK_HEADER: usize = 4 * 1024;
const MAX_TRAILER: usize = 8 * 1024;
const MAX_TRAILERS: usize = 32;
const MIN_CHUNK: u64 = 8192;

/// A push decoder: bytes in, slices of them out.
#[derive(Debug)]
pub struct Decoder {
    framing: Framing,
    signatures: Option<ChunkSignatures>,
    decoded_length: Option<u64>,
    announced: Option<Vec<String>>,
    state: State,
    line: Line,
    chunks: u64,
    last_size: u64,
    decoded: u64,
    trailers: Trailers,
}

#[derive(Debug)]
enum State {
    ChunkHeader,
    Data {
        left: u64,
        hash: Option<Sha256>,
        signature: String,
    },
    DataEnd {
        hash: Option<Sha256>,
        signature: String,
    },
    /// After the last chunk: trailers, if any, and an empty line.
    Trailers {
        signature: Option<String>,
    },
    End,
    Failed(ChunkError),
}

impl Decoder {
    /// Begins a body of this form.
    pub fn new(framing: Framing) -> Result<Decoder, ChunkError> {
        if matches!(framing, Framing::EcdsaSigned | Framing::EcdsaSignedTrailer) {
            return Err(ChunkError::Unsupported(framing));
        }
        Ok(Decoder {
            framing,
            signatures: None,
            decoded_length: None,
            announced: None,
            state: State::ChunkHeader,
            line: Line::default(),
            chunks: 0,
            last_size: 0,
            decoded: 0,
            trailers: Vec::new(),
        })
    }

    /// Checks the signatures, where the form has any.
    pub fn verifying(mut self, signatures: ChunkSignatures) -> Decoder {
        self.signatures = self.framing.is_signed().then_some(signatures);
        self
    }

    /// Holds the body against `x-amz-decoded-content-length`.
    pub fn expecting_length(mut self, decoded_length: u64) -> Decoder {
        self.decoded_length = Some(decoded_length);
        self
    }

    /// Holds the trailers against the header `x-amz-trailer`, a list of names; empty where it is missing.
    pub fn expecting_trailers(mut self, header: &str) -> Decoder {
        let names = header.split(',').map(|name| name.trim().to_ascii_lowercase());
        self.announced = Some(names.filter(|name| !name.is_empty()).collect());
        self
    }

    /// Takes the next bytes of the body and adds what they contain to `out`, uncopied.
    /// After an error every call answers with the same error.
    pub fn push(&mut self, mut input: Bytes, out: &mut Vec<Bytes>) -> Result<(), ChunkError> {
        if let State::Failed(error) = &self.state {
            return Err(error.clone());
        }
        while !input.is_empty() {
            if let Err(error) = self.step(&mut input, out) {
                self.state = State::Failed(error.clone());
                return Err(error);
            }
        }
        Ok(())
    }

    /// Ends the body: the trailers, if all of it arrived and all was well.
    pub fn finish(self) -> Result<Trailers, ChunkError> {
        match self.state {
            State::End => Ok(self.trailers),
            State::Failed(error) => Err(error),
            _ => Err(ChunkError::Incomplete),
        }
    }

    /// Consumes some input, at least a byte of it.
    fn step(&mut self, input: &mut Bytes, out: &mut Vec<Bytes>) -> Result<(), ChunkError> {
        match &mut self.state {
            State::ChunkHeader => {
                let header = self.line.take(input, MAX_CHUNK_HEADER).map_err(|_| ChunkError::Incomplete)?;
                header.map_or(Ok(()), |header| self.begin_chunk(&header))
            }
            State::Data { left, hash, signature } => {
                let length = usize::try_from(*left).unwrap_or(usize::MAX).min(input.len());
                let data = input.split_to(length);
                *left -= length as u64;
                if let Some(hash) = hash {
                    hash.update(&data);
                }
                out.push(data);
                if *left == 0 {
                    let (hash, signature) = (hash.take(), std::mem::take(signature));
                    self.state = State::DataEnd { hash, signature };
                }
                Ok(())
            }
            State::DataEnd { hash, signature } => {
                let Some(end) = self.line.take(input, 0).map_err(|_| ChunkError::Incomplete)? else {
                    return Ok(());
                };
                if !end.is_empty() {
                    return Err(ChunkError::Incomplete);
                }
                if let (Some(signatures), Some(hash)) = (&mut self.signatures, hash.take()) {
                    signatures.check_chunk(&hash.finalize(), signature)?;
                }
                self.state = State::ChunkHeader;
                Ok(())
            }
            State::Trailers { signature } => {
                let Some(line) =
                    self.line.take(input, MAX_TRAILER).map_err(|_| ChunkError::MalformedTrailer)?
                else {
                    return Ok(());
                };
                if line.is_empty() {
                    let signature = signature.take();
                    return self.end(signature);
                }
                let (name, value) = trailer(&line)?;
                if name == "x-amz-trailer-signature" {
                    *signature = Some(value);
                } else {
                    self.trailers.push((name, value));
                }
                if self.trailers.len() > MAX_TRAILERS || !self.framing.has_trailers() {
                    return Err(ChunkError::MalformedTrailer);
                }
                Ok(())
            }
            State::End => {
                input.advance(input.len());
                Err(ChunkError::Incomplete)
            }
            State::Failed(error) => Err(error.clone()),
        }
    }

    fn begin_chunk(&mut self, header: &[u8]) -> Result<(), ChunkError> {
        let (size, signature) = chunk_header(header).ok_or(ChunkError::Incomplete)?;
        if self.framing.is_signed() && signature.is_none() {
            return Err(ChunkError::Incomplete);
        }
        let signature = signature.unwrap_or_default();
        self.chunks += 1;
        if size == 0 {
            if let Some(signatures) = &mut self.signatures {
                signatures.check_chunk(&Sha256::digest(b""), &signature)?;
            }
            self.state = State::Trailers { signature: None };
            return Ok(());
        }
        if self.chunks > 1 && self.last_size < MIN_CHUNK {
            return Err(ChunkError::TooSmall { chunk: self.chunks, size: self.last_size });
        }
        self.last_size = size;
        self.decoded = self.decoded.checked_add(size).ok_or(ChunkError::Incomplete)?;
        if self.decoded_length.is_some_and(|length| self.decoded > length) {
            return Err(ChunkError::Incomplete);
        }
        let hash = self.signatures.is_some().then(Sha256::new);
        self.state = State::Data { left: size, hash, signature };
        Ok(())
    }

    fn end(&mut self, signature: Option<String>) -> Result<(), ChunkError> {
        if self.decoded_length.is_some_and(|length| self.decoded != length) {
            return Err(ChunkError::Incomplete);
        }
        if let Some(announced) = &mut self.announced {
            let mut names: Vec<String> = self.trailers.iter().map(|(name, _)| name.clone()).collect();
            names.sort_unstable();
            announced.sort_unstable();
            if names.is_empty() && !announced.is_empty() {
                return Err(ChunkError::Incomplete);
            }
            if names != *announced {
                return Err(ChunkError::MalformedTrailer);
            }
        }
        if let (Some(signatures), true) = (&mut self.signatures, self.framing.has_trailers()) {
            let signature = signature.ok_or(ChunkError::MalformedTrailer)?;
            signatures.check_trailers(&self.trailers, &signature)?;
        }
        self.state = State::End;
        Ok(())
    }
}

/// Reads `400;chunk-signature=…`.
fn chunk_header(header: &[u8]) -> Option<(u64, Option<String>)> {
    let mut parts = std::str::from_utf8(header).ok()?.split(';');
    let size = parts.next()?;
    if size.is_empty() || size.len() > 16 || !size.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let size = u64::from_str_radix(size, 16).ok()?;
    let signature = parts.find_map(|part| part.strip_prefix("chunk-signature=")).map(str::to_owned);
    Some((size, signature))
}

/// Reads `name:value`.
fn trailer(line: &[u8]) -> Result<(String, String), ChunkError> {
    let text = std::str::from_utf8(line).map_err(|_| ChunkError::MalformedTrailer)?;
    let (name, value) = text.split_once(':').ok_or(ChunkError::MalformedTrailer)?;
    let name = name.trim().to_ascii_lowercase();
    if name.is_empty() {
        return Err(ChunkError::MalformedTrailer);
    }
    Ok((name, value.trim().to_owned()))
}
