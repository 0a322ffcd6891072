//! What the tests share: where things are, and the programs they run.

pub mod chromium;
pub mod debian;
pub mod go;
pub mod java;
pub mod node;
pub mod places;
pub mod process;
pub mod python;
