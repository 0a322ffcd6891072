//! Writes cassettes: pretty JSON in one stable order, large bodies beside it, nothing half-written, nothing secret.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::format::source::{Source, pieces};
use crate::format::{Body, Cassette, FileRef};
use crate::reader::{hex, sha256};
use crate::redact::Redacted;
use crate::scan::{Leak, Scanner};
use sha2::{Digest as _, Sha256};

/// Writes cassettes. Remembers the secrets in use, so that none of them is ever written.
#[derive(Clone, Debug)]
pub struct Writer {
    body_file_threshold: usize,
    secrets: Vec<String>,
}

/// Why a cassette was not written. Whatever was at its path before is still there.
#[derive(Debug)]
pub enum WriteError {
    /// The disk failed.
    Io(PathBuf, io::Error),
    /// It would have told secrets, at these places.
    Leaks(PathBuf, Vec<Leak>),
    /// It could not be said in JSON, or its path names no file.
    Unwritable(PathBuf, String),
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            WriteError::Io(path, error) => write!(f, "could not write {}: {error}", path.display()),
            WriteError::Unwritable(path, why) => write!(f, "could not write {}: {why}", path.display()),
            WriteError::Leaks(path, leaks) => {
                write!(f, "did not write {}: it holds secrets", path.display())?;
                leaks.iter().try_for_each(|leak| write!(f, "\n  {leak}"))
            }
        }
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            WriteError::Io(_, error) => Some(error),
            _ => None,
        }
    }
}

impl Default for Writer {
    fn default() -> Writer {
        Writer { body_file_threshold: 64 * 1024, secrets: Vec::new() }
    }
}

impl Writer {
    /// Bodies longer than this many bytes go beside the cassette, into `<name>.bodies/<sha256>`.
    pub fn body_file_threshold(mut self, bytes: usize) -> Writer {
        self.body_file_threshold = bytes;
        self
    }

    /// Secrets in use, such as the caller's own credentials: no file that holds one is written.
    pub fn secrets(mut self, secrets: impl IntoIterator<Item = String>) -> Writer {
        self.secrets.extend(secrets);
        self
    }

