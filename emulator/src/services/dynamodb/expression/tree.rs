//! An expression as it was written: placeholders and names stand as they are.

/// An operand as it was written.
#[derive(Debug)]
pub(super) enum Operand<'t> {
    /// A document path.
    Path(Path<'t>),
    /// `:value`.
    Value(&'t str),
    /// A function and its operands.
    Call(&'t str, Vec<Operand<'t>>),
}

/// A document path as it was written.
#[derive(Debug)]
pub(super) struct Path<'t>(pub(super) Vec<Part<'t>>);

/// A part of a document path as it was written.
#[derive(Debug)]
pub(super) enum Part<'t> {
    /// A name.
    Name(&'t str),
    /// `#name`.
    NameRef(&'t str),
    /// The digits of an index.
    Index(&'t str),
}

/// A condition as it was written, but for its parentheses.
#[derive(Debug)]
pub(super) enum Condition<'t> {
    Compare(&'t str, Operand<'t>, Operand<'t>),
    Between(Operand<'t>, Operand<'t>, Operand<'t>),
    In(Operand<'t>, Vec<Operand<'t>>),
    Call(&'t str, Vec<Operand<'t>>),
    And(Vec<Condition<'t>>),
    Or(Vec<Condition<'t>>),
    Not(Box<Condition<'t>>),
}

/// A section of an update as it was written.
#[derive(Debug)]
pub(super) enum Section<'t> {
    Set(Vec<(Path<'t>, SetValue<'t>)>),
    Remove(Vec<Path<'t>>),
    Add(Vec<(Path<'t>, &'t str)>),
    Delete(Vec<(Path<'t>, &'t str)>),
}

/// What an attribute is set to.
#[derive(Debug)]
pub(super) enum SetValue<'t> {
    Operand(Operand<'t>),
    /// `+` or `-` between two operands.
    Sum(&'t str, Operand<'t>, Operand<'t>),
}
