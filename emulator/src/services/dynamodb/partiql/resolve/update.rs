//! The changes of an update: `SET` and `REMOVE`, `list_append`, `set_add` and `set_delete`.
//!
//! Sources: Developer Guide, "PartiQL update statements"; github.com/paritysuite/dynamodb-conformance,
//! tests/tier2/partiql/setFunctions.test.ts and tests/tier3/error-messages/partiqlFunctions.test.ts.

use super::super::literal;
use super::super::tree::{Call, Change, Expr};
use super::condition::unrecognized;
use crate::services::dynamodb::DynamoDbError;
use crate::services::dynamodb::expression::{
    Action, Invalid, Kind, Path, SetValue, Term, Update, check_apart,
};
use crate::services::dynamodb::value::Value;

/// The update of these changes.
pub(super) fn update(changes: &[Change], parameters: &[Value]) -> Result<Update, DynamoDbError> {
    let actions = changes.iter().map(|change| action(change, parameters)).collect::<Result<Vec<_>, _>>()?;
    let targets: Vec<&Path> = actions.iter().map(Action::target).collect();
    check_apart(Kind::Update, &targets).map_err(|Invalid(sentence)| {
        let bare = sentence.strip_prefix("Invalid UpdateExpression: ").unwrap_or(&sentence);
        DynamoDbError::validation(bare.to_owned())
    })?;
    Ok(Update::new(actions))
}

fn action(change: &Change, parameters: &[Value]) -> Result<Action, DynamoDbError> {
    let (target, value) = match change {
        Change::Remove(path) => return Ok(Action::Remove(path.clone())),
        Change::Set(path, value) => (path, value),
    };
    let value = match value {
        Expr::Binary(sign @ ("+" | "-"), left, right) => {
            let (left, right) = (term(left, parameters)?, term(right, parameters)?);
            if *sign == "+" { SetValue::Plus(left, right) } else { SetValue::Minus(left, right) }
        }
        Expr::Call(call) if call.name.eq_ignore_ascii_case("set_add") => {
            return Ok(Action::Add(target.clone(), members("SET_ADD", target, call, parameters)?));
        }
        Expr::Call(call) if call.name.eq_ignore_ascii_case("set_delete") => {
            return Ok(Action::Delete(target.clone(), members("SET_DELETE", target, call, parameters)?));
        }
        other => SetValue::Term(term(other, parameters)?),
    };
    Ok(Action::Set(target.clone(), value))
}

/// The set that is added to what the target is, or taken from it.
fn members(name: &str, target: &Path, call: &Call, parameters: &[Value]) -> Result<Value, DynamoDbError> {
    let [first, second] = call.operands.as_slice() else {
        return Err(DynamoDbError::validation(format!(
            "{name} must have exactly two arguments at {}",
            call.at
        )));
    };
    if !matches!(first, Expr::Path(path) if path == target) {
        return Err(DynamoDbError::validation(format!(
            "The first argument to {name} must equal the assignment value at {}",
            call.at
        )));
    }
    let no_set = || {
        DynamoDbError::validation(format!(
            "The second argument to {name} must be a value with type SET at {}",
            call.first_at
        ))
    };
    let value = match second {
        Expr::Path(_) | Expr::Call(_) | Expr::Binary(..) => return Err(no_set()),
        literal => literal::value(literal, parameters)?,
    };
    match value {
        Value::Ss(_) | Value::Ns(_) | Value::Bs(_) => Ok(value),
        _ => Err(no_set()),
    }
}

/// Goes no deeper than the parser did.
fn term(expression: &Expr, parameters: &[Value]) -> Result<Term, DynamoDbError> {
    match expression {
        Expr::Path(path) => Ok(Term::Path(path.clone())),
        Expr::Call(call) if call.name.eq_ignore_ascii_case("list_append") => match call.operands.as_slice() {
            [first, second] => {
                let (first, second) = (term(first, parameters)?, term(second, parameters)?);
                Ok(Term::ListAppend(Box::new(first), Box::new(second)))
            }
            _ => Err(DynamoDbError::validation(format!(
                "LIST_APPEND must have exactly two arguments at {}",
                call.at
            ))),
        },
        Expr::Call(call) => Err(unrecognized(call)),
        Expr::Binary(..) => Err(DynamoDbError::validation("Unsupported operator in the update clause")),
        literal => literal::value(literal, parameters).map(Term::Value),
    }
}
