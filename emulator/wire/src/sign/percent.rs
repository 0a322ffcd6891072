//! Percent-encoding the way signatures want it: everything but the unreserved characters of RFC 3986,
//! in capital hexadecimal. Source: "Create a signed AWS API request", function `UriEncode()`,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};

const ALL_BUT_UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const ALL_BUT_UNRESERVED_AND_SLASH: &AsciiSet = &ALL_BUT_UNRESERVED.remove(b'/');

/// Encodes one name or value of a query.
pub(super) fn encode(bytes: &[u8]) -> String {
    percent_encode(bytes, ALL_BUT_UNRESERVED).to_string()
}

/// Encodes a path: slashes stay.
pub(super) fn encode_path(bytes: &[u8]) -> String {
    percent_encode(bytes, ALL_BUT_UNRESERVED_AND_SLASH).to_string()
}

/// Decodes a path: a `+` is a plus, and a `%` without two digits after it is itself.
pub(super) fn decode_path(text: &str) -> Cow<'_, [u8]> {
    percent_decode(text.as_bytes()).into()
}

/// Decodes a name or value of a query: a `+` is a blank.
pub(super) fn decode_query(text: &str) -> Vec<u8> {
    let blanks: Vec<u8> = text.bytes().map(|byte| if byte == b'+' { b' ' } else { byte }).collect();
    percent_decode(&blanks).collect()
}

/// The pairs of a query string, still encoded. A pair without `=` has an empty value.
pub(super) fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// The first value of a query parameter, decoded. Bytes that are no UTF-8 are replaced.
pub(super) fn parameter(query: &str, name: &str) -> Option<String> {
    pairs(query)
        .find(|(candidate, _)| is_name(candidate, name))
        .map(|(_, value)| String::from_utf8_lossy(&decode_query(value)).into_owned())
}

/// Whether an encoded name is `name` when decoded.
pub(super) fn is_name(encoded: &str, name: &str) -> bool {
    encoded == name || (encoded.contains('%') && decode_query(encoded) == name.as_bytes())
}

/// The query without the named parameters, otherwise untouched.
pub(super) fn without(query: &str, names: &[&str]) -> String {
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .filter(|pair| {
            let name = pair.split_once('=').map_or(*pair, |(name, _)| name);
            !names.iter().any(|unwanted| is_name(name, unwanted))
        })
        .collect();
    kept.join("&")
}
