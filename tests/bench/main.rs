//! Benchmarks: puts and gets over loopback, as a ratio to a bare hyper server that answers the same bytes in the same
//! run; start to first answer; memory; pages of listings. Nothing here passes or fails: machines differ, ratios less so.
//!
//! `cargo build --release && cargo run --release -p ruststack-harness --bin bench [-- SECONDS_A_ROUND | pages | lambda
//! [SECONDS_A_ROUND] | record [SECONDS_A_ROUND [tls|bare|boto3 [OPERATION [BYTES [CONNECTIONS]]]]] | dynamodb [SECONDS_A_ROUND [OPERATION]]]`

mod bare;
mod dynamodb;
mod lambda;
mod load;
mod memory;
mod page;
mod record;

use load::{Load, Rate};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How often each pair is measured; the median counts.
const ROUNDS: usize = 5;

fn main() {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("bare") => bare::serve(false),
        Some("bare-md5") => bare::serve(true),
        Some("pages") => page::measure(),
        Some("reverse-proxy") => {
            let (upstream, certificate) = (arguments.next(), arguments.next());
            record::reverse_proxy(&upstream.unwrap_or_default(), &certificate.unwrap_or_default());
        }
        Some("record") => {
            let seconds = seconds(arguments.next()).unwrap_or(2.0);
            let kind = arguments.next().unwrap_or_default();
            record::measure(seconds, &kind, &arguments.collect::<Vec<_>>().join(" "));
        }
        Some("dynamodb") => {
            let seconds = seconds(arguments.next()).unwrap_or(0.5);
            dynamodb::measure(seconds, &arguments.next().unwrap_or_default());
        }
        Some("lambda") => lambda::measure(seconds(arguments.next()).unwrap_or(2.0)),
        other => measure(seconds(other.map(str::to_owned)).unwrap_or(2.0)),
    }
}

fn seconds(text: Option<String>) -> Option<f64> {
    text.and_then(|text| text.parse().ok())
}

/// A server of either kind, as a process of its own.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// The processor time that it has taken so far, of all its threads.
    fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        // Behind the name in brackets: utime and stime are the 12th and 13th of what follows, in hundredths of a second.
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11);
        let hundredths: u64 = fields.take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
        Duration::from_millis(hundredths * 10)
    }

    fn start(command: &mut Command) -> Server {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the server runs");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("its output is piped");
        std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line)
            .expect("it says where it listens");
        let address = line.trim().rsplit("//").next().unwrap_or_default().to_owned();
        Server { child, address }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ruststack() -> Command {
    let mut path: PathBuf = std::env::current_exe().expect("this program has a path");
    path.set_file_name("ruststack");
    let mut command = Command::new(path);
    command.args(["serve", "--port", "0", "--log-level", "error"]);
    command
}

fn bare_server(kind: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
    command.arg(kind);
    command
}

fn measure(seconds: f64) {
    start_up();
    memory::measure();
    let bare = Server::start(&mut bare_server("bare"));
    let hashing = Server::start(&mut bare_server("bare-md5"));
    let ours = Server::start(&mut ruststack());
    load::prepare(&ours.address);
    println!(
        "\n| operation | size | connections | bare hyper /s | RustStack /s | ratio |\n|---|---|---|---|---|---|"
    );
    for (name, size) in [("1 KiB", 1 << 10), ("1 MiB", 1 << 20)] {
        for connections in [1, 8, 64] {
            for load in [Load::Get(size), Load::Head(size), Load::Put(size)] {
                compare(load, name, connections, &bare, &ours, seconds);
            }
            if size == 1 << 20 {
                compare(Load::Put(size), "1 MiB, against MD5", connections, &hashing, &ours, seconds);
            }
        }
    }
    page::measure();
}

/// Measures both servers in turn, and prints the pair whose ratio is the median.
fn compare(load: Load, name: &str, connections: usize, bare: &Server, ours: &Server, seconds: f64) {
    let time = Duration::from_secs_f64(seconds);
    let round = |_| (load.run(&bare.address, connections, time), load.run(&ours.address, connections, time));
    let mut pairs: Vec<(Rate, Rate)> = (0..ROUNDS).map(round).collect();
    pairs.sort_by(|one, other| (one.1 / one.0).total_cmp(&(other.1 / other.0)));
    let (bare, ours) = pairs[ROUNDS / 2];
    println!("| {load} | {name} | {connections} | {bare:.0} | {ours:.0} | {:.2} |", ours / bare);
}

/// From the start of the process to the end of its first answer.
fn start_up() {
    let mut times: Vec<f64> = (0..11)
        .map(|_| {
            let since = Instant::now();
            let server = Server::start(&mut ruststack());
            load::health(&server.address);
            since.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "start to first answer: {:.1} ms (median of {}; {:.1} to {:.1})",
        times[5],
        times.len(),
        times[0],
        times[10]
    );
}
