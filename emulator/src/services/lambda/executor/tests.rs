//! Handlers in Python, run as a function runs them. Where there is no Python of the version the tests say so.

mod extensions;
mod streaming;

use super::*;
use crate::services::lambda::code::Code;
use bytes::Bytes;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::sync::Arc;
use std::time::Duration;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn code(file: &str, text: &str) -> Arc<Code> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file(file, SimpleFileOptions::default()).expect("an entry");
    writer.write_all(text.as_bytes()).expect("memory");
    let zip = writer.finish().expect("an archive").into_inner();
    Arc::new(Code::of_zip(zip.into()).expect("an archive"))
}

fn launch(runtime: &str, handler: &str, code: Arc<Code>) -> Launch {
    Launch {
        account: "123456789012".into(),
        region: "us-east-1".into(),
        function: "f".into(),
        version: "$LATEST".into(),
        runtime: runtime.into(),
        handler: handler.into(),
        timeout: Duration::from_secs(3),
        memory_mb: 128,
        environment: BTreeMap::from([("OWN".into(), "value".into())]),
        code,
        layers: Vec::new(),
        log_group: "/aws/lambda/f".into(),
        log_stream: "2026/03/04/[$LATEST]0123".into(),
        log_format: LogFormat::Text,
        application_level: None,
        scratch: None,
        endpoint: Some("http://localhost:4566".into()),
    }
}

/// A launch of a handler in Python; `None` where it cannot run here.
fn python(executor: &Processes, text: &str) -> Option<Launch> {
    let known = ["python3.11", "python3.12", "python3.13", "python3.10", "python3.14", "python3.9"];
    let runtime = known.into_iter().find(|runtime| executor.interpreters.of(runtime).is_ok());
    if runtime.is_none() {
        eprintln!("skipped: no Python that Lambda knows");
    }
    Some(launch(runtime?, "app.handler", code("app.py", text)))
}

fn invocation(payload: &Json) -> Invocation {
    Invocation {
        request_id: "8476a536-e9f4-11e8-9739-2dfe598c3fcd".into(),
        payload: Bytes::from(payload.to_string()),
        invoked_arn: "arn:aws:lambda:us-east-1:123456789012:function:f".into(),
        client_context: None,
        trace_id: "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1".into(),
    }
}

/// Runs a handler once: what is told, whether it is an error, and what happened.
async fn run(text: &str, payload: Json) -> Option<(Json, bool, Report)> {
    let executor = Arc::new(Processes::default());
    let launch = python(&executor, text)?;
    run_launch(&executor, launch, payload).await
}

async fn run_launch(
    executor: &Arc<Processes>,
    launch: Launch,
    payload: Json,
) -> Option<(Json, bool, Report)> {
    let mut environment = Environment::start(executor.clone(), Arc::new(launch)).await.expect("a process");
    let invocation = invocation(&payload);
    let id = invocation.request_id.clone();
    let (outcome, report) = environment.invoke(invocation).await;
    let (body, is_error) = outcome.body(&id);
    Some((serde_json::from_slice(&body).expect("JSON"), is_error, report))
}

#[tokio::test]
async fn a_handler_gives_its_answer_again_and_again() {
    let executor = Arc::new(Processes::default());
    let text = "import os\ncount = 0\ndef handler(event, context):\n    global count\n    count += 1\n    print('call', count)\n    return {'count': count, 'event': event, 'id': context.aws_request_id, 'own': os.environ['OWN'], 'name': context.function_name}\n";
    let Some(launch) = python(&executor, text) else { return };
    let mut environment = Environment::start(executor.clone(), Arc::new(launch)).await.expect("a process");
    for count in 1..=3 {
        let (outcome, report) = environment.invoke(invocation(&json!({"n": count}))).await;
        let (body, is_error) = outcome.body("");
        let told: Json = serde_json::from_slice(&body).expect("JSON");
        let id = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";
        let expected = json!({"count": count, "event": {"n": count}, "id": id, "own": "value", "name": "f"});
        assert_eq!((told, is_error), (expected, false));
        let lines: Vec<&str> = report.lines.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(lines, [format!("call {count}\n")]);
        assert_eq!(report.init.is_some(), count == 1);
        assert!(report.memory_mb > 1);
    }
    assert!(!environment.has_ended());
}

