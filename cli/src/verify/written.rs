//! The files that reports are written to.

use ruststack_conformance::Report;
use ruststack_conformance::minimise::{Minimised, curl, python};
use ruststack_conformance::report::Places;
use std::path::{Path, PathBuf};

/// A report to write.
#[derive(Clone)]
pub(super) struct ReportFile {
    format: Format,
    path: PathBuf,
}

/// The form of a report.
#[derive(Clone, Copy)]
pub(super) enum Format {
    Json,
    Junit,
    Markdown,
    Html,
    Sarif,
}

impl std::str::FromStr for ReportFile {
    type Err = String;

    fn from_str(text: &str) -> Result<ReportFile, String> {
        let (format, path) =
            text.split_once('=').ok_or("expected json=FILE, junit=FILE, md=FILE, html=FILE or sarif=FILE")?;
        let format = match format {
            "json" => Format::Json,
            "junit" => Format::Junit,
            "md" => Format::Markdown,
            "html" => Format::Html,
            "sarif" => Format::Sarif,
            other => return Err(format!("no report is called {other}: json, junit, md, html or sarif")),
        };
        Ok(ReportFile { format, path: path.into() })
    }
}

impl ReportFile {
    /// A report in this form, to this file.
    pub(super) fn new(format: Format, path: &Path) -> ReportFile {
        ReportFile { format, path: path.to_owned() }
    }

    /// Whether the file could be written, before an hour of replaying is lost to a slip of the pen.
    pub(super) fn check(&self) -> Result<(), String> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        match folder {
            Some(folder) if !folder.is_dir() => {
                Err(format!("{}: its folder does not exist", self.path.display()))
            }
            _ if self.path.is_dir() => Err(format!("{}: it is a folder", self.path.display())),
            _ => Ok(()),
        }
    }

    /// Writes it.
    pub(super) fn write(&self, report: &Report, places: &mut Places) -> Result<(), String> {
        let text = match self.format {
            Format::Json => report.to_json(),
            Format::Junit => report.to_junit(),
            Format::Markdown => report.to_markdown(),
            Format::Html => report.to_html(),
            Format::Sarif => report.to_sarif(places),
        };
        std::fs::write(&self.path, text).map_err(|error| format!("{}: {error}", self.path.display()))
    }
}

/// Writes conversations that show gaps: each as a cassette, for curl, and in Python.
pub(super) fn minimised(folder: &Path, found: &[Minimised]) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for gap in found {
        let path = |end: &str| folder.join(format!("{}.{end}", gap.name));
        ruststack_cassettes::Writer::default()
            .write(&path("json"), &gap.cassette)
            .map_err(|error| error.to_string())?;
        for (path, text) in [(path("sh"), curl(&gap.cassette)), (path("py"), python(&gap.cassette))] {
            std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        }
    }
    Ok(())
}
