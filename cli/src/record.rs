//! `ruststack record`: what real AWS answers, kept as cassettes.

use crate::{Outcome, child};
use clap::Args;
use ruststack_recorder::{CassetteName, Limits, Options, Pattern, Recording, Upstream};
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
    /// The cassette of calls that name none; without it, one named after the time
    #[arg(long, value_name = "NAME")]
    cassette: Option<CassetteName>,
    /// The port to listen on; 0 takes any that is free, and prints it
    #[arg(short, long, env = "RUSTSTACK_RECORD_PORT", default_value_t = 0)]
    port: u16,
    /// The region of calls that name none
    #[arg(long, env = "AWS_REGION")]
    region: Option<String>,
    /// A region that calls may name, again for each; without it, any
    #[arg(long, value_name = "REGION")]
    allow_region: Vec<String>,
    /// Let nothing pass but operations that read
    #[arg(long)]
    read_only: bool,
    /// An operation that may not be called, such as s3:DeleteBucket or dynamodb:Delete*
    #[arg(long, value_name = "PATTERN")]
    deny: Vec<Pattern>,
    /// Forward at most so many calls
    #[arg(long, value_name = "N")]
    max_requests: Option<u64>,
    /// Forward nothing, and say what would be
    #[arg(long)]
    dry_run: bool,
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
    options.limits = Limits {
        regions: arguments.allow_region,
        read_only: arguments.read_only,
        deny: arguments.deny,
        max_requests: arguments.max_requests,
        dry_run: arguments.dry_run,
    };
    options.port = arguments.port;
    options.cassette = arguments.cassette;
    options.ca_file = arguments.ca_file;
    if let Some(upstream) = arguments.upstream {
        options.upstream = upstream;
    }
    options.region = arguments.region;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("could not start: {error}"))?;
    crate::serve::log(tracing::Level::WARN);
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
        if finished.refused > 0 {
            eprintln!("{} calls were refused and reached nobody", finished.refused);
        }
        match finished.failed.first() {
            Some(error) => Err(error.to_string()),
            None => Ok(code),
        }
    })
}
