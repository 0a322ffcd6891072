//! Finds secrets by their form: access key ids, signatures, session tokens, private keys, keys of
//! other makers, what stands under a secret's name, and account ids where they are to go.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::Value;

use super::Accounts;
use super::replace::Replacements;
use crate::content::gunzip;
use crate::scan::named;
use crate::scan::patterns::{self, ACCESS_KEY_PREFIXES, base64_runs, find_all, ids, unpercent};

/// Other ids of IAM that embed the account.
const PRINCIPAL_PREFIXES: &[&str] =
    &["AIDA", "AROA", "AGPA", "AIPA", "ANPA", "ANVA", "ASCA", "APKA", "ABIA", "ACCA"];
/// What stands before a signature.
const BEFORE_SIGNATURE: &[&str] = &["X-Amz-Signature=", "<SignatureProvided>", "Signature="];
/// A shorter bearer token is none.
const SHORTEST_BEARER: usize = 20;
/// What stands before a session token.
const BEFORE_TOKEN: &[&str] = &[
    "X-Amz-Security-Token=",
    "x-amz-security-token:",
    "<SessionToken>",
    "\"SessionToken\":\"",
    "\"sessionToken\":\"",
];

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
    for id in ids(content, ACCESS_KEY_PREFIXES) {
        replacements.key_id(id);
    }
    for value in BEFORE_SIGNATURE.iter().flat_map(|mark| behind(content, mark)) {
        replacements.signature(value);
    }
    if find_all(content, b"AWSAccessKeyId=").next().is_some() {
        behind(content, "Signature=").into_iter().for_each(|value| replacements.token(value));
    }
    for value in BEFORE_TOKEN.iter().flat_map(|mark| behind(content, mark)) {
        replacements.token(value);
    }
    for value in ["Bearer ", "bearer "].iter().flat_map(|mark| behind(content, mark)) {
        if value.len() >= SHORTEST_BEARER {
            replacements.token(value);
        }
    }
    for (_, secret) in named::in_text(content).into_iter().chain(patterns::by_form(content)) {
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
        for id in ids(content, PRINCIPAL_PREFIXES) {
            replacements.key_id(id);
        }
    }
}

/// The values that follow a mark, up to what ends them.
fn behind<'a>(content: &'a [u8], mark: &str) -> Vec<&'a str> {
    let ends = |byte: &u8| b"&\"'<>\\;, \r\n".contains(byte);
    let values = find_all(content, mark.as_bytes()).map(|at| {
        let rest = &content[at + mark.len()..];
        let end = rest.iter().position(ends).unwrap_or(rest.len());
        std::str::from_utf8(&rest[..end]).unwrap_or_default()
    });
    values.filter(|value| !value.is_empty()).collect()
}

/// Twelve digits in the account's place of an ARN, as a queue URL's first segment, or in a member that says so.
fn account_ids(content: &[u8]) -> Vec<&str> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < content.len() {
        let digits = content[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 12 && is_account_place(&content[..at]) {
            found.extend(std::str::from_utf8(&content[at..at + digits]));
        }
        at += digits.max(1);
    }
    found
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
