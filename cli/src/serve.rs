//! `ruststack serve`: an AWS on this machine.

use crate::Outcome;
use crate::listening;
use crate::services::Switches;
use crate::spy::Spy;
use crate::tls;
use clap::{Args, ValueEnum};
use ruststack_emulator::config::Credentials;
use ruststack_emulator::{Auth, Config, Emulator, LambdaExecutor};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};

#[derive(Args)]
#[group(skip)]
pub(crate) struct Arguments {
    /// The port; 0 takes any that is free, and prints it
    #[arg(short, long, env = "RUSTSTACK_PORT", default_value_t = 4566)]
    port: u16,
    /// The address to listen on; 0.0.0.0 lets other machines in
    #[arg(long, env = "RUSTSTACK_HOST", default_value = "127.0.0.1")]
    host: String,
    /// Who may call: anybody, or who signs rightly with a key of --credentials
    #[arg(long, env = "RUSTSTACK_AUTH", value_enum, default_value_t = AuthMode::Accept)]
    auth: AuthMode,
    /// The keys that may sign, in the form of ~/.aws/credentials
    #[arg(long, env = "RUSTSTACK_CREDENTIALS", value_name = "FILE")]
    credentials: Option<PathBuf>,
    #[command(flatten)]
    tls: tls::Arguments,
    /// How much to log: error, warn, info, debug or trace (RUST_LOG says it in more detail)
    #[arg(long, env = "RUSTSTACK_LOG_LEVEL", default_value = "info")]
    log_level: tracing::Level,
    /// Where to keep state; not implemented, everything is in memory
    #[arg(long, env = "RUSTSTACK_DATA_DIR", value_name = "DIR", hide = true)]
    data_dir: Option<PathBuf>,
    /// Let all accounts and regions have the same tables in DynamoDB
    #[arg(long, env = "RUSTSTACK_SHARED_DB")]
    shared_db: bool,
    /// Let tables of DynamoDB take so many milliseconds to be made, changed and deleted
    #[arg(
        long,
        env = "RUSTSTACK_DYNAMODB_TRANSITION_MS",
        value_name = "MS",
        default_value_t = 0,
        hide_default_value = true
    )]
    dynamodb_transition_ms: u32,
    /// What runs functions of Lambda
    #[arg(long, env = "RUSTSTACK_LAMBDA_EXECUTOR", value_enum, default_value_t = Executor::Process)]
    lambda_executor: Executor,
    #[command(flatten)]
    services: Switches,
    /// Where to keep what passes, as cassettes; what is not served is told at the end
    #[arg(long, value_name = "DIR")]
    spy: Option<PathBuf>,
    /// Run this command against the emulator, and end with its exit code
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AuthMode {
    Accept,
    Verify,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Executor {
    /// Processes of this machine
    Process,
    /// Containers; not implemented
    Docker,
    /// Nothing: functions are kept, and not run
    None,
}

/// Serves until a signal, or until the command ends.
pub(crate) fn run(arguments: Arguments) -> Outcome {
    log(arguments.log_level);
    if arguments.data_dir.is_some() {
        return Err("--data-dir is not implemented: everything is in memory".into());
    }
    let address = listening::address(&arguments.host, arguments.port)?;
    let auth = auth(&arguments)?;
    let tls = arguments.tls.configure()?;
    let lambda_executor = match arguments.lambda_executor {
        Executor::Process => LambdaExecutor::Process,
        Executor::None => LambdaExecutor::None,
        Executor::Docker => {
            return Err("--lambda-executor docker is not implemented: functions run as processes".into());
        }
    };
    let emulator = Emulator::new(Config {
        auth,
        disabled: arguments.services.off,
        dynamodb_is_shared: arguments.shared_db,
        dynamodb_transition_ms: arguments.dynamodb_transition_ms,
        lambda_executor,
        seed: None,
    });
    let Some(folder) = arguments.spy else {
        return listening::run(address, tls, emulator, None, &arguments.command);
    };
    std::fs::create_dir_all(&folder).map_err(|error| format!("--spy {}: {error}", folder.display()))?;
    let spy = Arc::new(Spy::default());
    let code = listening::run(address, tls, emulator, Some(spy.clone()), &arguments.command)?;
    spy.finish(&folder)?;
    Ok(code)
}

pub(crate) fn log(level: impl std::fmt::Display) {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level.to_string()));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

fn auth(arguments: &Arguments) -> Result<Auth, String> {
    match (arguments.auth, &arguments.credentials) {
        (AuthMode::Accept, None) => Ok(Auth::Accept),
        (AuthMode::Accept, Some(_)) => Err("--credentials needs --auth verify".into()),
        (AuthMode::Verify, None) => Err("--auth verify needs --credentials FILE".into()),
        (AuthMode::Verify, Some(path)) => {
            let named = |error: String| format!("{}: {error}", path.display());
            let text = std::fs::read_to_string(path).map_err(|error| named(error.to_string()))?;
            Credentials::parse(&text).map(Auth::Verify).map_err(named)
        }
    }
}

/// Waits for SIGINT or SIGTERM.
pub(crate) async fn wait_for_signal() -> Result<(), String> {
    let listen = |kind| signal(kind).map_err(|error| format!("could not listen for signals: {error}"));
    let (mut interrupt, mut terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}
