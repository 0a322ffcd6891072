//! What gathers events for a subscriber, and sends them.

use super::{Buffering, Destination, Sent};
use serde_json::{Value as Json, json};
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

/// How often it is tried to send events, with a longer wait each time.
const ATTEMPTS: u32 = 8;
/// What is waited for before the second attempt.
const FIRST_WAIT: Duration = Duration::from_millis(20);

/// Gathers and sends until there is nobody left to give events.
pub(super) async fn run(
    mut events: mpsc::Receiver<Sent>,
    destination: Destination,
    buffering: Buffering,
    dropped: Arc<AtomicUsize>,
) {
    let mut gathered: Vec<Json> = Vec::new();
    while let Some(first) = events.recv().await {
        let until = Instant::now() + buffering.timeout;
        let mut bytes = 0;
        let mut next = Some(first);
        let mut flush: Option<oneshot::Sender<()>> = None;
        while let Some(sent) = next {
            match sent {
                Sent::Event(event) => {
                    bytes += event.to_string().len();
                    gathered.push(event);
                }
                Sent::Flush(done) => {
                    flush = Some(done);
                    break;
                }
            }
            if gathered.len() >= buffering.items || bytes >= buffering.bytes {
                break;
            }
            next = timeout_at(until, events.recv()).await.ok().flatten();
        }
        let count = dropped.swap(0, Ordering::Relaxed);
        if count > 0 {
            let reason = "Consumer seems to have fallen behind as it has not acknowledged receipt of logs.";
            let record = json!({"reason": reason, "droppedRecords": count, "droppedBytes": 0});
            let time = gathered.last().map(|last| last["time"].clone()).unwrap_or_default();
            gathered.push(json!({"time": time, "type": "platform.logsDropped", "record": record}));
        }
        if !gathered.is_empty() {
            insist(&destination, &std::mem::take(&mut gathered)).await;
        }
        if let Some(done) = flush {
            let _ = done.send(());
        }
    }
}

/// Sends events, again and again if need be.
async fn insist(destination: &Destination, events: &[Json]) {
    let mut wait = FIRST_WAIT;
    for _ in 0..ATTEMPTS {
        match send(destination, events).await {
            Ok(()) => return,
            Err(error) => tracing::debug!(%error, "telemetry was not taken"),
        }
        tokio::time::sleep(wait).await;
        wait *= 2;
    }
}

async fn send(destination: &Destination, events: &[Json]) -> io::Result<()> {
    let (Destination::Http { port, .. } | Destination::Tcp(port)) = destination;
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, *port)).await?;
    let Destination::Http { port, path, host, method } = destination else {
        let lines: String = events.iter().map(|event| format!("{event}\n")).collect();
        return stream.write_all(lines.as_bytes()).await;
    };
    let body = Json::from(events).to_string();
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    // `HTTP/1.1 200`: the rest does not matter. One that is frozen answers when it goes on.
    let mut status = [0; 12];
    stream.read_exact(&mut status).await?;
    let is_taken = status[9] == b'2';
    is_taken.then_some(()).ok_or_else(|| io::Error::other("it was refused"))
}
