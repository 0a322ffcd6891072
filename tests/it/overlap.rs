//! Calls that overlap, recorded and replayed: a live tail that tells what is put meanwhile, a long poll that waits for
//! what is sent.

use crate::record::{KEY, SECRET, folder, record, sandbox, text};
use crate::serve::binary;
use ruststack_cassettes::Cassette;
use ruststack_harness::places::workspace;
use ruststack_harness::process::Foreign;
use ruststack_harness::python;
use std::path::Path;
use std::process::{Command, Output};

fn client(what: &str, name: &str) -> Option<Command> {
    let mut command = Command::new(python::program("python3")?);
    command.arg(workspace().join("tests/sdk/overlap.py")).args([what, name]);
    Some(command)
}

fn verify_command(cassettes: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command.arg("verify").arg(cassettes).args(more);
    command
}

fn verify(cassettes: &Path, more: &[&str]) -> Output {
    verify_command(cassettes, more).output().expect("the binary runs")
}

fn only(folder: &Path) -> Cassette {
    let mut cassettes = ruststack_cassettes::read(folder).expect("cassettes");
    assert_eq!(cassettes.len(), 1);
    cassettes.remove(0).1
}

/// The places of the interactions of an operation.
fn places(cassette: &Cassette, operation: &str) -> Vec<usize> {
    let all = cassette.interactions.iter().enumerate();
    all.filter(|(_, one)| one.operation.as_deref() == Some(operation)).map(|(place, _)| place).collect()
}

#[test]
fn a_live_tail_is_compared_with_what_was_put_meanwhile() {
    let Some(client) = client("tail", "overlap-tail") else { return };
    let folder = folder("overlap-tail");
    let (aws, certificate) = sandbox(&folder);
    let (out, certificate) = (folder.join("cassettes"), certificate.to_str().expect("a path of text"));
    let options = ["--ca-file", certificate, "--allow-account", "111122223333", "--cassette", "tail"];
    let recorded = record(&aws.url, &out, &options, &client);
    assert!(recorded.status.success(), "{}", text(&recorded));

    let cassette = only(&out);
    let (tail, put) = (places(&cassette, "StartLiveTail"), places(&cassette, "PutLogEvents"));
    let during = |place: usize| cassette.interactions[place].during.expect("it overlapped");
    assert!(during(tail[0]).overlaps(&during(put[0])));
    let answer = cassette.interactions[tail[0]].response.as_ref().expect("an answer");
    assert!(answer.left_open, "the client left it: {:?}", cassette.interactions[tail[0]].not_comparable);

    let verified = verify(&out, &[]);
    assert!(verified.status.success(), "{}", text(&verified));
    let told = text(&verified);
    let all = told.lines().find(|line| line.starts_with("all ")).expect("a total");
    let count = cassette.interactions.len().to_string();
    let columns: Vec<&str> = all.split_whitespace().collect();
    assert_eq!(columns, ["all", &count, "100.0", "100.0", "100.0", "0", "0", "0"], "{told}");

    // What was put is told: without it, the tail is another.
    let file = out.join("tail.json");
    let written = std::fs::read_to_string(&file).expect("a cassette");
    std::fs::write(&file, written.replace("second", "others")).expect("it is written");
    let verified = verify(&out, &[]);
    assert_eq!(verified.status.code(), Some(1), "{}", text(&verified));
    assert!(text(&verified).contains("StartLiveTail"), "{}", text(&verified));
}

#[test]
fn a_long_poll_is_replayed_while_the_message_is_sent() {
    let Some(client) = client("poll", "overlap-poll") else { return };
    let Some(server) = python::program("moto_server") else { return };
    let folder = folder("overlap-poll");
    let moto = Foreign::start(&mut Command::new(server), |command, port| {
        command.args(["-p", &port.to_string()]);
    });
    let out = folder.join("cassettes");
    let recorded = record(&moto.url, &out, &["--cassette", "poll"], &client);
    assert!(recorded.status.success(), "{}", text(&recorded));
    let cassette = only(&out);
    let (receive, send) = (places(&cassette, "ReceiveMessage"), places(&cassette, "SendMessage"));
    let during = |place: usize| cassette.interactions[place].during.expect("it overlapped");
    assert!(during(receive[0]).overlaps(&during(send[0])));

    let report = |name: &str| {
        let file = folder.join(name);
        let json = format!("json={}", file.display());
        let verified = verify(&out, &["--target", &moto.url, "--account", "123456789012", "--report", &json]);
        let report: serde_json::Value =
            serde_json::from_slice(&std::fs::read(&file).expect("a report")).expect("JSON");
        (text(&verified), report)
    };
    let (told, one) = report("one.json");
    // moto's ids of requests have a form of their own, which every answer shows.
    let wrong = |place: usize| -> Vec<String> {
        let differences = one["cassettes"][0]["interactions"][place]["differences"].as_array();
        let paths = differences.into_iter().flatten().filter_map(|one| one["path"].as_str());
        paths.filter(|path| !path.ends_with("header.x-amzn-requestid")).map(str::to_owned).collect()
    };
    assert_eq!((wrong(receive[0]), wrong(send[0])), (vec![], vec![]), "{told}");
    let verdicts = |report: &serde_json::Value| -> Vec<serde_json::Value> {
        let all = report["cassettes"][0]["interactions"].as_array().expect("interactions");
        all.iter().map(|one| one["verdict"].clone()).collect()
    };
    assert_eq!(verdicts(&one), verdicts(&report("two.json").1), "two replays tell the same");
}

