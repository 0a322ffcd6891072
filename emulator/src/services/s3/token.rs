//! Continuation tokens: opaque to callers, a key to us.

use super::S3Error;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ruststack_wire::sign::checksum::Algorithm;

/// A token for the keys after this one. It begins with `1`, as S3's do.
pub(super) fn write(after: &str) -> String {
    let sum = Algorithm::Crc32.digest(after.as_bytes());
    let bytes: Vec<u8> = sum.as_bytes().iter().copied().chain(after.bytes()).collect();
    format!("1{}", STANDARD_NO_PAD.encode(bytes))
}

/// The key in a token. What is none of ours is refused.
pub(super) fn read(token: &str) -> Result<String, S3Error> {
    let parse = || {
        let bytes = STANDARD_NO_PAD.decode(token.strip_prefix('1')?).ok()?;
        let (sum, key) = bytes.split_at_checked(4)?;
        (Algorithm::Crc32.digest(key).as_bytes() == sum).then(|| String::from_utf8(key.to_vec()).ok())?
    };
    parse().ok_or(S3Error::InvalidContinuationToken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_a_forgery_does_not() {
        let token = write("a/b\u{e9}");
        assert_eq!(read(&token).ok().as_deref(), Some("a/b\u{e9}"));
        for forged in ["", "1", "2abc", "a key", &token[1..], &format!("{token}A")] {
            assert!(read(forged).is_err(), "{forged:?}");
        }
    }
}
