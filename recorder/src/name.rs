//! The names of cassettes, which an application chooses with a header. They become paths, so they are held tight.

use http::{HeaderMap, HeaderValue};
use std::fmt;
use std::path::{Path, PathBuf};

use crate::signature;

/// The header in which an application names the cassette a call belongs to.
pub const HEADER: &str = "x-ruststack-cassette";

const DEEPEST: usize = 4;
const LONGEST: usize = 64;

/// The name of a cassette: `s3/put-object`. It stays below the folder it is put in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CassetteName(String);

/// A text that is no name of a cassette. Says what one is, and not what was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoName;

impl fmt::Display for NoName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "expected the name of a cassette: one to {DEEPEST} parts between slashes, each of at most {LONGEST} \
             letters, digits, `-`, `_` and `.`, the first no `.`"
        )
    }
}

impl std::error::Error for NoName {}

impl CassetteName {
    /// Reads a name.
    pub fn parse(text: &str) -> Result<CassetteName, NoName> {
        let text = text.strip_suffix(".json").unwrap_or(text);
        let parts: Vec<&str> = text.split('/').collect();
        let is_name = parts.len() <= DEEPEST && parts.iter().all(|part| is_part(part));
        if is_name { Ok(CassetteName(text.to_owned())) } else { Err(NoName) }
    }

    /// Takes the name out of a request's head, unless it has to stay since it is signed; `None` where it gives none.
    pub(crate) fn take(headers: &mut HeaderMap, keeps_signed: bool) -> Result<Option<CassetteName>, NoName> {
        let mut values = headers.get_all(HEADER).iter();
        let (first, second) = (values.next().map(HeaderValue::to_str), values.next().is_some());
        let name = match first {
            _ if second => Err(NoName),
            None => Ok(None),
            Some(Ok(text)) => CassetteName::parse(text).map(Some),
            Some(Err(_)) => Err(NoName),
        };
        if !(keeps_signed && signature::covers(headers, HEADER)) {
            headers.remove(HEADER);
        }
        name
    }

    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The file below this folder.
    pub fn file_in(&self, folder: &Path) -> PathBuf {
        folder.join(format!("{}.json", self.0))
    }
}

impl std::str::FromStr for CassetteName {
    type Err = NoName;

    fn from_str(text: &str) -> Result<CassetteName, NoName> {
        CassetteName::parse(text)
    }
}

/// Whether a text may be a file's name everywhere. `x.bodies` is where the bodies of the cassette `x` are.
fn is_part(part: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !part.is_empty()
        && part.len() <= LONGEST
        && part.bytes().all(is_letter)
        && !part.starts_with('.')
        && !part.ends_with('.')
        && !part.ends_with(".bodies")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_below_its_folder() {
        for hostile in [
            "",
            "../x",
            "a/../../x",
            "/etc/passwd",
            "a//b",
            "a/",
            ".hidden",
            "..",
            "a\\..\\b",
            "C:x",
            "a\0b",
            "a b",
            "ü",
            "a.bodies/b",
            "a/b/c/d/e",
            "x.json.",
            ".json",
            &"x".repeat(65),
            &"x/".repeat(4000),
        ] {
            assert_eq!(CassetteName::parse(hostile), Err(NoName), "{hostile:?}");
        }
        let name = CassetteName::parse("s3/put_object-1.2").unwrap();
        assert_eq!(name.file_in(Path::new("out")), Path::new("out/s3/put_object-1.2.json"));
        assert_eq!(CassetteName::parse("story.json"), CassetteName::parse("story"));
    }

    #[test]
    fn a_name_given_twice_is_none() {
        let mut headers = HeaderMap::new();
        assert_eq!(CassetteName::take(&mut headers, false), Ok(None));
        headers.append(HEADER, HeaderValue::from_static("a"));
        headers.append(HEADER, HeaderValue::from_static("b"));
        assert_eq!(CassetteName::take(&mut headers, false), Err(NoName));
        assert!(headers.is_empty());
    }
}
