//! The code of a function or a layer: the archive as it came, and the folder that it is run from.
//!
//! `archive` reads and unpacks archives, which are hostile. A folder of the user's own machine can stand for an archive: it
//! is run from where it is, so that a saved file is live at the next call.

mod archive;

pub(super) use archive::CodeError;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;
use tempfile::TempDir;

/// The code of a version of a function, or of a layer.
#[derive(Debug)]
pub(super) struct Code {
    /// The SHA-256 of the archive, in base64.
    pub(super) sha256: String,
    /// The length of the archive, in bytes.
    pub(super) size: i64,
    source: Source,
}

#[derive(Debug)]
enum Source {
    /// An archive, and where it is unpacked once it is needed.
    Archive(Bytes, Mutex<Option<TempDir>>),
    /// A folder that is somebody else's.
    Folder(PathBuf),
}

impl Code {
    /// Takes an archive in: it has to be a zip whose entries stay within, and are not too long together.
    pub(super) fn of_zip(zip: Bytes) -> Result<Code, CodeError> {
        archive::check(&zip)?;
        let sha256 = STANDARD.encode(Sha256::digest(&zip));
        Ok(Code { sha256, size: zip.len() as i64, source: Source::Archive(zip, Mutex::default()) })
    }

    /// Takes a folder in, as it is at every moment.
    pub(super) fn of_folder(folder: PathBuf) -> Code {
        let sha256 = STANDARD.encode(Sha256::digest(folder.as_os_str().as_encoded_bytes()));
        Code { sha256, size: 0, source: Source::Folder(folder) }
    }

    /// The archive; `None` for a folder.
    pub(super) fn zip(&self) -> Option<&Bytes> {
        match &self.source {
            Source::Archive(zip, _) => Some(zip),
            Source::Folder(_) => None,
        }
    }

    /// The folder that stands for an archive; `None` for an archive.
    pub(super) fn live_folder(&self) -> Option<&Path> {
        match &self.source {
            Source::Archive(..) => None,
            Source::Folder(folder) => Some(folder),
        }
    }

    /// Whether what is run can change from one call to the next.
    pub(super) fn is_live(&self) -> bool {
        matches!(self.source, Source::Folder(_))
    }

    /// When a file in a folder was written last; nothing for an archive.
    pub(super) fn changed(&self) -> Option<SystemTime> {
        let Source::Folder(folder) = &self.source else { return None };
        let mut open = vec![folder.clone()];
        let mut last = None;
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                // What Python leaves behind is no change of the code.
                if entry.file_name() == "__pycache__" {
                    continue;
                }
                let Ok(known) = entry.metadata() else { continue };
                last = last.max(known.modified().ok());
                if known.is_dir() {
                    open.push(entry.path());
                }
            }
        }
        last
    }

    /// The folder with the code, unpacked into this room when it is asked for the first time. It is gone with the code.
    pub(super) fn folder(&self, room: impl FnOnce() -> io::Result<TempDir>) -> io::Result<PathBuf> {
        match &self.source {
            Source::Folder(folder) => Ok(folder.clone()),
            Source::Archive(zip, unpacked) => {
                let mut unpacked = unpacked.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                if let Some(folder) = &*unpacked {
                    return Ok(folder.path().to_owned());
                }
                let folder = room()?;
                archive::unpack(zip, folder.path())?;
                Ok(unpacked.insert(folder).path().to_owned())
            }
        }
    }
}

/// Lays layers into one folder, as they are under `/opt`: the first is laid first, later ones over it.
pub(super) fn lay(layers: &[std::sync::Arc<Code>], into: &Path) -> io::Result<()> {
    for layer in layers {
        match &layer.source {
            Source::Archive(zip, _) => archive::unpack(zip, into)?,
            Source::Folder(folder) => archive::copy(folder, into)?,
        }
    }
    Ok(())
}
