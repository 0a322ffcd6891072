//! Java: the virtual machine of a version, and AWS's runtime client, which is a library of the user's.
//!
//! Source: <https://github.com/aws/aws-lambda-java-libs>, aws-lambda-java-runtime-interface-client: its main class takes the
//! handler as its argument, and the class path is the code, its `lib`, the layers' `java/lib`, and the client.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The main class of the runtime client.
pub(in crate::services::lambda::executor) const CLIENT: &str =
    "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";
/// The variable that names a folder with the client and what it needs.
const FOLDER: &str = "RUSTSTACK_LAMBDA_JAVA_CLIENT";
/// What the client is made of, as it is named in a repository of Maven.
const PARTS: [&str; 3] =
    ["aws-lambda-java-runtime-interface-client", "aws-lambda-java-core", "aws-lambda-java-serialization"];

/// The virtual machine of a version: `8`, `11`, `17`, ... The error says what was looked for.
pub(super) fn find(version: &str) -> Result<PathBuf, String> {
    let home = std::env::var_os("JAVA_HOME").map(|home| PathBuf::from(home).join("bin/java"));
    let installed = ["/usr/lib/jvm", "/opt/java", "/Library/Java/JavaVirtualMachines"].map(PathBuf::from);
    let of_user = std::env::home_dir().map(|home| home.join(".sdkman/candidates/java"));
    let homes = installed.into_iter().chain(of_user).filter_map(|folder| std::fs::read_dir(folder).ok());
    let homes = homes
        .flatten()
        .flatten()
        .flat_map(|entry| [entry.path().join("bin/java"), entry.path().join("Contents/Home/bin/java")]);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<PathBuf> = std::env::split_paths(&path).map(|folder| folder.join("java")).collect();
    let mut found = home.into_iter().chain(homes).chain(on_path).filter(|program| program.is_file());
    found.find(|program| is_of(program, version)).ok_or(format!(
        "no Java {version} was found on this machine: looked in JAVA_HOME, /usr/lib/jvm, ~/.sdkman and on the PATH"
    ))
}

/// Whether a virtual machine is of a version. It says so in its properties, on its standard error.
fn is_of(program: &Path, version: &str) -> bool {
    let mut command = Command::new(program);
    command.args(["-XshowSettings:properties", "-version"]).stdin(Stdio::null()).stdout(Stdio::null());
    let told = command.output().map(|output| output.stderr).unwrap_or_default();
    let told = String::from_utf8_lossy(&told);
    let of = told.lines().find_map(|line| line.trim().strip_prefix("java.specification.version = "));
    of.is_some_and(|of| of.trim().trim_start_matches("1.") == version)
}

/// The class path of a function: its own, its layers', and the runtime client where it does not bring one.
pub(in crate::services::lambda::executor) fn class_path(root: &Path, opt: &Path) -> Result<OsString, String> {
    let mut parts = vec![root.to_owned(), root.join("lib/*"), opt.join("java/lib/*")];
    if ![root.join("lib"), opt.join("java/lib")].iter().any(|folder| has_client(folder)) {
        parts.extend(client()?);
    }
    std::env::join_paths(parts).map_err(|_| "a folder of the class path has a colon in its name".to_owned())
}

/// Where the client is on this machine.
fn client() -> Result<Vec<PathBuf>, String> {
    if let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from).filter(|folder| has_client(folder)) {
        return Ok(vec![folder.join("*")]);
    }
    let maven = std::env::home_dir().map(|home| home.join(".m2/repository/com/amazonaws"));
    let found = maven.map(|maven| PARTS.iter().map(|part| newest(&maven.join(part), part)).collect());
    found.flatten().ok_or(format!(
        "no runtime client for Java was found: looked for {}-*.jar in the function's lib, in its layers' java/lib, in the folder that {FOLDER} names, and in ~/.m2",
        PARTS[0]
    ))
}

/// The archive of the newest version of a part.
fn newest(folder: &Path, part: &str) -> Option<PathBuf> {
    let versions = std::fs::read_dir(folder).ok()?.flatten().filter_map(|entry| {
        let version = entry.file_name().into_string().ok()?;
        let numbers: Vec<u64> = version.split('.').map_while(|number| number.parse().ok()).collect();
        let archive = entry.path().join(format!("{part}-{version}.jar"));
        archive.is_file().then_some((numbers, archive))
    });
    versions.max().map(|(_, archive)| archive)
}

/// Whether a folder has the client.
fn has_client(folder: &Path) -> bool {
    let mut entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with(PARTS[0]) && name.ends_with(".jar")
    })
}
