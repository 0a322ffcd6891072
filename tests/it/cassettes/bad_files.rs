//! A file that is no recording is refused by name, place and expectation; nothing panics.

use ruststack_cassettes::import::{ImportOptions, Setups, import};

/// What is said about a file of this name and content, without its folder.
fn refusal(name: &str, content: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    let error = import(&path, &ImportOptions::default()).expect_err("a bad file is refused").to_string();
    let start = error.find(name).expect("the file is named");
    error[start..].to_owned()
}

#[test]
fn truncated_and_mistyped_json_is_told_by_its_place() {
    assert_eq!(
        refusal("a.replay", "{\"Entries\": [\n  {\"ID\""),
        "a.replay:2:7: Entries: EOF while parsing an object"
    );
    let status = r#"{"Version": "0.2", "Entries": [{"Request": {"Method": "GET", "URL": "https://h/"},
"Response": {"StatusCode": "200"}}]}"#;
    assert_eq!(
        refusal("a.replay", status),
        "a.replay:2:32: Entries[0].Response.StatusCode: invalid type: string \"200\", expected u16"
    );
    let newer = refusal("a.replay", r#"{"Version": "0.3", "Entries": []}"#);
    assert_eq!(newer, "a.replay: Version: expected \"0.2\", found \"0.3\"");
    let url = r#"{"Version": "0.2", "Entries": [{"Request": {"Method": "GET", "URL": "nowhere"}}]}"#;
    assert_eq!(
        refusal("a.replay", url),
        "a.replay: Entries[0].Request.URL: expected a URL, found \"nowhere\""
    );
    let body = r#"{"Version": "0.2", "Entries": [{"Request": {"Method": "GET", "URL": "https://h/", "BodyParts": ["*"]}}]}"#;
    assert!(
        refusal("a.replay", body).starts_with("a.replay: Entries[0].Request.BodyParts[0]: expected base64")
    );
}

#[test]
fn every_format_tells_where_it_is_wrong() {
    let dvr = r#"{"version": "V0", "events": [{"connection_id": 7, "action": {"Eof": {"ok": true, "direction": "Request"}}}]}"#;
    assert_eq!(
        refusal("a.json", dvr),
        "a.json: events[0].action: expected the request of connection 7 before its other events"
    );
    let har = r#"{"log": {"version": "1.2", "entries": [{"request": {"method": "GET"}}]}}"#;
    assert!(refusal("a.har", har).contains("log.entries[0].request: missing field `url`"));
    let vcr = refusal("a.yml", "http_interactions:\n- request:\n    method: get\n   uri: https://h/\n");
    assert!(vcr.starts_with("a.yml:3:5: expected a VCR recording"), "{vcr}");
    let vcr = refusal("a.yml", "http_interactions:\n- request:\n    method: [get\n    uri: https://h/\n");
    assert!(vcr.starts_with("a.yml:"), "{vcr}");
    let vcr = refusal("a.yml", "http_interactions:\n- request:\n    method: get\n");
    assert!(vcr.starts_with("a.yml:") && vcr.contains("uri"), "{vcr}");
    for other in ["", "hello", "{}", "[]", "\u{0}", r#"{"cassette": 1}"#] {
        assert!(refusal("a.json", other).contains("expected"), "{other}");
    }
}

#[test]
fn hostile_yaml_neither_panics_nor_grows() {
    let mut bomb = "http_interactions:\na0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 1..30 {
        let items = vec![format!("*a{}", level - 1); 9].join(",");
        bomb.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    assert!(refusal("a.yml", &bomb).contains("expected a VCR recording"));
    let deep = format!("http_interactions: {}", "[".repeat(100_000));
    assert!(refusal("a.yml", &deep).contains("expected a VCR recording"));
}

#[test]
fn every_cut_of_a_recording_is_refused_or_read() {
    let whole = r#"{"Version":"0.2","Entries":[{"ID":"1","Request":{"Method":"PUT","URL":"https://b.s3.amazonaws.com/k?x=%20","Header":{"A":["b"]},"MediaType":"text/plain","BodyParts":["aGVsbG8="]},"Response":{"StatusCode":200,"Header":{},"Body":""}}]}"#;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.replay");
    for end in 0..whole.len() {
        std::fs::write(&path, &whole[..end]).unwrap();
        assert!(import(&path, &ImportOptions::default()).is_err(), "{end}");
    }
}

#[test]
fn a_setup_says_what_it_matches_and_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("setup.json");
    for (content, expected) in [
        (r#"{"setups": [{"match": "**"}]}"#, "setups[0].reason: expected a text"),
        (
            r#"{"setups": [{"match": "**", "reason": "x", "staet": {}}]}"#,
            "setups[0].staet: unknown field `staet`",
        ),
        (
            r#"{"setups": [{"match": "**", "reason": "x", "state_from": ["thin-air"]}]}"#,
            "unknown variant `thin-air`",
        ),
    ] {
        std::fs::write(&path, content).unwrap();
        let error = Setups::read(&path).expect_err("a bad setup is refused").to_string();
        assert!(error.contains(expected), "{error}");
    }
}
