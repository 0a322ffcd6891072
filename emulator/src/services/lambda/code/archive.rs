//! Zip archives from outside: checked before they are kept, unpacked into a folder that nothing of them leaves.
//!
//! Source: Developer Guide, "Lambda quotas": 250 MB unpacked, layers and all; ".zip file archives": Unix modes are kept.

use bytes::Bytes;
use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::{Component, Path, PathBuf};
use zip::ZipArchive;
use zip::read::ZipFile;

/// The most that an archive may be when it is unpacked, in bytes.
pub(in crate::services::lambda) const LARGEST_UNPACKED: u64 = 262_144_000;
/// The most entries that are looked at.
const MOST_ENTRIES: usize = 100_000;
/// The longest target of a link.
const LONGEST_LINK: u64 = 4096;

/// What is wrong with an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::services::lambda) enum CodeError {
    /// It is no zip, or one that leads out of its folder.
    Unreadable,
    /// There is nothing in it.
    Empty,
    /// It is too large when unpacked.
    TooLarge,
}

/// Refuses what is no archive of code. Lengths are believed only as far as they are small: unpacking counts again.
pub(super) fn check(zip: &Bytes) -> Result<(), CodeError> {
    check_within(zip, LARGEST_UNPACKED)
}

fn check_within(zip: &Bytes, most: u64) -> Result<(), CodeError> {
    let mut archive = ZipArchive::new(Cursor::new(zip)).map_err(|_| CodeError::Unreadable)?;
    if archive.is_empty() {
        return Err(CodeError::Empty);
    }
    if archive.len() > MOST_ENTRIES {
        return Err(CodeError::TooLarge);
    }
    let mut total: u64 = 0;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|_| CodeError::Unreadable)?;
        inner_path(entry.name()).ok_or(CodeError::Unreadable)?;
        total = total.saturating_add(entry.size());
    }
    if total > most { Err(CodeError::TooLarge) } else { Ok(()) }
}

/// Unpacks an archive that has been checked.
pub(super) fn unpack(zip: &Bytes, into: &Path) -> io::Result<()> {
    let mut archive = ZipArchive::new(Cursor::new(zip))?;
    let into = into.canonicalize()?;
    let mut left = LARGEST_UNPACKED;
    let mut links = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let path = inner_path(entry.name()).ok_or_else(|| io::Error::other("an entry leads out"))?;
        let target = into.join(&path);
        if entry.is_dir() {
            fs::create_dir_all(&target)?;
            continue;
        }
        let parent = target.parent().unwrap_or(&into);
        fs::create_dir_all(parent)?;
        if !parent.canonicalize()?.starts_with(&into) {
            // Through links that an archive before this one left.
            return Err(io::Error::other("an entry leads out"));
        }
        if entry.is_symlink() {
            let mut link = String::new();
            (&mut entry).take(LONGEST_LINK).read_to_string(&mut link)?;
            links.push((path, target, PathBuf::from(link)));
            continue;
        }
        left -= write(&mut entry, &target, left)?;
    }
    // Links come last, so that no entry is written through one.
    for (path, target, link) in links {
        if stays_within(&path, &link) {
            symlink(&link, &target)?;
        }
    }
    Ok(())
}

/// Copies a folder over another.
pub(super) fn copy(from: &Path, into: &Path) -> io::Result<()> {
    let mut open = vec![(from.to_owned(), into.to_owned())];
    while let Some((from, into)) = open.pop() {
        fs::create_dir_all(&into)?;
        for entry in fs::read_dir(&from)? {
            let entry = entry?;
            let target = into.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                open.push((entry.path(), target));
            } else {
                fs::copy(entry.path(), target)?;
            }
        }
    }
    Ok(())
}

