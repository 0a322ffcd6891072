//! What a recording has to be told.

use ruststack_cassettes::{Accounts, Payloads};
use std::path::PathBuf;

use crate::credentials::CredentialSource;
use crate::forward::Others;
use crate::limits::Limits;
use crate::name::CassetteName;
use crate::upstream::Upstream;

/// What a recording has to be told: where to write, and what is not to be found out.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder that cassettes are written to.
    pub out: PathBuf,
    /// Where calls are forwarded to.
    pub upstream: Upstream,
    /// The accounts that calls may touch. AWS itself is never called for an account that is not among them; an
    /// upstream that stands in for AWS is, if there are none.
    pub allow_accounts: Vec<String>,
    /// Whether to be a forward proxy, and how; without it, calls come to an endpoint and are signed anew.
    pub proxy: Option<ProxyOptions>,
    /// What calls may do.
    pub limits: Limits,
    /// The port on 127.0.0.1; 0 takes any that is free.
    pub port: u16,
    /// A file of certificates to trust besides those that this machine trusts.
    pub ca_file: Option<PathBuf>,
    /// Where the credentials come from that calls are signed with.
    pub credentials: CredentialSource,
    /// The region of calls that name none, where it is not to be the profile's.
    pub region: Option<String>,
    /// The cassette of calls that name none; by default one per run, named after the time.
    pub cassette: Option<CassetteName>,
    /// What becomes of account ids in cassettes.
    pub accounts: Accounts,
    /// What becomes of what functions are given and give.
    pub payloads: Payloads,
    /// Whether to look what is there just before a call that creates and does not tell: only then may what it made be
    /// cleaned up.
    pub look_before: bool,
}

/// What a forward proxy has to be told.
#[derive(Clone, Debug)]
pub struct ProxyOptions {
    /// The folder that its certificate authority is kept in.
    pub state: PathBuf,
    /// What becomes of connections to hosts that are not AWS's.
    pub others: Others,
}

impl Options {
    /// Records real AWS into this folder, account ids replaced.
    pub fn new(out: impl Into<PathBuf>) -> Options {
        Options {
            out: out.into(),
            upstream: Upstream::Aws,
            allow_accounts: Vec::new(),
            proxy: None,
            limits: Limits::default(),
            port: 0,
            ca_file: None,
            credentials: CredentialSource::Chain,
            region: None,
            cassette: None,
            accounts: Accounts::Replace,
            payloads: Payloads::Keep,
            look_before: false,
        }
    }
}
