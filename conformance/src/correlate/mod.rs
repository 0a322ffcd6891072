//! The values that AWS made up, and the endpoint's own that stand for them.
//!
//! A binding is learnt by place: the value at a path of the recorded answer and the value at the same path of the
//! actual one. When the recorded value occurs again, whole or between the delimiters of an ARN or a URL, the actual
//! one is meant. Nothing is ever bound by order of appearance, nor found inside a longer word.

mod parts;
mod request;

pub use request::substitute;

use crate::rules::{Pattern, Segment};
use ruststack_cassettes::Rule as CassetteRule;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// A value shorter than this says too little to be recognised again.
const SHORTEST: usize = 6;

/// What stands for what, one to one.
#[derive(Clone, Debug, Default)]
pub struct Bindings {
    /// Values under a rule: the endpoint may choose them, so later answers are held to its choice.
    promised: HashMap<String, String>,
    /// Which recorded value each chosen one stands for.
    owners: HashMap<String, String>,
    /// Values that differ although they should not: later requests name them, no answer is excused by them.
    wrong: HashMap<String, String>,
    /// What requests said before any answer did: data of the caller's, made up by nobody else.
    said: HashSet<String>,
    exceptions: Vec<Exception>,
}

/// What a cassette says of one place.
#[derive(Clone, Debug)]
struct Exception {
    operation: Option<String>,
    path: Pattern,
    forbids: bool,
}

/// How a cassette wants the value of a place to be treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// It says nothing.
    Usual,
    /// It is to be bound, whatever it looks like.
    Bound,
    /// It is not to be bound.
    Free,
}

impl Bindings {
    /// Empty bindings, and what a cassette says about them: `path`, `operation`, and `forbid` with `true` or `false`.
    pub fn new(exceptions: &[CassetteRule]) -> Result<Bindings, String> {
        let exceptions = exceptions.iter().map(exception).collect::<Result<_, _>>()?;
        Ok(Bindings { exceptions, ..Bindings::default() })
    }

    /// Whether anything is bound that a request could name.
    pub fn is_empty(&self) -> bool {
        self.promised.is_empty() && self.wrong.is_empty()
    }

    /// What the cassette wants of a place.
    pub fn wish(&self, operation: &str, path: &[Segment]) -> Wish {
        let holds = |exception: &&Exception| {
            exception.operation.as_deref().is_none_or(|own| own == operation) && exception.path.matches(path)
        };
        match self.exceptions.iter().find(holds) {
            Some(exception) if exception.forbids => Wish::Free,
            Some(_) => Wish::Bound,
            None => Wish::Usual,
        }
    }

    /// Whether these two may stand for each other: neither stands for, or is stood for by, another value.
    pub fn agrees(&self, recorded: &str, actual: &str) -> bool {
        match (self.promised.get(recorded), self.owners.get(actual)) {
            (Some(known), _) => known == actual,
            (None, owner) => owner.is_none_or(|owner| owner == recorded),
        }
    }

    /// Binds a value that may be the endpoint's own. What it stood for before, it does no longer.
    pub fn promise(&mut self, recorded: &str, actual: &str) {
        if recorded.len() < SHORTEST || actual.is_empty() {
            return;
        }
        self.promised.insert(recorded.to_owned(), actual.to_owned());
        self.owners.insert(actual.to_owned(), recorded.to_owned());
        for (recorded, actual) in parts::differing(recorded, actual) {
            if recorded.len() >= SHORTEST && !self.promised.contains_key(recorded) {
                self.promised.insert(recorded.to_owned(), actual.to_owned());
            }
        }
    }

