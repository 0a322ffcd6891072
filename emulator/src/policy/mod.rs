//! Policies: documents that say who may do what, and whether a request is allowed by one.
//!
//! `document` reads the JSON, `principal` says whom a statement means, `pattern` matches names with wildcards and
//! variables, `condition` holds a statement's conditions against the circumstances of a request, `evaluate` decides. Nothing here knows a
//! service: what a name, an action or a condition key means is the service's to say.
//!
//! Source: IAM User Guide, "IAM JSON policy elements reference" and "Policy evaluation logic".

mod condition;
mod document;
mod evaluate;
mod pattern;
mod principal;
#[cfg(test)]
mod tests;

pub use condition::{Clause, Condition, Operator, Order, Quantifier, Range, Test};
pub use document::{Document, Effect, Malformed, STATEMENT_MEMBERS, Scope, Statement};
pub use evaluate::{Context, Decision, Request};
pub use pattern::Pattern;
pub use principal::{Caller, Principals, Whom, is_account};
