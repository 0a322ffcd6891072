//! Receives the body of an object: keeps the pieces, hashes them as they pass, holds the sums against what the
//! caller said.
//!
//! Source: S3 User Guide, "Checking object integrity".

use super::S3Error;
use super::content::Content;
use bytes::{Bytes, BytesMut};
use ruststack_wire::Body;
use ruststack_wire::sign::checksum::{Algorithm, Checksum, Digests};

/// The greatest object that one request may bring: 5 GiB.
pub(super) const LARGEST_PUT: u64 = 5 << 30;
/// Pieces smaller than this are joined, so that they do not hold on to the larger buffer they came in.
const SMALL: usize = 64 << 10;

/// What was received.
pub(super) struct Upload {
    pub(super) content: Content,
    /// The MD5, which in hex is the ETag.
    pub(super) md5: Checksum,
    pub(super) checksum: Checksum,
}

/// What the caller says of the bytes beforehand.
#[derive(Debug, Default)]
pub(super) struct Claims {
    md5: Option<Checksum>,
    checksum: Option<Checksum>,
    /// The algorithm of the checksum that comes, or is named to come.
    algorithm: Option<Algorithm>,
    /// The algorithm of the checksum to keep, where it is another.
    kept: Option<Algorithm>,
}

impl Claims {
    /// Reads the headers: a Content-MD5, at most one checksum, and the algorithm an SDK names.
    pub(super) fn parse<'a>(
        content_md5: Option<&str>,
        checksums: impl IntoIterator<Item = (Algorithm, Option<&'a String>)>,
        named: Option<&str>,
    ) -> Result<Claims, S3Error> {
        let md5 = match content_md5 {
            Some(text) => {
                let parsed = Checksum::parse(Algorithm::Md5, text);
                Some(parsed.ok_or_else(|| S3Error::InvalidDigest(text.to_owned()))?)
            }
            None => None,
        };
        let mut checksum = None;
        for (algorithm, text) in checksums {
            let Some(text) = text else { continue };
            let parsed = Checksum::parse(algorithm, text).ok_or_else(|| {
                let header = algorithm.header().unwrap_or_default();
                S3Error::InvalidRequest(format!("Value for {header} header is invalid."))
            })?;
            if checksum.replace(parsed).is_some() {
                let message =
                    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.";
                return Err(S3Error::InvalidRequest(message.into()));
            }
        }
        let named = named.map(|name| {
            Algorithm::parse(name).ok_or_else(|| {
                S3Error::InvalidRequest("Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]".into())
            })
        });
        let algorithm = checksum.as_ref().map(Checksum::algorithm).or(named.transpose()?);
        Ok(Claims { md5, checksum, algorithm, kept: None })
    }

    /// The algorithm of the checksum that comes, or is named to come, with the bytes.
    pub(super) fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm
    }

    /// Whether the caller says anything of the bytes, or names an algorithm whose checksum is to come.
    pub(super) fn any(&self) -> bool {
        self.md5.is_some() || self.algorithm.is_some()
    }

    /// Keeps a checksum of this algorithm, whichever the caller sends.
    pub(super) fn keeping(self, algorithm: Algorithm) -> Claims {
        Claims { kept: Some(algorithm), ..self }
    }

    /// Reads a body to its end and checks it against the claims, those in its trailers too.
    ///
    /// Without any word of the caller's the checksum is a CRC64NVME, which S3 computes by itself.
    pub(super) async fn receive(mut self, mut body: Body) -> Result<Upload, S3Error> {
        if let Some(length) = body.len().filter(|length| *length > LARGEST_PUT) {
            return Err(S3Error::EntityTooLarge { proposed: length, most: LARGEST_PUT });
        }
        let algorithm = self.algorithm.or(self.kept).unwrap_or(Algorithm::Crc64Nvme);
        let kept = self.kept.unwrap_or(algorithm);
        let mut digests = Digests::new([Algorithm::Md5, algorithm, kept]);
        let mut pieces = Pieces::new(body.len());
        while let Some(frame) = body.frame().await {
            match frame.map_err(S3Error::Incomplete)?.into_data() {
                Ok(data) => {
                    digests.update(&data);
                    pieces.push(data);
                    if pieces.len > LARGEST_PUT {
                        return Err(S3Error::EntityTooLarge { proposed: pieces.len, most: LARGEST_PUT });
                    }
                }
                Err(frame) => {
                    let trailers = frame.into_trailers().unwrap_or_default();
                    self.add_trailer(algorithm, &trailers)?;
                }
            }
        }
        let found = digests.finish();
        let of = |wanted| found.iter().find(|checksum| checksum.algorithm() == wanted).cloned();
        let (Some(md5), Some(sent), Some(checksum)) = (of(Algorithm::Md5), of(algorithm), of(kept)) else {
            return Err(S3Error::Incomplete("no digest was computed".into()));
        };
        self.check(&md5, &sent)?;
        Ok(Upload { content: Content::new(pieces.finish()), md5, checksum })
    }

    fn add_trailer(&mut self, algorithm: Algorithm, trailers: &http::HeaderMap) -> Result<(), S3Error> {
        let header = algorithm.header().unwrap_or_default();
        let Some(text) = trailers.get(header).and_then(|value| value.to_str().ok()) else { return Ok(()) };
        let parsed = Checksum::parse(algorithm, text).ok_or_else(|| {
            S3Error::InvalidRequest(format!("Value for {header} trailing header is invalid."))
        })?;
        self.checksum = Some(parsed);
        Ok(())
    }

    fn check(&self, md5: &Checksum, checksum: &Checksum) -> Result<(), S3Error> {
        if let Some(expected) = self.md5.as_ref().filter(|expected| *expected != md5) {
            return Err(S3Error::BadDigest { expected: expected.to_hex(), calculated: md5.to_base64() });
        }
        match &self.checksum {
            Some(expected) if expected != checksum => {
                Err(S3Error::ChecksumMismatch(checksum.algorithm().as_str()))
            }
            _ => Ok(()),
        }
    }
}

/// Pieces as they come in: large ones as they are, small ones joined.
struct Pieces {
    done: Vec<Bytes>,
    open: BytesMut,
    len: u64,
    /// What is still to come, as far as that is known.
    expected: u64,
}

impl Pieces {
    fn new(length: Option<u64>) -> Pieces {
        Pieces { done: Vec::new(), open: BytesMut::new(), len: 0, expected: length.unwrap_or(0) }
    }

    fn push(&mut self, data: Bytes) {
        self.len += data.len() as u64;
        if data.len() >= SMALL && self.open.is_empty() {
            self.done.push(data);
            return;
        }
        if self.open.capacity() - self.open.len() < data.len() {
            self.close();
            let missing = self.expected.saturating_sub(self.len).min(1 << 20) as usize;
            self.open.reserve(data.len() + missing);
        }
        self.open.extend_from_slice(&data);
    }

    fn close(&mut self) {
        if !self.open.is_empty() {
            self.done.push(std::mem::take(&mut self.open).freeze());
        }
    }

    fn finish(mut self) -> Vec<Bytes> {
        self.close();
        self.done
    }
}
