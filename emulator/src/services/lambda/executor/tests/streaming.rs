//! Answers that come in pieces.

use super::*;

/// What comes of a handler in JavaScript that streams: the type, the pieces together, how it ended, and what it wrote.
async fn streamed(text: &str) -> Option<(Option<String>, String, Outcome, Report)> {
    let executor = Arc::new(Processes::default());
    let launch = node(&executor, text)?;
    let mut environment = Environment::start(executor.clone(), Arc::new(launch)).await.expect("a process");
    let (sender, mut parts) = tokio::sync::mpsc::channel(16);
    let taken = tokio::spawn(async move {
        let (mut content_type, mut pieces) = (None, Vec::new());
        while let Some(part) = parts.recv().await {
            match part {
                Part::Begins(given) => content_type = given,
                Part::Piece(piece) => pieces.extend_from_slice(&piece),
            }
        }
        (content_type, String::from_utf8_lossy(&pieces).into_owned())
    });
    let (outcome, report) = environment.stream(invocation(&json!({"a": 1})), sender).await;
    assert!(environment.is_good, "{outcome:?} {report:?}");
    let (content_type, pieces) = taken.await.expect("the parts");
    Some((content_type, pieces, outcome, report))
}

#[tokio::test]
async fn node_streams_what_a_handler_writes() {
    let text = "exports.handler = awslambda.streamifyResponse(async (event, stream, context) => { stream.setContentType('text/plain'); stream.write('one '); await new Promise((go) => setTimeout(go, 20)); stream.write({ event, name: context.functionName }); stream.end(); });";
    let Some((content_type, pieces, outcome, _)) = streamed(text).await else { return };
    assert_eq!(
        (content_type.as_deref(), pieces.as_str()),
        (Some("text/plain"), "one {\"event\":{\"a\":1},\"name\":\"f\"}")
    );
    assert!(matches!(outcome, Outcome::Answer(_)), "{outcome:?}");
    let text = "exports.handler = awslambda.streamifyResponse(async (event, stream) => { stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201 }); stream.write('<p>'); stream.end(); });";
    let Some((content_type, pieces, ..)) = streamed(text).await else { return };
    assert_eq!(content_type.as_deref(), Some("application/vnd.awslambda.http-integration-response"));
    assert_eq!(pieces, "{\"statusCode\":201}\0\0\0\0\0\0\0\0<p>");
}

#[tokio::test]
async fn node_tells_what_goes_wrong_in_the_middle_of_a_stream() {
    let text = "exports.handler = awslambda.streamifyResponse(async (event, stream) => { stream.write('half'); throw new TypeError('no more'); });";
    let Some((_, pieces, outcome, report)) = streamed(text).await else { return };
    assert_eq!(pieces, "half");
    let Outcome::Told(error) = outcome else { panic!("{outcome:?}") };
    let told: Json = serde_json::from_slice(&error).expect("JSON");
    assert_eq!((&told["errorType"], &told["errorMessage"]), (&json!("TypeError"), &json!("no more")));
    assert!(
        report.lines[0].1.contains("\tERROR\tInvoke Error \t{\"errorType\":\"TypeError\""),
        "{:?}",
        report.lines
    );
    let text =
        "exports.handler = awslambda.streamifyResponse((event, stream) => { stream.end('x'); return 1; });";
    let Some((_, _, outcome, report)) = streamed(text).await else { return };
    assert!(matches!(outcome, Outcome::Answer(_)), "{outcome:?}");
    assert!(
        report.lines[0].1.contains("Streaming does not support non-async handlers."),
        "{:?}",
        report.lines
    );
}

#[tokio::test]
async fn a_whole_answer_is_one_part_and_a_streamed_one_can_be_held() {
    let Some((content_type, pieces, ..)) = streamed("exports.handler = async () => ({ whole: true });").await
    else {
        return;
    };
    assert_eq!((content_type.as_deref(), pieces.as_str()), (Some("application/json"), "{\"whole\":true}"));
    let text = "exports.handler = awslambda.streamifyResponse(async (event, stream) => { for (let i = 0; i < 3; i++) stream.write(`${i}`); stream.end(); });";
    let executor = Arc::new(Processes::default());
    let Some(launch) = node(&executor, text) else { return };
    let mut environment = Environment::start(executor.clone(), Arc::new(launch)).await.expect("a process");
    for _ in 0..2 {
        let (outcome, _) = environment.invoke(invocation(&json!({}))).await;
        assert_eq!(outcome.body(""), (Bytes::from_static(b"012"), false));
    }
    let text = "exports.handler = awslambda.streamifyResponse(async (event, stream) => { for (let i = 0; i < 7; i++) stream.write('x'.repeat(1 << 20)); stream.end(); });";
    let executor = Arc::new(Processes::default());
    let Some(launch) = node(&executor, text) else { return };
    let mut environment = Environment::start(executor.clone(), Arc::new(launch)).await.expect("a process");
    let (outcome, _) = environment.invoke(invocation(&json!({}))).await;
    assert!(matches!(outcome, Outcome::Failed(Failure::TooLarge)), "{outcome:?}");
}

#[tokio::test]
async fn a_stream_that_is_cut_off_is_told() {
    let text = "exports.handler = awslambda.streamifyResponse(async (event, stream) => { stream.write('half'); await new Promise((go) => setTimeout(go, 50)); process.exit(4); });";
    let executor = Arc::new(Processes::default());
    let Some(launch) = node(&executor, text) else { return };
    let mut environment = Environment::start(executor.clone(), Arc::new(launch)).await.expect("a process");
    let (sender, mut parts) = tokio::sync::mpsc::channel(16);
    let (outcome, _) = environment.stream(invocation(&json!({})), sender).await;
    assert!(
        matches!(outcome, Outcome::Failed(Failure::Exited(Some(ref how))) if how == "exit status 4"),
        "{outcome:?}"
    );
    assert!(matches!(parts.recv().await, Some(Part::Begins(_))));
    assert!(matches!(parts.recv().await, Some(Part::Piece(piece)) if piece == "half"));
}
