//! Python packages for the tests that need them, in a virtual environment under `target/`, made once.

use crate::places::workspace;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// What is installed: the SDK, the command line, another emulator to hold recordings against, and libraries that keep
/// files in S3 or objects in DynamoDB, and AWS's runtime client.
const PACKAGES: [&str; 11] = [
    "boto3==1.43.11",
    "awscli==1.45.11",
    "moto[server]==5.2.5",
    "requests",
    "aiobotocore==3.9.0",
    "s3fs==2026.9.0",
    "smart_open==9.0.2",
    "pyarrow==26.0.1",
    "pynamodb==6.1.0",
    "aiofiles==25.1.0",
    "awslambdaric==4.2.2",
];

/// What is installed without what it asks for: an older aiobotocore, beside which the SDK could not be.
const ALONE: [&str; 1] = ["aioboto3==15.5.0"];

/// The programs of the virtual environment, by name. Made at the first call in any process; others wait.
///
/// Gives `None`, and says so, where there is no Python 3 or no package can be had.
pub fn program(name: &str) -> Option<PathBuf> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    let folder = FOLDER.get_or_init(make).as_ref()?;
    Some(folder.join("bin").join(name))
}

fn make() -> Option<PathBuf> {
    let folder = workspace().join("target/python");
    let stamp = folder.join("installed.txt");
    let wanted = [&PACKAGES[..], &ALONE].concat().join("\n");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Some(folder);
    }
    let parent = folder.parent()?;
    std::fs::create_dir_all(parent).ok()?;
    let _lock = Lock::take(&parent.join("python.lock"))?;
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Some(folder);
    }
    let pip = |arguments: &[&str]| {
        let mut pip = Command::new(folder.join("bin/pip"));
        run(pip.args(["install", "--quiet", "--disable-pip-version-check"]).args(arguments))
    };
    let made = run(Command::new("python3").args(["-m", "venv"]).arg(&folder))
        && pip(&PACKAGES)
        && pip(&["--no-deps", ALONE[0]]);
    if !made {
        eprintln!("skipped: the virtual environment for Python packages could not be made");
        return None;
    }
    std::fs::write(&stamp, wanted).ok()?;
    Some(folder)
}

fn run(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// A file that exists while one process makes the environment.
struct Lock(PathBuf);

impl Lock {
    fn take(path: &Path) -> Option<Lock> {
        for _ in 0..3000 {
            if std::fs::OpenOptions::new().write(true).create_new(true).open(path).is_ok() {
                return Some(Lock(path.to_owned()));
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        None
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
