//! `cassette show`.

use super::{print, read};
use crate::Outcome;
use clap::Args;
use ruststack_cassettes::{Headers, Interaction};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Args)]
pub(crate) struct Arguments {
    /// A cassette
    file: PathBuf,
    /// Print this interaction whole, counted from zero
    #[arg(long, value_name = "N")]
    interaction: Option<usize>,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let cassette = read(&arguments.file)?;
    if let Some(index) = arguments.interaction {
        let one = cassette.interactions.get(index).ok_or_else(|| {
            format!("--interaction {index}: there are {}, counted from zero", cassette.interactions.len())
        })?;
        print(&whole(one))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = format!("{}\n", cassette.meta.title);
    let provenance = &cassette.meta.provenance;
    let by = provenance.recorded_by.as_deref().map(|by| format!(" by {by}")).unwrap_or_default();
    let kind = serde_json::to_value(provenance.kind).map_err(|error| error.to_string())?;
    let _ =
        writeln!(text, "{}{by}; {}", kind.as_str().unwrap_or_default(), cassette.meta.services.join(", "));
    for (name, count) in [
        ("setup requests", cassette.setup.requests.len()),
        ("rules", cassette.rules.len()),
        ("bindings", cassette.bindings.len()),
    ] {
        if count > 0 {
            let _ = writeln!(text, "{count} {name}");
        }
    }
    let _ = writeln!(text);
    for (index, one) in cassette.interactions.iter().enumerate() {
        let _ = writeln!(text, "{index:>4}  {}", line(one));
    }
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn line(one: &Interaction) -> String {
    let name = match (&one.service, &one.operation) {
        (Some(service), Some(operation)) => format!("{service} {operation}"),
        _ => "?".to_owned(),
    };
    let status = one.response.as_ref().map_or_else(|| "-".to_owned(), |response| response.status.to_string());
    let sizes = one.response.as_ref().map_or(0, |response| response.body.bytes().len());
    let query = one.request.query.as_deref().map(|query| format!("?{query}")).unwrap_or_default();
    let target = format!("{} {}{query}", one.request.method, one.request.path);
    let why = one.not_comparable.as_deref().map(|why| format!("  (not compared: {why})")).unwrap_or_default();
    format!("{status}  {name}  {target}  {} → {sizes} bytes{why}", one.request.body.bytes().len())
}

fn whole(one: &Interaction) -> String {
    let mut text = format!("{} {}\n", one.request.method, one.request.url());
    put(&mut text, &one.request.headers);
    let _ = writeln!(text, "\n{}", shown(&one.request.body.bytes()));
    if let Some(response) = &one.response {
        let _ = writeln!(text, "\n{}", response.status);
        put(&mut text, &response.headers);
        let _ = writeln!(text, "\n{}", shown(&response.body.bytes()));
    }
    if let Some(why) = &one.not_comparable {
        let _ = writeln!(text, "\nnot compared: {why}");
    }
    text
}

fn put(text: &mut String, headers: &Headers) {
    for (name, value) in headers.iter() {
        let _ = writeln!(text, "{name}: {value}");
    }
}

/// A body for a terminal: JSON spread out, text as it is, anything else by its length.
fn shown(bytes: &[u8]) -> String {
    if let Ok(value) = serde_json::from_slice::<serde_json::Value>(bytes) {
        return serde_json::to_string_pretty(&value).unwrap_or_default();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains(|c: char| c.is_control() && !c.is_whitespace()) => text.to_owned(),
        _ => format!("({} bytes)", bytes.len()),
    }
}
