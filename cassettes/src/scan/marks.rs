//! What stands before secrets, or how they begin. All marks are looked for at once, since what is recorded may be long:
//! those that are written one way, and names that are written in many.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind};

/// What a mark that is written one way says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// An access key id begins, long-lived or temporary.
    AccessKey,
    /// Another id of IAM begins, which embeds the account.
    Principal,
    /// A session token begins: base64 of its own header.
    SessionToken,
    /// A document in PEM begins.
    Pem,
    /// A key of another maker begins, and is at least so many characters longer.
    Maker(usize),
    /// A JSON web token begins, or a document in it.
    WebToken,
    /// A signature follows.
    BeforeSignature,
    /// A session token follows.
    BeforeToken,
    /// A bearer token follows.
    BeforeBearer,
    /// A URL is signed by Signature Version 2.
    SignedByV2,
}

const EXACT: &[(Sign, &[&str])] = &[
    (Sign::AccessKey, &["AKIA", "ASIA"]),
    (Sign::Principal, &["AIDA", "AROA", "AGPA", "AIPA", "ANPA", "ANVA", "ASCA", "APKA", "ABIA", "ACCA"]),
    (Sign::SessionToken, &["IQoJb3JpZ2lu", "FwoGZXIvYXdz", "FQoGZXIvYXdz", "AQoDYXdz"]),
    (Sign::Pem, &["-----BEGIN "]),
    (Sign::Maker(30), &["ghp_", "gho_", "ghs_", "github_pat_", "npm_"]),
    (Sign::Maker(20), &["glpat-", "xoxb-", "xoxp-", "sk_live_", "rk_live_"]),
    (Sign::Maker(35), &["AIza"]),
    (Sign::WebToken, &["eyJ"]),
    (Sign::BeforeSignature, &["X-Amz-Signature=", "<SignatureProvided>", "Signature="]),
    (
        Sign::BeforeToken,
        &[
            "X-Amz-Security-Token=",
            "x-amz-security-token:",
            "<SessionToken>",
            "\"SessionToken\":\"",
            "\"sessionToken\":\"",
        ],
    ),
    (Sign::BeforeBearer, &["Bearer ", "bearer "]),
    (Sign::SignedByV2, &["AWSAccessKeyId="]),
];

/// What a mark says whose letters may be large or small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// It is a secret's name.
    Name,
    /// A bearer token follows.
    Bearer,
    /// A signature follows.
    Signature,
}

/// Secrets' names, with a stroke where a hyphen or an underscore may stand.
pub(super) const NAMES: &[&str] = &[
    "pass|word",
    "pass|wd",
    "pass|phrase",
    "secret",
    "secret|key",
    "secret|access|key",
    "api|key",
    "private|key",
    "access|token",
    "refresh|token",
    "auth|token",
    "id|token",
    "session|token",
    "security|token",
];
const SIGNATURES: &[&str] = &["x-amz-signature=", ", signature=", "<signatureprovided>"];

/// A mark and where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found<T> {
    pub(crate) says: T,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The marks that are written one way, by their beginnings.
pub(crate) fn exact(content: &[u8]) -> Vec<Found<Sign>> {
    static ALL: LazyLock<(AhoCorasick, Vec<Sign>)> = LazyLock::new(|| {
        let all = EXACT.iter().flat_map(|(sign, texts)| texts.iter().map(|text| (*text, *sign)));
        let (texts, signs): (Vec<&str>, Vec<Sign>) = all.unzip();
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(texts);
        (automaton.expect("they are few and short"), signs)
    });
    let (automaton, signs) = &*ALL;
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(one) = automaton.find(Input::new(content).range(at..)) {
        found.push(Found { says: signs[one.pattern().as_usize()], start: one.start(), end: one.end() });
        // One may begin inside another.
        at = one.start() + 1;
    }
    found
}

/// The marks whose letters may be large or small, by their ends.
pub(crate) fn words(content: &[u8]) -> Vec<Found<Word>> {
    static ALL: LazyLock<(AhoCorasick, Vec<Word>)> = LazyLock::new(|| {
        let names = NAMES.iter().flat_map(|name| spellings(name)).map(|name| (name, Word::Name));
        let signatures = SIGNATURES.iter().map(|text| ((*text).to_owned(), Word::Signature));
        let all = names.chain(signatures).chain([("bearer ".to_owned(), Word::Bearer)]);
        let (texts, words): (Vec<String>, Vec<Word>) = all.unzip();
        let mut builder = AhoCorasick::builder();
        let automaton = builder.ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(texts);
        (automaton.expect("they are few and short"), words)
    });
    let (automaton, words) = &*ALL;
    let found = automaton.find_overlapping_iter(content);
    let found =
        found.map(|one| Found { says: words[one.pattern().as_usize()], start: one.start(), end: one.end() });
    found.collect()
}

/// A name in all its spellings: its parts side by side, or with a hyphen or an underscore between.
fn spellings(name: &str) -> Vec<String> {
    let mut made = vec![String::new()];
    for (at, part) in name.split('|').enumerate() {
        let between: &[&str] = if at == 0 { &[""] } else { &["", "-", "_"] };
        made = made
            .iter()
            .flat_map(|front| between.iter().map(move |mark| format!("{front}{mark}{part}")))
            .collect();
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_inside_of_each_other() {
        let says =
            |text: &str| exact(text.as_bytes()).iter().map(|one| (one.says, one.start)).collect::<Vec<_>>();
        assert_eq!(
            says("X-Amz-Signature=AKIAIza"),
            [
                (Sign::BeforeSignature, 0),
                (Sign::BeforeSignature, 6),
                (Sign::AccessKey, 16),
                (Sign::Maker(35), 19)
            ]
        );
        assert!(says("nothing of note").is_empty());
    }

    #[test]
    fn names_are_found_however_they_are_spelt() {
        for text in ["Secret-Access_Key", "SECRETACCESSKEY", "secret_accesskey"] {
            let ends: Vec<usize> = words(text.as_bytes()).iter().map(|one| one.end).collect();
            assert_eq!(ends, [6, text.len()], "{text}");
        }
        assert!(words(b"secret--key").iter().all(|one| one.end == 6));
        assert_eq!(spellings("a|b").len(), 3);
    }
}
