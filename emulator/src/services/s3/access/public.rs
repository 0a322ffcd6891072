//! Whether a policy allows something to the public.
//!
//! A statement does that allows something to everybody, unless a condition binds it to fixed values of certain keys.
//!
//! Source: S3 User Guide, "Blocking public access to your Amazon S3 storage", "The meaning of public".

use crate::policy::{Clause, Document, Effect, Operator, Pattern, Quantifier, Range, Statement, Test, Whom};

/// The keys whose fixed values make a statement one for known callers.
const BINDING: [&str; 14] = [
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceOrgID",
    "aws:SourceOwner",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:userid",
    "s3:DataAccessPointAccount",
    "s3:DataAccessPointArn",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
];

/// Whether a statement of the policy is public. What others deny does not count.
pub(super) fn is_public(document: &Document) -> bool {
    document.statements.iter().any(is_open)
}

fn is_open(statement: &Statement) -> bool {
    let is_everybody = statement
        .principals
        .as_ref()
        .is_some_and(|principals| principals.is_inverted || principals.named.contains(&Whom::Everybody));
    statement.effect == Effect::Allow && is_everybody && !statement.condition.clauses.iter().any(binds)
}

/// Whether a clause lets only known callers through.
fn binds(clause: &Clause) -> bool {
    let Operator { quantifier, test, is_negated, if_exists } = clause.operator;
    // What a missing key passes binds nobody.
    if is_negated || if_exists || quantifier == Quantifier::All || clause.values.is_empty() {
        return false;
    }
    let is = |key: &str| clause.key.eq_ignore_ascii_case(key);
    match test {
        Test::IpAddress => is("aws:SourceIp") && clause.values.iter().all(is_narrow),
        Test::StringEquals | Test::StringEqualsIgnoreCase => {
            BINDING.into_iter().any(is) && clause.values.iter().all(|value| !value.as_str().contains("${"))
        }
        Test::StringLike | Test::ArnLike => {
            BINDING.into_iter().any(is)
                && clause.values.iter().all(|value| value.is_fixed() || is_of_one_account(&clause.key, value))
        }
        _ => false,
    }
}

/// Whether a range of addresses is no wider than /8, or /32 of version 6.
fn is_narrow(value: &Pattern) -> bool {
    Range::parse(value.as_str()).is_some_and(|range| range.prefix >= if range.is_ipv4() { 8 } else { 32 })
}

/// Access points may be named with wildcards where their account is fixed.
fn is_of_one_account(key: &str, value: &Pattern) -> bool {
    let account = value.as_str().split(':').nth(4).unwrap_or_default();
    key.eq_ignore_ascii_case("s3:DataAccessPointArn") && crate::policy::is_account(account)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    #[track_caller]
    fn check(principal: Json, condition: Json, expected: bool) {
        let statement = json!({
            "Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*",
            "Condition": condition,
        });
        let document = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
        assert_eq!(is_public(&Document::parse(&document).expect("a policy")), expected, "{document}");
    }

    #[test]
    fn who_is_not_known_is_the_public() {
        let all = || json!("*");
        check(all(), json!({}), true);
        check(json!({"AWS": "*"}), json!({}), true);
        check(json!({"AWS": "111122223333"}), json!({}), false);
        check(json!({"Service": "logs.amazonaws.com"}), json!({}), false);
        check(all(), json!({"StringEquals": {"aws:SourceVpc": "vpc-91237329"}}), false);
        check(all(), json!({"StringLike": {"aws:SourceVpc": "vpc-*"}}), true);
        check(all(), json!({"StringNotEquals": {"aws:SourceVpc": "vpc-91237329"}}), true);
        check(all(), json!({"StringEqualsIfExists": {"aws:SourceVpc": "vpc-91237329"}}), true);
        check(all(), json!({"StringEquals": {"aws:Referer": "https://example.com"}}), true);
        check(all(), json!({"StringEquals": {"aws:PrincipalArn": "${aws:username}"}}), true);
        check(all(), json!({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}), false);
        check(all(), json!({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/1"]}}), true);
        check(all(), json!({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}), true);
        let points = |arn: &str| json!({"StringLike": {"s3:DataAccessPointArn": arn}});
        check(all(), points("arn:aws:s3:us-west-2:123456789012:accesspoint/*"), false);
        check(all(), points("arn:aws:s3:us-west-2:*:accesspoint/*"), true);
    }
}
