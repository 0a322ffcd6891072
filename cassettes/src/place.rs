//! Where in a file something is wrong, as people look for it.

use std::fmt;
use std::path::{Path, PathBuf};

/// A place: the file, the line and column or the member, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// Line and column, from one.
    pub position: Option<(usize, usize)>,
    /// The member: `interactions[3].response.status`.
    pub member: Option<String>,
}

impl Place {
    /// A file as a whole.
    pub(crate) fn file(file: &Path) -> Place {
        Place { file: file.to_owned(), ..Place::default() }
    }

    /// The place an error of JSON tells.
    pub(crate) fn of_json(file: &Path, error: &serde_path_to_error::Error<serde_json::Error>) -> Place {
        let (line, column) = (error.inner().line(), error.inner().column());
        let member = Some(error.path().to_string()).filter(|path| path != "." && path != "?");
        Place { position: (line > 0).then_some((line, column)), member, ..Place::file(file) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some((line, column)) = self.position {
            write!(f, ":{line}:{column}")?;
        }
        match &self.member {
            Some(member) => write!(f, ": {member}"),
            None => Ok(()),
        }
    }
}

/// What serde_json says, without the position that the place already tells.
pub(crate) fn bare(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}
