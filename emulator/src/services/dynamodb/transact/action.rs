//! One action of a transaction that writes: what it wants, and whether it may.

use crate::gateway::Caller;
use crate::services::dynamodb::attribute::{Layer, from_wire};
use crate::services::dynamodb::errors::Reason;
use crate::services::dynamodb::expression::{Kind, Update};
use crate::services::dynamodb::items::{Guard, check_targets, updated};
use crate::services::dynamodb::parameters::Parameters;
use crate::services::dynamodb::store::{Item, Place, Table};
use crate::services::dynamodb::value::Attributes;
use crate::services::dynamodb::{DynamoDb, DynamoDbError, keys};
use ruststack_models::dynamodb::types::{
    ConditionCheck, Delete, Put, TransactWriteItem, Update as UpdateAction,
};
use ruststack_wire::Fault;
use std::sync::Arc;

/// What an action does.
pub(in crate::services::dynamodb) enum What {
    /// Nothing: the guard has to hold.
    Check,
    /// Puts an item.
    Put(Item),
    /// Puts an item where none is.
    Insert(Item),
    /// Takes an item away.
    Delete,
    /// Changes an item.
    Update(Update),
}

/// An action as the request says it.
pub(in crate::services::dynamodb) struct Action {
    pub(in crate::services::dynamodb) table_name: Option<String>,
    /// The key, or the item to put.
    pub(in crate::services::dynamodb) key: Attributes,
    pub(in crate::services::dynamodb) what: What,
    pub(in crate::services::dynamodb) guard: Guard,
}

/// An action on an item whose place is known.
pub(in crate::services::dynamodb) struct Placed {
    pub(in crate::services::dynamodb) table: Arc<Table>,
    pub(in crate::services::dynamodb) place: Place,
    pub(in crate::services::dynamodb) action: Action,
}

impl Action {
    /// Reads one of the four kinds.
    pub(super) fn of(item: TransactWriteItem) -> Result<Action, DynamoDbError> {
        match (item.condition_check, item.put, item.delete, item.update) {
            (Some(check), None, None, None) => Action::check(check),
            (None, Some(put), None, None) => Action::put(put),
            (None, None, Some(delete), None) => Action::delete(delete),
            (None, None, None, Some(update)) => Action::update(update),
            (None, None, None, None) => Err(DynamoDbError::validation(
                "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request",
            )),
            _ => Err(DynamoDbError::validation(
                "TransactItems can only contain one of Check, Put, Update or Delete",
            )),
        }
    }

    /// Where there is a key, the expressions are read before it (github.com/paritysuite/dynamodb-conformance,
    /// tests/tier3/validation-ordering/deepRequests.test.ts).
    fn check(check: ConditionCheck) -> Result<Action, DynamoDbError> {
        let names = check.expression_attribute_names;
        let mut parameters = Parameters::new(names, check.expression_attribute_values, &[Kind::Condition])
            .older()
            .expression(Kind::Condition, &check.condition_expression);
        parameters.check()?;
        let on_failure = check.return_values_on_condition_check_failure.as_deref();
        let condition = check.condition_expression.as_deref();
        let guard = parameters.read(|placeholders| Guard::of(condition, placeholders, on_failure))?;
        let key = from_wire(check.key.unwrap_or_default(), Layer::Older)?;
        Ok(Action { table_name: check.table_name, key, what: What::Check, guard })
    }

    fn put(put: Put) -> Result<Action, DynamoDbError> {
        let mut item = from_wire(put.item.unwrap_or_default(), Layer::Older)?;
        let names = put.expression_attribute_names;
        let mut parameters = Parameters::new(names, put.expression_attribute_values, &[Kind::Condition])
            .older()
            .expression(Kind::Condition, &put.condition_expression);
        parameters.check()?;
        keys::check_size(&item)?;
        let on_failure = put.return_values_on_condition_check_failure.as_deref();
        let condition = put.condition_expression.as_deref();
        let guard = parameters.read(|placeholders| Guard::of(condition, placeholders, on_failure))?;
        item.sort_sets();
        Ok(Action { table_name: put.table_name, what: What::Put(Item::new(&item)), key: item, guard })
    }