    /// Binds a value that differs and should not, so that later requests name what the endpoint has. A value that a
    /// request said first is the caller's own and stays.
    pub fn learn_wrong(&mut self, recorded: &str, actual: &str, wish: Wish) {
        let is_made_up = recorded.len() >= SHORTEST
            && !actual.is_empty()
            && recorded.bytes().all(|byte| byte.is_ascii_graphic())
            && !self.said.contains(recorded);
        if wish == Wish::Bound || (wish == Wish::Usual && is_made_up) {
            self.wrong.insert(recorded.to_owned(), actual.to_owned());
            for (recorded, actual) in parts::differing(recorded, actual) {
                if recorded.len() >= SHORTEST && !self.said.contains(recorded) {
                    self.wrong.entry(recorded.to_owned()).or_insert_with(|| actual.to_owned());
                }
            }
        }
    }

    /// Notes a value that a request says.
    pub fn said(&mut self, value: &str) {
        let is_known = self.promised.contains_key(value) || self.wrong.contains_key(value);
        if value.len() >= SHORTEST && !is_known && !self.said.contains(value) {
            self.said.insert(value.to_owned());
        }
    }

    /// What an answer should have where AWS's had this value.
    pub fn expected<'a>(&self, recorded: &'a str) -> Cow<'a, str> {
        match self.promised.is_empty() {
            true => Cow::Borrowed(recorded),
            false => parts::replaced(recorded, &|value| self.promised.get(value).map(String::as_str)),
        }
    }

    /// What a request should say where the recorded one said this.
    pub fn meant<'a>(&self, recorded: &'a str) -> Cow<'a, str> {
        match self.is_empty() {
            true => Cow::Borrowed(recorded),
            false => parts::replaced(recorded, &|value| {
                self.promised.get(value).or_else(|| self.wrong.get(value)).map(String::as_str)
            }),
        }
    }
}

fn exception(rule: &CassetteRule) -> Result<Exception, String> {
    let text = |name: &str| rule.says.get(name).and_then(Value::as_str);
    let path =
        text("path").ok_or_else(|| format!("expected a binding with a `path`, reason {:?}", rule.reason))?;
    Ok(Exception {
        operation: text("operation").map(str::to_owned),
        path: Pattern::parse(path),
        forbids: rule.says.get("forbid").and_then(Value::as_bool).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_is_one_to_one() {
        let mut bindings = Bindings::default();
        bindings.promise("recorded-1", "actual-1");
        assert!(bindings.agrees("recorded-1", "actual-1"));
        assert!(!bindings.agrees("recorded-1", "actual-2"), "the same value at two places stays the same");
        assert!(!bindings.agrees("recorded-2", "actual-1"), "two values stay two");
    }

    #[test]
    fn a_part_is_found_between_delimiters_only() {
        let mut bindings = Bindings::default();
        let arn = |topic: &str| format!("arn:aws:sns:us-east-2:456752665576:{topic}");
        bindings.promise("cf58571f-1111", "00000000-2222");
        assert_eq!(bindings.meant(&arn("t:cf58571f-1111")), arn("t:00000000-2222"));
        assert_eq!(bindings.meant("xcf58571f-1111"), "xcf58571f-1111");
        bindings.promise("ab", "cd");
        assert_eq!(bindings.meant("ab"), "ab", "a short value says too little");
    }

    #[test]
    fn what_a_request_said_first_stays() {
        let mut bindings = Bindings::default();
        bindings.said("hello-world");
        bindings.learn_wrong("hello-world", "something", Wish::Usual);
        assert_eq!(bindings.meant("hello-world"), "hello-world");
        bindings.learn_wrong("made-up-by-aws", "made-up-by-us", Wish::Usual);
        assert_eq!(bindings.meant("made-up-by-aws"), "made-up-by-us");
        assert_eq!(bindings.expected("made-up-by-aws"), "made-up-by-aws", "no answer is excused");
    }

    #[test]
    fn a_cassette_may_forbid_a_binding() {
        let rule =
            r#"{"operation":"Publish","path":"MessageId","forbid":true,"reason":"shown to people only"}"#;
        let bindings = Bindings::new(&[serde_json::from_str(rule).unwrap()]).unwrap();
        let path = [Segment::Name("MessageId".to_owned())];
        assert_eq!(bindings.wish("Publish", &path), Wish::Free);
        assert_eq!(bindings.wish("Subscribe", &path), Wish::Usual);
    }
}
