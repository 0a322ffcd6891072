//! The binary itself, as a user runs it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How long a process may take to do what it is asked before a test gives up on it.
const PATIENCE: Duration = Duration::from_secs(30);

/// A `ruststack serve` on a port of its own; killed when it is dropped.
pub struct Server {
    child: Child,
    /// `http://127.0.0.1:port`, as printed.
    pub url: String,
}

impl Server {
    /// Starts the binary with `serve --port 0` and these arguments, and waits until it listens.
    pub fn start(binary: &Path, arguments: &[&str]) -> Server {
        let mut child = Command::new(binary)
            .args(["serve", "--port", "0"])
            .args(arguments)
            .env_remove("RUST_LOG")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("its output is piped");
        BufReader::new(stdout).read_line(&mut line).expect("it says where it listens");
        let url = line.trim().rsplit(' ').next().unwrap_or_default().to_owned();
        assert!(url.contains("://"), "it said {line:?}");
        Server { child, url }
    }

    /// `127.0.0.1:port`.
    pub fn address(&self) -> &str {
        self.url.split_once("://").map_or("", |(_, address)| address)
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends bytes on a connection of their own and gives what comes back until it closes or falls silent.
    pub fn exchange(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(self.address()).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(5))).expect("a timeout");
        // What is refused early is closed while we still write; its answer is what counts.
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        answer
    }

    /// Sends a signal by its name, as `kill` takes it.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// Waits until the process ends.
    pub fn wait(&mut self) -> ExitStatus {
        let since = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("it can be waited for") {
                return status;
            }
            assert!(since.elapsed() < PATIENCE, "it does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server of somebody else's on a port that we choose for it; killed when it is dropped.
pub struct Foreign {
    child: Child,
    /// `http://127.0.0.1:port`.
    pub url: String,
}

impl Foreign {
    /// Starts a command that is told its port, and waits until it listens there.
    pub fn start(command: &mut Command, told: impl FnOnce(&mut Command, u16)) -> Foreign {
        let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.expect("a free port").port();
        told(command, port);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the server runs");
        let since = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(since.elapsed() < PATIENCE, "it does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Foreign { child, url: format!("http://127.0.0.1:{port}") }
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
