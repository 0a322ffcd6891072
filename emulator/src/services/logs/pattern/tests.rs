//! The examples of the User Guide, and what nobody should write.

use super::*;
use proptest::prelude::*;

#[track_caller]
fn check(pattern: &str, message: &str, expected: bool) {
    let read = Pattern::parse(pattern).unwrap_or_else(|error| panic!("{pattern}: {error:?}"));
    assert_eq!(read.matches(message), expected, "{pattern} of {message}");
}

#[track_caller]
fn refused(pattern: &str) -> String {
    Pattern::parse(pattern).map(|_| ()).expect_err(pattern).0
}

#[test]
fn terms_are_all_there() {
    check("ERROR", "[ERROR] A fatal exception has occurred", true);
    check("ERROR", "Exiting with ERRORCODE: -1", true);
    check("\"ERROR\" -\"Exiting\"", "Exiting with ERRORCODE: -1", false);
    check("ERROR Exception", "[ERROR] Unhandled Exception", true);
    check("error", "ERROR", false);
    check("\"a \\\"b\\\"\"", "say a \"b\"", true);
    check("", "anything", true);
    check(" ", "anything", true);
}

#[test]
fn any_of_some_terms_is_there() {
    check("?ERROR ?WARN", "WARN message", true);
    check("?ERROR ?WARN", "INFO message", false);
    check("ERROR WARN", "ERROR message", false);
    check("ERROR -WARN", "ERROR WARN message", false);
    check("?ERROR -INFO", "a message", true);
}

#[test]
fn regular_expressions_stand_between_percent_signs() {
    check("%AUTHORIZED%", "[ERROR 401] UNAUTHORIZED REQUEST", true);
    check("%[Ee]rror|[Ff]ail%", "it failed", true);
    check(r"%\d{1,3}\.\d{1,3}%", "10.20", true);
    check("{ $.eventType = %Trail% }", r#"{"eventType": "UpdateTrail"}"#, true);
    check("[ip=%^10%, ...]", "10.1.1.1 x y", true);
}

const TRAIL: &str = r#"{"eventType": "UpdateTrail", "sourceIPAddress": "111.111.111.111", "arrayKey": ["value", "another value"],
    "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}], "SomeObject": null, "ThisFlag": true}"#;

#[test]
fn json_is_asked_for_its_values() {
    check("{ $.eventType = \"UpdateTrail\" }", TRAIL, true);
    check("{ $.eventType = \"Update*\" }", TRAIL, true);
    check("{ $.sourceIPAddress != 123.123.* }", TRAIL, true);
    check("{ $.arrayKey[0] = \"value\" }", TRAIL, true);
    check("{ $.objectList[1].id = 2 }", TRAIL, true);
    check("{ $.SomeObject IS NULL }", TRAIL, true);
    check("{ $.SomeOtherObject NOT EXISTS }", TRAIL, true);
    check("{ $.ThisFlag IS TRUE }", TRAIL, true);
    check("{ $.ThisFlag IS FALSE }", TRAIL, false);
    check("{ $.objectList[*].name = b }", TRAIL, true);
    check("{ $.objectList[0].* = 1 }", TRAIL, true);
    check("{ $.['eventType'] = UpdateTrail }", TRAIL, true);
    check("{ $.arrayKey != 1 }", TRAIL, false);
    check("{ $.eventType = \"UpdateTrail\" }", "no JSON", false);
}

const USERS: &str = r#"{"user": {"id": 1, "email": "John.Stiles@example.com"}, "users": [
    {"id": 2, "email": "John.Doe@example.com"}, {"id": 3, "email": "Jane.Doe@example.com"}],
    "actions": ["GET", "PUT", "DELETE"], "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]]}"#;