    /// The text of a cassette, every body within it, to be shown. Only [`Writer::write`] looks for leaks.
    pub fn text(&self, cassette: &Cassette) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(cassette).map(|text| text + "\n")
    }

    /// Writes a cassette, and beside it the bodies that are too large to read.
    pub fn write(&self, path: &Path, cassette: &Cassette) -> Result<(), WriteError> {
        let failed = |error| WriteError::Io(path.to_owned(), error);
        let unwritable = |why: &str| WriteError::Unwritable(path.to_owned(), why.to_owned());
        let name =
            path.file_stem().and_then(|name| name.to_str()).ok_or_else(|| unwritable("it has no name"))?;
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };

        let bodies_name = format!("{name}.bodies");
        let (slim, bodies) = self.split(cassette, &bodies_name).map_err(failed)?;
        let text = self.text(&slim).map_err(|error| unwritable(&error.to_string()))?;
        self.refuse_leaks(path, &slim, &bodies)?;

        fs::create_dir_all(folder).map_err(failed)?;
        let bodies_folder = folder.join(&bodies_name);
        if !bodies.is_empty() {
            fs::create_dir_all(&bodies_folder).map_err(failed)?;
        }
        let mut seen = BTreeSet::new();
        for (reference, body) in &bodies {
            let file = folder.join(&reference.file);
            if !seen.insert(&reference.sha256) || is_there(&file, reference) {
                continue;
            }
            match body.source() {
                Some(source) => put(&file, |made| pieces(source, |piece| made.write_all(piece))),
                None => put(&file, |made| made.write_all(&body.bytes())),
            }
            .map_err(failed)?;
        }
        put(path, |file| file.write_all(text.as_bytes())).map_err(failed)?;
        let wanted = bodies.iter().map(|(reference, _)| reference.sha256.as_str()).collect();
        sweep(&bodies_folder, &wanted).map_err(failed)
    }

    /// The cassette with its large bodies replaced by references, and those bodies.
    fn split(&self, cassette: &Cassette, bodies_name: &str) -> io::Result<(Cassette, Vec<(FileRef, Body)>)> {
        let mut slim = cassette.clone();
        let mut large = Vec::new();
        let interactions = slim.interactions.iter_mut().map(Redacted::inner_mut);
        let bodies = interactions.flat_map(|interaction| {
            let response = interaction.response.as_mut().map(|response| &mut response.body);
            std::iter::once(&mut interaction.request.body).chain(response)
        });
        let setup = slim.setup.requests.iter_mut().map(|request| &mut request.inner_mut().body);
        for body in bodies.chain(setup) {
            let (sha256, length) = match body.source() {
                Some(source) => (sha256_of(source)?, source.length()),
                None => {
                    let bytes = body.bytes();
                    // Filler of any length is short when written as a pattern.
                    if bytes.len() <= self.body_file_threshold || is_short(body, self.body_file_threshold) {
                        continue;
                    }
                    (sha256(&bytes), bytes.len() as u64)
                }
            };
            let file = format!("{bodies_name}/{sha256}");
            let reference = FileRef { file, sha256, length };
            let beside = body.put_beside(reference.clone());
            large.push((reference, std::mem::replace(body, beside)));
        }
        Ok((slim, large))
    }

    fn refuse_leaks(
        &self,
        path: &Path,
        slim: &Cassette,
        bodies: &[(FileRef, Body)],
    ) -> Result<(), WriteError> {
        let mut scanner = Scanner::new(&self.secrets);
        let value = serde_json::to_value(slim)
            .map_err(|error| WriteError::Unwritable(path.to_owned(), error.to_string()))?;
        scanner.value("", &value);
        for (reference, body) in bodies {
            let read = scanner.body(&reference.file, body);
            read.map_err(|error| WriteError::Io(path.to_owned(), error))?;
        }
        match scanner.leaks() {
            leaks if leaks.is_empty() => Ok(()),
            leaks => Err(WriteError::Leaks(path.to_owned(), leaks)),
        }
    }
}

/// The SHA-256 of bytes that are kept elsewhere, in hexadecimal.
fn sha256_of(source: &dyn Source) -> io::Result<String> {
    let mut hash = Sha256::new();
    pieces(source, |piece| {
        hash.update(piece);
        Ok(())
    })?;
    Ok(hex(&hash.finalize()))
}

/// Whether a body has been written before: its name is its hash.
fn is_there(file: &Path, reference: &FileRef) -> bool {
    let Ok(mut open) = fs::File::open(file) else { return false };
    if !open.metadata().is_ok_and(|known| known.is_file() && known.len() == reference.length) {
        return false;
    }
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        match open.read(&mut buffer) {
            Ok(0) => return hex(&hash.finalize()) == reference.sha256,
            Ok(read) => hash.update(&buffer[..read]),
            Err(_) => return false,
        }
    }
}

/// Whether a body takes little room however long it is.
fn is_short(body: &Body, threshold: usize) -> bool {
    serde_json::to_string(body).is_ok_and(|text| text.contains("\"repeat\"") && text.len() <= threshold)
}

