//! What Lambda writes into a function's log by itself, of which AWS promises the form and not the numbers.
//!
//! Source: Lambda Developer Guide, "Viewing CloudWatch logs for Lambda functions" (the lines), "Configuring advanced logging
//! controls" (the same as JSON), and Invoke's API reference (`LogType`: the last 4 KB of the log, in base64).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use regex::Regex;
use std::sync::LazyLock;

/// How much of a log an answer tells, in bytes.
const TAIL: usize = 4096;

/// What is drawn or measured in a line, and what is left of it.
static DRAWN: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let uuid = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    let moment = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z";
    // Whether an environment is new is told by its init alone.
    let init = r"\tInit Duration: [\d.]+ ms";
    let text = r"(Duration|Max Memory Used): [\d.]+ (ms|MB)";
    let json_init = r#","initDurationMs":[\d.]+"#;
    let json = r#""(durationMs|billedDurationMs|maxMemoryUsedMB)":[\d.]+"#;
    let all =
        [(uuid, "UUID"), (moment, "MOMENT"), (init, ""), (text, "$1: N $2"), (json_init, ""), (json, "$1")];
    all.map(|(pattern, left)| (Regex::new(pattern).expect("a pattern of our own"), left)).into()
});

/// Whether two tails of a log, in base64, are of the same invocation but for what is drawn and measured.
pub(super) fn tails(recorded: &str, actual: &str) -> bool {
    let text = |tail: &str| BASE64.decode(tail).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let (Some(recorded), Some(actual)) = (text(recorded), text(actual)) else { return false };
    let is_cut = recorded.len().max(actual.len()) >= TAIL;
    let lines = |text: &str| {
        let lines = text.lines().filter(|line| !begins(line)).map(without_drawn);
        lines.rev().collect::<Vec<_>>()
    };
    let (recorded, actual) = (lines(&recorded), lines(&actual));
    if !is_cut {
        return recorded == actual;
    }
    // Where the beginning is cut off depends on how long the numbers are; the line that is cut cannot be told.
    let whole = recorded.len().min(actual.len()).saturating_sub(1);
    whole > 0 && recorded[..whole] == actual[..whole] && recorded.len().abs_diff(actual.len()) <= 1
}

/// Whether two lines are the same one of Lambda's own but for what is drawn and measured.
pub(super) fn lines(recorded: &str, actual: &str) -> bool {
    if begins(recorded) || begins(actual) {
        return begins(recorded) && begins(actual);
    }
    let is_own = ["START RequestId: ", "END RequestId: ", "REPORT RequestId: "]
        .iter()
        .any(|own| recorded.starts_with(own) && actual.starts_with(own));
    is_own && without_drawn(recorded) == without_drawn(actual)
}

/// Whether a line tells that an environment begins, by which version of AWS's runtime.
fn begins(line: &str) -> bool {
    line.starts_with("INIT_START Runtime Version: ") || line.contains(r#""type":"platform.initStart""#)
}

fn without_drawn(line: &str) -> String {
    DRAWN
        .iter()
        .fold(line.trim_end().to_owned(), |line, (drawn, left)| drawn.replace_all(&line, *left).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "8f507cfc-7b5c-4a3a-b3a2-0f6f5c1a2f10";
    const TWO: &str = "0b1d9a44-98a8-4c8f-8d43-6d1b6f6a1c22";

    fn log(id: &str, said: &str, measured: &str) -> String {
        let report = format!("REPORT RequestId: {id}\t{measured}\t\n");
        format!("START RequestId: {id} Version: $LATEST\n{said}\nEND RequestId: {id}\n{report}")
    }

    #[track_caller]
    fn check(recorded: &str, actual: &str, expected: bool) {
        assert_eq!(tails(&BASE64.encode(recorded), &BASE64.encode(actual)), expected, "{recorded} {actual}");
    }

    #[test]
    fn what_the_function_wrote_is_compared_and_what_was_measured_is_not() {
        let cold = "Duration: 1.65 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 39 MB\tInit Duration: 100.31 ms";
        let warm = "Duration: 12.5 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB";
        let init = "INIT_START Runtime Version: python:3.11.v38\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:ab\n";
        check(&format!("{init}{}", log(ONE, "said", cold)), &log(TWO, "said", warm), true);
        check(&log(ONE, "said", warm), &log(TWO, "other", warm), false);
        check(&log(ONE, "said", warm), &log(TWO, "said", &warm.replace("Size: 128", "Size: 256")), false);
        check(&log(ONE, "said", warm), &log(TWO, "said", warm).replace("END", "FIN"), false);
        check(
            &log(ONE, "at 2026-11-22T04:47:00.580Z", warm),
            &log(TWO, "at 2025-01-01T00:00:00Z", warm),
            true,
        );
        assert!(!tails("no base64", "no base64 either"));
    }

    #[test]
    fn json_is_told_alike() {
        let log = |id: &str, init: &str, kind: &str, took: &str| {
            format!(
                r#"{{"time":"2026-11-22T04:47:00.580Z","type":"platform.{kind}","record":{{"requestId":"{id}","metrics":{{"durationMs":{took},"billedDurationMs":2,"memorySizeMB":128,"maxMemoryUsedMB":39{init}}}}}}}"#
            )
        };
        check(&log(ONE, r#","initDurationMs":97.1"#, "report", "1.5"), &log(TWO, "", "report", "3"), true);
        check(&log(ONE, "", "report", "1"), &log(TWO, "", "start", "1"), false);
    }

    #[test]
    fn a_tail_that_is_cut_is_compared_from_its_end() {
        let long = |first: &str, last: &str| format!("{first}\n{}\n{last}\n", "x".repeat(TAIL));
        check(&long("cut here", "last"), &long("t here", "last"), true);
        check(&long("cut here", "last"), &long("cut here", "else"), false);
        check(&"x".repeat(TAIL), &"y".repeat(TAIL), false);
    }

    #[test]
    fn a_line_is_lambdas_own_or_compared_as_it_is() {
        let line = |id: &str| format!("START RequestId: {id} Version: 1\n");
        assert!(lines(&line(ONE), &line(TWO)));
        assert!(!lines(&line(ONE), &line(TWO).replace("Version: 1", "Version: 2")));
        assert!(!lines(&format!("id {ONE}"), &format!("id {TWO}")));
        assert!(!lines("INIT_START Runtime Version: a", &line(ONE)));
    }
}
