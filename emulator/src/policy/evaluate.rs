//! Whether a document allows a request.

use super::document::{Document, Effect, Scope, Statement};
use super::pattern::Pattern;
use super::principal::Caller;

/// What a request is held against the statements with.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// Who asks.
    pub caller: Caller<'a>,
    /// What is to be done, such as `s3:GetObject`.
    pub action: &'a str,
    /// With what, as an ARN.
    pub resource: &'a str,
    /// What conditions and variables ask for.
    pub context: &'a dyn Context,
}

/// The circumstances of a request, by condition key.
pub trait Context {
    /// The values of a key, whose name is matched without regard to case; none where the request has no such key.
    fn values(&self, key: &str) -> Vec<String>;
}

/// What a document says to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// A statement denies it, whatever others allow.
    Deny,
    /// A statement allows it and none denies it.
    Allow,
    /// No statement says anything, which is no permission.
    NoMatch,
}

impl Document {
    /// Decides a request: an explicit denial overrides every permission.
    pub fn decide(&self, request: &Request<'_>) -> Decision {
        let mut decision = Decision::NoMatch;
        for statement in &self.statements {
            if !statement.matches(request) {
                continue;
            }
            match statement.effect {
                Effect::Deny => return Decision::Deny,
                Effect::Allow => decision = Decision::Allow,
            }
        }
        decision
    }
}

impl Statement {
    /// Whether the statement is about a request. Conditions come last: they cost most.
    pub fn matches(&self, request: &Request<'_>) -> bool {
        self.actions.names(|pattern| pattern.matches_ignoring_case(request.action, request.context))
            && self.resources.as_ref().is_none_or(|resources| {
                resources.names(|pattern| pattern.matches(request.resource, request.context))
            })
            && self.principals.as_ref().is_none_or(|principals| principals.include(&request.caller))
            && self.condition.holds(request.context)
    }
}

impl Scope {
    /// Whether the names are meant that match, or with `Not` those that do not.
    fn names(&self, matches: impl Fn(&Pattern) -> bool) -> bool {
        self.patterns.iter().any(matches) != self.is_inverted
    }
}
