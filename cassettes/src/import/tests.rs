use super::*;
use crate::format::AuthKind;

/// The one cassette that a file of this content becomes.
fn imported(content: &str) -> Cassette {
    let folder = tempfile::tempdir().unwrap();
    // The extension says nothing: the content does.
    let path = folder.path().join("story.txt");
    fs::write(&path, content).unwrap();
    import(&path, &ImportOptions::default()).unwrap().remove(0)
}

#[test]
fn a_har_is_imported_with_its_doubts() {
    let cassette = imported(
        r#"{"log": {"version": "1.2", "creator": {"name": "proxy", "version": "7"}, "entries": [
        {"request": {"method": "POST", "url": "https://sqs.us-east-1.amazonaws.com/", "headers": [
            {"name": ":path", "value": "/"}, {"name": "Authorization", "value":
            "AWS4-HMAC-SHA256 Credential=AKIAQQQQQQQQQQQQQQQQ/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=1"}],
            "postData": {"mimeType": "x", "text": "{}"}},
         "response": {"status": 200, "headers": [{"name": "Content-Encoding", "value": "gzip"}],
            "content": {"text": "e30=", "encoding": "base64"}}},
        {"request": {"method": "GET", "url": "https://example.org/"}, "response": {"status": 200}},
        {"request": {"method": "GET", "url": "https://s3.amazonaws.com/"}, "response": {"status": 0, "_error": "refused"}}
        ]}}"#,
    );
    let [first, second, third] = cassette.interactions.as_slice() else { panic!("three were recorded") };
    assert_eq!(cassette.meta.provenance.recorded_by.as_deref(), Some("proxy 7"));
    assert_eq!(first.service.as_deref(), Some("sqs"));
    assert_eq!(first.request.auth.as_ref().map(|auth| auth.kind), Some(AuthKind::Header));
    assert_eq!(
        first.request.headers.iter().collect::<Vec<_>>(),
        [(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host"
        )]
    );
    let response = first.response.as_ref().unwrap();
    assert_eq!((response.body.bytes().as_ref(), response.body.is_exact()), (b"{}".as_slice(), false));
    assert_eq!(second.not_comparable.as_deref(), Some("sent to example.org, which is not AWS"));
    assert_eq!(third.not_comparable.as_deref(), Some("the connection failed: refused"));
    assert_eq!(third.response, None);
}

#[test]
fn connections_of_a_dvr_may_interleave_and_fail() {
    let request = |id: u64, path: &str| {
        format!(
            r#"{{"connection_id": {id}, "action": {{"Request": {{"request": {{"uri": "https://s3.amazonaws.com{path}", "method": "PUT", "headers": {{}}}}}}}}}}"#
        )
    };
    let data = |id: u64, data: &str| {
        format!(
            r#"{{"connection_id": {id}, "action": {{"Data": {{"data": {data}, "direction": "Request"}}}}}}"#
        )
    };
    let events = [
        request(0, "/a"),
        request(1, "/b"),
        data(0, r#"{"Utf8": "he"}"#),
        data(1, r#"{"Base64": "/w=="}"#),
        data(0, r#"{"Base64": "bGxv"}"#),
        r#"{"connection_id": 1, "action": {"Response": {"response": {"Err": "timed out"}}}}"#.to_owned(),
        request(0, "/c"),
    ];
    let cassette = imported(&format!(r#"{{"version": "V0", "events": [{}]}}"#, events.join(",")));
    let sent: Vec<_> = cassette
        .interactions
        .iter()
        .map(|one| (one.request.path.clone(), one.request.body.bytes()))
        .collect();
    let expected: [(&str, &[u8]); 3] = [("/a", b"hello"), ("/b", b"\xff"), ("/c", b"")];
    assert_eq!(sent, expected.map(|(path, body)| (path.to_owned(), body.into())));
    let reasons: Vec<_> =
        cassette.interactions.iter().map(|one| one.not_comparable.as_deref().unwrap()).collect();
    assert_eq!(
        reasons,
        [
            "the recording has no response",
            "the connection failed: \"timed out\"",
            "the recording has no response"
        ]
    );
}

#[test]
fn ruby_and_r_spell_vcr_differently() {
    let ruby = imported(
        "---\nhttp_interactions:\n- request:\n    method: post\n    uri: https://iam.amazonaws.com/\n    body:\n      encoding: UTF-8\n      base64_string: |\n        QWN0\n        aW9u\n    headers:\n      X-Amz-Date:\n      - 0012\n  response:\n    status:\n      code: 200\n      message: OK\n    headers: {}\n    body:\n      string: <a/>\nrecorded_with: VCR 3.0.3\n",
    );
    assert_eq!(ruby.interactions[0].request.body.bytes().as_ref(), b"Action");
    assert_eq!(ruby.interactions[0].request.headers.get("x-amz-date"), Some("0012"));
    assert!(ruby.interactions[0].response.as_ref().unwrap().body.is_exact());
    let r = imported(
        "http_interactions:\n- request:\n    method: post\n    uri: https://iam.amazonaws.com/\n    headers:\n      Content-Length: 55\n    body:\n      string: Action\n  response:\n    status:\n      status_code: '404'\n    body:\n      file: no\n      string: <a/>\n  recorded_with: vcr/1.2.2, webmockr/0.9.0\n",
    );
    assert_eq!(r.meta.provenance.recorded_by.as_deref(), Some("vcr/1.2.2, webmockr/0.9.0"));
    let response = r.interactions[0].response.as_ref().unwrap();
    assert_eq!((response.status, response.body.is_exact()), (404, false));
    assert_eq!(
        r.interactions[0].not_comparable.as_deref(),
        Some("the recording has 6 of the 55 bytes of the request's body")
    );
}

#[test]
fn a_content_type_is_restored_from_the_next_read_of_the_same_address() {
    let entry = |method: &str, media: &str, served: &str| {
        format!(
            r#"{{"Request": {{"Method": "{method}", "URL": "https://b.s3.us-west-1.amazonaws.com/k", "MediaType": "{media}"}},
            "Response": {{"StatusCode": 200, "Header": {{"Content-Type": [{served}]}}}}}}"#
        )
    };
    let entries = [
        entry("PUT", "text/plain", ""),
        entry("GET", "", "\"text/plain; charset=utf-8\""),
        entry("PUT", "", ""),
        entry("HEAD", "", "\"\""),
        entry("PUT", "", ""),
        entry("GET", "", "\"binary/octet-stream\""),
        entry("PUT", "image/jpeg", ""),
        entry("DELETE", "", ""),
    ];
    let cassette = imported(&format!(r#"{{"Version": "0.2", "Entries": [{}]}}"#, entries.join(",")));
    let sent: Vec<_> =
        cassette.interactions.iter().map(|one| one.request.headers.get("content-type")).collect();
    assert_eq!(
        sent[..7],
        [Some("text/plain; charset=utf-8"), None, Some(""), None, None, None, Some("image/jpeg")]
    );
}
