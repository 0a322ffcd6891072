//! What AWS does not promise, learnt from recording the same requests twice: where the two differ, and no rule knows
//! it yet, a rule is made, with what was seen as its reason.

use crate::endpoint::{Endpoint, Fake, OpenError, Pending, Session, answered};
use crate::replay::{account_of, replay};
use crate::rules::{Clock, Form};
use crate::verdict::{Difference, Kind, Verdict};
use ruststack_cassettes::{Cassette, Rule};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// The forms that a rule may have, the narrowest first.
const FORMS: &[Form] = &[
    Form::Uuid,
    Form::RequestId,
    Form::AnyMoment,
    Form::Arn,
    Form::UniqueId,
    Form::Number,
    Form::Hex,
    Form::Base64,
    Form::Token,
];
/// A shorter text is a word: a state, a mode, a yes or no.
const SHORTEST_DRAWN: usize = 8;
/// More of a value says no more.
const LONGEST_SHOWN: usize = 60;

/// What two recordings of the same requests show.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Noise {
    /// Rules that let through what AWS does not promise, for the first cassette's `rules`.
    pub rules: Vec<Rule>,
    /// What differs and is no noise, as far as can be told: another status, a member more or less, another word.
    pub unexplained: Vec<(usize, Difference)>,
    /// How many values differ that a rule knows already.
    pub known: u64,
}

/// Why two cassettes cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotTheSame(String);

impl fmt::Display for NotTheSame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotTheSame {}

/// Holds a second recording of the same requests against the first.
pub async fn noise(first: &Cassette, second: &Cassette) -> Result<Noise, NotTheSame> {
    let (one, two) = (first.interactions.len(), second.interactions.len());
    if one != two {
        return Err(NotTheSame(format!("the first recording has {one} interactions, the second {two}")));
    }
    for (index, (one, two)) in first.interactions.iter().zip(&second.interactions).enumerate() {
        if (&one.service, &one.operation) != (&two.service, &two.operation) {
            let name = |operation: &Option<String>| operation.clone().unwrap_or_else(|| "unknown".to_owned());
            return Err(NotTheSame(format!(
                "interaction {index} is {} in the first recording and {} in the second",
                name(&one.operation),
                name(&two.operation)
            )));
        }
    }
    let answers: Vec<_> = second.interactions.iter().map(|one| answered(one)).collect();
    let again = Fake::changing(move |index, _, _, answer| {
        if let Some(other) = answers.get(index) {
            *answer = other.clone();
        }
    });
    // Two recordings need not call the account by the same placeholder.
    let account = Some(account_of(second)).filter(|account| *account != account_of(first));
    let again = Again(Fake { account, ..again });
    let report = replay("noise", first, &again).await;

    let mut noise =
        Noise { known: report.masked.iter().map(|masked| masked.count).sum(), ..Noise::default() };
    let mut places: BTreeMap<(String, String, String), Vec<(usize, Difference)>> = BTreeMap::new();
    for one in &report.interactions {
        if let Verdict::Differs { differences } = &one.verdict {
            for difference in differences {
                let place = (one.service.clone(), one.operation.clone(), difference.pattern());
                places.entry(place).or_default().push((one.index, difference.clone()));
            }
        }
    }
    for ((service, operation, pattern), seen) in places {
        match rule(&service, &operation, &pattern, &seen) {
            Some(rule) => noise.rules.push(rule),
            None => noise.unexplained.extend(seen),
        }
    }
    noise.unexplained.sort_by_key(|(index, _)| *index);
    Ok(noise)
}

/// A rule for a place, if there is one form that all its values have.
fn rule(service: &str, operation: &str, pattern: &str, seen: &[(usize, Difference)]) -> Option<Rule> {
    let form = form(seen)?;
    let place = pattern.strip_prefix(operation)?.strip_prefix('.')?;
    let (kind, place) = match place.strip_prefix("header.") {
        Some(header) => ("header", header),
        None => ("path", place),
    };
    let (index, first) = seen.first()?;
    let more = match seen.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let values = match (&first.recorded, &first.actual) {
        (Some(recorded), Some(actual)) => format!(": {} and {}", shown(recorded), shown(actual)),
        _ => String::new(),
    };
    let what = if form == Form::Set { "another order" } else { "another value" };
    let reason =
        format!("AWS gave {what} when the same was recorded again, in interaction {index}{values}{more}");
    let says = [("service", service), ("operation", operation), (kind, place), ("form", form.name())];
    let says: Map<String, Value> =
        says.map(|(name, value)| (name.to_owned(), Value::from(value))).into_iter().collect();
    Some(Rule { reason, says })
}

