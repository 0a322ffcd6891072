//! One run of the recorder: from finding out whose account it is to writing the cassettes.

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use ruststack_cassettes::Interaction;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, fs, io};
use time::OffsetDateTime;
use time::macros::format_description;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::client::{TlsError, client};
use crate::courier::Courier;
use crate::credentials::{NoCredentials, Wallet};
use crate::identity::{self, Identity, NoIdentity};
use crate::keep;
use crate::limits::Gate;
use crate::name::CassetteName;
use crate::options::Options;
use crate::proxy::Proxy;
use crate::spool::Spool;
use crate::story::Stories;
use crate::write::{Finished, Scribe};

/// How long calls that are under way may take when the recording ends.
const GRACE: Duration = Duration::from_secs(5);
const HOME: &str = "us-east-1";

/// A recording that is under way. What is finished of it is written again and again; all of it at its end.
#[derive(Debug)]
pub struct Recording {
    address: SocketAddr,
    identity: Identity,
    proxy: Arc<Proxy>,
    scribe: Arc<Scribe>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
    stop_keeping: oneshot::Sender<()>,
    keeping: JoinHandle<()>,
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
        let client = client(options.ca_file.as_deref()).map_err(StartError::Tls)?;
        let wallet = Wallet::open(options.credentials).await;
        let region = options.region.or_else(|| wallet.region.clone()).unwrap_or_else(|| HOME.to_owned());
        let courier = Courier { client, wallet, upstream: options.upstream, region };
        let (identity, taught) = allowed(&courier, &options.allow_accounts).await?;

        let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
        let no_port = |error| StartError::Listen(wanted, error);
        let listener = TcpListener::bind(wanted).await.map_err(no_port)?;
        let address = listener.local_addr().map_err(no_port)?;
        let cassette = options.cassette.unwrap_or_else(name_of_now);
        let account = identity.account.clone();
        let (is_aws, gate) = (courier.upstream.is_aws(), Gate::new(options.limits));
        let proxy = Arc::new(Proxy { courier, gate, spool, stories: Stories::default(), account, cassette });
        let (out, accounts) = (options.out, options.accounts);
        let scribe = Arc::new(Scribe { out, accounts, taught, is_aws, signs: true });
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(serve(listener, proxy.clone(), stopped));
        let (stop_keeping, stopped) = oneshot::channel();
        let keeping = tokio::spawn(keep::up(scribe.clone(), proxy.clone(), stopped));
        Ok(Recording { address, identity, proxy, scribe, stop, server, stop_keeping, keeping })
    }

    /// Where the application's calls are to go: an `AWS_ENDPOINT_URL` is `http://` and this.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whose account the calls touch.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Ends the recording: takes no more calls, waits a little for those under way, and writes the cassettes, each
    /// whole or not at all.
    pub async fn finish(self) -> Finished {
        // A server that has ended by itself does not have to be told.
        self.stop.send(()).ok();
        self.server.await.ok();
        // Two that write at the same time would sweep each other's bodies away.
        self.stop_keeping.send(()).ok();
        self.keeping.await.ok();
        let secrets = self.proxy.courier.wallet.held().await.secrets();
        // Redaction reads every byte, which takes longer than a runtime's thread may be held.
        let (scribe, proxy) = (self.scribe, self.proxy);
        let written = tokio::task::spawn_blocking(move || {
            let (refused, forwarded) = proxy.gate.counts();
            let finished = scribe.write(&proxy.stories, proxy.stories.all(), &secrets);
            Finished { refused, forwarded, ..finished }
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

async fn serve(listener: TcpListener, proxy: Arc<Proxy>, mut stopped: oneshot::Receiver<()>) {
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
        let proxy = proxy.clone();
        let answer = service_fn(move |request| {
            let proxy = proxy.clone();
            async move { Ok::<_, Infallible>(proxy.answer(request).await) }
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
