//! The key of one item, as a condition says it.

use crate::services::dynamodb::expression::{Comparator, Condition, Operand};
use crate::services::dynamodb::store::KeySchema;
use crate::services::dynamodb::value::{Attributes, Value};

/// What a condition says of one item.
pub(super) struct Keyed {
    /// The values of the key that it names.
    pub(super) key: Attributes,
    /// What else it wants.
    pub(super) rest: Vec<Condition>,
    is_whole: bool,
}

impl Keyed {
    /// Takes the key out of a condition.
    pub(super) fn of(filter: Option<Condition>, keys: &KeySchema) -> Keyed {
        let mut keyed = Keyed { key: Attributes::default(), rest: Vec::new(), is_whole: false };
        let mut all = Vec::new();
        flatten(filter, &mut all);
        for condition in all {
            match equality(&condition) {
                Some((name, value)) if keys.has(name) && !keyed.key.contains(name) => {
                    keyed.key.insert(name, value.clone());
                }
                // What is said twice is said once (github.com/floci-io/floci,
                // DynamoDbPartiQLEdgeCaseIntegrationTest.java, captured from DynamoDB).
                Some((name, value)) if keyed.key.get(name) == Some(value) => {}
                _ => keyed.rest.push(condition),
            }
        }
        keyed.is_whole = keyed.key.len() == keys.attributes().count();
        keyed
    }

    /// Whether it says what every attribute of the key is equal to.
    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }
}

/// All conditions of which each has to hold.
pub(super) fn flatten(condition: impl IntoIterator<Item = Condition>, all: &mut Vec<Condition>) {
    for condition in condition {
        match condition {
            Condition::And(conditions) => flatten(conditions, all),
            condition => all.push(condition),
        }
    }
}

/// The attribute and the value of which a condition says that they are equal.
pub(super) fn equality(condition: &Condition) -> Option<(&str, &Value)> {
    match condition {
        Condition::Compare(Comparator::Eq, Operand::Path(path), Operand::Value(value))
        | Condition::Compare(Comparator::Eq, Operand::Value(value), Operand::Path(path))
            if !path.is_nested() =>
        {
            Some((&path.name, value))
        }
        _ => None,
    }
}
