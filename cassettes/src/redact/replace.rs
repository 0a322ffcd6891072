//! The map from secrets to placeholders, and their replacement in whatever encoding a secret occurs.

use std::collections::HashMap;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use md5::{Digest as _, Md5};

use super::{document, placeholder};
use crate::reader::hex;
use crate::scan::named;

/// A value shorter than this is replaced only where the model says that it is secret: elsewhere it may be any word.
const DISTINCTIVE: usize = 8;

/// One placeholder per secret.
#[derive(Clone, Debug, Default)]
pub(super) struct Replacements {
    /// What each secret became.
    known: HashMap<String, String>,
    /// Needles and what they become, in every encoding: a family for each first byte, the longest first. None at all, or
    /// 256 families.
    needles: Vec<Vec<Needle>>,
    key_ids: usize,
    accounts: usize,
    /// The needles made ready, until more are learnt: that takes longer than to look through many a body.
    ready: OnceLock<Needles>,
}

impl Replacements {
    /// The placeholder of a secret of any form.
    pub(super) fn secret(&mut self, secret: &str) -> String {
        if let Some(known) = self.known.get(secret) {
            return known.clone();
        }
        if placeholder::is_one(secret) {
            return secret.to_owned();
        }
        if let Some(made) = self.of_document(secret).or_else(|| self.of_base64(secret)) {
            return self.learn(secret, made);
        }
        // Two short secrets may come out alike: try a few, so that what differed still does.
        let made = (0..16)
            .map(|attempt| placeholder::like(secret, self.known.len() * 16 + attempt))
            .find(|made| made != secret && !self.known.values().any(|other| other == made))
            .unwrap_or_else(|| placeholder::like(secret, self.known.len()));
        self.learn(secret, made)
    }

    /// The placeholder of a JSON document: it keeps its names. Its leaves are replaced where they stand, and elsewhere
    /// if they were drawn.
    fn of_document(&mut self, secret: &str) -> Option<String> {
        // The same leaf is the same placeholder within the document, and two are two.
        let mut own: HashMap<String, String> = HashMap::new();
        document::with_leaves(secret, &mut |leaf| {
            if let Some(known) = self.known.get(leaf).or_else(|| own.get(leaf)) {
                return known.clone();
            }
            if named::kind("secret", leaf.as_bytes()).is_some() {
                return self.secret(leaf);
            }
            let made = placeholder::like(leaf, self.known.len() * 16 + own.len());
            own.insert(leaf.to_owned(), made.clone());
            made
        })
    }

    /// The placeholder of a blob of text: what it says is a secret, too.
    fn of_base64(&mut self, secret: &str) -> Option<String> {
        if secret.len() < DISTINCTIVE || !secret.len().is_multiple_of(4) {
            return None;
        }
        let said = String::from_utf8(BASE64.decode(secret).ok()?).ok()?;
        let is_text = !said.chars().any(|c| c.is_control() && !c.is_whitespace());
        is_text.then(|| BASE64.encode(self.secret(&said)))
    }

    /// The placeholder of a key that S3 encrypts with, and that of its hash, which goes with it.
    pub(super) fn customer_key(&mut self, key: &str) {
        let hash = |key: &str| BASE64.decode(key).ok().map(|key| BASE64.encode(Md5::digest(key)));
        let made = self.secret(key);
        if let (Some(old), Some(new)) = (hash(key), hash(&made)) {
            self.learn(&old, new);
        }
    }

    /// Whether no secret is known.
    pub(super) fn is_empty(&self) -> bool {
        self.needles.is_empty()
    }

    fn needle(&mut self, needle: Vec<u8>, replacement: Vec<u8>) {
        let Some(first) = needle.first() else { return };
        self.ready = OnceLock::new();
        self.needles.resize(1 + usize::from(u8::MAX), Vec::new());
        let family = &mut self.needles[usize::from(*first)];
        if !family.iter().any(|(known, _)| *known == needle) {
            family.push((needle, replacement));
            family.sort_by_key(|(needle, _)| std::cmp::Reverse(needle.len()));
        }
    }

    /// The placeholder of an access key id, or of another id that embeds the account.
    pub(super) fn key_id(&mut self, id: &str) {
        if !self.known.contains_key(id) && !id.ends_with("EXAMPLE") {
            let made = placeholder::key_id(&id[..4], self.key_ids);
            self.key_ids += 1;
            self.learn(id, made);
        }
    }

    /// The placeholder of an account id.
    pub(super) fn account(&mut self, id: &str) {
        if !self.known.contains_key(id) && !self.known.values().any(|made| made == id) {
            let made = placeholder::account(self.accounts);
            self.accounts += 1;
            self.learn(id, made);
        }
    }

    /// The placeholder of a signature in hexadecimal.
    pub(super) fn signature(&mut self, signature: &str) {
        if signature.len() == placeholder::SIGNATURE.len() && signature != placeholder::SIGNATURE {
            self.learn(signature, placeholder::SIGNATURE.to_owned());
        }
    }

    /// The placeholder of a session token, raw or percent-encoded.
    pub(super) fn token(&mut self, token: &str) {
        if token.len() >= DISTINCTIVE && !token.starts_with("EXAMPLE") {
            self.secret(token);
            if let Some(decoded) = unpercent(token).filter(|decoded| decoded != token) {
                self.secret(&decoded);
            }
        }
    }

    fn learn(&mut self, secret: &str, made: String) -> String {
        if secret.len() >= DISTINCTIVE && !is_public(secret) {
            for (needle, replacement) in encodings(secret).into_iter().zip(encodings(&made)) {
                self.needle(needle, replacement);
            }
        }
        self.known.insert(secret.to_owned(), made.clone());
        made
    }

