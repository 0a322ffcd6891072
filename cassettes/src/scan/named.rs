//! Secrets that are told by what stands before them: a name such as `SecretAccessKey` or `password`. Redaction and the
//! scan ask the same question, so that what the one takes out the other does not find.

use super::marks::{BETWEEN, Found, Word, words};
use super::patterns::{find_all, is_placeholder, run};

const KEYS: &[&str] = &["secretaccesskey", "secretkey"];
const TOKENS: &[&str] = &["sessiontoken", "securitytoken"];
/// Names of credentials of any maker.
const CREDENTIALS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "secretkey",
    "secretaccesskey",
    "apikey",
    "privatekey",
    "accesstoken",
    "refreshtoken",
    "authtoken",
    "idtoken",
];
/// How far behind its name a secret may begin: past quotes, colons, tags.
const REACH: usize = 12;
/// Fewer characters are told from words by no measure.
const SHORTEST: usize = 20;
/// Longer values are documents.
const LONGEST: usize = 512;
/// Bits of information in each character from which on a value was drawn and not written.
const RANDOM: f64 = 3.0;

/// The kind of secret that a value is by its name.
pub(crate) fn kind(name: &str, value: &[u8]) -> Option<&'static str> {
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let named = |names: &[&str]| names.iter().any(|own| name.ends_with(own));
    let is_one_run = run(value).len() == value.len();
    if value.is_empty() || is_placeholder(value) {
        None
    } else if is_one_run && value.len() == 40 && named(KEYS) {
        Some("a secret access key")
    } else if is_one_run && value.len() >= 100 && named(TOKENS) {
        Some("a session token")
    } else if named(CREDENTIALS) && is_random(value) {
        Some("a value of high entropy under a secret's name")
    } else {
        None
    }
}

/// Secrets in text of any kind that stand behind their names.
pub(crate) fn in_text(content: &[u8]) -> Vec<(&'static str, &[u8])> {
    behind(content, &words(content))
}

/// Those that stand behind these names.
pub(super) fn behind<'a>(content: &'a [u8], words: &[Found<Word>]) -> Vec<(&'static str, &'a [u8])> {
    let names = words.iter().filter(|word| word.says == Word::Name);
    let secrets = names.filter_map(|Found { start, end, .. }| {
        let rest = &content[*end..];
        let marks = rest.iter().take(REACH).take_while(|byte| BETWEEN.contains(byte)).count();
        let value = run(&rest[marks..]);
        let kind =
            (marks > 0).then(|| kind(&String::from_utf8_lossy(&content[*start..*end]), value)).flatten();
        kind.map(|kind| (kind, value))
    });
    secrets.collect()
}

/// Whether a value was drawn: letters and digits without an order, and no name of a thing.
fn is_random(value: &[u8]) -> bool {
    let has = |is: fn(&u8) -> bool| value.iter().any(is);
    (SHORTEST..=LONGEST).contains(&value.len())
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && value.iter().all(u8::is_ascii_graphic)
        && !["arn:", "://", "{{", "${"].iter().any(|mark| find_all(value, mark.as_bytes()).next().is_some())
        && !matches!(value[0], b'{' | b'[' | b'<')
        && entropy(value) >= RANDOM
}

/// Shannon's entropy of the characters, in bits for each.
fn entropy(value: &[u8]) -> f64 {
    let mut counts = [0u32; 256];
    value.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
    let all = value.len() as f64;
    let shares = counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / all);
    shares.map(|share| -share * share.log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_a_secrets_name_is_looked_for_in_text() {
        for name in KEYS.iter().chain(TOKENS).chain(CREDENTIALS) {
            assert!(super::super::marks::NAMES.iter().any(|known| known.replace('|', "") == *name), "{name}");
        }
    }

    #[test]
    fn a_value_is_a_secret_by_its_name_and_by_its_entropy() {
        let drawn = "q8ZtR2mVx7Lk3WnB5yHd";
        for name in ["password", "DB_PASSWORD", "client-secret", "apiKey", "api_key"] {
            assert!(kind(name, drawn.as_bytes()).is_some(), "{name}");
        }
        let text = format!("url=postgres://h/?user=a&password={drawn}&x=1");
        assert_eq!(in_text(text.as_bytes()).len(), 1, "{text}");
        for (name, value) in [
            ("NextToken", drawn),
            ("SecretId", drawn),
            ("password", "correct-horse-battery-staple"),
            ("password", "aaaaaaaaaaaaaaaaaaaaaaa1"),
            ("secret", "arn:aws:secretsmanager:us-east-1:123456789012:secret:a-Xq83Zt"),
            ("password", "EXAMPLE8ZtR2mVx7Lk3WnB5yHd"),
            ("password", "{{resolve:secretsmanager:a1b2c3d4e5f6}}"),
        ] {
            assert_eq!(kind(name, value.as_bytes()), None, "{name}: {value}");
        }
    }
}
