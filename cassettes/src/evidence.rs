//! What cassettes show of each operation: in how many it is called, and which answers they hold.

use crate::{Cassette, Interaction};
use std::collections::{BTreeMap, BTreeSet};

/// What is shown of every operation, by service and name.
#[derive(Debug, Default)]
pub struct Evidence(BTreeMap<(String, String), Shown>);

/// What is shown of one operation.
#[derive(Debug, Default, Clone)]
pub struct Shown {
    /// In how many cassettes it is called.
    pub cassettes: usize,
    /// The answers: a status, and with it the code of an error.
    pub answers: BTreeSet<String>,
}

impl Evidence {
    /// What these cassettes show.
    pub fn of<'a>(cassettes: impl IntoIterator<Item = &'a Cassette>) -> Evidence {
        let mut evidence = Evidence::default();
        for cassette in cassettes {
            let mut called = BTreeSet::new();
            for one in &cassette.interactions {
                let (Some(service), Some(operation)) = (&one.service, &one.operation) else { continue };
                let name = (service.clone(), operation.clone());
                let shown = evidence.0.entry(name.clone()).or_default();
                shown.answers.extend(answer(one));
                shown.cassettes += usize::from(called.insert(name));
            }
        }
        evidence
    }

    /// What is shown of an operation.
    pub fn shown(&self, service: &str, operation: &str) -> Option<&Shown> {
        self.0.get(&(service.to_owned(), operation.to_owned()))
    }

    /// Every operation that is called, with what is shown of it.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &Shown)> {
        self.0.iter().map(|((service, operation), shown)| (service.as_str(), operation.as_str(), shown))
    }
}

impl Shown {
    /// The errors among the answers: a status and a code each.
    pub fn errors(&self) -> Vec<&str> {
        self.answers.iter().filter(|answer| answer.contains(' ')).map(String::as_str).collect()
    }
}

/// The status of an answer, and with it the code of an error.
fn answer(interaction: &Interaction) -> Option<String> {
    let response = interaction.response.as_ref()?;
    let body = response.body.bytes();
    // REST services that speak JSON tell the code in a header.
    let told = || response.headers.get("x-amzn-errortype").map(|code| code.trim().to_owned());
    let code =
        (response.status >= 300).then(|| code(&String::from_utf8_lossy(&body)).or_else(told)).flatten();
    Some(match code {
        Some(code) => format!("{} {code}", response.status),
        None => response.status.to_string(),
    })
}

/// The code of an error, in XML or in JSON.
fn code(body: &str) -> Option<String> {
    if let Some((code, _)) = body.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>")) {
        return Some(code.to_owned());
    }
    let json: serde_json::Value = serde_json::from_str(body).ok()?;
    let name = ["__type", "code", "Code"].iter().find_map(|name| json.get(name)?.as_str())?;
    Some(name.rsplit('#').next().unwrap_or(name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn the_code_of_an_error_is_found_in_every_form() {
        let check = |body: &str| code(body);
        assert_eq!(check("<Error><Code>NoSuchKey</Code></Error>").as_deref(), Some("NoSuchKey"));
        assert_eq!(check("{\"__type\":\"com.amazon.coral#X\",\"message\":\"\"}").as_deref(), Some("X"));
        assert_eq!(check("<html>"), None);
    }
}
