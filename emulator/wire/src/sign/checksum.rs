//! The checksums of S3 objects, computed as the bytes pass.
//! Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html>.

mod combine;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use crc_fast::CrcAlgorithm;
use sha2::Digest as _;

/// A checksum algorithm of S3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// CRC-32 of ISO-HDLC, that of zip and Ethernet.
    Crc32,
    /// CRC-32 of Castagnoli, that of iSCSI.
    Crc32c,
    /// CRC-64 of NVMe, S3's default.
    Crc64Nvme,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
    /// MD5, which is also that of `Content-MD5` and ETags.
    Md5,
    /// XXH64.
    XxHash64,
    /// XXH3 of 64 bits.
    XxHash3,
    /// XXH3 of 128 bits.
    XxHash128,
}

impl Algorithm {
    /// The algorithms that have a name and a header in S3's API.
    pub const NAMED: [Algorithm; 10] = [
        Algorithm::Crc32,
        Algorithm::Crc32c,
        Algorithm::Crc64Nvme,
        Algorithm::Sha1,
        Algorithm::Sha256,
        Algorithm::Sha512,
        Algorithm::Md5,
        Algorithm::XxHash64,
        Algorithm::XxHash3,
        Algorithm::XxHash128,
    ];

    /// Reads a name as in `x-amz-sdk-checksum-algorithm`.
    pub fn parse(name: &str) -> Option<Algorithm> {
        Algorithm::NAMED.into_iter().find(|algorithm| algorithm.as_str().eq_ignore_ascii_case(name))
    }

    /// Finds the algorithm of a header like `x-amz-checksum-crc32`.
    pub fn of_header(name: &str) -> Option<Algorithm> {
        Algorithm::NAMED
            .into_iter()
            .find(|algorithm| algorithm.header().is_some_and(|header| header.eq_ignore_ascii_case(name)))
    }

    /// AWS's name of the algorithm.
    pub fn as_str(self) -> &'static str {
        match self {
            Algorithm::Crc32 => "CRC32",
            Algorithm::Crc32c => "CRC32C",
            Algorithm::Crc64Nvme => "CRC64NVME",
            Algorithm::Sha1 => "SHA1",
            Algorithm::Sha256 => "SHA256",
            Algorithm::Sha512 => "SHA512",
            Algorithm::Md5 => "MD5",
            Algorithm::XxHash64 => "XXHASH64",
            Algorithm::XxHash3 => "XXHASH3",
            Algorithm::XxHash128 => "XXHASH128",
        }
    }

    /// The header (or trailer) that carries the checksum.
    pub fn header(self) -> Option<&'static str> {
        match self {
            Algorithm::Crc32 => Some("x-amz-checksum-crc32"),
            Algorithm::Crc32c => Some("x-amz-checksum-crc32c"),
            Algorithm::Crc64Nvme => Some("x-amz-checksum-crc64nvme"),
            Algorithm::Sha1 => Some("x-amz-checksum-sha1"),
            Algorithm::Sha256 => Some("x-amz-checksum-sha256"),
            Algorithm::Sha512 => Some("x-amz-checksum-sha512"),
            Algorithm::Md5 => Some("x-amz-checksum-md5"),
            Algorithm::XxHash64 => Some("x-amz-checksum-xxhash64"),
            Algorithm::XxHash3 => Some("x-amz-checksum-xxhash3"),
            Algorithm::XxHash128 => Some("x-amz-checksum-xxhash128"),
        }
    }

    /// The checksum's length in bytes.
    pub fn length(self) -> usize {
        match self {
            Algorithm::Crc32 | Algorithm::Crc32c => 4,
            Algorithm::Crc64Nvme | Algorithm::XxHash64 | Algorithm::XxHash3 => 8,
            Algorithm::Md5 | Algorithm::XxHash128 => 16,
            Algorithm::Sha1 => 20,
            Algorithm::Sha256 => 32,
            Algorithm::Sha512 => 64,
        }
    }

    /// The checksum of bytes at hand.
    pub fn digest(self, bytes: &[u8]) -> Checksum {
        let mut hasher = Hasher::new(self);
        hasher.update(bytes);
        hasher.finish()
    }
}

