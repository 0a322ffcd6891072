//! Functions: from their making to their first answer, beside the interpreter alone; warm invocations, beside a bare HTTP
//! round trip; what a function costs that nobody calls.

use super::{Server, bare_server, load, memory, ruststack};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use std::io::{Cursor, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often a start is measured; the median counts.
const STARTS: usize = 21;
/// How many functions are made that nobody calls.
const IDLE: usize = 1000;
/// The answer that a bare server gives, in bytes.
const ANSWER: &str = "/answer-32";

/// A language, and a handler in it.
struct Language {
    name: &'static str,
    /// The interpreter by itself, with what it does where it does nothing.
    bare: [&'static str; 2],
    /// What tells the program and the version.
    tell: [&'static str; 2],
    file: &'static str,
    text: &'static str,
}

const LANGUAGES: [Language; 2] = [
    Language {
        name: "python",
        bare: ["-c", "pass"],
        tell: ["-c", "import sys; print(sys.executable, 'python%d.%d' % sys.version_info[:2])"],
        file: "app.py",
        text: "def handler(event, context):\n    return event\n",
    },
    Language {
        name: "node",
        bare: ["-e", "0"],
        tell: ["-p", "process.execPath + ' nodejs' + process.versions.node.split('.')[0] + '.x'"],
        file: "app.js",
        text: "exports.handler = async (event) => event;\n",
    },
];

/// Measures and prints. A round lasts so many seconds.
pub(crate) fn measure(seconds: f64) {
    let time = Duration::from_secs_f64(seconds);
    let bare = Server::start(&mut bare_server("bare"));
    let ours = Server::start(&mut ruststack());
    load::health(&ours.address);
    println!(
        "| runtime | interpreter alone, ms | made to first answer, ms | over it, ms |\n|---|---|---|---|"
    );
    let mut known = Vec::new();
    for language in &LANGUAGES {
        let Some((program, runtime)) = tell(language) else {
            println!("| {} | not found | | |", language.name);
            continue;
        };
        let zip = archive(language.file, language.text);
        let (mut alone, mut first) = (Vec::new(), Vec::new());
        // In turn, so that both meet the same machine. The first shows the emulator where the interpreter is.
        for number in 0..=STARTS {
            alone.push(interpreter_alone(&program, language));
            let since = Instant::now();
            let name = format!("{}-{number}", language.name);
            load::runtime().block_on(async {
                let mut sender = load::connect(&ours.address).await;
                load::ask(&mut sender, create(&name, &runtime, &zip)).await;
                load::ask(&mut sender, invoke(&name)).await;
            });
            first.push(since.elapsed());
        }
        let (alone, first) = (percentile(&mut alone[1..], 0.5), percentile(&mut first[1..], 0.5));
        println!("| {runtime} | {:.1} | {:.1} | {:.1} |", ms(alone), ms(first), ms(first) - ms(alone));
        known.push((runtime, format!("{}-1", language.name)));
    }
    println!(
        "\n| runtime | callers | bare HTTP p50, ms | warm p50, ms | over it, ms | bare p99, ms | warm p99, ms |\n|---|---|---|---|---|---|---|"
    );
    for (runtime, name) in &known {
        for callers in [1, 8] {
            let called = name.clone();
            // Environments are there before it is measured.
            warm(&ours.address, callers, time / 2, move || invoke(&called));
            let called = name.clone();
            let mut round_trips =
                warm(&bare.address, callers, time, || load::request("POST", ANSWER, event()));
            let mut answers = warm(&ours.address, callers, time, move || invoke(&called));
            let [p50, p99] = [0.5, 0.99].map(|share| percentile(&mut round_trips, share));
            let [own50, own99] = [0.5, 0.99].map(|share| percentile(&mut answers, share));
            println!(
                "| {runtime} | {callers} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} |",
                ms(p50),
                ms(own50),
                ms(own50) - ms(p50),
                ms(p99),
                ms(own99)
            );
        }
    }
    idle();
}

/// What functions cost that nobody calls.
fn idle() {
    let server = Server::start(&mut ruststack());
    load::health(&server.address);
    let zip = archive(LANGUAGES[0].file, LANGUAGES[0].text);
    load::runtime().block_on(async {
        let mut sender = load::connect(&server.address).await;
        load::ask(&mut sender, create("first", "provided.al2023", &zip)).await;
        let before = memory::resident(&server, "VmRSS");
        for number in 0..IDLE {
            load::ask(&mut sender, create(&format!("idle-{number}"), "provided.al2023", &zip)).await;
        }
        let each = (memory::resident(&server, "VmRSS") - before) / IDLE as f64;
        println!("\n{IDLE} functions that nobody calls: {each:.0} bytes each");
    });
}

/// The program of a language, and its runtime; `None` where it is not on the path.
fn tell(language: &Language) -> Option<(String, String)> {
    let program = if language.name == "python" { "python3" } else { language.name };
    let told = Command::new(program).args(language.tell).stderr(Stdio::null()).output().ok()?;
    let told = String::from_utf8(told.stdout).ok()?;
    let (program, runtime) = told.trim().rsplit_once(' ')?;
    Some((program.to_owned(), runtime.to_owned()))
}

/// How long an interpreter takes to do nothing.
fn interpreter_alone(program: &str, language: &Language) -> Duration {
    let since = Instant::now();
    let status = Command::new(program).args(language.bare).status().expect("the interpreter runs");
    assert!(status.success());
    since.elapsed()
}

/// How long each answer takes, with so many callers for so long.
fn warm(
    address: &str,
    callers: usize,
    time: Duration,
    request: impl Fn() -> hyper::Request<http_body_util::Full<Bytes>> + Send + Sync + Clone + 'static,
) -> Vec<Duration> {
    load::runtime().block_on(async {
        let since = Instant::now();
        let asking = (0..callers).map(|_| {
            let (address, request) = (address.to_owned(), request.clone());
            tokio::spawn(async move {
                let mut sender = load::connect(&address).await;
                let mut taken = Vec::new();
                while since.elapsed() < time {
                    let asked = Instant::now();
                    load::ask(&mut sender, request()).await;
                    taken.push(asked.elapsed());
                }
                taken
            })
        });
        let mut all = Vec::new();
        for task in asking.collect::<Vec<_>>() {
            all.extend(task.await.expect("a caller ended early"));
        }
        all
    })
}

fn create(name: &str, runtime: &str, zip: &str) -> hyper::Request<http_body_util::Full<Bytes>> {
    let body = format!(
        r#"{{"FunctionName":"{name}","Runtime":"{runtime}","Role":"arn:aws:iam::000000000000:role/bench","Handler":"app.handler","Code":{{"ZipFile":"{zip}"}}}}"#
    );
    load::request("POST", "/2015-03-31/functions", body.into())
}

fn invoke(name: &str) -> hyper::Request<http_body_util::Full<Bytes>> {
    load::request("POST", &format!("/2015-03-31/functions/{name}/invocations"), event())
}

fn event() -> Bytes {
    Bytes::from_static(br#"{"key": "value", "number": 12345}"#)
}

/// An archive with one file, in base64.
fn archive(file: &str, text: &str) -> String {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file(file, zip::write::SimpleFileOptions::default()).expect("an entry");
    writer.write_all(text.as_bytes()).expect("memory");
    STANDARD.encode(writer.finish().expect("an archive").into_inner())
}

/// So many of all are at most this.
fn percentile(all: &mut [Duration], share: f64) -> Duration {
    all.sort();
    all[((all.len() - 1) as f64 * share).round() as usize]
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
