//! `ruststack coverage`: what is implemented.

use crate::Outcome;
use clap::Args;
use ruststack_emulator::{Config, Emulator};
use std::process::ExitCode;

#[derive(Args)]
pub(crate) struct Arguments {
    /// As a table in Markdown, for a README
    #[arg(long)]
    markdown: bool,
}

/// Prints every service with the operations that are implemented, and how many there are.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let coverage = Emulator::new(Config::default()).coverage();
    if arguments.markdown {
        println!("| service | operations | of |\n|---|---|---|");
    }
    for (service, operations) in coverage {
        let (names, all) = (operations.join(", "), service.operations.len());
        if arguments.markdown {
            println!("| {} | {names} | {} of {all} |", service.id, operations.len());
        } else {
            println!("{} ({} of {all}): {names}", service.name, operations.len());
        }
    }
    Ok(ExitCode::SUCCESS)
}
