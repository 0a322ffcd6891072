//! A statement as it was written.

use super::lexer::Position;
use crate::services::dynamodb::expression::Path;

/// A statement.
#[derive(Debug)]
pub(super) enum Statement {
    /// `SELECT`.
    Select(Select),
    /// `INSERT INTO table VALUE item`.
    Insert {
        /// The table.
        table: Source,
        /// The item.
        item: Expr,
    },
    /// `UPDATE table SET path = value … REMOVE path … WHERE condition RETURNING …`.
    Update {
        /// The table.
        table: Source,
        /// What changes.
        changes: Vec<Change>,
        /// The key, and what else has to hold.
        filter: Option<Expr>,
        /// What is told of the item.
        returning: Option<Returning>,
    },
    /// `DELETE FROM table WHERE condition RETURNING …`.
    Delete {
        /// The table.
        table: Source,
        /// The key, and what else has to hold.
        filter: Option<Expr>,
        /// What is told of the item.
        returning: Option<Returning>,
    },
    /// `EXISTS(SELECT …)`.
    Exists(Select),
    /// An expression that does nothing: what AWS calls its kind.
    Other(&'static str),
}

/// `SELECT columns FROM source WHERE filter ORDER BY order`.
#[derive(Debug)]
pub(super) struct Select {
    /// What is wanted; all where there are none.
    pub(super) columns: Option<Vec<Expr>>,
    /// The table or index.
    pub(super) source: Source,
    /// What has to hold.
    pub(super) filter: Option<Expr>,
    /// By what the items are ordered.
    pub(super) order: Vec<Order>,
    /// A clause that DynamoDB does not have, and where it stands.
    pub(super) unsupported: Option<(String, Position)>,
}

/// A table, or a table and an index of it.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// The names, of which there may be two.
    pub(super) names: Vec<String>,
    /// Whether it is given another name, which DynamoDB does not support.
    pub(super) has_alias: bool,
    /// Where the name of the table stands.
    pub(super) at: Position,
}

/// By what items are ordered.
#[derive(Debug)]
pub(super) struct Order {
    /// The attribute, as any expression.
    pub(super) by: Expr,
    /// Whether the last comes first.
    pub(super) is_descending: bool,
}

/// One change of an update.
#[derive(Debug)]
pub(super) enum Change {
    /// `SET path = value`.
    Set(Path, Expr),
    /// `REMOVE path`.
    Remove(Path),
}

/// What is told of an item that changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Returning {
    /// Whether only what changes is told.
    pub(super) is_modified: bool,
    /// Whether it is told as it is after the change.
    pub(super) is_new: bool,
}

/// An expression.
#[derive(Debug)]
pub(super) enum Expr {
    /// `NULL`.
    Null,
    /// `MISSING`.
    Missing,
    /// `TRUE` or `FALSE`.
    Bool(bool),
    /// A string.
    Text(String),
    /// A number as it is written.
    Number(String),
    /// A parameter, from zero.
    Parameter(usize),
    /// A path to an attribute or into it.
    Path(Path),
    /// `*`, as the operand of a function.
    Star,
    /// `[…]`, or several in parentheses.
    List(Vec<Expr>),
    /// `<<…>>`.
    Bag(Vec<Expr>),
    /// `{…}`.
    Struct(Vec<(Expr, Expr)>),
    /// A function, its operands, where it stands and where the first operand stands.
    Call(Call),
    /// Two operands of `=`, `<`, `+` and the like.
    Binary(&'static str, Box<Expr>, Box<Expr>),
    /// All of these.
    And(Vec<Expr>),
    /// One of these at least.
    Or(Vec<Expr>),
    /// Not this.
    Not(Box<Expr>),
    /// `BETWEEN`: the operand and the two bounds.
    Between(Box<[Expr; 3]>),
    /// `IN`.
    In(Box<Expr>, Box<Expr>),
    /// `IS` and the name of a type.
    Is(Box<Expr>, Type),
    /// `EXISTS(SELECT …)`.
    Exists(Box<Select>),
}

/// A function and its operands.
#[derive(Debug)]
pub(super) struct Call {
    /// The name; that of a keyword in small letters.
    pub(super) name: String,
    /// The operands.
    pub(super) operands: Vec<Expr>,
    /// Where the name stands.
    pub(super) at: Position,
    /// Where the first operand stands, or what is there in its place.
    pub(super) first_at: Position,
}

/// What `IS` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    /// Nothing is there.
    Missing,
    /// A value of one of these types.
    Of(&'static [&'static str]),
}
