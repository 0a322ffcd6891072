//! Takes secrets out of recorded messages. Redaction belongs to the type: a [`Cassette`](crate::Cassette) is made of
//! [`Redacted`] interactions, and only a [`Redactor`] makes those.
//!
//! It works in two steps. *Learn* finds the secrets of a message: by their form (access key ids, signatures, tokens),
//! by their place (the members the caller calls sensitive) or because the caller names them. *Replace* puts a
//! placeholder of the same form in their stead wherever they occur, in whatever encoding. One redactor serves one
//! cassette, so that what refers to a secret still does.

mod deep;
mod derived;
mod document;
pub(crate) mod frames;
mod headers;
mod learn;
mod long;
mod members;
mod placeholder;
mod replace;

pub use frames::are_whole_frames;
pub(crate) use members::masked;
pub use members::{Member, Payloads, Sensitive};

use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::content::{gunzip, gzip};
use crate::format::{Body, Headers, Interaction, Request};
pub(crate) use derived::Derived;
use replace::Replacements;

/// Bodies longer than this many bytes are asked whether there is anything to replace before it is done byte by byte.
const LONG: usize = 64 << 10;

/// Something that holds no secret any more. Made by a [`Redactor`], or read from a cassette.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Redacted<T>(T);

impl<T> Deref for Redacted<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> Redacted<T> {
    /// A part of something that holds no secret.
    pub(crate) fn of_part<P>(whole: &Redacted<P>, part: impl FnOnce(&P) -> T) -> Redacted<T> {
        Redacted(part(&whole.0))
    }

    pub(crate) fn inner_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

/// What becomes of account ids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Accounts {
    /// They stay: the recording was public before.
    #[default]
    Keep,
    /// They are replaced, and with them the ids that embed them.
    Replace,
}

/// Redacts the messages of one cassette, the same secret always by the same placeholder.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    accounts: Accounts,
    payloads: Payloads,
    replacements: Replacements,
}

impl Redactor {
    /// A redactor that replaces account ids too, or keeps them.
    pub fn new(accounts: Accounts) -> Redactor {
        Redactor { accounts, ..Redactor::default() }
    }

    /// Keeps or replaces the caller's own content that models call sensitive.
    pub fn payloads(mut self, payloads: Payloads) -> Redactor {
        self.payloads = payloads;
        self
    }

    /// Names values that are secret wherever they occur, such as the credentials in use. One of fewer than eight
    /// characters may be any word, and is replaced only where a [`Member`] points at it.
    pub fn secrets(mut self, secrets: impl IntoIterator<Item = String>) -> Redactor {
        for secret in secrets {
            self.replacements.secret(&secret);
        }
        self
    }

    /// Redacts one interaction. What a later one would teach is not known yet: see [`Redactor::redact_all`].
    pub fn redact(&mut self, interaction: Interaction, sensitive: &Sensitive) -> Redacted<Interaction> {
        self.learn(&interaction, sensitive);
        self.replace(interaction, sensitive)
    }

    /// Redacts a conversation: learns from all of it before it replaces in any of it.
    pub fn redact_all(
        &mut self,
        conversation: impl IntoIterator<Item = (Interaction, Sensitive)>,
    ) -> Vec<Redacted<Interaction>> {
        let conversation: Vec<_> = conversation.into_iter().collect();
        for (interaction, sensitive) in &conversation {
            self.learn(interaction, sensitive);
        }
        conversation
            .into_iter()
            .map(|(interaction, sensitive)| self.replace(interaction, &sensitive))
            .collect()
    }

    /// Redacts a request that stands alone, as those of a setup do.
    pub fn redact_request(&mut self, request: Request, sensitive: &Sensitive) -> Redacted<Request> {
        let interaction = Interaction { request, ..Interaction::default() };
        Redacted(self.redact(interaction, sensitive).0.request)
    }

    /// Puts placeholders into text that belongs to the cassette but is no message.
    pub fn redact_text(&self, text: &str) -> String {
        self.replacements.text(text)
    }

