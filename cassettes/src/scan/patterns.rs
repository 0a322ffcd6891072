//! What secrets look like.

use std::sync::LazyLock;

use super::class::Class;
use super::marks::{Found, Sign, Word, exact, words};
use super::named;

/// A signature or token with one of these in it is a placeholder; the last is how the first begins in base64.
const PLACEHOLDERS: &[&str] = &["EXAMPLE", "0123456789abcdef", "RVhBTVBM"];
/// How the documents of a JSON web token begin.
const WEB_TOKEN: &[u8] = b"eyJ";

/// The kinds of secrets that some content holds.
pub(super) fn leaks(content: &[u8]) -> Vec<&'static str> {
    let (signs, words) = (exact(content), words(content));
    let mut kinds = Vec::new();
    if ids(content, &signs, Sign::AccessKey).iter().any(|id| !id.ends_with("EXAMPLE")) {
        kinds.push("an access key id");
    }
    kinds.extend(named::behind(content, &words).into_iter().map(|(kind, _)| kind));
    kinds.extend(by_form(content, &signs).into_iter().map(|(kind, _)| kind));
    let behind = |says: Word, is: fn(&u8) -> bool| {
        let own = words.iter().filter(move |word| word.says == says);
        own.map(move |word| &content[word.end..][..length(&content[word.end..], is)])
    };
    let is_bearer = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(byte);
    if behind(Word::Bearer, is_bearer).any(|token| token.len() >= 20 && !is_placeholder(token)) {
        kinds.push("a bearer token");
    }
    if behind(Word::Signature, u8::is_ascii_hexdigit).any(|made| made.len() == 64 && !is_placeholder(made)) {
        kinds.push("a signature");
    }
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// Secrets that are told by how they begin: session tokens, private keys, keys of other makers.
pub(crate) fn by_form<'a>(content: &'a [u8], signs: &[Found<Sign>]) -> Vec<(&'static str, &'a [u8])> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-".contains(byte);
    let mut found = Vec::new();
    for Found { says, start, end } in signs {
        let rest = &content[*start..];
        let alone = *start == 0 || !is_word(&content[*start - 1]);
        match says {
            Sign::SessionToken if run(rest).len() >= 100 => found.push(("a session token", run(rest))),
            Sign::Pem => found.extend(private_key(rest).map(|key| ("a private key", key))),
            Sign::Maker(least) if alone && length(rest, is_word) >= end - start + least => {
                found.push(("a key of another maker", &rest[..length(rest, is_word)]));
            }
            Sign::WebToken => {
                let token = &rest[..length(rest, |byte| is_word(byte) || *byte == b'.')];
                found.extend(is_web_token(token).then_some(("a JSON web token", token)));
            }
            _ => {}
        }
    }
    found.retain(|(_, secret)| !is_placeholder(secret));
    found
}

/// The private key that a document in PEM is, to its end.
fn private_key(document: &[u8]) -> Option<&[u8]> {
    let line = document.split(|byte| *byte == b'\n').next().unwrap_or_default();
    find_all(line, b"PRIVATE KEY").next()?;
    let end = find_all(document, b"-----END ").next().and_then(|end| {
        let tail = find_all(&document[end + 5..], b"-----").next()?;
        Some(end + 5 + tail + 5)
    });
    Some(&document[..end.unwrap_or(document.len())])
}

fn is_web_token(token: &[u8]) -> bool {
    let parts: Vec<&[u8]> = token.split(|byte| *byte == b'.').collect();
    matches!(parts.as_slice(), [head, claims, signature]
        if head.len() >= 16 && claims.starts_with(WEB_TOKEN) && signature.len() >= 16)
}

/// How many bytes at the beginning are such.
fn length(content: &[u8], is: impl Fn(&u8) -> bool) -> usize {
    content.iter().take_while(|byte| is(byte)).count()
}

/// Ids of AWS: one of a sign's prefixes and sixteen more characters, standing alone.
pub(crate) fn ids<'a>(content: &'a [u8], signs: &[Found<Sign>], sign: Sign) -> Vec<&'a str> {
    let is_id = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let starts = signs.iter().filter(|found| found.says == sign).map(|found| found.start);
    let ids = starts.filter_map(|at| {
        let length = length(&content[at..], is_id);
        let alone = at == 0 || !content[at - 1].is_ascii_alphanumeric();
        // Principal ids have seventeen more.
        let is_one = alone && (length == 20 || length == 21);
        is_one.then(|| std::str::from_utf8(&content[at..at + length]).ok()).flatten()
    });
    ids.collect()
}

/// Every place where a needle, which is not empty, begins; none inside another.
pub(crate) fn find_all<'a>(content: &'a [u8], needle: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    memchr::memmem::find_iter(content, needle)
}

/// Runs of base64 characters, standard or URL-safe, without their padding.
pub(crate) fn base64_runs(content: &[u8], shortest: usize) -> impl Iterator<Item = &[u8]> {
    static IS_BASE64: LazyLock<Class> =
        LazyLock::new(|| Class::of(|byte| byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte)));
    IS_BASE64.runs(content, shortest).map(|run| &content[run])
}

/// Undoes percent-encoding, where there is any.
pub(crate) fn unpercent(content: &[u8]) -> Option<Vec<u8>> {
    let mut made = Vec::new();
    let mut copied = 0;
    for at in memchr::memchr_iter(b'%', content) {
        let digits = content.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        let decoded = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        // A percent sign may be what another one encodes.
        if let (Some(decoded), true) = (decoded, at >= copied) {
            made.extend_from_slice(&content[copied..at]);
            made.push(decoded);
            copied = at + 3;
        }
    }
    (copied > 0).then(|| {
        made.extend_from_slice(&content[copied..]);
        made
    })
}

/// The bytes of the hexadecimal dumps in some content, one after the other: pairs of digits, spaced or not.
pub(super) fn unhex(content: &[u8]) -> Option<Vec<u8>> {
    const SHORTEST: usize = 24;
    static IS_DUMP: LazyLock<Class> =
        LazyLock::new(|| Class::of(|byte| byte.is_ascii_hexdigit() || byte == b' '));
    let mut made = Vec::new();
    for run in IS_DUMP.runs(content, SHORTEST) {
        let digits: Vec<u8> = content[run].iter().copied().filter(u8::is_ascii_hexdigit).collect();
        if digits.len() >= SHORTEST && digits.len().is_multiple_of(2) {
            let pairs = digits.chunks_exact(2).filter_map(|pair| std::str::from_utf8(pair).ok());
            made.extend(pairs.filter_map(|pair| u8::from_str_radix(pair, 16).ok()));
            made.push(b'\n');
        }
    }
    (!made.is_empty()).then_some(made)
}

/// The characters of a key or token at the start of some content.
pub(super) fn run(content: &[u8]) -> &[u8] {
    let length = content.iter().take_while(|b| b.is_ascii_alphanumeric() || b"+/=%".contains(b)).count();
    &content[..length]
}

pub(super) fn is_placeholder(value: &[u8]) -> bool {
    PLACEHOLDERS.iter().any(|mark| find_all(value, mark.as_bytes()).next().is_some())
}
