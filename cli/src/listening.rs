//! Serves on a port until a signal, or until a command has run against it: `serve`, `replay`.

use crate::{Outcome, child, serve};
use ruststack_emulator::Emulator;
use ruststack_emulator::gateway::{Listener, Tap, Tls};
use std::net::{SocketAddr, ToSocketAddrs};
use std::process::ExitCode;
use std::sync::Arc;
use tokio::sync::watch;

/// Serves, and gives the exit code of the command, if there is one. Says on stdout where it listens.
pub(crate) fn run(
    address: SocketAddr,
    tls: Option<Tls>,
    emulator: Emulator,
    tap: Option<Arc<dyn Tap>>,
    command: &[String],
) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("could not start: {error}"))?;
    runtime.block_on(async {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let mut listener = match Listener::bind(address, tls).await {
            Ok(listener) => listener,
            Err(error) => {
                eprintln!("ruststack: could not listen on {address}: {error}");
                return Ok(ExitCode::FAILURE);
            }
        };
        if let Some(tap) = tap {
            listener = listener.tapped(tap);
        }
        let failed = |error| format!("could not listen on {address}: {error}");
        let bound = listener.local_addr().map_err(failed)?;
        let url = listener.url().map_err(failed)?;
        println!("ruststack is listening on {scheme}://{bound}");
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(listener.serve(emulator, async move {
            let mut stopped = stopped;
            let _ = stopped.wait_for(|stop| *stop).await;
        }));
        let code = if command.is_empty() {
            serve::wait_for_signal().await?;
            ExitCode::SUCCESS
        } else {
            child::run(command, &url).await?
        };
        let _ = stop.send(true);
        serving.await.map_err(|error| format!("the server ended early: {error}"))?;
        Ok(code)
    })
}

/// The address of a host and a port.
pub(crate) fn address(host: &str, port: u16) -> Result<SocketAddr, String> {
    let mut found = (host, port).to_socket_addrs().map_err(|error| format!("--host {host}: {error}"))?;
    found.next().ok_or(format!("--host {host}: no address"))
}
