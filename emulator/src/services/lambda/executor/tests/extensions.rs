//! What runs beside a function: extensions of layers in Python, and what they are told.

use super::*;
use std::path::Path;

/// An extension that notes what it is told in the file that `NOTES` names.
const EXTENSION: &str = r#"#!/usr/bin/env python3
import http.server, json, os, threading, urllib.request
api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"]
notes = open(os.environ["NOTES"], "a", buffering=1)

class Taker(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        for event in json.loads(self.rfile.read(int(self.headers["content-length"]))):
            notes.write("SENT " + event["type"] + " " + json.dumps(event["record"]) + "\n")
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass

def ask(method, path, body=None, **headers):
    request = urllib.request.Request(api + path, json.dumps(body).encode() if body else None, headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return answer.headers, json.load(answer)

server = http.server.HTTPServer(("127.0.0.1", 0), Taker)
threading.Thread(target=server.serve_forever, daemon=True).start()
headers, about = ask("POST", "/2020-01-01/extension/register", {"events": ["INVOKE", "SHUTDOWN"]}, **{"Lambda-Extension-Name": "beside", "Lambda-Extension-Accept-Feature": "accountId"})
notes.write("ABOUT " + json.dumps(about) + " " + str("_HANDLER" in os.environ) + " " + os.environ["OWN"] + "\n")
me = {"Lambda-Extension-Identifier": headers["Lambda-Extension-Identifier"]}
wanted = {"schemaVersion": "2022-12-13", "types": ["platform", "function", "extension"], "buffering": {"timeoutMs": 25}, "destination": {"protocol": "HTTP", "URI": f"http://sandbox.localdomain:{server.server_port}"}}
assert ask("PUT", "/2022-07-01/telemetry", wanted, **me)[1] == "OK"
print("beside is there", flush=True)
while True:
    _, event = ask("GET", "/2020-01-01/extension/event/next", **me)
    notes.write(event["eventType"] + " " + event.get("requestId", event.get("shutdownReason", "")) + "\n")
    if event["eventType"] == "SHUTDOWN":
        break
"#;

/// A layer with this extension.
fn layer(text: &str) -> Arc<Code> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().unix_permissions(0o755);
    writer.start_file("extensions/beside", options).expect("an entry");
    writer.write_all(text.as_bytes()).expect("memory");
    let zip = writer.finish().expect("an archive").into_inner();
    Arc::new(Code::of_zip(zip.into()).expect("an archive"))
}

/// A launch of a handler in Python with this extension, which makes its notes there.
fn with_extension(executor: &Processes, handler: &str, extension: &str, notes: &Path) -> Option<Launch> {
    let mut launch = python(executor, handler)?;
    launch.layers = vec![layer(extension)];
    launch.timeout = Duration::from_secs(5);
    launch.environment.insert("NOTES".into(), notes.display().to_string());
    Some(launch)
}

async fn notes_with(notes: &Path, wanted: &str) -> String {
    for _ in 0..500 {
        let read = std::fs::read_to_string(notes).unwrap_or_default();
        if read.contains(wanted) {
            return read;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{wanted} is not in {:?}", std::fs::read_to_string(notes))
}

#[tokio::test]
async fn an_extension_is_told_of_invocations_of_what_is_written_and_of_the_end() {
    let executor = Arc::new(Processes::default());
    let folder = tempfile::tempdir().expect("a folder");
    let notes = folder.path().join("notes");
    let handler = "print('beginning')\ndef handler(event, context):\n    print('one line')\n    return 1\n";
    let Some(launch) = with_extension(&executor, handler, EXTENSION, &notes) else { return };
    let mut environment = Environment::start(executor.clone(), Arc::new(launch)).await.expect("a process");
    let (outcome, report) = environment.invoke(invocation(&json!({}))).await;
    assert_eq!(outcome.body(""), (Bytes::from_static(b"1"), false));
    let began: Vec<&str> = report.began.iter().map(|(_, text)| text.as_str()).collect();
    assert!(
        began.contains(&"EXTENSION\tName: beside\tState: Ready\tEvents: [INVOKE, SHUTDOWN]\n"),
        "{began:?}"
    );
    let subscribed = "TELEMETRY\tName: beside\tState: Subscribed\tTypes: [Platform, Function, Extension]\n";
    assert!(began.contains(&subscribed) && began.contains(&"beside is there\n"), "{began:?}");
    assert!(began.contains(&"beginning\n"), "{began:?}");
    assert_eq!(report.lines.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>(), ["one line\n"]);
    let (outcome, report) = environment.invoke(invocation(&json!({}))).await;
    assert!(matches!(outcome, Outcome::Answer(_)) && report.began.is_empty());
    environment.end();
    let told = notes_with(&notes, "SHUTDOWN spindown").await;
    let about = "ABOUT {\"functionName\": \"f\", \"functionVersion\": \"$LATEST\", \"handler\": \"app.handler\", \"accountId\": \"123456789012\"} False value";
    assert!(told.contains(about), "{told}");
    assert_eq!(told.matches("INVOKE 8476a536-e9f4-11e8-9739-2dfe598c3fcd\n").count(), 2, "{told}");
    for sent in [
        "SENT platform.initStart {\"initializationType\": \"on-demand\"",
        "SENT platform.telemetrySubscription {\"name\": \"beside\", \"state\": \"Subscribed\"",
        "SENT platform.initRuntimeDone {\"initializationType\": \"on-demand\", \"phase\": \"init\", \"status\": \"success\"}",
        "SENT platform.extension {\"name\": \"beside\", \"state\": \"Ready\", \"events\": [\"INVOKE\", \"SHUTDOWN\"]}",
        "SENT extension \"beside is there\\n\"",
        "SENT platform.start {\"requestId\": \"8476a536-e9f4-11e8-9739-2dfe598c3fcd\", \"version\": \"$LATEST\"",
        "SENT function \"one line\\n\"",
        "SENT platform.runtimeDone {\"requestId\": \"8476a536-e9f4-11e8-9739-2dfe598c3fcd\", \"status\": \"success\"",
        "SENT platform.report {\"requestId\": \"8476a536-e9f4-11e8-9739-2dfe598c3fcd\", \"metrics\"",
    ] {
        assert!(told.contains(sent), "{sent} is not in {told}");
    }
    assert!(!told.contains("platform.end"), "{told}");
}

#[tokio::test]
async fn an_extension_hears_why_an_environment_ends() {
    let executor = Arc::new(Processes::default());
    let folder = tempfile::tempdir().expect("a folder");
    let notes = folder.path().join("notes");
    let handler = "import time\ndef handler(event, context):\n    time.sleep(60)\n";
    let Some(mut launch) = with_extension(&executor, handler, EXTENSION, &notes) else { return };
    launch.timeout = Duration::from_secs(1);
    let mut environment = Environment::start(executor.clone(), Arc::new(launch)).await.expect("a process");
    let (outcome, _) = environment.invoke(invocation(&json!({}))).await;
    assert!(matches!(outcome, Outcome::Failed(Failure::TimedOut(_))), "{outcome:?}");
    assert!(!environment.is_good);
    environment.end();
    notes_with(&notes, "SHUTDOWN timeout").await;
}

#[tokio::test]
async fn an_extension_that_fails_ends_the_environment() {
    let executor = Arc::new(Processes::default());
    let folder = tempfile::tempdir().expect("a folder");
    let notes = folder.path().join("notes");
    let handler = "def handler(event, context):\n    return 1\n";
    let dies = "#!/bin/sh\necho no luck\nexit 3\n";
    let Some(launch) = with_extension(&executor, handler, dies, &notes) else { return };
    let error = Environment::start(executor.clone(), Arc::new(launch)).await.err().expect("a failure");
    let (failure, report) = Failure::of_start(error, 7);
    assert_eq!(
        (failure.kind(), failure.body("id")["errorMessage"].as_str()),
        ("Extension.Crash", Some("RequestId: id Error: exit code 3"))
    );
    assert_eq!(report.began, [(7, "no luck\n".to_owned())]);
    let Some(launch) = with_extension(&executor, handler, "#!/nowhere/at/all\n", &notes) else { return };
    let error = Environment::start(executor.clone(), Arc::new(launch)).await.err().expect("a failure");
    let (failure, _) = Failure::of_start(error, 7);
    assert_eq!(failure.kind(), "Extension.LaunchError");
    let told = failure.body("id");
    assert!(
        told["errorMessage"].as_str().is_some_and(|told| told.contains("fork/exec /opt/extensions/beside")),
        "{told}"
    );
}

#[tokio::test]
async fn an_extension_within_a_function_registers_for_invocations_only() {
    let executor = Arc::new(Processes::default());
    let handler = r#"
import json, os, threading, time, urllib.error, urllib.request
api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2020-01-01/extension/"
def ask(method, path, body=None, **headers):
    request = urllib.request.Request(api + path, json.dumps(body).encode() if body else None, headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.headers, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
name = {"Lambda-Extension-Name": "within"}
refused = ask("POST", "register", {"events": ["SHUTDOWN"]}, **name)
headers, about = ask("POST", "register", {"events": ["INVOKE"]}, **name)
me = {"Lambda-Extension-Identifier": headers["Lambda-Extension-Identifier"]}
heard = []
def listen():
    while True:
        heard.append(ask("GET", "event/next", **me)[1]["eventType"])
threading.Thread(target=listen, daemon=True).start()
def handler(event, context):
    late = ask("POST", "register", {"events": []}, **{"Lambda-Extension-Name": "late"})
    while not heard:
        time.sleep(0.01)  # The other thread may not have run yet.
    return {"refused": refused, "heard": heard, "late": late, "unknown": ask("GET", "event/next", **{"Lambda-Extension-Identifier": "x"})[0]}
"#;
    let Some(mut launch) = python(&executor, handler) else { return };
    launch.timeout = Duration::from_secs(5);
    let Some((told, is_error, _)) = run_launch(&executor, launch, json!({})).await else { return };
    assert!(!is_error, "{told}");
    assert_eq!(told["refused"][0], 403);
    assert_eq!(told["refused"][1]["errorType"], "Extension.InvalidEventType");
    assert_eq!(told["late"][1]["errorType"], "Extension.RegistrationClosed");
    assert_eq!((&told["unknown"], &told["heard"]), (&json!(403), &json!(["INVOKE"])));
}

#[tokio::test]
async fn a_runtime_with_an_extension_is_asked_to_end() {
    let executor = Arc::new(Processes::default());
    let folder = tempfile::tempdir().expect("a folder");
    let notes = folder.path().join("notes");
    let handler = r#"
import json, os, signal, threading, urllib.request
api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2020-01-01/extension/"
request = urllib.request.Request(api + "register", b'{"events": []}', {"Lambda-Extension-Name": "within"}, method="POST")
me = urllib.request.urlopen(request).headers["Lambda-Extension-Identifier"]
def listen():
    urllib.request.urlopen(urllib.request.Request(api + "event/next", headers={"Lambda-Extension-Identifier": me}))
threading.Thread(target=listen, daemon=True).start()
def end(*_):
    open(os.environ["NOTES"], "w").write("asked to end")
    os._exit(0)
signal.signal(signal.SIGTERM, end)
def handler(event, context):
    return 1
"#;
    let Some(mut launch) = python(&executor, handler) else { return };
    launch.environment.insert("NOTES".into(), notes.display().to_string());
    let mut environment = Environment::start(executor.clone(), Arc::new(launch)).await.expect("a process");
    let (outcome, _) = environment.invoke(invocation(&json!({}))).await;
    assert!(matches!(outcome, Outcome::Answer(_)), "{outcome:?}");
    environment.end();
    notes_with(&notes, "asked to end").await;
}
