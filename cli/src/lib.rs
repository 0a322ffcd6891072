//! The command line: arguments in, library calls out.

mod again;
mod asking;
mod cassette;
mod child;
mod cleanup;
mod coverage;
mod event;
mod import;
mod listening;
mod message;
mod record;
mod replay;
mod scorecard;
mod serve;
mod services;
mod shadow;
mod spy;
mod tls;
mod verify;

pub mod in_process;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// What a command ends with: its exit code, or what went wrong in a line (exit code 2).
type Outcome = Result<ExitCode, String>;

/// A high-fidelity local AWS, with proof of its fidelity.
#[derive(Parser)]
#[command(name = "ruststack", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Without a command, these options serve.
    #[command(flatten)]
    serve: serve::Arguments,
}

#[derive(Subcommand)]
enum Command {
    /// Serves AWS on this machine, in memory
    Serve(Box<serve::Arguments>),
    /// Records what real AWS answers an application, as cassettes
    Record(record::Arguments),
    /// Replays cassettes against the emulator, or any endpoint, and says what differs
    Verify(verify::Arguments),
    /// Answers from cassettes, in AWS's stead
    Replay(Box<replay::Arguments>),
    /// Looks at cassettes, and changes them as a whole
    Cassette(cassette::Arguments),
    /// Puts what verify found at several endpoints side by side
    Scorecard(scorecard::Arguments),
    /// Makes cassettes of recordings that other tools made
    Import(import::Arguments),
    /// Prints an event as a service gives it to a function, to invoke one by hand
    Event(event::Arguments),
    /// Lists what is implemented, by service and operation
    Coverage(coverage::Arguments),
}

/// Runs the program: reads its arguments, does what they say, and gives its exit code.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        Some(Command::Serve(arguments)) => serve::run(*arguments),
        Some(Command::Record(arguments)) => record::run(arguments),
        Some(Command::Verify(arguments)) => verify::run(&arguments),
        Some(Command::Replay(arguments)) => replay::run(*arguments),
        Some(Command::Cassette(arguments)) => cassette::run(&arguments),
        Some(Command::Scorecard(arguments)) => scorecard::run(&arguments),
        Some(Command::Import(arguments)) => import::run(&arguments),
        Some(Command::Event(arguments)) => event::run(arguments),
        Some(Command::Coverage(arguments)) => coverage::run(&arguments),
        None => serve::run(cli.serve),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("ruststack: {error}");
        ExitCode::from(2)
    })
}