#[test]
fn conditions_are_joined() {
    check(r#"{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }"#, USERS, true);
    check(r#"{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }"#, USERS, false);
    check(
        r#"{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch && $.actions[2] = nomatch }"#,
        USERS,
        true,
    );
    check(
        r#"{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch) && $.actions[2] = nomatch }"#,
        USERS,
        false,
    );
}

#[test]
fn numbers_are_compared() {
    let message = r#"{"latency": 500, "low": 0.009, "text": "500"}"#;
    check("{ $.latency >= 500 }", message, true);
    check("{ $.low < 10e-3 }", message, true);
    check("{ $.latency > +1000 }", message, false);
    check("{ $.latency = 5.0e2 }", message, true);
    check("{ $.latency = * }", message, true);
    check("{ $.text = 500 }", message, true);
    check("{ $.text > 400 }", message, false);
}

const REQUEST: &str = r#"127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534"#;

#[test]
fn columns_are_named_and_asked() {
    check("[ip, user, username, timestamp, request, status_code, bytes > 1000]", REQUEST, true);
    check("[ip, user, username, timestamp, request, status_code = 4* && bytes != 5, bytes]", REQUEST, true);
    check("[ip, user, username, timestamp, request = *html*, status_code = 4*, bytes]", REQUEST, true);
    check("[ip, user, username, timestamp, request, status_code = 200, bytes]", REQUEST, false);
    check("[..., status_code, bytes]", REQUEST, true);
    check("[ip, user, ..., status_code = 4*, bytes]", REQUEST, true);
    check("[ip, user, ...]", REQUEST, true);
    check("[]", REQUEST, true);
    check("[w1=ERROR, w2]", "ERROR message", true);
    check("[w1=ERROR, w2]", "ERROR WARN message", false);
    check("[w1=ERROR || w1=WARN, w2]", "WARN message", true);
}

#[test]
fn columns_are_extracted_by_name_or_number() {
    let pattern = Pattern::parse("[..., request=*.html*, status_code=4*,]").expect("a pattern");
    assert!(pattern.matches(REQUEST));
    let expected = [
        ("$1", "127.0.0.1"),
        ("$2", "-"),
        ("$3", "frank"),
        ("$4", "10/Oct/2000:13:25:15 -0700"),
        ("$request", "GET /index.html HTTP/1.0"),
        ("$status_code", "404"),
        ("$7", "1534"),
    ];
    let extracted = pattern.extract(REQUEST);
    let extracted: Vec<(&str, &str)> =
        extracted.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(extracted, expected);
}

#[test]
fn what_is_no_pattern_is_refused() {
    assert_eq!(refused("{ $.a = 1"), "If a filter pattern starts with '{' it must end with '}'");
    assert_eq!(refused("a@b"), "Invalid character(s) in term 'a@b'");
    assert_eq!(refused("%a(b)%"), "Invalid character(s) in term 'a(b)'");
    for pattern in
        ["{ $.a }", "{ $.a > x }", "{ a = 1 }", "{}", "[a, ..., ...]", "\"open", "{ ($.a = 1 }", "%a"]
    {
        assert_eq!(refused(pattern), INVALID, "{pattern}");
    }
}

proptest! {
    #[test]
    fn nothing_panics(pattern in r#"[\[\]{}()$.*?%"=!<>&|\\a1 ,'-]{0,40}"#, message in r#"[\[\]{}":,a1 .-]{0,40}"#) {
        if let Ok(pattern) = Pattern::parse(&pattern) {
            pattern.matches(&message);
            pattern.extract(&message);
        }
    }

    #[test]
    fn nothing_panics_on_any_text(pattern: String, message: String) {
        if let Ok(pattern) = Pattern::parse(&pattern) {
            pattern.matches(&message);
            pattern.extract(&message);
        }
    }

    #[test]
    fn a_message_has_itself_as_a_term(message in "[a-zA-Z0-9_]{1,20}") {
        let pattern = Pattern::parse(&message).expect("a term");
        prop_assert!(pattern.matches(&message));
    }
}