    fn learn(&mut self, interaction: &Interaction, sensitive: &Sensitive) {
        let request = &interaction.request;
        for text in [Some(request.origin.as_str()), Some(&request.path), request.query.as_deref()]
            .into_iter()
            .flatten()
        {
            learn::from(text.as_bytes(), self.accounts, &mut self.replacements);
        }
        self.learn_message(&request.headers, &request.body, &sensitive.request);
        if let Some(response) = &interaction.response {
            self.learn_message(&response.headers, &response.body, &sensitive.response);
        }
    }

    fn learn_message(&mut self, headers: &Headers, body: &Body, members: &[Member]) {
        for (name, value) in headers.iter() {
            if headers::is_secret(name) {
                self.replacements.token(value);
            }
            learn::from(value.as_bytes(), self.accounts, &mut self.replacements);
        }
        if let Some(source) = long::source_of(body) {
            return long::learn(source, self.accounts, &mut self.replacements);
        }
        let bytes = body.bytes();
        let content = gunzip(&bytes);
        let content = content.as_deref().unwrap_or(&bytes);
        learn::from(content, self.accounts, &mut self.replacements);
        for value in members::values(content, headers, &members::secret(members, self.payloads)) {
            self.replacements.secret(&value);
        }
        let keys =
            headers.iter().filter(|(name, value)| name.ends_with("-customer-key") && !value.is_empty());
        keys.for_each(|(_, key)| self.replacements.customer_key(key));
    }

    fn replace(&mut self, mut interaction: Interaction, sensitive: &Sensitive) -> Redacted<Interaction> {
        let request = &mut interaction.request;
        request.origin = self.replacements.text(&request.origin);
        request.path = self.replacements.text(&request.path);
        let query =
            |query: &str| deep::form(&self.replacements.text(&headers::query(query)), &self.replacements);
        request.query = request.query.as_deref().map(query);
        request.headers.filter_map(headers::allowed);
        self.replace_message(&mut request.headers, &mut request.body, &sensitive.request);
        if let Some(response) = &mut interaction.response {
            response.headers.filter_map(headers::answered);
            self.replace_message(&mut response.headers, &mut response.body, &sensitive.response);
        }
        interaction.not_comparable = interaction.not_comparable.map(|reason| self.replacements.text(&reason));
        Redacted(interaction)
    }

    fn replace_message(&mut self, headers: &mut Headers, body: &mut Body, members: &[Member]) {
        let members = members::secret(members, self.payloads);
        // Secrets by their place go first: what a placeholder stands for is not asked twice.
        members::redact_headers(headers, &members, &mut self.replacements);
        headers.filter_map(|_, value| {
            let made = deep::replaced(value.as_bytes(), &self.replacements);
            Some(String::from_utf8_lossy(&made).into_owned())
        });
        if let Some(source) = long::source_of(body) {
            *body = long::kept(body, source, &members, &self.replacements);
            return;
        }
        let old = match body.load() {
            Ok(old) => old,
            Err(error) => {
                *body = Body::unknown(format!("could not be read back: {error}"));
                return;
            }
        };
        let packed = gunzip(&old);
        let content = packed.as_deref().unwrap_or(&old);
        let is_plain = members.iter().all(|member| matches!(member, Member::Header(_)));
        // Only text has encodings to look behind.
        let is_text = std::str::from_utf8(content).is_ok();
        if content.len() > LONG && is_plain && !is_text && !self.replacements.needles().occur_in(content) {
            return;
        }
        let new = members::redact(content, &members, &mut self.replacements);
        let new = deep::replaced(new.as_deref().unwrap_or(content), &self.replacements);
        let is_form = headers.get("content-type").is_some_and(|kind| kind.contains("x-www-form-urlencoded"));
        let new = match std::str::from_utf8(&new) {
            Ok(text) if is_form => deep::form(text, &self.replacements).into_bytes(),
            _ => new,
        };
        if new == content {
            return;
        }
        let derived = Derived::of(headers, &old);
        let new = if packed.is_some() { gzip(&new) } else { new };
        derived.restate(headers, &new);
        *body = body.with_bytes(new.into());
    }
}

#[cfg(test)]
mod planted;
#[cfg(test)]
mod tests;
