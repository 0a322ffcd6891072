//! `ruststack coverage`: what is implemented, and what cassettes show of it.

use crate::Outcome;
use clap::Args;
use ruststack_cassettes::Evidence;
use ruststack_emulator::{Config, Emulator};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Args)]
pub(crate) struct Arguments {
    /// A service, of which every operation is listed
    service: Option<String>,
    /// Tell how many of these cassettes call an operation, and which errors they show
    #[arg(long, value_name = "FILE|DIR")]
    cassettes: Vec<PathBuf>,
    /// As a table in Markdown
    #[arg(long)]
    markdown: bool,
}

/// Prints the services with how much of each is implemented, or the operations of one.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let mut cassettes = Vec::new();
    for path in &arguments.cassettes {
        let read = ruststack_cassettes::read(path).map_err(|error| error.to_string())?;
        cassettes.extend(read.into_iter().map(|(_, cassette)| cassette));
    }
    let evidence = Evidence::of(&cassettes);
    let has_evidence = !arguments.cassettes.is_empty();
    let table = match &arguments.service {
        Some(name) => operations(name, has_evidence.then_some(&evidence))?,
        None => services(has_evidence.then_some(&evidence)),
    };
    print!("{}", if arguments.markdown { table.markdown() } else { table.plain() });
    Ok(ExitCode::SUCCESS)
}

/// Every service: how many operations are implemented.
fn services(evidence: Option<&Evidence>) -> Table {
    let mut table =
        Table::new(&["service", "operations", "of"], evidence.map(|_| ["in cassettes", "errors shown"]));
    for (service, implemented) in Emulator::new(Config::default()).coverage() {
        let shown = evidence.map(|evidence| {
            let shown = implemented.iter().filter_map(|name| evidence.shown(service.name, name));
            let (mut calls, mut errors) = (0, 0);
            for one in shown {
                calls += usize::from(one.cassettes > 0);
                errors += one.errors().len();
            }
            [calls.to_string(), errors.to_string()]
        });
        let all = service.operations.len().to_string();
        let row = [service.id.to_owned(), implemented.len().to_string(), all];
        table.push(row, shown);
    }
    table
}

/// Every operation of a service: whether it is implemented.
fn operations(name: &str, evidence: Option<&Evidence>) -> Result<Table, String> {
    let coverage = Emulator::new(Config::default()).coverage();
    let Some((service, implemented)) = coverage.iter().find(|(service, _)| service.name == name) else {
        let names: Vec<&str> = coverage.iter().map(|(service, _)| service.name).collect();
        return Err(format!("no service {name} is implemented: expected one of {}", names.join(", ")));
    };
    let mut table =
        Table::new(&["operation", "implemented"], evidence.map(|_| ["cassettes", "errors shown"]));
    let mut names: Vec<&str> = service.operations.iter().map(|operation| operation.name).collect();
    names.sort_unstable();
    for name in names {
        let is_implemented = if implemented.contains(&name) { "yes" } else { "no" };
        let shown = evidence.map(|evidence| match evidence.shown(service.name, name) {
            Some(shown) => [shown.cassettes.to_string(), shown.errors().join(", ")],
            None => ["0".to_owned(), String::new()],
        });
        table.push([name.to_owned(), is_implemented.to_owned()], shown);
    }
    Ok(table)
}

/// Lines of cells.
struct Table(Vec<Vec<String>>);

impl Table {
    fn new(heads: &[&str], seen: Option<[&str; 2]>) -> Table {
        Table(vec![heads.iter().copied().chain(seen.into_iter().flatten()).map(str::to_owned).collect()])
    }

    fn push<const N: usize>(&mut self, cells: [String; N], seen: Option<[String; 2]>) {
        self.0.push(cells.into_iter().chain(seen.into_iter().flatten()).collect());
    }

    fn markdown(&self) -> String {
        let line = |cells: &Vec<String>| format!("| {} |\n", cells.join(" | "));
        let rule = format!("|{}\n", "---|".repeat(self.0[0].len()));
        let mut lines = self.0.iter().map(line);
        let head = lines.next().unwrap_or_default();
        head + &rule + &lines.collect::<String>()
    }

    /// Columns as wide as their widest cell, but for the last.
    fn plain(&self) -> String {
        let widths: Vec<usize> = (0..self.0[0].len())
            .map(|column| self.0.iter().map(|cells| cells[column].len()).max().unwrap_or(0))
            .collect();
        let line = |cells: &Vec<String>| {
            let cells = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
            format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
        };
        self.0.iter().map(line).collect()
    }
}
