//! A policy document, read from its JSON.
//!
//! Source: IAM User Guide, "Grammar of the IAM JSON policy language".

use super::condition::{Clause, Condition, Operator};
use super::pattern::Pattern;
use super::principal::{Principals, Whom};
use serde_json::{Map, Value as Json};

/// The version of documents that name none.
const FIRST_VERSION: &str = "2008-10-17";
/// The version that has variables.
const SECOND_VERSION: &str = "2012-10-17";

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Whether it says itself which version it is of.
    pub has_version: bool,
    /// What it says, in order.
    pub statements: Vec<Statement>,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What follows where it matches.
    pub effect: Effect,
    /// Who is meant; policies of identities name nobody.
    pub principals: Option<Principals>,
    /// Which actions are meant.
    pub actions: Scope,
    /// Which resources are meant; policies of some resources name none.
    pub resources: Option<Scope>,
    /// When.
    pub condition: Condition,
}

/// What follows where a statement matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The request is allowed, if nothing denies it.
    Allow,
    /// The request is denied.
    Deny,
}

/// Names that a statement means: `Action` or `NotAction`, `Resource` or `NotResource`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The names, with wildcards.
    pub patterns: Vec<Pattern>,
    /// Whether all others are meant.
    pub is_inverted: bool,
}

/// What is wrong with a document. Each service has words of its own for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Malformed {
    /// It is no JSON object.
    NotJson,
    /// The version is none that there is.
    Version,
    /// A field is there that no document has.
    UnknownField(String),
    /// There is no `Statement`.
    NoStatement,
    /// `Statement` is an empty list.
    EmptyStatement,
    /// A statement lacks this field.
    Missing(&'static str),
    /// The effect is neither `Allow` nor `Deny`.
    Effect(String),
    /// A value is not of the type that its field has, or two fields exclude each other.
    Syntax,
    /// There is no such condition operator.
    Operator(String),
}

impl Document {
    /// Reads the policy of a resource, whose statements name principals.
    pub fn parse(text: &str) -> Result<Document, Malformed> {
        let json: Json = serde_json::from_str(text).map_err(|_| Malformed::NotJson)?;
        let Json::Object(fields) = json else { return Err(Malformed::NotJson) };
        let known = ["Version", "Id", "Statement"];
        if let Some(other) = fields.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(Malformed::UnknownField(other.clone()));
        }
        let version = match fields.get("Version") {
            None => FIRST_VERSION,
            Some(Json::String(version)) if [FIRST_VERSION, SECOND_VERSION].contains(&version.as_str()) => {
                version
            }
            Some(_) => return Err(Malformed::Version),
        };
        if fields.get("Id").is_some_and(|id| !id.is_string()) {
            return Err(Malformed::Syntax);
        }
        let has_variables = version == SECOND_VERSION;
        let read = |statement: &Json| match statement {
            Json::Object(fields) => Statement::read(fields, has_variables),
            _ => Err(Malformed::Syntax),
        };
        let statements = match fields.get("Statement").ok_or(Malformed::NoStatement)? {
            Json::Array(statements) if statements.is_empty() => return Err(Malformed::EmptyStatement),
            Json::Array(statements) => statements.iter().map(read).collect::<Result<_, _>>()?,
            statement => vec![read(statement)?],
        };
        Ok(Document { has_version: fields.contains_key("Version"), statements })
    }
}

/// The members that a statement may have, in the order in which AWS's pages have them.
pub const STATEMENT_MEMBERS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

