//! `ruststack record`: what real AWS answers, kept as cassettes.

use crate::again::{self, Wishes};
use crate::shadow::Shadow;
use crate::{Outcome, child, cleanup};
use clap::Args;
use ruststack_cassettes::Payloads;
use ruststack_recorder::{CassetteName, Limits, Options, Others, Pattern, ProxyOptions, Recording, Upstream};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Args)]
pub(crate) struct Arguments {
    /// Where to write the cassettes; with --again, the file to write instead of the cassette
    #[arg(long, value_name = "DIR", required_unless_present = "again")]
    out: Option<PathBuf>,
    /// Ask the requests of this cassette again, and add rules to it for what AWS did not promise
    #[arg(long, value_name = "CASSETTE", conflicts_with_all = ["proxy", "cassette", "read_only", "dry_run", "shadow", "command"])]
    again: Option<PathBuf>,
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
    /// Be a forward proxy (HTTPS_PROXY): the application addresses AWS itself, and its own signatures stay
    #[arg(long)]
    proxy: bool,
    /// What becomes of connections to hosts that are not AWS's: tunnel passes them on unseen, or refuse
    #[arg(long, value_name = "WHAT", default_value = "tunnel", requires = "proxy")]
    others: Others,
    /// Where the certificate authority of --proxy is kept; without it, in the user's state folder
    #[arg(long, value_name = "DIR", env = "RUSTSTACK_STATE_DIR")]
    state: Option<PathBuf>,
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
    /// At the end, delete what this recording created, the last first, asking before
    #[arg(long)]
    cleanup: bool,
    /// Do not ask before --cleanup deletes
    #[arg(long, requires = "cleanup")]
    yes: bool,
    /// Replace what functions are given and give, too; JSON leaf by leaf
    #[arg(long)]
    redact_payloads: bool,
    /// Make each call again at an emulator, behind the application, and tell what differs: in this process, or at a URL
    #[arg(long, value_name = "URL", num_args = 0..=1, default_missing_value = crate::shadow::IN_PROCESS)]
    shadow: Option<String>,
    /// The account of the emulator of --shadow, where it cannot be the caller's
    #[arg(long, value_name = "ID", requires = "shadow")]
    shadow_account: Option<String>,
    /// A certificate authority to trust besides the system's, in PEM
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Run this command against the recorder, and end with its exit code
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

/// Records until a signal, or until the command ends; then writes the cassettes.
pub(crate) fn run(arguments: Arguments) -> Outcome {
    let out = arguments.out;
    let mut options = Options::new(out.clone().unwrap_or_default());
    options.allow_accounts = arguments.allow_account;
    options.limits = Limits {
        regions: arguments.allow_region,
        read_only: arguments.read_only,
        deny: arguments.deny,
        max_requests: arguments.max_requests,
        dry_run: arguments.dry_run,
    };
    options.payloads = if arguments.redact_payloads { Payloads::Replace } else { Payloads::Keep };
    // What is asked again has names of its own, which nothing had before.
    options.look_before = arguments.cleanup && arguments.again.is_none();
    options.port = arguments.port;
    options.cassette = arguments.cassette;
    options.ca_file = arguments.ca_file;
    if let Some(upstream) = arguments.upstream {
        options.upstream = upstream;
    }
    options.region = arguments.region;
    if arguments.proxy {
        let state =
            arguments.state.or_else(state).ok_or("found no folder for state: name one with --state")?;
        options.proxy = Some(ProxyOptions { state, others: arguments.others });
    }
    let shadow = arguments.shadow.map(|text| Shadow::parse(&text, arguments.shadow_account)).transpose()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("could not start: {error}"))?;
    // Where the SDK looks for credentials is its own affair, as long as it finds them.
    crate::serve::log("warn,aws_config=error,aws_runtime=error");
    if let Some(file) = &arguments.again {
        let (cleanup, yes) = (arguments.cleanup, arguments.yes);
        return runtime.block_on(again::run(file, options, Wishes { out: out.as_deref(), cleanup, yes }));
    }
    runtime.block_on(async {
        let recording = Recording::start(options).await.map_err(|error| error.to_string())?;
        let shadow = match shadow {
            Some(shadow) => Some(shadow.follow(&recording).await?),
            None => None,
        };
        let identity = recording.identity();
        eprintln!("ruststack records account {} as {}", identity.account, identity.arn);
        let url = format!("http://{}", recording.address());
        println!("ruststack is recording on {url}");
        let trust = recording.trust().cloned();
        if let Some(trust) = trust.as_ref().filter(|_| arguments.command.is_empty()) {
            eprintln!("set HTTPS_PROXY={url} AWS_CA_BUNDLE={}", trust.bundle.display());
        }
        let code = if arguments.command.is_empty() {
            crate::serve::wait_for_signal().await?;
            ExitCode::SUCCESS
        } else {
            match &trust {
                Some(trust) => child::run_behind(&arguments.command, &url, trust).await?,
                None => child::run(&arguments.command, &url).await?,
            }
        };
        let finished = recording.finish().await;
        if let Some(shadow) = shadow {
            shadow.finish().await;
        }
        for written in &finished.written {
            eprintln!("{}: {} interactions", written.path.display(), written.interactions);
        }
        if finished.refused > 0 {
            eprintln!("{} calls were refused and reached nobody", finished.refused);
        }
        let (cleanup, yes) = (arguments.cleanup, arguments.yes);
        let cleaned = cleanup::clean_up(finished.created, cleanup, yes).await;
        if let Some(error) = finished.failed.first() {
            return Err(error.to_string());
        }
        match cleaned {
            Err(error) => Err(error),
            Ok(()) => Ok(code),
        }
    })
}

/// The user's folder for what a program keeps between its runs.
fn state() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = folder("XDG_STATE_HOME").or_else(|| Some(folder("HOME")?.join(".local/state")));
    state.map(|state| state.join("ruststack"))
}
