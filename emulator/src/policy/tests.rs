//! Tables of cases: what matches, what holds, what is decided.

use super::*;
use serde_json::{Value as Json, json};

/// Circumstances as pairs of keys and values.
struct Known(&'static [(&'static str, &'static str)]);

impl Context for Known {
    fn values(&self, key: &str) -> Vec<String> {
        let own = self.0.iter().filter(|(name, _)| name.eq_ignore_ascii_case(key));
        own.map(|(_, value)| (*value).to_owned()).collect()
    }
}

const ALICE: Caller<'static> = Caller::Signed {
    account: "111122223333",
    arn: "arn:aws:iam::111122223333:user/alice",
    canonical_id: Some("abc"),
};
const SESSION: Caller<'static> = Caller::Signed {
    account: "111122223333",
    arn: "arn:aws:sts::111122223333:assumed-role/Reader/today",
    canonical_id: None,
};

#[test]
fn names_match_with_wildcards_and_variables() {
    let context = Known(&[("aws:username", "al*ce"), ("aws:TagKeys", "a"), ("aws:TagKeys", "b")]);
    for (pattern, text, is_match) in [
        ("", "", true),
        ("*", "", true),
        ("*", "a/b:c", true),
        ("a*c", "abbbc", true),
        ("a*c", "abbbd", false),
        ("a*b*c", "a1b2b3c", true),
        ("a?c", "abc", true),
        ("a?c", "ac", false),
        ("?", "ä", true),
        ("**", "x", true),
        ("a", "ab", false),
        ("home/${aws:username}/*", "home/al*ce/x", true),
        ("home/${AWS:UserName}", "home/al*ce", true),
        ("home/${aws:username}/*", "home/alice/x", false),
        ("${aws:PrincipalTag/team, 'none'}", "none", true),
        ("${aws:PrincipalTag/team}", "", false),
        ("${aws:TagKeys}", "a", false),
        ("${*}${?}${$}", "*?$", true),
        ("${*}", "x", false),
        ("${open", "${open", true),
    ] {
        assert_eq!(Pattern::new(pattern, true).matches(text, &context), is_match, "{pattern} on {text}");
    }
    assert!(Pattern::new("${aws:username}", false).matches("${aws:username}", &context));
}

#[track_caller]
fn holds(operator: &str, wanted: Json, context: &'static [(&'static str, &'static str)]) -> bool {
    let document = json!({
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Condition": {operator: {"key": wanted}}},
    });
    let document = Document::parse(&document.to_string()).expect("a document");
    document.statements[0].condition.holds(&Known(context))
}

