//! `ruststack replay`: cassettes answer in AWS's stead, without a network.

mod player;

use crate::{Outcome, listening, serve, tls};
use clap::{Args, ValueEnum};
use player::Player;
use ruststack_cassettes::Shelf;
use ruststack_emulator::{Config, Emulator};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

#[derive(Args)]
pub(crate) struct Arguments {
    /// Cassettes, or folders of them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The port; 0 takes any that is free, and prints it
    #[arg(short, long, env = "RUSTSTACK_PORT", default_value_t = 4566)]
    port: u16,
    /// The address to listen on; 0.0.0.0 lets other machines in
    #[arg(long, env = "RUSTSTACK_HOST", default_value = "127.0.0.1")]
    host: String,
    /// Who answers what was not recorded; without it, nobody does, and the command fails
    #[arg(long, value_enum)]
    fallback: Option<Fallback>,
    /// A field of requests that does not count, by the name that a miss tells; `*` stands for anything
    #[arg(long, value_name = "FIELD")]
    ignore: Vec<String>,
    #[command(flatten)]
    tls: tls::Arguments,
    /// How much to log: error, warn, info, debug or trace (RUST_LOG says it in more detail)
    #[arg(long, env = "RUSTSTACK_LOG_LEVEL", default_value = "info")]
    log_level: tracing::Level,
    /// Run this command against the cassettes, and end with its exit code
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Fallback {
    /// The emulator
    Emulator,
}

/// Serves until a signal, or until the command ends. What was asked and not recorded is told at the end, and makes of
/// a success a failure.
pub(crate) fn run(arguments: Arguments) -> Outcome {
    serve::log(arguments.log_level);
    let address = listening::address(&arguments.host, arguments.port)?;
    let tls = arguments.tls.configure()?;
    let mut shelf = Shelf::ignoring(arguments.ignore);
    for path in &arguments.paths {
        for (file, cassette) in ruststack_cassettes::read(path).map_err(|error| error.to_string())? {
            shelf.put(&crate::verify::name(path, &file), &cassette);
        }
    }
    if shelf.is_empty() {
        return Err("no recorded answer was found".into());
    }
    eprintln!("ruststack replays {} recorded answers", shelf.len());
    let is_strict = arguments.fallback.is_none();
    let player = Arc::new(Player::new(shelf, is_strict));
    let emulator = Emulator::new(Config::default());
    let code = listening::run(address, tls, emulator, Some(player.clone()), &arguments.command)?;

    let misses = player.misses();
    for miss in &misses {
        eprintln!("{} × {}", miss.count, miss.explanation);
    }
    Ok(if is_strict && !misses.is_empty() && code == ExitCode::SUCCESS { ExitCode::FAILURE } else { code })
}