    fn delete(delete: Delete) -> Result<Action, DynamoDbError> {
        let names = delete.expression_attribute_names;
        let mut parameters = Parameters::new(names, delete.expression_attribute_values, &[Kind::Condition])
            .older()
            .expression(Kind::Condition, &delete.condition_expression);
        parameters.check()?;
        let on_failure = delete.return_values_on_condition_check_failure.as_deref();
        let condition = delete.condition_expression.as_deref();
        let guard = parameters.read(|placeholders| Guard::of(condition, placeholders, on_failure))?;
        let key = from_wire(delete.key.unwrap_or_default(), Layer::Older)?;
        Ok(Action { table_name: delete.table_name, key, what: What::Delete, guard })
    }

    fn update(update: UpdateAction) -> Result<Action, DynamoDbError> {
        let names = update.expression_attribute_names;
        let users = &[Kind::Update, Kind::Condition];
        let mut parameters = Parameters::new(names, update.expression_attribute_values, users)
            .older()
            .expression(Kind::Update, &update.update_expression)
            .expression(Kind::Condition, &update.condition_expression);
        parameters.check()?;
        let on_failure = update.return_values_on_condition_check_failure.as_deref();
        let (what, guard) = parameters.read(|placeholders| {
            let text = update.update_expression.as_deref().unwrap_or_default();
            let what = Update::parse(text, placeholders)?;
            Ok((what, Guard::of(update.condition_expression.as_deref(), placeholders, on_failure)?))
        })?;
        let key = from_wire(update.key.unwrap_or_default(), Layer::Older)?;
        Ok(Action { table_name: update.table_name, key, what: What::Update(what), guard })
    }

    /// Finds the item; the outer error is the request's, the inner one the action's.
    pub(in crate::services::dynamodb) fn placed(
        self,
        dynamodb: &DynamoDb,
        caller: &Caller,
    ) -> Result<Result<Placed, Reason>, DynamoDbError> {
        let table = dynamodb.table(caller, self.table_name.as_deref())?;
        keys::check_empty(&table.keys, &self.key)?;
        let place = match &self.what {
            What::Put(_) | What::Insert(_) => keys::of_item(&table, &self.key),
            What::Update(update) => keys::of_key(&table, &self.key)
                .and_then(|place| check_targets(&table.keys, update).map(|()| place)),
            What::Check | What::Delete => keys::of_key(&table, &self.key),
        };
        Ok(match place {
            Ok(place) => Ok(Placed { table, place, action: self }),
            Err(error) => Err(reason(error)),
        })
    }
}

impl Placed {
    /// What is to be in the place, or why the action may not take place.
    pub(in crate::services::dynamodb) fn decide(&self, old: Option<&Item>) -> Result<Option<Item>, Reason> {
        self.action.guard.check(old).map_err(reason)?;
        match &self.action.what {
            What::Check => Ok(old.cloned()),
            What::Put(item) => Ok(Some(item.clone())),
            What::Insert(item) if old.is_none() => Ok(Some(item.clone())),
            What::Insert(_) => Err(self.action.guard.duplicate(old)),
            What::Delete => Ok(None),
            What::Update(update) => updated(&self.table, &self.action.key, old, update).map_err(reason),
        }
    }

    /// Whether the action changes the item.
    pub(super) fn writes(&self) -> bool {
        !matches!(self.action.what, What::Check)
    }
}

/// An error as the reason of an action.
fn reason(error: DynamoDbError) -> Reason {
    match error {
        DynamoDbError::ConditionalCheckFailed(item) => Reason {
            code: Some("ConditionalCheckFailed"),
            message: Some("The conditional request failed".to_owned()),
            item: item.map(|item| *item),
        },
        error => Reason {
            code: Some("ValidationError"),
            message: Fault::from(error).message.map(Into::into),
            item: None,
        },
    }
}
