//! The condition under which a write takes place.

use crate::services::dynamodb::DynamoDbError;
use crate::services::dynamodb::errors::Reason;
use crate::services::dynamodb::expression::{Condition, Kind, Placeholders};
use crate::services::dynamodb::store::Item;
use crate::services::dynamodb::value::Attributes;

/// The condition of a write.
#[derive(Default)]
pub(in crate::services::dynamodb) struct Guard {
    condition: Option<Condition>,
    /// Whether the item is told where the condition does not hold.
    tells_item: bool,
}

impl Guard {
    /// A condition, or none.
    pub(in crate::services::dynamodb) fn new(condition: Option<Condition>, tells_item: bool) -> Guard {
        Guard { condition, tells_item }
    }

    /// The reason of an action that puts an item where one is.
    pub(in crate::services::dynamodb) fn duplicate(&self, item: Option<&Item>) -> Reason {
        Reason {
            code: Some("DuplicateItem"),
            message: Some("Duplicate primary key exists in table".to_owned()),
            item: item.filter(|_| self.tells_item).map(Item::attributes),
        }
    }

    /// Reads a condition expression; `on_failure` is `ReturnValuesOnConditionCheckFailure`.
    pub(in crate::services::dynamodb) fn of(
        text: Option<&str>,
        placeholders: &mut Placeholders<'_>,
        on_failure: Option<&str>,
    ) -> Result<Guard, DynamoDbError> {
        let condition = text.map(|text| Condition::parse(Kind::Condition, text, placeholders));
        Ok(Guard { condition: condition.transpose()?, tells_item: on_failure == Some("ALL_OLD") })
    }

    /// This condition, or the one that the parameters of the time before expressions say.
    pub(in crate::services::dynamodb) fn or(self, expected: Option<Condition>) -> Guard {
        Guard { condition: self.condition.or(expected), ..self }
    }

    /// Refuses a write to an item for which the condition does not hold.
    pub(in crate::services::dynamodb) fn check(&self, item: Option<&Item>) -> Result<(), DynamoDbError> {
        let Some(condition) = &self.condition else { return Ok(()) };
        let holds = match item {
            Some(item) => condition.holds(item),
            None => condition.holds(&Attributes::default()),
        };
        if holds {
            return Ok(());
        }
        let told = item.filter(|_| self.tells_item).map(|item| Box::new(item.attributes()));
        Err(DynamoDbError::ConditionalCheckFailed(told))
    }
}
