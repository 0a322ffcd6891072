//! One run of the recorder: from finding out whose account it is to writing the cassettes.

use http::uri::Scheme;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use ruststack_cassettes::Interaction;
use ruststack_wire::sign::signer::SigningKeys;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{fmt, fs, io};
use time::OffsetDateTime;
use time::macros::format_description;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use crate::accounts::Accounts;
use crate::client::{self, Names, TlsError};
use crate::courier::Courier;
use crate::created::{self, Before};
use crate::credentials::{NoCredentials, Wallet};
use crate::follow::Follow;
use crate::forward::{CertificateAuthority, Forward, NoAuthority, TrustFiles};
use crate::identity::{self, Identity, NoIdentity};
use crate::keep::Keeper;
use crate::limits::Gate;
use crate::name::CassetteName;
use crate::options::{Options, ProxyOptions};
use crate::proxy::Proxy;
use crate::spool::Spool;
use crate::story::Stories;
use crate::upstream::Upstream;
use crate::write::{Finished, Scribe};

/// How long calls that are under way may take when the recording ends.
const GRACE: Duration = Duration::from_secs(5);
const HOME: &str = "us-east-1";

/// A recording that is under way. What is finished of it is written again and again; all of it at its end.
#[derive(Debug)]
pub struct Recording {
    address: SocketAddr,
    identity: Identity,
    trust: Option<TrustFiles>,
    proxy: Arc<Proxy>,
    scribe: Arc<Scribe>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
    keeper: Keeper,
    /// Whether no more calls come.
    over: watch::Sender<bool>,
}

/// Why a recording did not begin. No call was forwarded.
#[derive(Debug)]
pub enum StartError {
    /// There is no folder to write to.
    Out(PathBuf, io::Error),
    /// There is no port to listen on.
    Listen(SocketAddr, io::Error),
    /// TLS could not be set up.
    Tls(TlsError),
    /// There are no credentials.
    Credentials(NoCredentials),
    /// Nobody says whose account it is.
    Identity(NoIdentity),
    /// A forward proxy has no certificate authority.
    Authority(NoAuthority),
    /// The account is not one that calls may touch.
    NotAllowed(Identity),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::Out(folder, error) => write!(f, "could not write to {}: {error}", folder.display()),
            StartError::Listen(address, error) => write!(f, "could not listen on {address}: {error}"),
            StartError::Tls(error) => error.fmt(f),
            StartError::Credentials(error) => error.fmt(f),
            StartError::Identity(error) => error.fmt(f),
            StartError::Authority(error) => error.fmt(f),
            StartError::NotAllowed(Identity { account, arn }) => write!(
                f,
                "refused to touch account {account} ({arn}): if it is a sandbox, say so with --allow-account {account}"
            ),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            StartError::Out(_, error) | StartError::Listen(_, error) => Some(error),
            StartError::Tls(error) => Some(error),
            StartError::Credentials(error) => Some(error),
            StartError::Identity(error) => Some(error),
            StartError::Authority(error) => Some(error),
            StartError::NotAllowed(_) => None,
        }
    }
}

impl Recording {
    /// Finds out whose account it is, and listens if calls may touch it. Needs a Tokio runtime.
    pub async fn start(options: Options) -> Result<Recording, StartError> {
        let no_folder = |error| StartError::Out(options.out.clone(), error);
        fs::create_dir_all(&options.out).map_err(no_folder)?;
        let spool = Arc::new(Spool::open(&options.out).map_err(no_folder)?);
        let mut tls = client::tls(options.ca_file.as_deref()).map_err(StartError::Tls)?;
        // A forward proxy leaves the hosts as they are, so what stands in for AWS is found by all their names.
        let names = match (&options.proxy, &options.upstream) {
            (Some(_), Upstream::At { scheme, authority }) => {
                let port = if *scheme == Scheme::HTTPS { 443 } else { 80 };
                Names(Some((authority.host().to_owned(), authority.port_u16().unwrap_or(port))))
            }
            _ => Names(None),
        };
        let client = client::client(tls.clone(), names.clone()).map_err(StartError::Tls)?;
        let client_of_both = match &options.proxy {
            Some(_) => Some(client::client_of_both(tls.clone(), names).map_err(StartError::Tls)?),
            None => None,
        };
        let authority =
            options.proxy.as_ref().map(|proxy| CertificateAuthority::open(&proxy.state)).transpose();
        let authority = authority.map_err(StartError::Authority)?;
        let wallet = Wallet::open(options.credentials).await;
        let region = options.region.or_else(|| wallet.region.clone()).unwrap_or_else(|| HOME.to_owned());
        let courier = Courier {
            client,
            client_of_both,
            wallet,
            keys: SigningKeys::default(),
            upstream: options.upstream,
            region,
        };
        let (identity, taught) = allowed(&courier, &options.allow_accounts).await?;

        let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
        let no_port = |error| StartError::Listen(wanted, error);
        let listener = TcpListener::bind(wanted).await.map_err(no_port)?;
        let address = listener.local_addr().map_err(no_port)?;
        let cassette = options.cassette.unwrap_or_else(name_of_now);
        let account = identity.account.clone();
        let (is_aws, gate) = (courier.upstream.is_aws(), Gate::new(options.limits));
        let signs = options.proxy.is_none();
        let accounts = Accounts { allowed: options.allow_accounts, ..Accounts::default() };
        let (stories, before) = (Stories::new(&spool), Before::new(options.look_before));
        let proxy = Arc::new(Proxy { courier, gate, stories, account, accounts, cassette, before });
        let trust = authority.as_ref().map(|authority| authority.files().clone());
        let forward = authority.zip(options.proxy).map(|(authority, ProxyOptions { others, .. })| {
            tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
            let (tls, speaks_h2) = (Arc::new(tls), Mutex::default());
            Arc::new(Forward { proxy: proxy.clone(), authority, others, tls, speaks_h2 })
        });
        let (out, accounts, payloads) = (options.out, options.accounts, options.payloads);
        let scribe = Arc::new(Scribe { out, accounts, payloads, taught, is_aws, signs });
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(serve(listener, proxy.clone(), forward, stopped));
        let keeper = Keeper::start(scribe.clone(), proxy.clone());
        let keeper = keeper.map_err(|error| StartError::Out(scribe.out.clone(), error))?;
        let over = watch::Sender::new(false);
        Ok(Recording { address, identity, trust, proxy, scribe, stop, server, keeper, over })
    }

