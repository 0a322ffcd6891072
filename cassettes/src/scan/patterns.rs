//! What secrets look like.

use super::named;

/// Prefixes of access key ids: long-lived and temporary.
pub(crate) const ACCESS_KEY_PREFIXES: &[&str] = &["AKIA", "ASIA"];
/// A signature or token with one of these in it is a placeholder; the last is how the first begins in base64.
const PLACEHOLDERS: &[&str] = &["EXAMPLE", "0123456789abcdef", "RVhBTVBM"];
/// How session tokens begin: base64 of their own header.
const TOKEN_BEGINNINGS: &[&str] = &["IQoJb3JpZ2lu", "FwoGZXIvYXdz", "FQoGZXIvYXdz", "AQoDYXdz"];
/// How the keys of other makers begin, and how many characters follow at least.
const MAKERS: &[(&str, usize)] = &[
    ("ghp_", 30),
    ("gho_", 30),
    ("ghs_", 30),
    ("github_pat_", 30),
    ("glpat-", 20),
    ("npm_", 30),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("sk_live_", 20),
    ("rk_live_", 20),
    ("AIza", 35),
];
/// How the two documents of a JSON web token begin.
const JSON_WEB_TOKEN: &str = "eyJ";

/// The kinds of secrets that some content holds.
pub(super) fn leaks(content: &[u8]) -> Vec<&'static str> {
    let mut kinds = Vec::new();
    if ids(content, ACCESS_KEY_PREFIXES).iter().any(|id| !id.ends_with("EXAMPLE")) {
        kinds.push("an access key id");
    }
    let lower = content.to_ascii_lowercase();
    kinds.extend(named::in_text(content).into_iter().map(|(kind, _)| kind));
    kinds.extend(by_form(content).into_iter().map(|(kind, _)| kind));
    if find_all(&lower, b"bearer ").any(|at| {
        let token = content[at + 7..]
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || b"-._~+/=".contains(b))
            .count();
        token >= 20 && !is_placeholder(&content[at + 7..at + 7 + token])
    }) {
        kinds.push("a bearer token");
    }
    if ["x-amz-signature=", ", signature=", "<signatureprovided>"].iter().any(|name| {
        find_all(&lower, name.as_bytes()).any(|at| {
            let digits =
                content[at + name.len()..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
            digits == 64 && !is_placeholder(&content[at + name.len()..at + name.len() + digits])
        })
    }) {
        kinds.push("a signature");
    }
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// Secrets that are told by how they begin: session tokens, private keys, keys of other makers.
pub(crate) fn by_form(content: &[u8]) -> Vec<(&'static str, &[u8])> {
    let mut found = Vec::new();
    for beginning in TOKEN_BEGINNINGS {
        let tokens = find_all(content, beginning.as_bytes()).map(|at| run(&content[at..]));
        found.extend(tokens.filter(|token| token.len() >= 100).map(|token| ("a session token", token)));
    }
    for at in find_all(content, b"-----BEGIN ") {
        let rest = &content[at..];
        let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
        if find_all(line, b"PRIVATE KEY").next().is_some() {
            let end = find_all(rest, b"-----END ").next().map_or(rest.len(), |end| {
                let tail = find_all(&rest[end + 5..], b"-----").next();
                tail.map_or(rest.len(), |tail| end + 5 + tail + 5)
            });
            found.push(("a private key", &rest[..end]));
        }
    }
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-".contains(byte);
    for (beginning, least) in MAKERS {
        for at in find_all(content, beginning.as_bytes()) {
            let length = content[at..].iter().take_while(|byte| is_word(byte)).count();
            let alone = at == 0 || !is_word(&content[at - 1]);
            if alone && length >= beginning.len() + least {
                found.push(("a key of another maker", &content[at..at + length]));
            }
        }
    }
    for at in find_all(content, JSON_WEB_TOKEN.as_bytes()) {
        let length = content[at..].iter().take_while(|byte| is_word(byte) || **byte == b'.').count();
        let token = &content[at..at + length];
        let parts: Vec<&[u8]> = token.split(|byte| *byte == b'.').collect();
        if let [head, claims, signature] = parts.as_slice()
            && head.len() >= 16
            && claims.starts_with(JSON_WEB_TOKEN.as_bytes())
            && signature.len() >= 16
        {
            found.push(("a JSON web token", token));
        }
    }
    found.retain(|(_, secret)| !is_placeholder(secret));
    found
}

/// Ids of AWS: one of the prefixes and sixteen more characters, standing alone.
pub(crate) fn ids<'a>(content: &'a [u8], prefixes: &[&str]) -> Vec<&'a str> {
    let is_id = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let mut found = Vec::new();
    for prefix in prefixes {
        for at in find_all(content, prefix.as_bytes()) {
            let length = content[at..].iter().take_while(|byte| is_id(byte)).count();
            let alone = at == 0 || !content[at - 1].is_ascii_alphanumeric();
            // Principal ids have seventeen more.
            if alone && (length == 20 || length == 21) {
                found.extend(std::str::from_utf8(&content[at..at + length]));
            }
        }
    }
    found
}

/// Every place where a needle, which is not empty, begins; none inside another.
pub(crate) fn find_all<'a>(content: &'a [u8], needle: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    memchr::memmem::find_iter(content, needle)
}

/// Runs of base64 characters, standard or URL-safe, without their padding.
pub(crate) fn base64_runs(content: &[u8], shortest: usize) -> impl Iterator<Item = &[u8]> {
    let runs = content.split(|b| !(b.is_ascii_alphanumeric() || b"+/-_".contains(b)));
    runs.filter(move |run| run.len() >= shortest)
}

/// Undoes percent-encoding, where there is any.
pub(crate) fn unpercent(content: &[u8]) -> Option<Vec<u8>> {
    let mut made = Vec::new();
    let mut at = 0;
    let mut found = false;
    while let Some(byte) = content.get(at) {
        let digits = content.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.filter(|_| *byte == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(decoded) => {
                made.push(decoded);
                at += 3;
                found = true;
            }
            None => {
                made.push(*byte);
                at += 1;
            }
        }
    }
    found.then_some(made)
}

/// The bytes of the hexadecimal dumps in some content, one after the other: pairs of digits, spaced or not.
pub(super) fn unhex(content: &[u8]) -> Option<Vec<u8>> {
    let mut made = Vec::new();
    for run in content.split(|byte| !(byte.is_ascii_hexdigit() || *byte == b' ')) {
        let digits: Vec<u8> = run.iter().copied().filter(u8::is_ascii_hexdigit).collect();
        if digits.len() >= 24 && digits.len().is_multiple_of(2) {
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
