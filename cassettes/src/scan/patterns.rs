//! What secrets look like.

/// Prefixes of access key ids: long-lived and temporary.
pub(crate) const ACCESS_KEY_PREFIXES: &[&str] = &["AKIA", "ASIA"];
/// A signature or token with one of these in it is a placeholder.
const PLACEHOLDERS: &[&str] = &["EXAMPLE", "0123456789abcdef0123456789abcdef"];
const SECRET_NAMES: &[&str] =
    &["secretaccesskey", "secret_access_key", "secretkey", "secret_key", "secret-access-key"];
const TOKEN_NAMES: &[&str] = &["sessiontoken", "session_token", "security-token", "security_token"];
/// How session tokens begin: base64 of their own header.
const TOKEN_BEGINNINGS: &[&str] = &["IQoJb3JpZ2lu", "FwoGZXIvYXdz", "FQoGZXIvYXdz", "AQoDYXdz"];
/// How far behind its name a secret may begin: past quotes, colons, tags.
const NAME_REACH: usize = 12;

/// The kinds of secrets that some content holds.
pub(super) fn leaks(content: &[u8]) -> Vec<&'static str> {
    let mut kinds = Vec::new();
    if ids(content, ACCESS_KEY_PREFIXES).iter().any(|id| !id.ends_with("EXAMPLE")) {
        kinds.push("an access key id");
    }
    let lower = content.to_ascii_lowercase();
    let behind = |names: &[&str], long: &dyn Fn(usize) -> bool| {
        let ends = names.iter().flat_map(|name| find_all(&lower, name.as_bytes()).map(|at| at + name.len()));
        ends.filter_map(|end| value_behind(content, end))
            .any(|value| long(value.len()) && !is_placeholder(value))
    };
    if behind(SECRET_NAMES, &|length| length == 40) {
        kinds.push("a secret access key");
    }
    let begins = |beginning: &&str| {
        let mut starts = find_all(content, beginning.as_bytes());
        starts.any(|at| run(&content[at..]).len() >= 100)
    };
    if behind(TOKEN_NAMES, &|length| length >= 100) || TOKEN_BEGINNINGS.iter().any(begins) {
        kinds.push("a session token");
    }
    if find_all(content, b"-----BEGIN ").any(|at| {
        let line = content[at..].split(|byte| *byte == b'\n').next().unwrap_or_default();
        find_all(line, b"PRIVATE KEY").next().is_some()
    }) {
        kinds.push("a private key");
    }
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
    kinds
}

/// The secret that a JSON member's name says its value is.
pub(super) fn secret_by_name(name: &str, value: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let is_one_run = run(value.as_bytes()).len() == value.len() && !is_placeholder(value.as_bytes());
    let named = |names: &[&str]| names.iter().any(|own| name.ends_with(own));
    if is_one_run && value.len() == 40 && named(SECRET_NAMES) {
        Some("a secret access key")
    } else if is_one_run && value.len() >= 100 && named(TOKEN_NAMES) {
        Some("a session token")
    } else {
        None
    }
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
pub(super) fn base64_runs(content: &[u8], shortest: usize) -> impl Iterator<Item = &[u8]> {
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

/// The value that stands a few marks behind its name.
fn value_behind(content: &[u8], end: usize) -> Option<&[u8]> {
    let rest = &content[end..];
    let marks = rest.iter().take(NAME_REACH).take_while(|b| b"\"'\\:=> \t".contains(b)).count();
    (marks > 0).then(|| run(&rest[marks..]))
}

/// The characters of a key or token at the start of some content.
fn run(content: &[u8]) -> &[u8] {
    let length = content.iter().take_while(|b| b.is_ascii_alphanumeric() || b"+/=%".contains(b)).count();
    &content[..length]
}

fn is_placeholder(value: &[u8]) -> bool {
    PLACEHOLDERS.iter().any(|mark| find_all(value, mark.as_bytes()).next().is_some())
}