impl Statement {
    fn read(fields: &Map<String, Json>, has_variables: bool) -> Result<Statement, Malformed> {
        if let Some(other) = fields.keys().find(|name| !STATEMENT_MEMBERS.contains(&name.as_str())) {
            return Err(Malformed::UnknownField(other.clone()));
        }
        if fields.get("Sid").is_some_and(|sid| !sid.is_string()) {
            return Err(Malformed::Syntax);
        }
        let effect = match fields.get("Effect").ok_or(Malformed::Missing("Effect"))? {
            Json::String(effect) if effect == "Allow" => Effect::Allow,
            Json::String(effect) if effect == "Deny" => Effect::Deny,
            Json::String(other) => return Err(Malformed::Effect(other.clone())),
            _ => return Err(Malformed::Syntax),
        };
        let principals = one_of(fields, "Principal", "NotPrincipal")?;
        let principals = principals
            .map(|(value, is_inverted)| Ok(Principals { named: named(value)?, is_inverted }))
            .transpose()?;
        let scope = |plain: &'static str, inverted: &'static str| {
            one_of(fields, plain, inverted)?
                .map(|(value, is_inverted)| {
                    let patterns = strings(value)?;
                    let patterns = patterns.iter().map(|text| Pattern::new(text, has_variables)).collect();
                    Ok(Scope { patterns, is_inverted })
                })
                .transpose()
        };
        Ok(Statement {
            effect,
            principals,
            actions: scope("Action", "NotAction")?.ok_or(Malformed::Missing("Action"))?,
            resources: scope("Resource", "NotResource")?,
            condition: match fields.get("Condition") {
                None => Condition::default(),
                Some(Json::Object(operators)) => condition(operators, has_variables)?,
                Some(_) => return Err(Malformed::Syntax),
            },
        })
    }
}

/// The value of a field or of its opposite, and whether it is the opposite. Both together are too many.
fn one_of<'a>(
    fields: &'a Map<String, Json>,
    plain: &str,
    inverted: &str,
) -> Result<Option<(&'a Json, bool)>, Malformed> {
    match (fields.get(plain), fields.get(inverted)) {
        (Some(_), Some(_)) => Err(Malformed::Syntax),
        (Some(value), None) => Ok(Some((value, false))),
        (None, Some(value)) => Ok(Some((value, true))),
        (None, None) => Ok(None),
    }
}

/// One text or a list of them, which must not be empty.
fn strings(value: &Json) -> Result<Vec<&str>, Malformed> {
    match value {
        Json::String(text) => Ok(vec![text]),
        Json::Array(texts) if !texts.is_empty() => {
            texts.iter().map(|text| text.as_str().ok_or(Malformed::Syntax)).collect()
        }
        _ => Err(Malformed::Syntax),
    }
}

/// Whom `"*"` or `{"AWS": […], "Service": […]}` names.
fn named(value: &Json) -> Result<Vec<Whom>, Malformed> {
    let kinds = match value {
        Json::String(all) if all == "*" => return Ok(vec![Whom::Everybody]),
        Json::Object(kinds) if !kinds.is_empty() => kinds,
        _ => return Err(Malformed::Syntax),
    };
    let mut named = Vec::new();
    for (kind, value) in kinds {
        let read: fn(&str) -> Whom = match kind.as_str() {
            "AWS" => Whom::of_aws,
            "CanonicalUser" => |text| Whom::CanonicalUser(text.to_owned()),
            "Service" => |text| Whom::Service(text.to_owned()),
            "Federated" => |text| Whom::Federated(text.to_owned()),
            other => return Err(Malformed::UnknownField(other.to_owned())),
        };
        named.extend(strings(value)?.into_iter().map(read));
    }
    Ok(named)
}

/// `{operator: {key: value or values}}`.
fn condition(operators: &Map<String, Json>, has_variables: bool) -> Result<Condition, Malformed> {
    let mut clauses = Vec::new();
    for (name, keys) in operators {
        let operator = Operator::parse(name).ok_or_else(|| Malformed::Operator(name.clone()))?;
        let Json::Object(keys) = keys else { return Err(Malformed::Syntax) };
        for (key, values) in keys {
            let values = match values {
                Json::Array(values) => values.iter().map(scalar).collect::<Result<Vec<String>, _>>()?,
                value => vec![scalar(value)?],
            };
            let values = values.iter().map(|value| Pattern::new(value, has_variables)).collect();
            clauses.push(Clause { operator, key: key.clone(), values });
        }
    }
    Ok(Condition { clauses })
}

/// A value of a condition as text: truth values and numbers may stand without quotes.
fn scalar(value: &Json) -> Result<String, Malformed> {
    match value {
        Json::String(text) => Ok(text.clone()),
        Json::Bool(_) | Json::Number(_) => Ok(value.to_string()),
        _ => Err(Malformed::Syntax),
    }
}
