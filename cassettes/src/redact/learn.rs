//! Finds secrets by their form: access key ids, signatures, session tokens, private keys, keys of
//! other makers, what stands under a secret's name, and account ids where they are to go.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::Value;

use super::Accounts;
use super::replace::Replacements;
use crate::content::gunzip;
use crate::scan::class::Class;
use crate::scan::marks::{Found, Sign, exact};
use crate::scan::named;
use crate::scan::patterns::{self, base64_runs, ids, unpercent};

/// A shorter bearer token is none.
const SHORTEST_BEARER: usize = 20;

/// How many encodings around each other are undone; the scan goes as deep.
const DEEPEST: usize = 4;
/// Fewer characters of base64 hold no secret.
const SHORTEST_BASE64: usize = 24;

/// Learns what is secret in some content, and behind the encodings in it.
pub(super) fn from(content: &[u8], accounts: Accounts, replacements: &mut Replacements) {
    at_depth(content, accounts, replacements, 0);
}

fn at_depth(content: &[u8], accounts: Accounts, replacements: &mut Replacements, depth: usize) {
    let document = matches!(content.trim_ascii_start().first(), Some(b'{' | b'['))
        .then(|| serde_json::from_slice::<Value>(content).ok())
        .flatten();
    by_form(content, document.is_some(), accounts, replacements);
    if depth >= DEEPEST {
        return;
    }
    let mut inner = |content: &[u8]| at_depth(content, accounts, replacements, depth + 1);
    if let Some(unpacked) = gunzip(content) {
        return inner(&unpacked);
    }
    if let Some(plain) = unpercent(content) {
        inner(&plain);
    }
    for run in base64_runs(content, SHORTEST_BASE64) {
        let decoded = STANDARD_NO_PAD.decode(run).or_else(|_| URL_SAFE_NO_PAD.decode(run));
        decoded.into_iter().for_each(|decoded| inner(&decoded));
    }
    if let Some(value) = document {
        json("", &value, accounts, replacements, depth + 1);
    }
}

/// Learns from the strings of a document, by their names and by what they say.
fn json(name: &str, value: &Value, accounts: Accounts, replacements: &mut Replacements, depth: usize) {
    match value {
        Value::String(text) => {
            if named::kind(name, text.as_bytes()).is_some() {
                replacements.secret(text);
            }
            // What needs no escape has been seen as a part of the document.
            if text.contains(['"', '\\', '\n', '/']) || text.starts_with(['{', '[']) {
                at_depth(text.as_bytes(), accounts, replacements, depth);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| json(name, item, accounts, replacements, depth)),
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| json(name, member, accounts, replacements, depth));
        }
        _ => {}
    }
}

fn by_form(content: &[u8], is_document: bool, accounts: Accounts, replacements: &mut Replacements) {
    let signs = exact(content);
    let behind = |says: Sign| behind(content, signs.iter().filter(move |sign| sign.says == says));
    for id in ids(content, &signs, Sign::AccessKey) {
        replacements.key_id(id);
    }
    let is_v2 = signs.iter().any(|sign| sign.says == Sign::SignedByV2);
    for value in behind(Sign::BeforeSignature) {
        replacements.signature(value);
        if is_v2 {
            replacements.token(value);
        }
    }
    for value in behind(Sign::BeforeToken) {
        replacements.token(value);
    }
    for value in behind(Sign::BeforeBearer).filter(|value| value.len() >= SHORTEST_BEARER) {
        replacements.token(value);
    }
    for (_, secret) in named::in_text(content).into_iter().chain(patterns::by_form(content, &signs)) {
        if let Ok(secret) = std::str::from_utf8(secret)
            // What is escaped here is met again as the document's string.
            && !(is_document && secret.contains('\\'))
        {
            replacements.secret(secret);
        }
    }
    if accounts == Accounts::Replace {
        for account in account_ids(content) {
            replacements.account(account);
        }
        for id in ids(content, &signs, Sign::Principal) {
            replacements.key_id(id);
        }
    }
}

/// The values that follow marks, up to what ends them.
fn behind<'a>(
    content: &'a [u8],
    marks: impl Iterator<Item = &'a Found<Sign>>,
) -> impl Iterator<Item = &'a str> {
    let ends = |byte: &u8| b"&\"'<>\\;, \r\n".contains(byte);
    let values = marks.map(move |mark| {
        let rest = &content[mark.end..];
        let end = rest.iter().position(ends).unwrap_or(rest.len());
        std::str::from_utf8(&rest[..end]).unwrap_or_default()
    });
    values.filter(|value| !value.is_empty())
}

/// Twelve digits in the account's place of an ARN, as a queue URL's first segment, or in a member that says so.
fn account_ids(content: &[u8]) -> Vec<&str> {
    static DIGITS: LazyLock<Class> = LazyLock::new(|| Class::of(|byte| byte.is_ascii_digit()));
    let twelve = DIGITS.runs(content, 12).filter(|digits| digits.len() == 12);
    let ids = twelve.filter(|digits| is_account_place(&content[..digits.start]));
    ids.filter_map(|digits| std::str::from_utf8(&content[digits]).ok()).collect()
}

fn is_account_place(before: &[u8]) -> bool {
    let before = String::from_utf8_lossy(&before[before.len().saturating_sub(80)..]).to_ascii_lowercase();
    let arn = before.ends_with([':', 'a']) && {
        // `arn:aws:sqs:us-east-2:` as it is, or percent-encoded as a form has it.
        let plain = before.replace("%3a", ":");
        plain
            .rfind("arn:aws")
            .is_some_and(|start| plain[start..].matches(':').count() == 4 && plain.ends_with(':'))
    };
    let queue = before.ends_with("amazonaws.com/") || before.ends_with("amazonaws.com%2f");
    let quoted = before.trim_end_matches(['"', '\\', ':', ' ', '>', '=']);
    let member = before.len() > quoted.len()
        && ["account", "accountid", "ownerid", "awsaccountid", "accounts", "owner"]
            .iter()
            .any(|name| quoted.ends_with(name));
    arn || queue || member
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_found_where_accounts_stand() {
        let found = |text: &'static str| account_ids(text.as_bytes());
        assert_eq!(found("arn:aws:sqs:us-east-2:456752665576:q"), ["456752665576"]);
        assert_eq!(found("TopicArn=arn%3Aaws%3Asns%3Aus-east-2%3A456752665576%3At"), ["456752665576"]);
        assert_eq!(found("arn:aws:iam::744061095407:user/x"), ["744061095407"]);
        assert_eq!(found("https://sqs.us-east-2.amazonaws.com/456752665576/q"), ["456752665576"]);
        assert_eq!(found(r#"{"Account":"456752665576"}"#), ["456752665576"]);
        assert_eq!(found("<Account>456752665576</Account>"), ["456752665576"]);
        assert!(found("size 456752665576, arn:aws:iam::aws:policy/456752665576").is_empty());
    }
}
