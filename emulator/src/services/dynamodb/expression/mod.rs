//! Expressions: conditions, filters, key conditions, projections and updates.
//!
//! A text becomes tokens (`lexer`), a tree that is as it was written (`tree`, made by `grammar`), and then, once the
//! tree has stood its checks (`checks`), a condition, a projection or an update in which every placeholder has been
//! replaced. What was found wrong first is what is told, so the order of the checks is part of the answer.
//!
//! Sources: DynamoDB Developer Guide, "Expressions"; for sentences and their order the tests that are run against AWS of
//! github.com/architect/dynalite (test/scan.js, query.js, updateItem.js), github.com/scylladb/scylladb (test/alternator)
//! and github.com/paritysuite/dynamodb-conformance.

mod checks;
mod condition;
mod function;
mod grammar;
mod invalid;
mod key_condition;
mod kind;
mod lexer;
mod path;
mod placeholders;
mod projection;
mod reserved;
mod source;
#[cfg(test)]
mod tests;
mod tree;
mod update;

pub(super) use condition::{Comparator, Condition, Operand};
pub(super) use invalid::Invalid;
pub(super) use key_condition::{KeyCondition, KeyNames, KeyType, RangeCondition, Selected};
pub(super) use kind::Kind;
pub(super) use path::{Element, Path, check_apart};
pub(super) use placeholders::{
    Placeholders, check_names, check_value_names, not_both, only_with_expressions,
};
pub(super) use projection::Projection;
pub(super) use source::Source;
pub(super) use update::{Action, SetValue, Term, Update};