/// Writes a file whole or not at all.
fn put(path: &Path, write: impl FnOnce(&mut fs::File) -> io::Result<()>) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".cassette-").tempfile_in(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // A temporary file is its owner's alone; a cassette is a source file like any other.
        file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    write(file.as_file_mut())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Removes the bodies that an earlier version of the cassette had.
fn sweep(folder: &Path, wanted: &BTreeSet<&str>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_body = name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_body && !wanted.contains(name.as_ref()) {
            fs::remove_file(entry.path())?;
        }
    }
    if wanted.is_empty() {
        // Somebody's own file may be left in it; then the folder stays.
        fs::remove_dir(folder).ok();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::source::tests::Held;
    use crate::format::{Headers, Interaction, Meta, Request, Response};
    use crate::read_file;
    use crate::redact::{Redactor, Sensitive};
    use std::sync::Arc;

    fn cassette(bodies: &[Vec<u8>]) -> Cassette {
        let mut redactor = Redactor::default();
        let interaction = |body: &Vec<u8>| Interaction {
            request: Request::of_url("PUT", "https://b.s3.us-west-1.amazonaws.com/k?x=%20").unwrap(),
            response: Some(Response {
                status: 200,
                headers: Headers::from_iter([("ETag", "\"1\""), ("x", "")]),
                body: Body::exact(body.clone()),
                ..Response::default()
            }),
            ..Interaction::default()
        };
        let interactions =
            bodies.iter().map(|body| redactor.redact(interaction(body), &Sensitive::default())).collect();
        Cassette { meta: Meta { title: "t".into(), ..Meta::default() }, interactions, ..Cassette::default() }
    }

    #[test]
    fn what_was_written_is_read_and_written_again_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/story.json");
        let noise: Vec<u8> = (0..200_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let before =
            cassette(&[b"{\"a\":[1]}".to_vec(), noise, vec![0; 1 << 20], b"<a/>".to_vec(), Vec::new()]);
        let writer = Writer::default();

        writer.write(&path, &before).unwrap();
        assert_eq!(read_file(&path).unwrap(), before);
        let text = fs::read(&path).unwrap();
        assert!(text.len() < 5_000 && text.ends_with(b"}\n"), "{}", text.len());
        writer.write(&path, &read_file(&path).unwrap()).unwrap();
        assert_eq!(fs::read(&path).unwrap(), text);
        assert_eq!(fs::read_dir(folder.path().join("deep/story.bodies")).unwrap().count(), 1);

        writer.write(&path, &cassette(&[])).unwrap();
        assert!(!folder.path().join("deep/story.bodies").exists());
        assert_eq!(fs::read_dir(folder.path().join("deep")).unwrap().count(), 1);
    }

    #[test]
    fn a_body_that_was_changed_beside_its_cassette_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("story.json");
        Writer::default().body_file_threshold(3).write(&path, &cassette(&[b"hello".to_vec()])).unwrap();
        let bodies = folder.path().join("story.bodies");
        let body = fs::read_dir(bodies).unwrap().next().unwrap().unwrap().path();
        fs::write(body, "jello").unwrap();
        let error = read_file(&path).expect_err("another body is refused").to_string();
        assert!(error.contains("interactions[0].response.body.file: expected"), "{error}");
    }

    #[test]
    fn a_secret_in_use_is_never_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("story.json");
        let writer = Writer::default().secrets(["correct horse".to_owned()]);
        let error =
            writer.write(&path, &cassette(&[b"<a>correct horse</a>".to_vec()])).unwrap_err().to_string();
        assert!(error.contains("interactions[0].response.body.text"), "{error}");
        assert!(!error.contains("horse"), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_body_that_is_kept_elsewhere_goes_beside_piece_by_piece() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("story.json");
        let bytes: Vec<u8> = (0..9_000_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let body = Body::kept(Arc::new(Held(bytes.clone())), None);
        let request = Request { body, ..Request::of_url("PUT", "https://b.s3.amazonaws.com/k").unwrap() };
        let one = Interaction { request, ..Interaction::default() };
        let interactions = vec![Redactor::default().redact(one, &Sensitive::default())];
        let before = Cassette { interactions, ..Cassette::default() };
        Writer::default().write(&path, &before).unwrap();
        assert_eq!(read_file(&path).unwrap(), before);
        assert_eq!(read_file(&path).unwrap().interactions[0].request.body, Body::exact(bytes));

        let bodies = folder.path().join("story.bodies");
        let file = fs::read_dir(&bodies).unwrap().next().unwrap().unwrap().path();
        fs::write(&file, vec![0; 9_000_000]).unwrap();
        Writer::default().write(&path, &before).unwrap();
        assert_eq!(read_file(&path).unwrap(), before, "what was changed beside it is written anew");
    }
}
