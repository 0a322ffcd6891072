//! The ETags of objects.

use crate::gateway::Caller;
use ruststack_wire::sign::checksum::Checksum;
use std::fmt;

/// An ETag: sixteen bytes, the MD5 of what came in one request, or that of the MD5s of parts, and how many parts there
/// are. It is written in hexadecimal, without quotes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ETag {
    digest: [u8; 16],
    parts: Option<u16>,
}

impl ETag {
    /// The ETag of what came in one request.
    pub(super) fn new(digest: [u8; 16]) -> ETag {
        ETag { digest, parts: None }
    }

    /// The ETag with this MD5.
    pub(super) fn of(md5: &Checksum) -> ETag {
        let mut digest = [0; 16];
        digest.copy_from_slice(&md5.as_bytes()[..16]);
        ETag::new(digest)
    }

    /// An ETag that says nothing of any bytes.
    pub(super) fn drawn(caller: &Caller) -> ETag {
        let mut digest = [0; 16];
        digest.copy_from_slice(&caller.fresh.bytes(16));
        ETag::new(digest)
    }

    /// The same of so many parts, which are 10,000 at the most.
    pub(super) fn with_parts(self, parts: usize) -> ETag {
        ETag { parts: Some(u16::try_from(parts).unwrap_or(u16::MAX)), ..self }
    }

    /// Reads an ETag, in quotes or not.
    pub(super) fn parse(text: &str) -> Option<ETag> {
        let text = text.trim_matches('"');
        let (hex, parts) = match text.split_once('-') {
            Some((hex, parts)) => (hex, Some(parts.parse().ok()?)),
            None => (text, None),
        };
        if hex.len() != 32 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        Some(ETag { digest: u128::from_str_radix(hex, 16).ok()?.to_be_bytes(), parts })
    }

    /// As it stands in answers, in quotes.
    pub(super) fn quoted(&self) -> String {
        format!("\"{self}\"")
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.digest))?;
        self.parts.map_or(Ok(()), |parts| write!(f, "-{parts}"))
    }
}

#[cfg(test)]
mod tests {
    use super::ETag;

    #[test]
    fn an_etag_reads_back() {
        for text in ["00bbff1a9ac6b2a14dde9d5d4f1f9e3c", "60cd54a928cbbcbb6e7b5595bab46a9e-10000"] {
            let etag = ETag::parse(text).expect("an ETag");
            assert_eq!((etag.to_string().as_str(), ETag::parse(&etag.quoted())), (text, Some(etag)));
        }
        for bad in ["", "abc", "+0bbff1a9ac6b2a14dde9d5d4f1f9e3c", "60cd54a928cbbcbb6e7b5595bab46a9e-x"] {
            assert_eq!(ETag::parse(bad), None, "{bad}");
        }
    }
}
