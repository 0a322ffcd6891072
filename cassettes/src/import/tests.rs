use super::*;
use crate::format::AuthKind;
use base64::engine::general_purpose::STANDARD as BASE64;

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

#[test]
fn vcrpy_and_go_vcr_spell_interactions_differently() {
    let packed = crate::content::gzip(b"<a/>");
    let base64 = base64::Engine::encode(&BASE64, &packed);
    let python = imported(&format!(
        "interactions:\n- request:\n    body: Action=GetUser\n    headers:\n      Content-Length:\n      - '14'\n    method: POST\n    uri: https://iam.amazonaws.com/\n  response:\n    body:\n      string: !!binary |\n        {base64}\n    headers:\n      Content-Encoding:\n      - gzip\n    status:\n      code: 200\n      message: OK\nversion: 1\n"
    ));
    assert_eq!(python.meta.provenance.format.as_deref(), Some("vcrpy 1"));
    let one = &python.interactions[0];
    assert_eq!(
        (one.request.body.bytes().as_ref(), one.not_comparable.as_deref()),
        (&b"Action=GetUser"[..], None)
    );
    let response = one.response.as_ref().unwrap();
    assert_eq!(
        (response.body.bytes().as_ref(), response.headers.get("content-encoding")),
        (&packed[..], Some("gzip"))
    );

    let json = imported(
        r#"{"version": 1, "interactions": [{"request": {"method": "GET", "uri": "https://iam.amazonaws.com/", "body": null, "headers": {}}, "response": {"status": {"code": 404, "message": "x"}, "headers": {}, "body": {"string": "gone"}}}]}"#,
    );
    assert_eq!(json.interactions[0].response.as_ref().map(|response| response.status), Some(404));

    let second = imported(
        "---\nversion: 1\ninteractions:\n- request:\n    body: \"\"\n    form: {}\n    headers:\n      X-Amz-Date:\n      - 20260602T183058Z\n    url: https://iam.amazonaws.com/\n    method: GET\n  response:\n    body: <a/>\n    headers: {}\n    status: 403 Forbidden\n    code: 403\n    duration: \"\"\n",
    );
    assert_eq!(second.meta.provenance.format.as_deref(), Some("go-vcr YAML 1"));
    assert_eq!(second.interactions[0].response.as_ref().map(|response| response.status), Some(403));
    let third = imported(
        "---\nversion: 2\ninteractions:\n    - id: 0\n      request:\n        proto: HTTP/1.1\n        proto_major: 1\n        content_length: 1\n        transfer_encoding: []\n        host: iam.amazonaws.com\n        body: !!binary |\n            /w==\n        form: {}\n        headers:\n            Accept-Encoding:\n                - gzip\n        url: https://iam.amazonaws.com/\n        method: POST\n      response:\n        proto: HTTP/2.0\n        content_length: -1\n        uncompressed: true\n        body: <a/>\n        headers:\n            Content-Type:\n                - text/xml\n        status: 200 OK\n        code: 200\n        duration: 12ms\n",
    );
    let one = &third.interactions[0];
    assert_eq!((one.request.method.as_str(), one.request.body.bytes().as_ref()), ("POST", &b"\xff"[..]));
    assert!(!one.response.as_ref().unwrap().body.is_exact(), "Go's client has unpacked it");
}

#[test]
fn polly_keeps_packed_content_in_pieces() {
    let packed = crate::content::gzip(b"<a/>");
    let (one, two) = packed.split_at(6);
    let hex = |bytes: &[u8]| crate::reader::hex(bytes);
    let base64 = |bytes: &[u8]| base64::Engine::encode(&BASE64, bytes);
    for pieces in [[hex(one), hex(two)], [base64(one), base64(two)]] {
        let text = serde_json::to_string(&pieces).unwrap();
        let har = serde_json::json!({ "log": {
            "version": "1.2", "creator": { "name": "Polly.JS", "version": "6.0.5" }, "_recordingName": "x",
            "entries": [{
                "request": { "method": "GET", "url": "https://iam.amazonaws.com/", "headers": [] },
                "response": { "status": 200, "headers": [{ "name": "content-encoding", "value": "gzip" }],
                    "content": { "text": text, "encoding": "base64" } },
            }],
        }});
        let cassette = imported(&har.to_string());
        let body = &cassette.interactions[0].response.as_ref().unwrap().body;
        assert_eq!((body.bytes().as_ref(), body.is_exact()), (&packed[..], true));
    }
}
