//! What the parts do together: AWS's own cases, recorded refusals, and requests that are wrong.

mod recordings;
mod refusals;
mod suite;

use std::path::PathBuf;

use super::verify::{Secrets, Unknown};

/// One access key.
struct OneKey {
    access_key_id: String,
    secret: String,
    token: Option<String>,
}

impl OneKey {
    /// The key of AWS's examples.
    fn example() -> OneKey {
        OneKey {
            access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
            token: None,
        }
    }
}

impl Secrets for OneKey {
    fn find(&self, access_key_id: &str, session_token: Option<&str>) -> Result<String, Unknown> {
        if access_key_id != self.access_key_id {
            return Err(Unknown::AccessKey);
        }
        if session_token.is_some() && session_token != self.token.as_deref() {
            return Err(Unknown::Token);
        }
        Ok(self.secret.clone())
    }
}

/// A folder of data beside the workspace, or the one an environment variable names. Says so on one
/// line where there is none.
fn data(variable: &str, folder: &str) -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(folder);
    let path = std::env::var_os(variable).map_or(beside, PathBuf::from);
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: no folder {} (set {variable})", path.display());
    None
}