/// A checksum under way.
#[derive(Clone)]
pub struct Hasher {
    algorithm: Algorithm,
    state: State,
}

#[derive(Clone)]
enum State {
    Crc(crc_fast::Digest),
    Sha1(sha1::Sha1),
    Sha256(sha2::Sha256),
    Sha512(sha2::Sha512),
    Md5(md5::Md5),
    Xxh64(xxhash_rust::xxh64::Xxh64),
    Xxh3(Box<xxhash_rust::xxh3::Xxh3>),
}

impl Hasher {
    /// Begins a checksum.
    pub fn new(algorithm: Algorithm) -> Hasher {
        let state = match algorithm {
            Algorithm::Crc32 => State::Crc(crc_fast::Digest::new(CrcAlgorithm::Crc32IsoHdlc)),
            Algorithm::Crc32c => State::Crc(crc_fast::Digest::new(CrcAlgorithm::Crc32Iscsi)),
            Algorithm::Crc64Nvme => State::Crc(crc_fast::Digest::new(CrcAlgorithm::Crc64Nvme)),
            Algorithm::Sha1 => State::Sha1(sha1::Sha1::new()),
            Algorithm::Sha256 => State::Sha256(sha2::Sha256::new()),
            Algorithm::Sha512 => State::Sha512(sha2::Sha512::new()),
            Algorithm::Md5 => State::Md5(md5::Md5::new()),
            Algorithm::XxHash64 => State::Xxh64(xxhash_rust::xxh64::Xxh64::new(0)),
            Algorithm::XxHash3 | Algorithm::XxHash128 => State::Xxh3(Box::default()),
        };
        Hasher { algorithm, state }
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.state {
            State::Crc(digest) => digest.update(bytes),
            State::Sha1(digest) => digest.update(bytes),
            State::Sha256(digest) => digest.update(bytes),
            State::Sha512(digest) => digest.update(bytes),
            State::Md5(digest) => digest.update(bytes),
            State::Xxh64(digest) => digest.update(bytes),
            State::Xxh3(digest) => digest.update(bytes),
        }
    }

    /// Ends the checksum.
    pub fn finish(self) -> Checksum {
        match self.state {
            State::Crc(digest) => {
                let bytes = digest.finalize().to_be_bytes();
                Checksum::new(self.algorithm, &bytes[bytes.len() - self.algorithm.length()..])
            }
            State::Sha1(digest) => Checksum::new(self.algorithm, &digest.finalize()),
            State::Sha256(digest) => Checksum::new(self.algorithm, &digest.finalize()),
            State::Sha512(digest) => Checksum::new(self.algorithm, &digest.finalize()),
            State::Md5(digest) => Checksum::new(self.algorithm, &digest.finalize()),
            State::Xxh64(digest) => Checksum::new(self.algorithm, &digest.digest().to_be_bytes()),
            State::Xxh3(digest) if self.algorithm == Algorithm::XxHash3 => {
                Checksum::new(self.algorithm, &digest.digest().to_be_bytes())
            }
            State::Xxh3(digest) => Checksum::new(self.algorithm, &digest.digest128().to_be_bytes()),
        }
    }
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Hasher").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

/// The bytes of the longest checksum.
const LONGEST: usize = 64;

/// A finished checksum. It stands by itself, without memory elsewhere: a store keeps one for every object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checksum {
    algorithm: Algorithm,
    /// As many as the algorithm has, and zeroes.
    bytes: [u8; LONGEST],
}

impl Checksum {
    /// The checksum of these bytes, which are as many as the algorithm has.
    fn new(algorithm: Algorithm, found: &[u8]) -> Checksum {
        let mut bytes = [0; LONGEST];
        bytes[..algorithm.length()].copy_from_slice(found);
        Checksum { algorithm, bytes }
    }

    /// Reads a checksum as a header carries it; `None` where it is not base64 of the right length.
    pub fn parse(algorithm: Algorithm, base64: &str) -> Option<Checksum> {
        let bytes = STANDARD.decode(base64).ok()?;
        (bytes.len() == algorithm.length()).then(|| Checksum::new(algorithm, &bytes))
    }

