//! The folder that everything of an emulator's functions lies in, and who clears up when the emulator cannot.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// Waits until the emulator is gone, in whatever way; ends what still has the folder among its variables, and takes the
/// folder away. It asks until nobody is left, since what is ended may have started another just before.
const GUARD: &str = r#"
trap '' HUP INT QUIT TERM
while read -r _; do :; done
looks=0
while [ "$looks" -lt 100 ]; do
    found=$(grep -lsF -- "=$1/" /proc/[0-9]*/environ)
    for variables in $found; do
        process=${variables#/proc/}
        kill -KILL "${process%/environ}"
    done
    [ -z "$found" ] && [ "$looks" -gt 0 ] && break
    looks=$((looks + 1))
done
rm -rf -- "$1"
"#;

/// The folder of an emulator's functions. It is gone with this, and with the emulator.
#[derive(Debug)]
pub(in crate::services::lambda) struct Workshop {
    folder: TempDir,
    /// Where there is no shell nobody clears up after an emulator that is killed.
    guard: Option<Child>,
}

impl Workshop {
    pub(super) fn open() -> io::Result<Workshop> {
        let folder = tempfile::Builder::new().prefix("ruststack-lambda-").tempdir()?;
        let mut guard = Command::new("/bin/sh");
        guard
            .args(["-c", GUARD, "ruststack-guard"])
            .arg(folder.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // What a terminal sends to the emulator is not for it.
            .process_group(0);
        Ok(Workshop { guard: guard.spawn().ok(), folder })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A folder in it, which is gone with what is given.
    pub(super) fn room(&self, prefix: &str) -> io::Result<TempDir> {
        tempfile::Builder::new().prefix(prefix).tempdir_in(&self.folder)
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        if let Some(guard) = &mut self.guard {
            // Nobody writes to it: it reads the end, clears up, and ends.
            drop(guard.stdin.take());
            let _ = guard.wait();
        }
    }
}
