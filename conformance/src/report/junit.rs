//! The report as JUnit XML, which CI systems show: a suite per folder, a case per cassette.

use super::{CassetteReport, Report};
use crate::verdict::Verdict;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

impl Report {
    /// The report as JUnit XML.
    pub fn to_junit(&self) -> String {
        let bytes = write(self).expect("writing to memory does not fail");
        String::from_utf8(bytes).expect("everything written is text")
    }
}

fn write(report: &Report) -> io::Result<Vec<u8>> {
    let mut suites: BTreeMap<&str, Vec<&CassetteReport>> = BTreeMap::new();
    for cassette in &report.cassettes {
        let folder = cassette.name.rsplit_once('/').map_or(".", |(folder, _)| folder);
        suites.entry(folder).or_default().push(cassette);
    }
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer.write_event(Event::Start(BytesStart::new("testsuites")))?;
    for (folder, cassettes) in suites {
        let mut suite = BytesStart::new("testsuite");
        let of = |wanted: fn(&CassetteReport) -> bool| {
            cassettes.iter().filter(|cassette| wanted(cassette)).count().to_string()
        };
        suite.push_attribute(("name", folder));
        suite.push_attribute(("tests", cassettes.len().to_string().as_str()));
        suite.push_attribute(("failures", of(has_failed).as_str()));
        suite.push_attribute(("skipped", of(was_skipped).as_str()));
        writer.write_event(Event::Start(suite))?;
        cassettes.iter().try_for_each(|cassette| case(&mut writer, cassette, folder))?;
        writer.write_event(Event::End(BytesEnd::new("testsuite")))?;
    }
    writer.write_event(Event::End(BytesEnd::new("testsuites")))?;
    Ok(writer.into_inner())
}

fn has_failed(cassette: &CassetteReport) -> bool {
    let counts = cassette.counts();
    counts.differs + counts.not_served > 0
}

fn was_skipped(cassette: &CassetteReport) -> bool {
    !has_failed(cassette) && cassette.counts().pass == 0
}

fn case(writer: &mut Writer<Vec<u8>>, cassette: &CassetteReport, folder: &str) -> io::Result<()> {
    let mut case = BytesStart::new("testcase");
    case.push_attribute(("classname", folder));
    case.push_attribute(("name", cassette.name.as_str()));
    let text = said(cassette);
    let verdict = match cassette {
        cassette if has_failed(cassette) => "failure",
        cassette if was_skipped(cassette) => "skipped",
        _ => return writer.write_event(Event::Empty(case)),
    };
    writer.write_event(Event::Start(case))?;
    let mut element = BytesStart::new(verdict);
    element.push_attribute(("message", text.lines().next().unwrap_or_default()));
    writer.write_event(Event::Start(element))?;
    writer.write_event(Event::Text(BytesText::new(&text)))?;
    writer.write_event(Event::End(BytesEnd::new(verdict)))?;
    writer.write_event(Event::End(BytesEnd::new("testcase")))
}

/// A line for everything that is not a pass. Characters that XML cannot carry are left out.
fn said(cassette: &CassetteReport) -> String {
    let mut text = String::new();
    for interaction in &cassette.interactions {
        let (index, operation) = (interaction.index, &interaction.operation);
        let mut line = |what: String| {
            let _ = writeln!(text, "[{index}] {operation}: {what}");
        };
        match &interaction.verdict {
            Verdict::Pass => {}
            Verdict::NotServed { reason } => line(format!("not served: {reason}")),
            Verdict::NotCompared { reason } => line(format!("not compared: {reason}")),
            Verdict::Differs { differences } => {
                for difference in differences {
                    let side = |value: &Option<String>| value.as_deref().unwrap_or("nothing").to_owned();
                    let (recorded, actual) = (side(&difference.recorded), side(&difference.actual));
                    line(format!("{} {}: AWS {recorded}, here {actual}", difference.path, difference.kind));
                }
            }
        }
    }
    text.retain(|character| character == '\n' || character == '\t' || !character.is_control());
    text
}
