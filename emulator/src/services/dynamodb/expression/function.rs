//! The functions of expressions.

/// A function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    AttributeExists,
    AttributeNotExists,
    AttributeType,
    BeginsWith,
    Contains,
    Size,
    IfNotExists,
    ListAppend,
}

impl Function {
    /// The function of a name. Case matters.
    pub(super) fn named(name: &str) -> Option<Function> {
        Some(match name {
            "attribute_exists" => Function::AttributeExists,
            "attribute_not_exists" => Function::AttributeNotExists,
            "attribute_type" => Function::AttributeType,
            "begins_with" => Function::BeginsWith,
            "contains" => Function::Contains,
            "size" => Function::Size,
            "if_not_exists" => Function::IfNotExists,
            "list_append" => Function::ListAppend,
            _ => return None,
        })
    }

    /// Whether it may stand in this place.
    pub(super) fn may_be(self, place: Place) -> bool {
        match self {
            Function::Size => place == Place::ConditionOperand,
            Function::IfNotExists => matches!(place, Place::SetValue | Place::SetOperand),
            Function::ListAppend => place == Place::SetValue,
            _ => place == Place::Condition,
        }
    }
}

/// Where a function stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// As a condition.
    Condition,
    /// As an operand of a condition.
    ConditionOperand,
    /// As what an attribute is set to, or one side of a sum.
    SetValue,
    /// As an operand of a function in an update.
    SetOperand,
}
