//! `ruststack record`: what real AWS answers, kept as cassettes.

use crate::{Outcome, child};
use clap::Args;
use ruststack_recorder::{Options, Recording, Upstream};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Args)]
pub(crate) struct Arguments {
    /// Where to write the cassettes
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Where to forward the calls; without it, AWS itself
    #[arg(long, value_name = "URL")]
    upstream: Option<Upstream>,
    /// An account that may be touched; AWS is called with no other
    #[arg(long, value_name = "ID")]
    allow_account: Vec<String>,
    /// The port to listen on; 0 takes any that is free, and prints it
    #[arg(short, long, env = "RUSTSTACK_RECORD_PORT", default_value_t = 0)]
    port: u16,
    /// The region of calls that name none
    #[arg(long, env = "AWS_REGION")]
    region: Option<String>,
    /// A certificate authority to trust besides the system's, in PEM
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Run this command against the recorder, and end with its exit code
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

/// Records until a signal, or until the command ends; then writes the cassettes.
pub(crate) fn run(arguments: Arguments) -> Outcome {
    let mut options = Options::new(arguments.out);
    options.allow_accounts = arguments.allow_account;
    options.port = arguments.port;
    options.ca_file = arguments.ca_file;
    if let Some(upstream) = arguments.upstream {
        options.upstream = upstream;
    }
    options.region = arguments.region;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("could not start: {error}"))?;
    runtime.block_on(async {
        let recording = Recording::start(options).await.map_err(|error| error.to_string())?;
        let identity = recording.identity();
        eprintln!("ruststack records account {} as {}", identity.account, identity.arn);
        let url = format!("http://{}", recording.address());
        println!("ruststack is recording on {url}");
        let code = if arguments.command.is_empty() {
            crate::serve::wait_for_signal().await?;
            ExitCode::SUCCESS
        } else {
            child::run(&arguments.command, &url).await?
        };
        let finished = recording.finish().await;
        for written in &finished.written {
            eprintln!("{}: {} interactions", written.path.display(), written.interactions);
        }
        match finished.failed.first() {
            Some(error) => Err(error.to_string()),
            None => Ok(code),
        }
    })
}