#[test]
fn conditions_hold_or_not() {
    for (operator, wanted, context, expected) in [
        ("StringEquals", json!("a"), &[("key", "a")][..], true),
        ("StringEquals", json!(["x", "a"]), &[("KEY", "a")], true),
        ("StringEquals", json!("A"), &[("key", "a")], false),
        ("StringEquals", json!("a*"), &[("key", "ab")], false),
        ("StringEquals", json!("a"), &[], false),
        ("StringEqualsIfExists", json!("a"), &[], true),
        ("StringNotEquals", json!("a"), &[], true),
        ("StringNotEquals", json!(["a", "b"]), &[("key", "b")], false),
        ("StringEqualsIgnoreCase", json!("A"), &[("key", "a")], true),
        ("StringNotEqualsIgnoreCase", json!("A"), &[("key", "a")], false),
        ("StringLike", json!("a*"), &[("key", "ab")], true),
        ("StringNotLike", json!("a*"), &[("key", "ab")], false),
        ("StringEquals", json!("${other}"), &[("key", "v"), ("other", "v")], true),
        ("NumericLessThanEquals", json!("10"), &[("key", "10")], true),
        ("NumericLessThan", json!(10), &[("key", "10")], false),
        ("NumericGreaterThan", json!("9.5"), &[("key", "10")], true),
        ("NumericGreaterThanEquals", json!("11"), &[("key", "10")], false),
        ("NumericEquals", json!("x"), &[("key", "10")], false),
        ("NumericNotEquals", json!("1"), &[("key", "2")], true),
        ("DateGreaterThan", json!("2026-01-01T00:00:00Z"), &[("key", "2026-01-02T00:00:00Z")], true),
        ("DateLessThan", json!("1767225600"), &[("key", "2025-12-31T23:59:59Z")], true),
        ("DateEquals", json!("2026-01-01T00:00:00Z"), &[("key", "1767225600")], true),
        ("Bool", json!(false), &[("key", "false")], true),
        ("Bool", json!("true"), &[("key", "false")], false),
        ("BinaryEquals", json!("QUI="), &[("key", "QUI=")], true),
        ("IpAddress", json!("203.0.113.0/24"), &[("key", "203.0.113.9")], true),
        ("IpAddress", json!("0.0.0.0/0"), &[("key", "203.0.113.9")], true),
        ("IpAddress", json!("2001:db8::/32"), &[("key", "2001:db8::1")], true),
        ("IpAddress", json!("203.0.113.9"), &[("key", "203.0.113.8")], false),
        ("IpAddress", json!("2001:db8::/32"), &[("key", "203.0.113.8")], false),
        ("NotIpAddress", json!("203.0.113.0/24"), &[("key", "198.51.100.1")], true),
        (
            "ArnEquals",
            json!("arn:aws:sns:*:111122223333:*"),
            &[("key", "arn:aws:sns:eu-west-1:111122223333:t")],
            true,
        ),
        ("ArnLike", json!("arn:aws:*:t"), &[("key", "arn:aws:sns:eu-west-1:111122223333:t")], false),
        ("ArnNotLike", json!("arn:aws:sns:*:*:*"), &[("key", "arn:aws:sqs:eu-west-1:111122223333:t")], true),
        ("Null", json!("true"), &[], true),
        ("Null", json!(false), &[("key", "")], true),
        ("Null", json!(true), &[("key", "a")], false),
        ("ForAllValues:StringEquals", json!(["a", "b"]), &[("key", "a"), ("key", "b")], true),
        ("ForAllValues:StringEquals", json!(["a"]), &[("key", "a"), ("key", "b")], false),
        ("ForAllValues:StringEquals", json!(["a"]), &[], true),
        ("ForAnyValue:StringEquals", json!(["b"]), &[("key", "a"), ("key", "b")], true),
        ("ForAnyValue:StringEquals", json!(["b"]), &[], false),
        ("ForAllValues:StringNotEquals", json!(["c"]), &[("key", "a"), ("key", "b")], true),
        ("ForAnyValue:StringNotEquals", json!(["a"]), &[("key", "a"), ("key", "b")], true),
    ] {
        assert_eq!(holds(operator, wanted.clone(), context), expected, "{operator} {wanted} {context:?}");
    }
}

fn decided(statements: Json, caller: Caller<'_>, action: &str, resource: &str) -> Decision {
    let document = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    let document = Document::parse(&document).expect("a document");
    document.decide(&Request {
        caller,
        action,
        resource,
        context: &Known(&[("aws:SecureTransport", "false")]),
    })
}

#[test]
fn principals_are_meant_or_not() {
    let other =
        Caller::Signed { account: "444455556666", arn: "arn:aws:iam::444455556666:root", canonical_id: None };
    for (principal, caller, expected) in [
        (json!({"Principal": "*"}), Caller::Anonymous, Decision::Allow),
        (json!({"Principal": {"AWS": "*"}}), Caller::Anonymous, Decision::Allow),
        (json!({"Principal": {"AWS": "111122223333"}}), ALICE, Decision::Allow),
        (json!({"Principal": {"AWS": "111122223333"}}), Caller::Anonymous, Decision::NoMatch),
        (json!({"Principal": {"AWS": "arn:aws:iam::111122223333:root"}}), SESSION, Decision::Allow),
        (json!({"Principal": {"AWS": "arn:aws:iam::111122223333:root"}}), other, Decision::NoMatch),
        (
            json!({"Principal": {"AWS": ["444455556666", "arn:aws:iam::111122223333:user/alice"]}}),
            ALICE,
            Decision::Allow,
        ),
        (json!({"Principal": {"AWS": "arn:aws:iam::111122223333:user/bob"}}), ALICE, Decision::NoMatch),
        (
            json!({"Principal": {"AWS": "arn:aws:iam::111122223333:role/team/Reader"}}),
            SESSION,
            Decision::Allow,
        ),
        (json!({"Principal": {"AWS": "arn:aws:iam::444455556666:role/Reader"}}), SESSION, Decision::NoMatch),
        (json!({"Principal": {"CanonicalUser": "ABC"}}), ALICE, Decision::Allow),
        (json!({"Principal": {"Service": "logs.amazonaws.com"}}), ALICE, Decision::NoMatch),
        (json!({"NotPrincipal": {"AWS": "111122223333"}}), ALICE, Decision::NoMatch),
        (json!({"NotPrincipal": {"AWS": "111122223333"}}), other, Decision::Allow),
    ] {
        let mut statement = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"});
        let members = principal.as_object().expect("an object");
        members.iter().for_each(|(name, value)| statement[name] = value.clone());
        assert_eq!(decided(statement, caller, "s3:GetObject", "arn:aws:s3:::b/k"), expected, "{principal}");
    }
}

