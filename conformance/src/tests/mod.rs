//! The judge is judged: on recordings of real AWS it must find nothing where nothing differs, and everything that
//! does. The endpoint is a fake that answers from the cassette itself.

mod identity;
mod remote;
mod renamed;
mod stories;

use crate::Models;
use crate::verify::Case;
use ruststack_cassettes::{ImportOptions, import};
use std::path::PathBuf;
use std::sync::Arc;

/// The recordings of real AWS, imported; empty, with a line that says so, where they are not at hand.
fn recordings() -> Vec<Case> {
    let folder = match std::env::var_os("RUSTSTACK_RECORDINGS") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/recordings"),
    };
    if !folder.is_dir() {
        eprintln!("skipped: no recordings at {}", folder.display());
        return Vec::new();
    }
    let options = ImportOptions { classify: Some(&Models), ..ImportOptions::default() };
    let cassettes = import(&folder, &options).expect("the recordings are read");
    cassettes
        .into_iter()
        .map(|cassette| Case { name: cassette.meta.title.clone(), cassette: Arc::new(cassette) })
        .collect()
}
