//! Reads cassettes: a file, or every one in a folder.
//!
//! **Architecture Invariant:** reading never panics and never leaves the cassette's own folder, whatever a file says.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::format::upgrade::{STEPS, upgraded};
use crate::format::{Body, Cassette, FileRef};
use crate::place::bare;
use crate::redact::Redacted;

pub use crate::place::Place;

/// Why a cassette could not be read.
#[derive(Debug)]
pub enum ReadError {
    /// The disk failed.
    Io(PathBuf, io::Error),
    /// The file is no cassette: where it goes wrong, and what was expected there.
    Malformed(Place, String),
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ReadError::Io(path, error) => write!(f, "could not read {}: {error}", path.display()),
            ReadError::Malformed(place, expected) => write!(f, "{place}: {expected}"),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ReadError::Io(_, error) => Some(error),
            ReadError::Malformed(..) => None,
        }
    }
}

/// Reads one cassette, or every cassette of a folder and the folders in it, sorted by path.
pub fn read(path: &Path) -> Result<Vec<(PathBuf, Cassette)>, ReadError> {
    files(path)?.into_iter().map(|file| read_file(&file).map(|cassette| (file, cassette))).collect()
}

/// The file of one cassette, or those of every cassette of a folder and the folders in it, sorted by path.
pub fn files(path: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let mut files = Vec::new();
    if path.is_dir() {
        let is_cassette = |file: &Path| file.extension().is_some_and(|extension| extension == "json");
        collect(path, &is_cassette, &mut files).map_err(|error| ReadError::Io(path.to_owned(), error))?;
    } else {
        files.push(path.to_owned());
    }
    Ok(files)
}

/// Reads one cassette, with the bodies kept beside it.
pub fn read_file(path: &Path) -> Result<Cassette, ReadError> {
    let bytes = fs::read(path).map_err(|error| ReadError::Io(path.to_owned(), error))?;
    let mut cassette = parse(path, &bytes)?;
    for (index, interaction) in cassette.interactions.iter_mut().map(Redacted::inner_mut).enumerate() {
        let request = format!("interactions[{index}].request.body");
        fetch(path, &request, &mut interaction.request.body)?;
        if let Some(response) = &mut interaction.response {
            fetch(path, &format!("interactions[{index}].response.body"), &mut response.body)?;
        }
    }
    for (index, request) in cassette.setup.requests.iter_mut().map(Redacted::inner_mut).enumerate() {
        fetch(path, &format!("setup.requests[{index}].body"), &mut request.body)?;
    }
    Ok(cassette)
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Cassette, ReadError> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let cassette = match serde_path_to_error::deserialize(&mut deserializer) {
        Ok(cassette) => cassette,
        Err(error) => {
            return older(path, bytes).unwrap_or_else(|| {
                Err(ReadError::Malformed(Place::of_json(path, &error), bare(error.inner())))
            });
        }
    };
    deserializer.end().map_err(|error| {
        let place = Place { position: Some((error.line(), error.column())), ..Place::file(path) };
        ReadError::Malformed(place, "expected the end of the file".to_owned())
    })?;
    Ok(cassette)
}

/// Reads a cassette of an older version of the format; `None` where it is of none.
fn older(path: &Path, bytes: &[u8]) -> Option<Result<Cassette, ReadError>> {
    let value = serde_json::from_slice(bytes).ok()?;
    let malformed = |why: String| ReadError::Malformed(Place::file(path), why);
    let upgraded = upgraded(&value, STEPS)?.map_err(malformed);
    Some(upgraded.and_then(|value| {
        serde_path_to_error::deserialize(value).map_err(|error| {
            let member = Some(error.path().to_string());
            ReadError::Malformed(Place { member, ..Place::file(path) }, bare(error.inner()))
        })
    }))
}

/// Fetches a body that is kept in a file.
fn fetch(cassette: &Path, member: &str, body: &mut Body) -> Result<(), ReadError> {
    let Some(reference) = body.beside() else { return Ok(()) };
    let bytes = load(cassette, reference).map_err(|expected| {
        let place = Place { member: Some(format!("{member}.file")), ..Place::file(cassette) };
        ReadError::Malformed(place, expected)
    })?;
    *body = body.with_bytes(bytes.into());
    Ok(())
}