#[test]
fn a_denial_overrides_every_permission() {
    let allow =
        json!({"Effect": "Allow", "Principal": "*", "Action": "s3:Get*", "Resource": "arn:aws:s3:::b/*"});
    let deny = json!({"Effect": "Deny", "Principal": "*", "NotAction": "s3:GetObject", "Resource": "*"});
    let insecure = json!({
        "Effect": "Deny", "Principal": "*", "Action": "s3:*", "NotResource": "arn:aws:s3:::b/open/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    });
    for (statements, action, resource, expected) in [
        (json!([allow]), "s3:GetObject", "arn:aws:s3:::b/k", Decision::Allow),
        (json!([allow]), "S3:getobject", "arn:aws:s3:::b/k", Decision::Allow),
        (json!([allow]), "s3:PutObject", "arn:aws:s3:::b/k", Decision::NoMatch),
        (json!([allow]), "s3:GetObject", "arn:aws:s3:::c/k", Decision::NoMatch),
        (json!([allow, deny]), "s3:GetObject", "arn:aws:s3:::b/k", Decision::Allow),
        (json!([allow, deny]), "s3:GetObjectAcl", "arn:aws:s3:::b/k", Decision::Deny),
        (json!([allow, insecure]), "s3:GetObject", "arn:aws:s3:::b/k", Decision::Deny),
        (json!([allow, insecure]), "s3:GetObject", "arn:aws:s3:::b/open/k", Decision::Allow),
    ] {
        assert_eq!(decided(statements, ALICE, action, resource), expected, "{action} {resource}");
    }
}

#[test]
fn what_is_malformed_is_told_by_kind() {
    let statement = |change: Json| {
        let mut statement = json!({"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"});
        for (name, value) in change.as_object().expect("an object") {
            match value {
                Json::Null => drop(statement.as_object_mut().expect("an object").remove(name)),
                value => statement[name] = value.clone(),
            }
        }
        json!({"Statement": [statement]}).to_string()
    };
    for (text, expected) in [
        ("x".to_owned(), Malformed::NotJson),
        ("[]".to_owned(), Malformed::NotJson),
        ("{}".to_owned(), Malformed::NoStatement),
        (json!({"Statement": []}).to_string(), Malformed::EmptyStatement),
        (json!({"Version": "2020-01-01", "Statement": []}).to_string(), Malformed::Version),
        (json!({"Other": 1}).to_string(), Malformed::UnknownField("Other".into())),
        (statement(json!({"Effect": null})), Malformed::Missing("Effect")),
        (statement(json!({"Effect": "allow"})), Malformed::Effect("allow".into())),
        (statement(json!({"Action": null})), Malformed::Missing("Action")),
        (statement(json!({"Action": []})), Malformed::Syntax),
        (statement(json!({"NotAction": "s3:*"})), Malformed::Syntax),
        (statement(json!({"Principal": "me"})), Malformed::Syntax),
        (statement(json!({"Condition": {"StringIs": {"a": "b"}}})), Malformed::Operator("StringIs".into())),
        (
            statement(json!({"Condition": {"NullIfExists": {"a": "b"}}})),
            Malformed::Operator("NullIfExists".into()),
        ),
    ] {
        assert_eq!(Document::parse(&text).expect_err(&text), expected, "{text}");
    }
}

#[test]
fn many_wildcards_take_little_time() {
    let pattern = Pattern::new(&format!("{}b", "a*".repeat(300)), false);
    assert!(!pattern.matches(&"a".repeat(5000), &Known(&[])));
}