#[test]
fn a_live_tail_is_asked_again_while_events_are_put() {
    let Some(client) = client("tail", "overlap-again-tail") else { return };
    let folder = folder("overlap-again-tail");
    let (aws, certificate) = sandbox(&folder);
    let (out, certificate) = (folder.join("cassettes"), certificate.to_str().expect("a path of text"));
    let safe = ["--ca-file", certificate, "--allow-account", "111122223333"];
    let recorded = record(&aws.url, &out, &[&safe[..], &["--cassette", "tail"]].concat(), &client);
    assert!(recorded.status.success(), "{}", text(&recorded));
    let (cassette, file) = (only(&out), out.join("tail.json"));

    let ask = ["--target", "aws", "--sign", "--upstream", &aws.url, "--cleanup", "--yes"];
    let asked = signed(verify_command(&file, &[&ask[..], &safe].concat()));
    let count = cassette.interactions.len();
    let same = format!("AWS has not moved: all {count} answers are the recorded ones");
    assert!(asked.status.success() && text(&asked).contains(&same), "{}", text(&asked));

    let mut again = Command::new(binary());
    again.args(["record", "--again"]).arg(&file).args(["--upstream", &aws.url, "--cleanup", "--yes"]);
    again.args(safe);
    let told = signed(again);
    assert!(told.status.success(), "{}", text(&told));
    assert!(!text(&told).contains("was not asked again"), "{}", text(&told));
    assert!(!text(&told).contains("is no noise"), "{}", text(&told));
}

#[test]
fn a_long_poll_is_asked_again_while_the_message_is_sent() {
    let Some(client) = client("poll", "overlap-again-poll") else { return };
    let Some(server) = python::program("moto_server") else { return };
    let folder = folder("overlap-again-poll");
    let moto = Foreign::start(&mut Command::new(server), |command, port| {
        command.args(["-p", &port.to_string()]);
    });
    let out = folder.join("cassettes");
    let recorded = record(&moto.url, &out, &["--cassette", "poll"], &client);
    assert!(recorded.status.success(), "{}", text(&recorded));
    let (cassette, file) = (only(&out), folder.join("report.json"));
    let json = format!("json={}", file.display());
    let ask = ["--target", "aws", "--sign", "--upstream", &moto.url, "--allow-account", "123456789012"];
    let asked = signed(verify_command(&out, &[&ask[..], &["--report", &json]].concat()));
    let report: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&file).expect("a report")).expect("JSON");
    for place in [places(&cassette, "ReceiveMessage")[0], places(&cassette, "SendMessage")[0]] {
        let one = &report["cassettes"][0]["interactions"][place];
        assert_ne!(one["verdict"], "not-compared", "{one}");
        // moto's ids of requests have a form of their own, which every answer shows.
        let paths =
            one["differences"].as_array().into_iter().flatten().filter_map(|one| one["path"].as_str());
        let wrong: Vec<&str> = paths.filter(|path| !path.ends_with("header.x-amzn-requestid")).collect();
        assert!(wrong.is_empty(), "{wrong:?} {}", text(&asked));
    }
}

/// Runs a command with the sandbox's credentials.
fn signed(mut command: Command) -> Output {
    let environment = [
        ("AWS_ACCESS_KEY_ID", KEY),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_REGION", "us-east-1"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_CONFIG_FILE", "/nowhere"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/nowhere"),
    ];
    command.envs(environment).env_remove("CI").output().expect("the binary runs")
}
