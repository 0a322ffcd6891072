//! XML, as restXml uses it in both directions and awsQuery in its answers.

mod element;
mod interleave;
mod read;
mod write;

pub use element::{Element, parse};
pub use read::{read, read_structure};
pub use write::{Namespace, XmlWriter};
