//! Conditions on messages that are JSON.

use super::condition::{Condition, Subject};
use super::expression::Expression;
use super::scanner::Scanner;
use super::{InvalidPattern, invalid};
use serde_json::Value as Json;

/// What is asked of messages that are JSON.
#[derive(Debug)]
pub(in crate::services::logs) struct JsonPattern(Expression<Asked>);

/// What is asked of a value.
#[derive(Debug)]
struct Asked {
    selector: Vec<Step>,
    question: Question,
}

#[derive(Debug)]
enum Question {
    Is(Condition),
    IsNull,
    IsBool(bool),
    NotExists,
    Exists,
}

/// A step from a value to one that is in it.
#[derive(Debug)]
enum Step {
    Member(String),
    Item(usize),
    AnyMember,
    AnyItem,
}

impl JsonPattern {
    /// Reads what stands between the braces.
    pub(super) fn parse(text: &str) -> Result<JsonPattern, InvalidPattern> {
        let mut scanner = Scanner::new(text);
        let expression = Expression::parse(&mut scanner, &mut Asked::parse)?;
        if scanner.rest().is_empty() { Ok(JsonPattern(expression)) } else { Err(invalid()) }
    }

    /// Whether a message is JSON and such.
    pub(super) fn matches(&self, message: &str) -> bool {
        let is_json = message.trim_start().starts_with(['{', '[']);
        let value = is_json.then(|| serde_json::from_str::<Json>(message).ok()).flatten();
        value.is_some_and(|value| self.0.holds(&|asked: &Asked| asked.holds(&value)))
    }
}

impl Asked {
    fn parse(scanner: &mut Scanner<'_>) -> Result<Asked, InvalidPattern> {
        let selector = selector(scanner)?;
        scanner.blanks();
        let question = if scanner.take_word("IS") {
            scanner.blanks();
            match () {
                () if scanner.take_word("NULL") => Question::IsNull,
                () if scanner.take_word("TRUE") => Question::IsBool(true),
                () if scanner.take_word("FALSE") => Question::IsBool(false),
                () => return Err(invalid()),
            }
        } else if scanner.take_word("NOT") {
            scanner.blanks();
            if !scanner.take_word("EXISTS") {
                return Err(invalid());
            }
            Question::NotExists
        } else if scanner.take_word("EXISTS") {
            Question::Exists
        } else {
            Question::Is(Condition::parse(scanner)?)
        };
        Ok(Asked { selector, question })
    }

    fn holds(&self, message: &Json) -> bool {
        let mut found = Vec::new();
        select(message, &self.selector, &mut found);
        match &self.question {
            Question::NotExists => found.is_empty(),
            Question::Exists => !found.is_empty(),
            Question::IsNull => found.iter().any(|value| value.is_null()),
            Question::IsBool(wanted) => found.iter().any(|value| value.as_bool() == Some(*wanted)),
            Question::Is(condition) => found.iter().any(|value| match value {
                Json::String(text) => condition.holds(Subject::Text(text)),
                Json::Bool(bool) => condition.holds(Subject::Text(if *bool { "true" } else { "false" })),
                Json::Number(number) => {
                    let written = number.to_string();
                    condition.holds(Subject::Number(number.as_f64().unwrap_or(f64::NAN), &written))
                }
                // "If it points to an array or object, the filter will not be applied."
                Json::Null | Json::Array(_) | Json::Object(_) => false,
            }),
        }
    }
}

/// Reads a selector: `$`, then `.member`, `[0]`, `['member']`, `.*` and `[*]`.
fn selector(scanner: &mut Scanner<'_>) -> Result<Vec<Step>, InvalidPattern> {
    if !scanner.take("$") {
        return Err(invalid());
    }
    let mut steps = Vec::new();
    loop {
        let has_point = scanner.take(".");
        if scanner.take("[") {
            steps.push(bracketed(scanner)?);
        } else if has_point && scanner.take("*") {
            steps.push(Step::AnyMember);
        } else if has_point {
            let name =
                scanner.take_while(|character| character.is_alphanumeric() || "_-@:".contains(character));
            if name.is_empty() {
                return Err(invalid());
            }
            steps.push(Step::Member(name.to_owned()));
        } else {
            return Ok(steps);
        }
    }
}

fn bracketed(scanner: &mut Scanner<'_>) -> Result<Step, InvalidPattern> {
    let step = if scanner.take("*") {
        Step::AnyItem
    } else if scanner.take("'") {
        let name = scanner.take_while(|character| character != '\'');
        if !scanner.take("'") {
            return Err(invalid());
        }
        Step::Member(name.to_owned())
    } else {
        let digits = scanner.take_while(|character| character.is_ascii_digit());
        Step::Item(digits.parse().map_err(|_| invalid())?)
    };
    if scanner.take("]") { Ok(step) } else { Err(invalid()) }
}

/// Finds what a selector means; a pattern is short, so the steps are few.
fn select<'j>(value: &'j Json, steps: &[Step], found: &mut Vec<&'j Json>) {
    let Some((step, rest)) = steps.split_first() else { return found.push(value) };
    match (step, value) {
        (Step::Member(name), Json::Object(members)) => {
            if let Some(member) = members.get(name) {
                select(member, rest, found);
            }
        }
        (Step::Item(index), Json::Array(items)) => {
            if let Some(item) = items.get(*index) {
                select(item, rest, found);
            }
        }
        (Step::AnyMember, Json::Object(members)) => {
            members.values().for_each(|member| select(member, rest, found));
        }
        (Step::AnyItem, Json::Array(items)) => items.iter().for_each(|item| select(item, rest, found)),
        _ => {}
    }
}
