//! Metadata that is not ASCII comes back as encoded words, which headers can carry (RFC 2047).
//!
//! Source: S3 User Guide, "Working with object metadata", "User-defined object metadata", whose example shows that the
//! bytes of a header are taken for ISO 8859-1.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Encodes the text of a header. Of two encodings the one that leaves more as it is: `Q` where most characters are
/// ASCII, else `B`.
pub(super) fn encode(header: &str) -> String {
    // Each byte of the header is a character.
    let text: String = header.bytes().map(char::from).collect();
    let ascii = text.chars().filter(|character| (' '..='~').contains(character)).count();
    if ascii <= text.chars().count() - ascii {
        return format!("=?UTF-8?B?{}?=", STANDARD.encode(&text));
    }
    let mut encoded = String::from("=?UTF-8?Q?");
    for byte in text.bytes() {
        match byte {
            b' ' => encoded.push('_'),
            b'=' | b'?' | b'_' => encoded.push_str(&format!("={byte:02X}")),
            b'!'..=b'~' => encoded.push(char::from(byte)),
            other => encoded.push_str(&format!("={other:02X}")),
        }
    }
    encoded.push_str("?=");
    encoded
}

#[cfg(test)]
mod tests {
    use super::encode;

    #[test]
    fn the_example_of_the_guide() {
        assert_eq!(encode("ÄMÄZÕÑ S3"), "=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?=");
    }

    #[test]
    fn text_that_is_mostly_ascii_stays_legible() {
        assert_eq!(encode("a caf\u{e9}_1"), "=?UTF-8?Q?a_caf=C3=83=C2=A9=5F1?=");
    }
}