#[tokio::test]
async fn an_exception_is_told_with_where_it_was_raised() {
    let text = "def handler(event, context):\n    raise ValueError('no ' + event['what'])\n";
    let Some((told, is_error, report)) = run(text, json!({"what": "good"})).await else { return };
    assert!(is_error);
    let expected = json!({
        "errorMessage": "no good",
        "errorType": "ValueError",
        "requestId": "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
        "stackTrace": ["  File \"/var/task/app.py\", line 2, in handler\n    raise ValueError('no ' + event['what'])\n"],
    });
    assert_eq!(told, expected);
    let expected = "[ERROR] ValueError: no good\nTraceback (most recent call last):\n\u{a0}\u{a0}File \"/var/task/app.py\", line 2, in handler\n\u{a0}\u{a0}\u{a0}\u{a0}raise ValueError('no ' + event['what'])";
    assert_eq!(report.lines.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>(), [expected]);
}

#[tokio::test]
async fn what_cannot_be_loaded_is_told_by_its_kind() {
    for (text, handler, kind, sentence) in [
        (
            "import nothing_of_the_kind\n",
            "app.handler",
            "Runtime.ImportModuleError",
            "Unable to import module 'app': No module named 'nothing_of_the_kind'",
        ),
        ("x = 1\n", "app.handler", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'"),
        (
            "x = 1\n",
            "app",
            "Runtime.MalformedHandlerName",
            "Bad handler 'app': not enough values to unpack (expected 2, got 1)",
        ),
        (
            "def f(:\n",
            "app.handler",
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module 'app': invalid syntax (app.py, line 1)",
        ),
        ("raise RuntimeError('at once')\n", "app.handler", "RuntimeError", "at once"),
    ] {
        let executor = Arc::new(Processes::default());
        let Some(launch) = python(&executor, text) else { return };
        let launch = Launch { handler: handler.into(), ..launch };
        let Some((told, is_error, _)) = run_launch(&executor, launch, json!({})).await else { return };
        assert_eq!(
            (&told["errorType"], &told["errorMessage"], is_error),
            (&json!(kind), &json!(sentence), true)
        );
    }
}

#[tokio::test]
async fn what_cannot_be_written_as_json_is_told() {
    let text = "def handler(event, context):\n    return {1, 2}\n";
    let Some((told, is_error, _)) = run(text, json!({})).await else { return };
    assert!(is_error);
    assert_eq!(told["errorType"], "Runtime.MarshalError");
    assert_eq!(
        told["errorMessage"],
        "Unable to marshal response: Object of type set is not JSON serializable"
    );
}

#[tokio::test]
async fn what_takes_too_long_dies_or_takes_too_much_is_ended() {
    let cases = [
        (
            "import time\ndef handler(event, context):\n    time.sleep(60)\n",
            "Sandbox.Timedout",
            "Task timed out after 1.00 seconds",
        ),
        (
            "def handler(event, context):\n    while True: pass\n",
            "Sandbox.Timedout",
            "Task timed out after 1.00 seconds",
        ),
        (
            "import os, signal\ndef handler(event, context):\n    os.kill(os.getpid(), signal.SIGKILL)\n",
            "Runtime.ExitError",
            "Runtime exited with error: signal: killed",
        ),
        (
            "import sys\ndef handler(event, context):\n    sys.exit(3)\n",
            "Runtime.ExitError",
            "Runtime exited with error: exit status 3",
        ),
        (
            "import os\ndef handler(event, context):\n    os._exit(0)\n",
            "Runtime.ExitError",
            "Runtime exited without providing a reason",
        ),
        (
            "import time\ndef handler(event, context):\n    held = bytearray(300 << 20)\n    time.sleep(60)\n",
            "Runtime.ExitError",
            "Runtime exited with error: signal: killed",
        ),
    ];
    for (text, kind, sentence) in cases {
        let executor = Arc::new(Processes::default());
        let Some(launch) = python(&executor, text) else { return };
        let launch = Launch { timeout: Duration::from_secs(1), ..launch };
        let Some((told, is_error, _)) = run_launch(&executor, launch, json!({})).await else { return };
        let sentence = format!("RequestId: 8476a536-e9f4-11e8-9739-2dfe598c3fcd Error: {sentence}");
        assert_eq!(
            (&told["errorType"], &told["errorMessage"], is_error),
            (&json!(kind), &json!(sentence), true),
            "{text}"
        );
    }
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_refused_and_a_flood_is_cut() {
    let executor = Arc::new(Processes::default());
    let text = "def handler(event, context):\n    print('x' * 1000 * event['lines'] if event['lines'] else '')\n    return 'a' * event['size']\n";
    let Some(launch) = python(&executor, text) else { return };
    let mut environment = Environment::start(executor.clone(), Arc::new(launch)).await.expect("a process");
    let (outcome, _) = environment.invoke(invocation(&json!({"lines": 0, "size": 7_000_000}))).await;
    assert!(matches!(outcome, Outcome::Failed(Failure::TooLarge)), "{outcome:?}");
    let (outcome, report) = environment.invoke(invocation(&json!({"lines": 30_000, "size": 1}))).await;
    assert!(matches!(outcome, Outcome::Answer(_)), "{outcome:?}");
    let kept: usize = report.lines.iter().map(|(_, text)| text.len()).sum();
    assert!(kept <= 16 << 20, "{kept}");
}

#[tokio::test]
async fn nothing_that_a_function_has_started_is_left() {
    let text = "import subprocess\ndef handler(event, context):\n    return subprocess.Popen(['sleep', '1000']).pid\n";
    let Some((told, _, _)) = run(text, json!({})).await else { return };
    let id = told.as_u64().expect("a process");
    let is_running = || {
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        status.lines().any(|line| line.starts_with("State:") && !line.contains('Z'))
    };
    for _ in 0..100 {
        if !is_running() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{id} is still running");
}

#[tokio::test]
async fn logging_has_awss_form_and_many_lines_are_one_event() {
    let text = "import logging\nlogging.getLogger().setLevel('INFO')\ndef handler(event, context):\n    logging.info('one\\ntwo')\n    return 1.5\n";
    let Some((told, _, report)) = run(text, json!({})).await else { return };
    assert_eq!(told, json!(1.5));
    let [(_, line)] = report.lines.as_slice() else { panic!("{:?}", report.lines) };
    assert!(line.starts_with("[INFO]\t20"), "{line}");
    assert!(line.ends_with("Z\t8476a536-e9f4-11e8-9739-2dfe598c3fcd\tone\ntwo\n"), "{line}");
}

/// A launch of a handler in JavaScript; `None` where it cannot run here.
fn node(executor: &Processes, text: &str) -> Option<Launch> {
    let known = ["nodejs20.x", "nodejs22.x", "nodejs24.x", "nodejs18.x"];
    let Some(runtime) = known.into_iter().find(|runtime| executor.interpreters.of(runtime).is_ok()) else {
        eprintln!("skipped: no Node.js that Lambda knows");
        return None;
    };
    Some(launch(runtime, "app.handler", code("app.js", text)))
}

/// Runs a handler in JavaScript once.
async fn run_node(text: &str, payload: Json) -> Option<(Json, bool, Report)> {
    let executor = Arc::new(Processes::default());
    let launch = node(&executor, text)?;
    run_launch(&executor, launch, payload).await
}

#[tokio::test]
async fn node_runs_handlers_of_each_form() {
    let asked = json!({"a": 1});
    for text in [
        "exports.handler = async (event, context) => ({ event, name: context.functionName });",
        "exports.handler = (event, context, callback) => callback(null, { event, name: context.functionName });",
        "exports.handler = (event, context) => { setTimeout(() => context.succeed({ event, name: context.functionName }), 5); };",
    ] {
        let Some((told, is_error, _)) = run_node(text, asked.clone()).await else { return };
        assert_eq!((told, is_error), (json!({"event": asked, "name": "f"}), false), "{text}");
    }
}

#[tokio::test]
async fn node_tells_what_goes_wrong() {
    let text = "exports.handler = async () => { console.log('before'); throw new TypeError('no good'); };";
    let Some((told, is_error, report)) = run_node(text, json!({})).await else { return };
    assert!(is_error);
    assert_eq!((&told["errorType"], &told["errorMessage"]), (&json!("TypeError"), &json!("no good")));
    assert_eq!(told["trace"][0], "TypeError: no good");
    assert!(told["trace"][1].as_str().is_some_and(|line| line.contains("/var/task/app.js:1:")), "{told}");
    let lines: Vec<&str> = report.lines.iter().map(|(_, text)| text.as_str()).collect();
    assert!(lines[0].ends_with("\t8476a536-e9f4-11e8-9739-2dfe598c3fcd\tINFO\tbefore\n"), "{lines:?}");
    assert!(lines[1].contains("\tERROR\tInvoke Error \t{\"errorType\":\"TypeError\""), "{lines:?}");
    let text = "exports.other = 1;";
    let Some((told, ..)) = run_node(text, json!({})).await else { return };
    assert_eq!(told["errorType"], "Runtime.HandlerNotFound");
    assert_eq!(told["errorMessage"], "app.handler is undefined or not exported");
    let text = "require('nothing-of-the-kind');";
    let Some((told, ..)) = run_node(text, json!({})).await else { return };
    assert_eq!(told["errorType"], "Runtime.ImportModuleError");
    let text = "exports.handler = async () => { process.exit(7); };";
    let Some((told, ..)) = run_node(text, json!({})).await else { return };
    assert!(told["errorMessage"].as_str().is_some_and(|told| told.ends_with("exit status 7")), "{told}");
}
