//! The CRC of bytes that follow one another, from the CRC of each run of them: S3's full object checksums of
//! uploads in parts. No byte is read again.

use super::{Algorithm, Checksum};
use crc_fast::CrcAlgorithm;

impl Checksum {
    /// The checksum of these bytes followed by `length` bytes with the checksum `next`.
    ///
    /// `None` where the two are of different algorithms, or of one that cannot be combined: none but the CRCs can.
    pub fn followed_by(&self, next: &Checksum, length: u64) -> Option<Checksum> {
        if self.algorithm != next.algorithm {
            return None;
        }
        let crc = match self.algorithm {
            Algorithm::Crc32 => CrcAlgorithm::Crc32IsoHdlc,
            Algorithm::Crc32c => CrcAlgorithm::Crc32Iscsi,
            Algorithm::Crc64Nvme => CrcAlgorithm::Crc64Nvme,
            _ => return None,
        };
        let bytes = crc_fast::checksum_combine(crc, number(self.as_bytes()), number(next.as_bytes()), length)
            .to_be_bytes();
        Some(Checksum::new(self.algorithm, &bytes[bytes.len() - self.algorithm.length()..]))
    }
}

/// The number that bytes are, most significant first.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_combine_to_the_checksum_of_the_whole() {
        let body: Vec<u8> = (0..300_000_u32).map(|index| (index * 7 % 253) as u8).collect();
        for algorithm in [Algorithm::Crc32, Algorithm::Crc32c, Algorithm::Crc64Nvme] {
            for cuts in [vec![], vec![0], vec![1], vec![100_000, 200_001], vec![5, 5, 299_999], vec![300_000]]
            {
                let (mut found, mut from) = (algorithm.digest(b""), 0);
                for to in cuts.iter().copied().chain([body.len()]) {
                    let piece = &body[from..to];
                    let next = algorithm.digest(piece);
                    found = found.followed_by(&next, piece.len() as u64).expect("CRCs combine");
                    from = to;
                }
                assert_eq!(found, algorithm.digest(&body), "{algorithm:?} {cuts:?}");
            }
        }
    }

    #[test]
    fn hashes_do_not_combine() {
        for algorithm in [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Md5] {
            let sum = algorithm.digest(b"a");
            assert_eq!(sum.followed_by(&sum, 1), None);
        }
        let (one, other) = (Algorithm::Crc32.digest(b"a"), Algorithm::Crc32c.digest(b"a"));
        assert_eq!(one.followed_by(&other, 1), None);
    }
}