    /// The algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The bytes, most significant first.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.algorithm.length()]
    }

    /// As headers and XML carry it.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.as_bytes())
    }

    /// As ETags carry it.
    pub fn to_hex(&self) -> String {
        super::payload::hex(self.as_bytes())
    }
}

/// Several checksums of the same bytes, each chunk read while it is in the cache.
#[derive(Clone, Debug, Default)]
pub struct Digests(Vec<Hasher>);

impl Digests {
    /// Begins a checksum per algorithm; one that is named twice is computed once.
    pub fn new(algorithms: impl IntoIterator<Item = Algorithm>) -> Digests {
        let mut hashers: Vec<Hasher> = Vec::new();
        for algorithm in algorithms {
            if hashers.iter().all(|hasher| hasher.algorithm != algorithm) {
                hashers.push(Hasher::new(algorithm));
            }
        }
        Digests(hashers)
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        // Pieces that fit the nearest cache, so that the second algorithm does not read memory again.
        for piece in bytes.chunks(16 * 1024) {
            for hasher in &mut self.0 {
                hasher.update(piece);
            }
        }
    }

    /// Ends them all, in the order they were asked for.
    pub fn finish(self) -> Vec<Checksum> {
        self.0.into_iter().map(Hasher::finish).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        let answers = [
            (Algorithm::Crc64Nvme, "hello world", "jSnVw/bqjr4="),
            (Algorithm::Crc32, "123456789", "y/Q5Jg=="),
            (Algorithm::Crc32c, "123456789", "4waSgw=="),
            (Algorithm::Sha1, "hello world", "Kq5sNclPz7QV2+lfQIuc6R7oRu0="),
            (Algorithm::Sha256, "hello world", "uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek="),
            (Algorithm::Md5, "hello world", "XrY7u+Ae7tCTyyK7j1rNww=="),
            (
                Algorithm::Sha512,
                "hello world",
                "MJ7MSJwS1utMxA9QyQLytNDtd+5RGnx6m808qG1M2G+YndNbxf9JlnDaNCVbRbDP2DDoH2Bdz33FVC6TrpzXbw==",
            ),
            (Algorithm::XxHash64, "hello world", "RatnNLIeaWg="),
        ];
        for (algorithm, text, base64) in answers {
            let checksum = algorithm.digest(text.as_bytes());
            assert_eq!(checksum.to_base64(), base64, "{algorithm:?}");
            assert_eq!(Checksum::parse(algorithm, base64), Some(checksum));
        }
        // The ETag of "hello world", as S3 gives it.
        assert_eq!(Algorithm::Md5.digest(b"hello world").to_hex(), "5eb63bbbe01eeed093cb22bb8f5acdc3");
    }

    #[test]
    fn pieces_give_the_checksums_of_the_whole() {
        let body: Vec<u8> = (0..100_000_u32).map(|index| (index % 251) as u8).collect();
        let mut digests =
            Digests::new([Algorithm::Md5, Algorithm::Crc64Nvme, Algorithm::Crc32c, Algorithm::Md5]);
        body.chunks(777).for_each(|piece| digests.update(piece));
        let expected = [Algorithm::Md5, Algorithm::Crc64Nvme, Algorithm::Crc32c]
            .map(|algorithm| algorithm.digest(&body));
        assert_eq!(digests.finish(), expected);
    }

    #[test]
    fn names_and_headers_find_their_algorithm() {
        for algorithm in Algorithm::NAMED {
            assert_eq!(Algorithm::parse(algorithm.as_str()), Some(algorithm));
            assert_eq!(algorithm.header().and_then(Algorithm::of_header), Some(algorithm));
        }
        assert_eq!(Algorithm::parse("CRC31"), None);
        assert_eq!(Checksum::parse(Algorithm::Crc32, "AAAA"), None);
        assert_eq!(Checksum::parse(Algorithm::Crc32, "not base64"), None);
    }
}
