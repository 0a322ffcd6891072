//! How deep values nest.
//!
//! Source: github.com/paritysuite/dynamodb-conformance, tests/tier3/limits/nestingDepth.test.ts: the attribute is level 1,
//! and a value at level 33 is refused.

use super::Value;

/// How many levels an attribute may have.
pub(crate) const MAX_LEVELS: usize = 32;
/// What is said of an attribute that has more.
pub(crate) const TOO_DEEP: &str = "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";

impl Value {
    /// Whether this value, as an attribute of an item, has more levels than are allowed.
    pub(crate) fn is_too_deep(&self) -> bool {
        exceeds(self, MAX_LEVELS)
    }
}

/// Goes no deeper than it has levels left.
fn exceeds(value: &Value, levels: usize) -> bool {
    let Some(left) = levels.checked_sub(1) else { return true };
    match value {
        Value::L(elements) => elements.iter().any(|element| exceeds(element, left)),
        Value::M(entries) => entries.iter().any(|(_, entry)| exceeds(entry, left)),
        _ => false,
    }
}