fn load(cassette: &Path, reference: &FileRef) -> Result<Vec<u8>, String> {
    let name = &reference.file;
    let inside = || format!("expected a file inside the cassette's own folder, found {name:?}");
    let relative = Path::new(name);
    let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
    if name.is_empty() || name.contains(['\\', ':', '\0']) || !plain {
        return Err(inside());
    }
    let folder = match cassette.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let missing = |error: io::Error| format!("expected the file {name:?}: {error}");
    let folder = folder.canonicalize().map_err(missing)?;
    let file = folder.join(relative).canonicalize().map_err(missing)?;
    // A symbolic link may lead out of the folder, and a FIFO would be read for ever.
    if !file.starts_with(&folder) || !file.is_file() {
        return Err(inside());
    }
    let length = fs::metadata(&file).map_err(missing)?.len();
    if length != reference.length {
        return Err(format!("expected {name:?} to be {} bytes long, found {length}", reference.length));
    }
    let bytes = fs::read(&file).map_err(missing)?;
    if sha256(&bytes) != reference.sha256 {
        return Err(format!("expected {name:?} to have the SHA-256 {}", reference.sha256));
    }
    Ok(bytes)
}

/// The SHA-256 of some bytes, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every file of a folder and the folders in it that is wanted, sorted; bodies and hidden files left out.
pub(crate) fn collect(
    folder: &Path,
    wanted: &dyn Fn(&Path) -> bool,
    files: &mut Vec<PathBuf>,
) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        let kind = entry.file_type()?;
        if name.starts_with('.') {
            continue;
        }
        if kind.is_dir() && !name.ends_with(".bodies") {
            collect(&path, wanted, files)?;
        } else if kind.is_file() && wanted(&path) {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(content: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bad.json");
        fs::write(&path, content).unwrap();
        let error = read_file(&path).expect_err("a bad file is refused").to_string();
        error.split_once("bad.json").expect("the file is named").1.to_owned()
    }

    /// A cassette of one interaction with this body in its response.
    fn with_body(body: &str) -> String {
        format!(
            r#"{{"cassette":1,"meta":{{"title":"t","services":[],"provenance":{{"kind":"recorded"}}}},"interactions":[{{
"request":{{"method":"GET","origin":"https://h","path":"/"}},"response":{{"status":200,"body":{body}}}}}]}}"#
        )
    }

    #[test]
    fn a_bad_file_is_told_by_place_and_expectation() {
        assert_eq!(refusal(r#"{"cassette": 1, "meta""#), ":1:22: EOF while parsing an object");
        assert_eq!(refusal(r#"{"cassette": 2}"#), ":1:15: cassette: cassette format 2, expected 1");
        assert_eq!(refusal("[]\n"), ":1:2: invalid length 0, expected struct Cassette with 7 elements");
        let status = with_body("{\"text\":\"\"}").replace("200", "\"OK\"");
        assert_eq!(
            refusal(&status),
            ":2:84: interactions[0].response.status: invalid type: string \"OK\", expected u16"
        );
        assert!(refusal(&with_body("{\"text\":1}")).contains("interactions[0].response.body"));
        assert!(
            refusal(&format!("{} x", with_body("{\"text\":\"\"}"))).contains("expected the end of the file")
        );
        assert!(refusal(&"[".repeat(100_000)).contains("recursion limit") || !refusal("[[").is_empty());
    }

    #[test]
    fn a_body_stays_in_the_folder_of_its_cassette() {
        for path in ["../secret", "/etc/passwd", "a/../../b", "", "c:x", "a\\\\b", "./x"] {
            let body = format!(r#"{{"file":"{path}","sha256":"0","length":1}}"#);
            let error = refusal(&with_body(&body));
            assert!(error.contains("expected a file inside the cassette's own folder"), "{path}: {error}");
            assert!(error.contains("interactions[0].response.body.file"), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_folder_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/etc/hostname", folder.path().join("link")).unwrap();
        let path = folder.path().join("bad.json");
        fs::write(&path, with_body(r#"{"file":"link","sha256":"0","length":1}"#)).unwrap();
        let error = read_file(&path).expect_err("a link is refused").to_string();
        assert!(
            error.contains("inside the cassette's own folder") || error.contains("expected the file"),
            "{error}"
        );
    }
}
