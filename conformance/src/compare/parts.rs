//! Multipart bodies, `multipart/byteranges` and the like: parts with headers, between boundaries that are drawn anew
//! for each answer.

use super::section::Section;
use bytes::Bytes;
use std::collections::BTreeMap;

/// Beyond so many parts a body is taken as bytes.
const MOST: usize = 10_000;

/// The boundary that a content type names.
pub(crate) fn boundary(content_type: &str) -> Option<&str> {
    let (media_type, parameters) = content_type.split_once(';')?;
    if !media_type.trim().to_ascii_lowercase().starts_with("multipart/") {
        return None;
    }
    let value = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"'))
    })?;
    (!value.is_empty() && value.len() <= 200).then_some(value)
}

/// Takes a body apart. `None` where it is not parts up to the last boundary.
pub(super) fn parts(body: &Bytes, boundary: &str) -> Option<Vec<Section<Bytes>>> {
    let opening = format!("--{boundary}");
    let delimiter = format!("\r\n--{boundary}");
    let mut at = match body.starts_with(opening.as_bytes()) {
        true => opening.len(),
        false => find(body, delimiter.as_bytes())? + delimiter.len(),
    };
    let mut found = Vec::new();
    loop {
        let rest = &body[at..];
        if rest.starts_with(b"--") {
            return Some(found);
        }
        let rest = rest.strip_prefix(b"\r\n")?;
        let start = body.len() - rest.len();
        let end = start + find(rest, delimiter.as_bytes())?;
        found.push(part(&body.slice(start..end))?);
        if found.len() > MOST {
            return None;
        }
        at = end + delimiter.len();
    }
}

fn part(bytes: &Bytes) -> Option<Section<Bytes>> {
    let (head, start) = match bytes.starts_with(b"\r\n") {
        true => (&b""[..], 2),
        false => {
            let end = find(bytes, b"\r\n\r\n")?;
            (&bytes[..end], end + 4)
        }
    };
    let mut headers = BTreeMap::new();
    for line in std::str::from_utf8(head).ok()?.split("\r\n").filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':')?;
        headers.insert(name.trim().to_ascii_lowercase(), value.trim().to_owned());
    }
    Some(Section { headers, content: bytes.slice(start..) })
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boundary_is_a_parameter_of_a_multipart_type() {
        assert_eq!(boundary("multipart/byteranges; boundary=\"a b\""), Some("a b"));
        assert_eq!(boundary("Multipart/Mixed;charset=x;Boundary=c"), Some("c"));
        assert_eq!(boundary("text/plain; boundary=c"), None);
        assert_eq!(boundary("multipart/mixed; boundary="), None);
    }

    #[test]
    fn parts_have_headers_and_content() {
        let body = "\r\n--b\r\nContent-Range: bytes 0-1/9\r\n\r\nab\r\n--b\r\n\r\nc\r\n--b--\r\n";
        let found = parts(&Bytes::from(body), "b").unwrap();
        assert_eq!(found[0].headers["content-range"], "bytes 0-1/9");
        assert_eq!((&found[0].content[..], &found[1].content[..]), (&b"ab"[..], &b"c"[..]));
        for end in 0..body.rfind("--\r\n").unwrap() {
            assert!(parts(&Bytes::from(&body[..end]), "b").is_none(), "{end}");
        }
    }
}
