//! From a statement as it was written to what it wants, as far as that is known without a table.
//!
//! `condition` makes conditions, `update` the changes of an update.

mod condition;
mod update;

pub(super) use condition::too_many_among;

use super::literal;
use super::tree::{Expr, Order, Returning, Select, Source, Statement};
use crate::services::dynamodb::DynamoDbError;
use crate::services::dynamodb::expression::{Condition, Element, Path, Update};
use crate::services::dynamodb::value::{Attributes, Value};

/// What a statement wants.
pub(super) enum Command {
    /// Items.
    Read(Read),
    /// That an item changes, or that something holds of it.
    Write(Write),
}

/// Items that are wanted.
pub(super) struct Read {
    /// The table.
    pub(super) table: String,
    /// The index, where one is read.
    pub(super) index: Option<String>,
    columns: Option<Vec<Expr>>,
    /// What has to hold.
    pub(super) filter: Option<Condition>,
    /// By what they are ordered, and whether the last comes first.
    pub(super) order: Vec<(Path, bool)>,
}

/// What is given of an item: a name and the path to the value.
pub(super) type Column = (String, Path);

/// A change that is wanted.
pub(super) struct Write {
    /// The table.
    pub(super) table: String,
    /// What happens to the item.
    pub(super) what: What,
    /// The key of the item, and what else has to hold.
    pub(super) filter: Option<Condition>,
    /// What is told of the item.
    pub(super) returning: Option<Returning>,
}

/// What happens to an item.
pub(super) enum What {
    /// It comes to be.
    Insert(Attributes),
    /// It changes.
    Update(Update),
    /// It goes.
    Delete,
    /// Nothing: it is looked at.
    Check,
}

/// What a statement wants with these parameters.
pub(super) fn resolve(statement: Statement, parameters: &[Value]) -> Result<Command, DynamoDbError> {
    match statement {
        Statement::Select(select) => read(select, parameters).map(Command::Read),
        Statement::Exists(select) => {
            let read = read(select, parameters)?;
            if read.index.is_some() {
                return Err(DynamoDbError::validation(
                    "Reads on indices are not supported within transactions.",
                ));
            }
            Ok(Command::Write(Write {
                table: read.table,
                what: What::Check,
                filter: read.filter,
                returning: None,
            }))
        }
        Statement::Insert { table, item } => {
            // An index is told of otherwise than where items are changed (github.com/paritysuite/dynamodb-conformance,
            // tests/tier2/partiql/indexQualifier.test.ts).
            if table.names.len() > 1 {
                return Err(DynamoDbError::validation(format!(
                    "FROM clause may only contain a single table name in data manipulation statements at {}",
                    table.at
                )));
            }
            let item = match &item {
                Expr::Struct(entries) => literal::attributes(entries, parameters)?,
                other => match literal::value(other, parameters)? {
                    Value::M(item) => item,
                    _ => return Err(DynamoDbError::validation("The item of an INSERT must be a tuple")),
                },
            };
            Ok(Command::Write(Write {
                table: name(table)?,
                what: What::Insert(item),
                filter: None,
                returning: None,
            }))
        }
        Statement::Update { table, changes, filter, returning } => {
            let table = name(table)?;
            let update = update::update(&changes, parameters)?;
            let filter = filter.map(|filter| condition::condition(&filter, parameters)).transpose()?;
            Ok(Command::Write(Write { table, what: What::Update(update), filter, returning }))
        }
        Statement::Delete { table, filter, returning } => {
            let table = name(table)?;
            if let Some(other) = returning.filter(|returning| returning.is_modified || returning.is_new) {
                return Err(DynamoDbError::validation(format!(
                    "Invalid returning clause: RETURNING {} {} *. Only RETURNING ALL OLD * is allowed in DELETE statements.",
                    if other.is_modified { "MODIFIED" } else { "ALL" },
                    if other.is_new { "NEW" } else { "OLD" },
                )));
            }
            let filter = filter.map(|filter| condition::condition(&filter, parameters)).transpose()?;
            Ok(Command::Write(Write { table, what: What::Delete, filter, returning }))
        }
        Statement::Other(kind) => Err(DynamoDbError::validation(format!("Unsupported operation: {kind}"))),
    }
}

fn read(select: Select, parameters: &[Value]) -> Result<Read, DynamoDbError> {
    let mut names = names(select.source)?.into_iter();
    if let Some((clause, at)) = select.unsupported {
        return Err(DynamoDbError::validation(format!("Unsupported clause: {clause} at {at}")));
    }
    let order = |Order { by, is_descending }| match by {
        Expr::Path(path) => Ok((path, is_descending)),
        _ => Err(DynamoDbError::validation("ORDER BY takes attributes of the primary key")),
    };
    Ok(Read {
        table: names.next().unwrap_or_default(),
        index: names.next(),
        columns: select.columns,
        filter: select.filter.map(|filter| condition::condition(&filter, parameters)).transpose()?,
        order: select.order.into_iter().map(order).collect::<Result<_, _>>()?,
    })
}

impl Read {
    /// What is given of each item; all of it where nothing is said.
    pub(super) fn columns(&self) -> Result<Option<Vec<Column>>, DynamoDbError> {
        let unexpected =
            |place: String| DynamoDbError::validation(format!("Unexpected path component{place}"));
        let column = |expression: &Expr| match expression {
            Expr::Path(path) => Ok((column_name(path), path.clone())),
            Expr::Call(call) => Err(unexpected(format!(" at {}", call.at))),
            _ => Err(unexpected(String::new())),
        };
        self.columns.as_ref().map(|columns| columns.iter().map(column).collect()).transpose()
    }
}

/// What a column is called: the last name of its path, and the indexes behind it.
fn column_name(path: &Path) -> String {
    let mut name = path.name.clone();
    for step in &path.steps {
        match step {
            Element::Name(step) => name.clone_from(step),
            Element::Index(index) => name.push_str(&format!("[{index}]")),
        }
    }
    name
}

/// The names of a table and an index.
fn names(source: Source) -> Result<Vec<String>, DynamoDbError> {
    if source.has_alias {
        return Err(DynamoDbError::validation("Aliasing is not supported"));
    }
    if source.names.iter().any(String::is_empty) {
        return Err(DynamoDbError::validation("Path component cannot be an empty string"));
    }
    if source.names.len() > 2 {
        return Err(DynamoDbError::validation("A path may contain at most 2 components in the FROM clause"));
    }
    Ok(source.names)
}

/// The name of a table that is changed.
fn name(source: Source) -> Result<String, DynamoDbError> {
    let mut names = names(source)?;
    if names.len() > 1 {
        return Err(DynamoDbError::validation("This operation is not supported on an index"));
    }
    Ok(names.pop().unwrap_or_default())
}
