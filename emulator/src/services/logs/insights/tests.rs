//! Queries, and what comes of them.

use super::grammar::{Malformed, parse};
use crate::services::logs::tests::{Aws, NOW, block_on};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

const EVENTS: [(i64, &str); 5] = [
    (0, r#"{"level": "INFO", "ms": 10, "user": {"name": "ann"}}"#),
    (60_000, r#"{"level": "ERROR", "ms": 20, "user": {"name": "bob"}}"#),
    (120_000, r#"{"level": "ERROR", "ms": 40.5, "tags": ["x", "y"]}"#),
    (180_000, "GET /a/b 200 12ms"),
    (240_000, "POST /c 404 7ms"),
];

/// The rows of a query over the five events, as texts without `@ptr`.
fn ask(query: &str) -> Vec<String> {
    block_on(async {
        let aws = Aws::start().await;
        aws.put("a", &EVENTS[..3]).await;
        aws.put("b", &EVENTS[3..]).await;
        let body = json!({"logGroupName": "app", "startTime": NOW / 1000, "endTime": NOW / 1000 + 600, "queryString": query});
        let id = aws.must("StartQuery", body).await["queryId"].clone();
        let answer = aws.must("GetQueryResults", json!({"queryId": id})).await;
        let field = |field: &Json| {
            let text = |member: &str| field[member].as_str().unwrap_or_default().to_owned();
            (text("field") != "@ptr").then(|| format!("{}={}", text("field"), text("value")))
        };
        let row = |row: &Json| {
            let fields: Vec<String> = row.as_array().into_iter().flatten().filter_map(field).collect();
            fields.join(" ")
        };
        answer["results"].as_array().into_iter().flatten().map(row).collect()
    })
}

#[track_caller]
fn check(query: &str, expected: &[&str]) {
    assert_eq!(ask(query), expected, "{query}");
}

#[test]
fn fields_are_found_in_messages_and_the_latest_event_is_the_first() {
    check("fields level, user.name | limit 3 | display level", &["", "", "level=ERROR"]);
    check(
        "fields level, user.name as who | filter ispresent(user.name)",
        &["level=ERROR who=bob", "level=INFO who=ann"],
    );
    check("fields tags.1 | filter ms > 40", &["tags.1=y"]);
    check(
        "filter ms = 10 | fields @timestamp, ms * 2 + 1 as twice",
        &["@timestamp=2026-03-04 10:00:00.000 twice=21"],
    );
}

#[test]
fn filters_join_conditions() {
    check("fields ms | filter level = 'ERROR' and ms < 30", &["ms=20"]);
    check("fields ms | filter level in [\"INFO\", \"WARN\"] or ms = 40.5", &["ms=40.5", "ms=10"]);
    check("fields ms | filter not (level like /ERR/) and ispresent(level)", &["ms=10"]);
    check("fields @logStream | filter @message like /(?i)post/", &["@logStream=b"]);
    check("fields @logStream | filter @message =~ \"/a/b\"", &["@logStream=b"]);
    check("filter @message not like 'level' | fields @logStream | limit 1", &["@logStream=b"]);
    check("fields ms # a comment\n| filter level != 'ERROR' and ms >= 10", &["ms=10"]);
}

#[test]
fn events_are_counted_and_grouped() {
    check(
        "stats count(*) as n, avg(ms), max(ms) by level | sort n desc, level",
        &["n=2", "level=ERROR n=2 avg(ms)=30.25 max(ms)=40.5", "level=INFO n=1 avg(ms)=10 max(ms)=10"],
    );
    check(
        "filter level = 'ERROR' | stats count() by bin(1m)",
        &["bin(1m)=2026-03-04 10:02:00.000 count()=1", "bin(1m)=2026-03-04 10:01:00.000 count()=1"],
    );
    check(
        "stats sum(ms), min(ms), pct(ms, 50), count_distinct(level), count(ms)",
        &["sum(ms)=70.5 min(ms)=10 pct(ms, 50)=20 count_distinct(level)=2 count(ms)=3"],
    );
    check(
        "stats latest(level) as l, sum(ms) / count(ms) as mean by @logStream | sort mean desc | limit 1",
        &["@logStream=a l=ERROR mean=23.5"],
    );
}

#[test]
fn messages_are_taken_apart() {
    check(
        "parse '* * * *ms' as verb, path, status, took | filter took > 10 | display verb, path",
        &["verb=GET path=/a/b"],
    );
    check(
        r"parse @message /(?<verb>[A-Z]+) (?<path>\S+)/ | filter ispresent(verb) | display verb, path | sort verb",
        &["verb=GET path=/a/b", "verb=POST path=/c"],
    );
    check(
        "fields level | filter ispresent(level) | dedup level | sort level desc",
        &["level=INFO", "level=ERROR"],
    );
}

#[test]
fn an_event_is_found_again_by_its_pointer() {
    block_on(async {
        let aws = Aws::start().await;
        aws.put("a", &EVENTS[..1]).await;
        let body =
            json!({"logGroupName": "app", "startTime": NOW / 1000, "endTime": NOW / 1000, "queryString": ""});
        let id = aws.must("StartQuery", body).await["queryId"].clone();
        let answer = aws.must("GetQueryResults", json!({"queryId": id})).await;
        assert_eq!(answer["results"][0][2]["field"], "@ptr");
        let record =
            aws.must("GetLogRecord", json!({"logRecordPointer": answer["results"][0][2]["value"]})).await;
        assert_eq!(record["logRecord"]["user.name"], "ann");
        assert_eq!(record["logRecord"]["@logStream"], "a");
        let fields = aws.must("GetLogGroupFields", json!({"logGroupName": "app"})).await;
        assert_eq!(fields["logGroupFields"][5], json!({"name": "level", "percent": 100}));
    });
}

#[test]
fn what_is_no_query_is_refused_with_its_place() {
    let refused = |query: &str| match parse(query) {
        Err(Malformed::Unexpected(sentence, place)) => (sentence, place),
        other => panic!("{query}: {other:?}"),
    };
    let (sentence, place) = refused("fields a | count()");
    assert_eq!(
        (sentence.as_str(), place),
        ("unexpected symbol found count at line 1 and position 11", (11, 16))
    );
    for query in [
        "fields",
        "filter a =",
        "stats nothing(a)",
        "parse '*' as a, b",
        "sort a desc desc",
        "filter (a",
        "limit x",
        "filter a like b",
    ] {
        refused(query);
    }
    assert!(matches!(parse("pattern @message"), Err(Malformed::NotImplemented(_))));
    assert!(parse(&format!("filter {}a", "(".repeat(4000))).is_err());
    assert!(parse(&format!("fields 1{}", "+1".repeat(4000))).is_err());
    assert!(parse(&format!("filter {}a", "not ".repeat(2000))).is_ok());
}

proptest! {
    #[test]
    fn nothing_panics(query: String) {
        let _ = parse(&query);
    }

    #[test]
    fn nothing_like_a_query_panics(words in proptest::collection::vec(
        prop::sample::select(vec!["fields", "filter", "stats", "by", "parse", "sort", "limit", "as", "a", "@message", "like", "/x/", "'t'", "5m", "1",
            "(", ")", "|", ",", "count", "bin", "not", "in", "[", "]", "=", "-", "*", "substr", "and", "`q`"]), 0..20)) {
        let _ = parse(&words.join(" "));
    }
}
