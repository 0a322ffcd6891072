//! Where a value stands in an input: `keySchema.1.member.keyType`.

use std::fmt::{self, Display, Formatter, Write};

/// A place, told from the place that holds it. Nothing is written before it is asked for.
pub(super) enum Path<'a> {
    /// The input itself.
    Root,
    /// A member of a structure, by its name in the model.
    Member(&'a Path<'a>, &'static str),
    /// An item of a list, counted from 0.
    Item(&'a Path<'a>, usize),
    /// An entry of a map, by its key.
    Entry(&'a Path<'a>, &'a str),
}

impl Display for Path<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Member(Path::Root, name) => LowerCamel(name).fmt(f),
            Path::Member(parent, name) => write!(f, "{parent}.{}", LowerCamel(name)),
            Path::Item(parent, index) => write!(f, "{parent}.{}.member", index + 1),
            Path::Entry(parent, key) => write!(f, "{parent}.{key}.member"),
        }
    }
}

/// The name of a member as it is told: `KeySchema` is `keySchema`.
pub(super) struct LowerCamel(pub(super) &'static str);

impl Display for LowerCamel {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut characters = self.0.chars();
        if let Some(first) = characters.next() {
            f.write_char(first.to_ascii_lowercase())?;
        }
        f.write_str(characters.as_str())
    }
}