fn form(seen: &[(usize, Difference)]) -> Option<Form> {
    if seen.iter().all(|(_, difference)| difference.kind == Kind::Order) {
        return Some(Form::Set);
    }
    let pairs: Option<Vec<(&str, &str)>> = seen
        .iter()
        .map(|(_, difference)| match (difference.kind, &difference.recorded, &difference.actual) {
            (Kind::Value | Kind::Header, Some(recorded), Some(actual)) => {
                Some((recorded.as_str(), actual.as_str()))
            }
            _ => None,
        })
        .collect();
    let pairs = pairs?;
    FORMS.iter().copied().find(|form| {
        let is_lax = matches!(form, Form::Base64 | Form::Token | Form::Hex);
        pairs.iter().all(|(recorded, actual)| {
            form.alike(recorded, actual, Clock::Real) && (!is_lax || (is_drawn(recorded) && is_drawn(actual)))
        })
    })
}

/// Whether a text was drawn, and is no word that may mean something.
fn is_drawn(text: &str) -> bool {
    text.len() >= SHORTEST_DRAWN
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn shown(value: &str) -> String {
    match value.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

/// The second recording, which has a clock of its own.
struct Again(Fake);

impl Endpoint for Again {
    fn name(&self) -> String {
        "the second recording".to_owned()
    }

    fn moves_its_clock(&self) -> bool {
        false
    }

    fn account(&self) -> Option<&str> {
        self.0.account()
    }

    fn open<'a>(&'a self, cassette: &'a Cassette) -> Pending<'a, Result<Box<dyn Session>, OpenError>> {
        self.0.open(cassette)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rulebook;
    use serde_json::json;

    fn cassette(id: &str, state: &str, extra: Option<&str>) -> Cassette {
        let mut body = json!({ "Environment": { "Oddity": id, "Mode": state } });
        if let Some(extra) = extra {
            body["Extra"] = Value::from(extra);
        }
        let interaction = json!({
            "service": "lambda", "operation": "GetFunctionConfiguration", "region": "us-east-1",
            "request": {
                "method": "GET", "origin": "https://lambda.us-east-1.amazonaws.com",
                "path": "/2015-03-31/functions/f/configuration",
            },
            "response": { "status": 200, "headers": ["content-type: application/json", format!("x-odd: {id}")],
                "body": { "json": body } },
        });
        serde_json::from_value(json!({
            "cassette": 1,
            "meta": { "title": "t", "services": ["lambda"], "provenance": { "kind": "emulator" } },
            "interactions": [interaction.clone(), interaction],
        }))
        .unwrap()
    }

    #[tokio::test]
    async fn what_was_drawn_becomes_a_rule_and_what_means_something_does_not() {
        let first = cassette("6e2b1f0a-90c1-4f7e-8c53-aa4f3b8e1d10", "on", None);
        let second = cassette("0f9b2c1d-1111-4222-8333-bb4f3b8e1d99", "off", Some("x"));
        let found = noise(&first, &second).await.unwrap();
        let told: Vec<String> = found.rules.iter().map(|rule| serde_json::to_string(rule).unwrap()).collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].contains(r#""path":"Environment.Oddity","form":"uuid""#), "{told:?}");
        assert!(
            told[0].contains("in interaction 0: 6e2b1f0a-90c1-4f7e-8c53-aa4f3b8e1d10 and 0f9b2c1d"),
            "{told:?}"
        );
        assert!(told[1].contains(r#""header":"x-odd""#), "{told:?}");
        let kinds: Vec<Kind> = found.unexplained.iter().map(|(_, difference)| difference.kind).collect();
        assert!(kinds.contains(&Kind::Value) && kinds.contains(&Kind::Extra), "{kinds:?}");

        let ruled = Cassette { rules: found.rules, ..first.clone() };
        Rulebook::with(&ruled.rules).expect("the rules are read");
        let again =
            noise(&ruled, &cassette("0f9b2c1d-1111-4222-8333-bb4f3b8e1d99", "on", None)).await.unwrap();
        assert_eq!((again.rules, again.unexplained), (Vec::new(), Vec::new()));
        // What has been met once is bound, and need not be let through again.
        assert!((2..=4).contains(&again.known), "{}", again.known);
    }

    #[tokio::test]
    async fn recordings_of_other_requests_are_refused() {
        let one = cassette("a", "on", None);
        let mut shorter = one.clone();
        shorter.interactions.pop();
        let refused = noise(&one, &shorter).await.unwrap_err().to_string();
        assert_eq!(refused, "the first recording has 2 interactions, the second 1");
        assert_eq!(noise(&one, &one).await.unwrap(), Noise::default());
    }
}