/// Writes one file and gives its length; more than is left is an error.
fn write<R: Read>(entry: &mut ZipFile<'_, R>, target: &Path, left: u64) -> io::Result<u64> {
    let mode = entry.unix_mode();
    let _ = fs::remove_file(target);
    let mut file = File::create(target)?;
    let written = io::copy(&mut entry.take(left + 1), &mut file)?;
    if written > left {
        return Err(io::Error::other("the archive is larger than it says"));
    }
    set_mode(&file, mode)?;
    Ok(written)
}

/// The path of an entry within its folder; `None` where it is absolute, leads out, or is nothing.
fn inner_path(name: &str) -> Option<PathBuf> {
    let mut inner = PathBuf::new();
    for part in Path::new(&name.replace('\\', "/")).components() {
        match part {
            Component::Normal(part) if !part.as_encoded_bytes().contains(&0) => inner.push(part),
            Component::CurDir => {}
            _ => return None,
        }
    }
    Some(inner)
}

/// Whether a link leads to something in the folder too.
fn stays_within(path: &Path, link: &Path) -> bool {
    let mut depth = path.components().count() as i64 - 1;
    link.components().all(|part| {
        match part {
            Component::Normal(_) => depth += 1,
            Component::ParentDir => depth -= 1,
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return false,
        }
        depth >= 0
    })
}

#[cfg(unix)]
fn symlink(link: &Path, target: &Path) -> io::Result<()> {
    let _ = fs::remove_file(target);
    std::os::unix::fs::symlink(link, target)
}

#[cfg(not(unix))]
fn symlink(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn set_mode(file: &File, mode: Option<u32>) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    // Readable for us whatever the archive says; no set-user-id.
    let mode = mode.unwrap_or(0o644) & 0o777 | 0o600;
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &File, _: Option<u32>) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn zip(entries: &[(&str, &[u8])]) -> Bytes {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in entries {
            writer.start_file(*name, SimpleFileOptions::default().unix_permissions(0o755)).expect("an entry");
            writer.write_all(content).expect("memory");
        }
        writer.finish().expect("an archive").into_inner().into()
    }

    #[test]
    fn what_is_no_archive_or_leads_out_is_refused() {
        assert_eq!(check(&Bytes::from_static(b"not a zip")), Err(CodeError::Unreadable));
        assert_eq!(check(&zip(&[])), Err(CodeError::Empty));
        for name in ["../a", "/etc/passwd", "a/../../b", "..\\a"] {
            assert_eq!(check(&zip(&[(name, b"x")])), Err(CodeError::Unreadable), "{name}");
        }
        assert_eq!(check(&zip(&[("a/./b.py", b"x"), ("c", b"")])), Ok(()));
    }

    #[test]
    fn an_archive_is_unpacked_with_its_modes_and_without_links_that_lead_out() {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default();
        writer.start_file("lib/run", options.unix_permissions(0o555)).expect("an entry");
        writer.write_all(b"content").expect("memory");
        writer.add_symlink("lib/good", "run", options).expect("a link");
        writer.add_symlink("lib/bad", "../../etc/passwd", options).expect("a link");
        let archive: Bytes = writer.finish().expect("an archive").into_inner().into();
        check(&archive).expect("it is good");
        let folder = tempfile::tempdir().expect("a folder");
        unpack(&archive, folder.path()).expect("it is unpacked");
        assert_eq!(fs::read(folder.path().join("lib/good")).expect("a link to a file"), b"content");
        assert!(!folder.path().join("lib/bad").exists());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join("lib/run")).expect("a file").permissions().mode();
            assert_eq!(mode & 0o777, 0o755);
        }
        unpack(&archive, folder.path()).expect("it is unpacked again, over itself");
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let zeros = vec![0; 1 << 20];
        let bomb = zip(&[("a", &zeros), ("b", &zeros)]);
        assert_eq!(check_within(&bomb, 2 << 20), Ok(()));
        assert_eq!(check_within(&bomb, (2 << 20) - 1), Err(CodeError::TooLarge));
    }
}
