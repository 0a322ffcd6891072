//! What stands before secrets, or how they begin. All marks are looked for at once, since what is recorded may be long:
//! those that are written one way, and names that are written in many.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Input, MatchKind};

use super::class::Class;

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
/// Other marks, each up to the byte that ends it.
const OTHERS: &[(&str, u8, Word)] = &[
    ("bearer", b' ', Word::Bearer),
    ("x-amz-signature", b'=', Word::Signature),
    (", signature", b'=', Word::Signature),
    ("<signatureprovided", b'>', Word::Signature),
];
/// What stands between a name and its value.
pub(super) const BETWEEN: &[u8] = b"\"'\\:=> \t";

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

/// The marks whose letters may be large or small, by their ends: those of names are where something stands between
/// them and a value.
pub(crate) fn words(content: &[u8]) -> Vec<Found<Word>> {
    static ENDS: LazyLock<Class> = LazyLock::new(|| Class::of(|byte| BETWEEN.contains(&byte)));
    static LAST: LazyLock<Class> = LazyLock::new(|| {
        let all = NAMES.iter().copied().chain(OTHERS.iter().map(|(text, ..)| *text));
        let last: Vec<u8> = all.filter_map(|text| text.bytes().last()).collect();
        Class::of(|byte| last.contains(&byte.to_ascii_lowercase()))
    });
    let (ends, last) = (&*ENDS, &*LAST);
    let mut found = Vec::new();
    for (at, pair) in content.windows(2).enumerate() {
        // Hardly any byte ends a mark.
        if !(ends.has(pair[1]) && last.has(pair[0])) {
            continue;
        }
        let (before, end) = (&content[..=at], at + 1);
        for start in NAMES.iter().filter_map(|name| spelt(before, name)) {
            found.push(Found { says: Word::Name, start, end });
        }
        for (text, byte, says) in OTHERS.iter().filter(|(_, byte, _)| *byte == pair[1]) {
            debug_assert!(BETWEEN.contains(byte));
            found.extend(spelt(before, text).map(|start| Found { says: *says, start, end: end + 1 }));
        }
    }
    found
}

/// Where a name begins that ends here, a hyphen or an underscore at its strokes or nothing.
fn spelt(before: &[u8], name: &str) -> Option<usize> {
    let mut at = before.len();
    for wanted in name.bytes().rev() {
        let byte = before.get(at.checked_sub(1)?)?;
        if wanted == b'|' {
            at -= usize::from(matches!(byte, b'-' | b'_'));
        } else if byte.eq_ignore_ascii_case(&wanted) {
            at -= 1;
        } else {
            return None;
        }
    }
    Some(at)
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
        let starts =
            |text: &str| words(text.as_bytes()).iter().map(|one| (one.says, one.start)).collect::<Vec<_>>();
        for text in ["x Secret-Access_Key: ", "a_SECRETACCESSKEY='", "a.secret_accesskey\\\""] {
            assert_eq!(starts(text), [(Word::Name, 2)], "{text}");
        }
        assert_eq!(starts("api--key=1 passwords: key= secret"), []);
        assert_eq!(starts("BEARER x"), [(Word::Bearer, 0)]);
        assert_eq!(starts("?X-Amz-Signature=0"), [(Word::Signature, 1)]);
        assert_eq!(starts("SignedHeaders=a, Signature=0"), [(Word::Signature, 15)]);
        assert_eq!(starts("<SignatureProvided>0"), [(Word::Signature, 0)]);
    }
}
