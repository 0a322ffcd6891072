//! The rules of one cassette, laid out to be found quickly.

use super::{Form, Pattern, Place, RULES, Rule, Segment};
use ruststack_cassettes::Rule as CassetteRule;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// Every rule that holds for a cassette.
#[derive(Clone, Debug, Default)]
pub struct Rulebook {
    rules: Vec<Rule>,
    headers: HashMap<String, Vec<usize>>,
    members: HashMap<String, Vec<(usize, Pattern)>>,
    open_ended: Vec<(usize, Pattern)>,
    timestamps: Vec<usize>,
    answers: Vec<usize>,
}

static BUILT_IN: LazyLock<Arc<Rulebook>> = LazyLock::new(|| Arc::new(Rulebook::new(RULES.to_vec())));

impl Rulebook {
    /// The rules that hold for every cassette.
    pub fn built_in() -> Arc<Rulebook> {
        BUILT_IN.clone()
    }

    /// Those and a cassette's own, which go first. Says what is wrong with a rule that cannot be read.
    pub fn with(own: &[CassetteRule]) -> Result<Arc<Rulebook>, String> {
        if own.is_empty() {
            return Ok(Rulebook::built_in());
        }
        let mut rules = own.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        rules.extend(RULES.iter().cloned());
        Ok(Arc::new(Rulebook::new(rules)))
    }

    fn new(rules: Vec<Rule>) -> Rulebook {
        let mut book = Rulebook::default();
        for (index, rule) in rules.iter().enumerate() {
            match &rule.place {
                Place::Header(name) => book.headers.entry(name.to_ascii_lowercase()).or_default().push(index),
                Place::Member(path) => {
                    let pattern = Pattern::parse(path);
                    match pattern.last().map(str::to_owned) {
                        Some(last) => book.members.entry(last).or_default().push((index, pattern)),
                        None => book.open_ended.push((index, pattern)),
                    }
                }
                Place::Timestamps => book.timestamps.push(index),
                Place::Answer => book.answers.push(index),
            }
        }
        book.rules = rules;
        book
    }

    /// The rule of an index that one of the finders gave.
    pub fn rule(&self, index: usize) -> &Rule {
        &self.rules[index]
    }

    /// The rule for a header.
    pub fn header(&self, service: &str, operation: &str, name: &str) -> Option<usize> {
        let rules = self.headers.get(name)?;
        rules.iter().copied().find(|rule| self.rules[*rule].holds_for(service, operation))
    }

    /// The rules for a member of the body.
    pub fn members<'a>(
        &'a self,
        service: &'a str,
        operation: &'a str,
        path: &'a [Segment],
    ) -> impl Iterator<Item = usize> + 'a {
        let last = path.iter().rev().find_map(|segment| match segment {
            Segment::Name(name) => Some(name),
            Segment::Index(_) => None,
        });
        let named = last.and_then(|last| self.members.get(last)).into_iter().flatten();
        named
            .chain(&self.open_ended)
            .filter(move |(rule, pattern)| {
                self.rules[*rule].holds_for(service, operation) && pattern.matches(path)
            })
            .map(|(rule, _)| *rule)
    }

    /// The rule for members that the model calls timestamps.
    pub fn timestamp(&self, service: &str, operation: &str) -> Option<usize> {
        self.timestamps.iter().copied().find(|rule| self.rules[*rule].holds_for(service, operation))
    }

    /// The rule of this form for an answer as a whole.
    pub fn answer(&self, service: &str, operation: &str, form: Form) -> Option<usize> {
        self.answers
            .iter()
            .copied()
            .find(|rule| self.rules[*rule].form == form && self.rules[*rule].holds_for(service, operation))
    }
}

/// Reads a cassette's own rule: `service`, `operation`, one of `header` and `path`, and `form`.
fn read(rule: &CassetteRule) -> Result<Rule, String> {
    let text = |name: &str| member(&rule.says, name);
    let place = match (text("header")?, text("path")?) {
        (Some(name), None) => Place::Header(name.to_ascii_lowercase().into()),
        (None, Some(path)) => Place::Member(path.into()),
        _ => return Err(format!("expected a rule with either `header` or `path`, reason {:?}", rule.reason)),
    };
    let form = text("form")?.ok_or_else(|| "expected a rule with a `form`".to_owned())?;
    Ok(Rule {
        service: text("service")?.unwrap_or_else(|| "*".to_owned()).into(),
        operation: text("operation")?.unwrap_or_else(|| "*".to_owned()).into(),
        place,
        form: Form::parse(&form).ok_or_else(|| format!("no form is called {form:?}"))?,
        reason: rule.reason.clone().into(),
    })
}

fn member(says: &Map<String, Value>, name: &str) -> Result<Option<String>, String> {
    match says.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Err(format!("expected a text as `{name}` of a rule, found {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_reason_and_is_found() {
        for rule in RULES {
            assert!(rule.reason.len() > 20, "{}", rule.name());
        }
        let book = Rulebook::built_in();
        assert!(book.header("s3", "GetObject", "x-amz-id-2").is_some());
        assert!(book.header("sqs", "SendMessage", "x-amz-id-2").is_none());
        let path = ["ResponseMetadata", "RequestId"].map(|name| Segment::Name(name.to_owned()));
        assert!(book.members("sns", "Publish", &path).next().is_some());
    }

    #[test]
    fn a_cassettes_own_rule_goes_first() {
        let own = |text: &str| serde_json::from_str::<CassetteRule>(text).unwrap();
        let rule = own(r#"{"operation":"Publish","path":"MessageId","form":"token","reason":"seen"}"#);
        let book = Rulebook::with(&[rule]).unwrap();
        let found = book.members("sns", "Publish", &[Segment::Name("MessageId".to_owned())]).next();
        assert_eq!(book.rule(found.unwrap()).reason, "seen");
        let wrong = own(r#"{"path":"MessageId","form":"nonsense","reason":"seen"}"#);
        assert_eq!(Rulebook::with(&[wrong]).unwrap_err(), "no form is called \"nonsense\"");
    }
}