    /// Where the application's calls are to go: an `AWS_ENDPOINT_URL` is `http://` and this.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the application has to trust, if this is a forward proxy.
    pub fn trust(&self) -> Option<&TrustFiles> {
        self.trust.as_ref()
    }

    /// Whose account the calls touch.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The calls from the first on, as they end.
    pub async fn follow(&self) -> Follow {
        Follow::new(&self.proxy, &self.scribe, self.over.subscribe()).await
    }

    /// Ends the recording: takes no more calls, waits a little for those under way, and writes the cassettes, each
    /// whole or not at all.
    pub async fn finish(self) -> Finished {
        // A server that has ended by itself does not have to be told.
        self.stop.send(()).ok();
        self.server.await.ok();
        self.over.send_replace(true);
        // Redaction reads every byte, which takes longer than a runtime's thread may be held.
        let (scribe, proxy, keeper) = (self.scribe, self.proxy, self.keeper);
        let written = tokio::task::spawn_blocking(move || {
            // Two that write at the same time would sweep each other's bodies away.
            keeper.stop();
            let secrets = proxy.courier.wallet.secrets();
            let (refused, forwarded) = proxy.gate.counts();
            let finished = scribe.write(&proxy.stories, proxy.stories.all(), &secrets);
            let created = created::left(proxy.stories.in_order(), &proxy);
            Finished { created, refused, forwarded, ..finished }
        });
        let written = written.await;
        written.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }
}

/// Finds out whose account it is, and takes the credentials into use if calls may touch it.
async fn allowed(courier: &Courier, accounts: &[String]) -> Result<(Identity, Interaction), StartError> {
    let found = courier.wallet.find().await.map_err(StartError::Credentials)?;
    let (identity, taught) =
        identity::ask(courier, &found.credentials).await.map_err(StartError::Identity)?;
    let stands_in = accounts.is_empty() && !courier.upstream.is_aws();
    if !stands_in && !accounts.contains(&identity.account) {
        return Err(StartError::NotAllowed(identity));
    }
    courier.wallet.held().await.hold(found);
    Ok((identity, taught))
}

/// `recording-20260602T183058Z`.
fn name_of_now() -> CassetteName {
    let format = format_description!("recording-[year][month][day]T[hour][minute][second]Z");
    let text = OffsetDateTime::now_utc().format(format).unwrap_or_else(|_| "recording".to_owned());
    CassetteName::parse(&text).expect("the format gives letters, digits and a hyphen")
}

async fn serve(
    listener: TcpListener,
    proxy: Arc<Proxy>,
    forward: Option<Arc<Forward>>,
    mut stopped: oneshot::Receiver<()>,
) {
    let connections = GracefulShutdown::new();
    let server = Builder::new(TokioExecutor::new());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = &mut stopped => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Too many open files, most often: the next connection may find one closed.
                tracing::warn!(%error, "could not take a connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        // Small answers are not to wait for each other.
        stream.set_nodelay(true).ok();
        if let Some(forward) = &forward {
            tokio::spawn(forward.clone().serve(stream, connections.watcher()));
            continue;
        }
        let proxy = proxy.clone();
        let answer = service_fn(move |request| {
            let proxy = proxy.clone();
            async move { Ok::<_, Infallible>(proxy.answer(request, None).await) }
        });
        let connection = server.serve_connection(TokioIo::new(stream), answer).into_owned();
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection of the application's ended early");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(GRACE, connections.shutdown()).await.is_err() {
        tracing::warn!("calls were still under way when the recording ended");
    }
}
