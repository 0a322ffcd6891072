//! Metadata that is not ASCII comes back as encoded words, which headers can carry (RFC 2047).
//!
//! Source: S3 User Guide, "Working with object metadata", "User-defined object metadata", whose example shows that the
//! bytes of a header are taken for ISO 8859-1.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Encodes the text of a header, of which each byte is a character.
pub(super) fn encode(header: &str) -> String {
    let text: String = header.bytes().map(char::from).collect();
    encode_text(&text)
}

/// Encodes text, where it cannot stand in a header as it is. Of two encodings the one that leaves more as it is: `Q` where
/// most characters are ASCII, else `B`.
pub(super) fn encode_text(text: &str) -> String {
    if text.chars().all(|character| (' '..='~').contains(&character)) {
        return text.to_owned();
    }
    let ascii = text.chars().filter(|character| (' '..='~').contains(character)).count();
    if ascii <= text.chars().count() - ascii {
        return format!("=?UTF-8?B?{}?=", STANDARD.encode(text));
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
    use super::{encode, encode_text};

    #[test]
    fn the_example_of_the_guide() {
        assert_eq!(encode("ÄMÄZÕÑ S3"), "=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?=");
    }

    /// As localstack's recording of S3 has them (TestS3PresignedPost, of Unicode metadata).
    #[test]
    fn text_of_a_form_is_what_it_says() {
        assert_eq!(encode_text("plain"), "plain");
        assert_eq!(encode_text("\u{0}\u{1}\u{2}\u{3}\u{4}"), "=?UTF-8?B?AAECAwQ=?=");
    }

    #[test]
    fn text_that_is_mostly_ascii_stays_legible() {
        assert_eq!(encode("a caf\u{e9}_1"), "=?UTF-8?Q?a_caf=C3=83=C2=A9=5F1?=");
    }
}