    /// Bytes with every known secret replaced.
    pub(super) fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        if self.needles.is_empty() {
            return bytes.to_vec();
        }
        let mut made = Vec::with_capacity(bytes.len());
        let mut at = 0;
        while let Some(first) = bytes.get(at) {
            let here = &bytes[at..];
            let family = &self.needles[usize::from(*first)];
            let found =
                family.iter().find(|(needle, _)| here.starts_with(needle) && stands_alone(bytes, at, needle));
            match found {
                Some((needle, replacement)) => {
                    made.extend_from_slice(replacement);
                    at += needle.len();
                }
                None => {
                    made.push(*first);
                    at += 1;
                }
            }
        }
        made
    }

    /// What is looked for, made ready for long texts.
    pub(super) fn needles(&self) -> &Needles {
        self.ready.get_or_init(|| self.make_ready())
    }

    fn make_ready(&self) -> Needles {
        let needles: Vec<&[u8]> =
            self.needles.iter().flatten().map(|(needle, _)| needle.as_slice()).collect();
        Needles(AhoCorasick::new(needles).ok())
    }

    /// Text with every known secret replaced.
    pub(super) fn text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.bytes(text.as_bytes())).into_owned()
    }
}

/// Whether a value is everybody's, such as a region or an address of AWS: a variable of a function may well be one, and
/// requests would lead nowhere without it.
fn is_public(value: &str) -> bool {
    let parts: Vec<&str> = value.split('-').collect();
    let is_region = parts.len() >= 3
        && parts[0].len() == 2
        && parts
            .iter()
            .all(|part| part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
        && parts.last().is_some_and(|last| last.len() == 1 && last.bytes().all(|byte| byte.is_ascii_digit()));
    is_region
        || ["amazonaws.com", "arn:aws:iam::aws:"].iter().any(|own| value.contains(own))
        || ruststack_models::SERVICES.iter().any(|service| service.name == value)
        || value.starts_with("application/")
}

/// What is looked for, and what it becomes.
type Needle = (Vec<u8>, Vec<u8>);

/// All that is looked for at once.
#[derive(Clone, Debug)]
pub(super) struct Needles(Option<AhoCorasick>);

impl Needles {
    /// Whether any secret is in these bytes. Needles too many to be looked for are taken for found.
    pub(super) fn occur_in(&self, bytes: &[u8]) -> bool {
        let Some(needles) = &self.0 else { return true };
        let mut found = needles.find_overlapping_iter(bytes);
        found.any(|one| stands_alone(bytes, one.start(), &bytes[one.range()]))
    }
}

/// Digits inside longer digits are another number: an account id is not looked for in a timestamp.
fn stands_alone(bytes: &[u8], at: usize, needle: &[u8]) -> bool {
    if !needle.iter().all(u8::is_ascii_digit) {
        return true;
    }
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    let after = bytes.get(at + needle.len());
    !before.is_some_and(u8::is_ascii_digit) && !after.is_some_and(u8::is_ascii_digit)
}

/// The forms a text takes on the wire, always in the same order: as it is, inside JSON, inside JSON inside JSON,
/// inside XML, in a URL, in base64, and in the hexadecimal dumps of an S3 error.
fn encodings(text: &str) -> Vec<Vec<u8>> {
    let escaped = |text: &str| {
        let quoted = serde_json::Value::from(text).to_string();
        quoted[1..quoted.len() - 1].to_owned()
    };
    let once = escaped(text);
    let spaced: Vec<String> = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    [
        text.to_owned(),
        escaped(&once),
        once,
        xml(text),
        percent(text),
        BASE64.encode(text),
        spaced.join(" "),
        hex(text.as_bytes()),
    ]
    .into_iter()
    .map(String::into_bytes)
    .collect()
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Percent-encodes all but the unreserved characters, as AWS's signers do.
pub(super) fn percent(text: &str) -> String {
    let mut made = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                made.push(char::from(byte))
            }
            _ => made.push_str(&format!("%{byte:02X}")),
        }
    }
    made
}

/// Undoes percent-encoding, and the plus sign of forms.
pub(super) fn unpercent(text: &str) -> Option<String> {
    let mut made = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        made.push(match byte {
            b'%' => {
                let digits = [bytes.next()?, bytes.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            b'+' => b' ',
            other => other,
        });
    }
    String::from_utf8(made).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_every_encoding() {
        let mut replacements = Replacements::default();
        let made = replacements.secret("pa\"ss/word 1");
        for (form, placeholder) in encodings("pa\"ss/word 1").into_iter().zip(encodings(&made)) {
            let message = [b"<<".to_vec(), form.clone(), b">>".to_vec()].concat();
            let expected = [b"<<".to_vec(), placeholder, b">>".to_vec()].concat();
            assert_eq!(replacements.bytes(&message), expected, "{}", String::from_utf8_lossy(&form));
        }
    }

    #[test]
    fn an_account_is_not_looked_for_in_longer_numbers() {
        let mut replacements = Replacements::default();
        replacements.account("456752665576");
        assert_eq!(
            replacements.text("arn::456752665576:q 14567526655760"),
            "arn::123456789012:q 14567526655760"
        );
    }

    #[test]
    fn percent_encoding_that_is_none_is_left() {
        assert_eq!(unpercent("a%2"), None);
        assert_eq!(unpercent("a%2Fb+c").as_deref(), Some("a/b c"));
    }
}
