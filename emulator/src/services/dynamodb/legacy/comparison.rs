//! Comparison operators with their arguments.

use super::super::expression::{Comparator, Condition, Invalid, Operand, Path};
use super::super::value::Value;
use super::invalid;
use std::cmp::Ordering;
use std::fmt;

/// How an attribute is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ComparisonOperator {
    /// Equal.
    Eq,
    /// Not equal, or not there.
    Ne,
    /// Below.
    Lt,
    /// Not above.
    Le,
    /// Above.
    Gt,
    /// Not below.
    Ge,
    /// Between two values, or one of them.
    Between,
    /// One of the values.
    In,
    /// There.
    NotNull,
    /// Not there.
    Null,
    /// Containing a value.
    Contains,
    /// There, and not containing a value.
    NotContains,
    /// Beginning with a value.
    BeginsWith,
}

/// The operators and their names.
const NAMES: [(ComparisonOperator, &str); 13] = [
    (ComparisonOperator::Eq, "EQ"),
    (ComparisonOperator::Ne, "NE"),
    (ComparisonOperator::Lt, "LT"),
    (ComparisonOperator::Le, "LE"),
    (ComparisonOperator::Gt, "GT"),
    (ComparisonOperator::Ge, "GE"),
    (ComparisonOperator::Between, "BETWEEN"),
    (ComparisonOperator::In, "IN"),
    (ComparisonOperator::NotNull, "NOT_NULL"),
    (ComparisonOperator::Null, "NULL"),
    (ComparisonOperator::Contains, "CONTAINS"),
    (ComparisonOperator::NotContains, "NOT_CONTAINS"),
    (ComparisonOperator::BeginsWith, "BEGINS_WITH"),
];

impl fmt::Display for ComparisonOperator {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NAMES.iter().find(|(operator, _)| operator == self).map_or("", |(_, name)| name);
        out.write_str(name)
    }
}

impl ComparisonOperator {
    /// The operator of a name.
    pub(crate) fn named(name: &str) -> Option<ComparisonOperator> {
        NAMES.iter().find(|(_, known)| *known == name).map(|(operator, _)| *operator)
    }

    /// The comparator that says the same, where there is one.
    pub(super) fn comparator(self) -> Option<Comparator> {
        Some(match self {
            ComparisonOperator::Eq => Comparator::Eq,
            ComparisonOperator::Ne => Comparator::Ne,
            ComparisonOperator::Lt => Comparator::Lt,
            ComparisonOperator::Le => Comparator::Le,
            ComparisonOperator::Gt => Comparator::Gt,
            ComparisonOperator::Ge => Comparator::Ge,
            _ => return None,
        })
    }

    /// Checks the arguments: how many, of which types, and those of `BETWEEN` against each other.
    pub(super) fn check(self, values: &[Value]) -> Result<(), Invalid> {
        let is_count_right = match self {
            ComparisonOperator::Null | ComparisonOperator::NotNull => values.is_empty(),
            ComparisonOperator::Between => values.len() == 2,
            ComparisonOperator::In => !values.is_empty(),
            _ => values.len() == 1,
        };
        if !is_count_right {
            return Err(invalid(format_args!(
                "Invalid number of argument(s) for the {self} ComparisonOperator"
            )));
        }
        let mut first = None;
        for value in values {
            let found = value.type_name();
            if !self.takes(found) {
                let what = format!("ComparisonOperator {self} is not valid for {found} AttributeValue type");
                return Err(invalid(what));
            }
            if *first.get_or_insert(found) != found {
                return Err(invalid("AttributeValues inside AttributeValueList must be of same type"));
            }
        }
        match (self, values) {
            (ComparisonOperator::Between, [lower, upper])
                if lower.order(upper) == Some(Ordering::Greater) =>
            {
                let what = "The BETWEEN condition was provided a range where the lower bound is greater than the \
                            upper bound";
                Err(what.into())
            }
            _ => Ok(()),
        }
    }

    fn takes(self, type_name: &str) -> bool {
        match self {
            ComparisonOperator::Eq | ComparisonOperator::Ne => true,
            ComparisonOperator::Contains | ComparisonOperator::NotContains => {
                !matches!(type_name, "SS" | "NS" | "BS" | "L" | "M")
            }
            ComparisonOperator::BeginsWith => matches!(type_name, "S" | "B"),
            _ => matches!(type_name, "S" | "N" | "B"),
        }
    }

    /// The condition on an attribute.
    pub(super) fn condition(self, name: &str, values: Vec<Value>) -> Result<Condition, Invalid> {
        self.check(&values)?;
        let attribute = || Operand::Path(Path::of(name));
        let exists = || Condition::AttributeExists(Path::of(name));
        let mut values = values.into_iter().map(Operand::Value);
        Ok(match (self, values.len()) {
            (ComparisonOperator::Null, _) => Condition::AttributeNotExists(Path::of(name)),
            (ComparisonOperator::In, _) => Condition::In(attribute(), values.collect()),
            (_, 0) => exists(),
            (_, _) => {
                let first = values.next().expect("there is a value");
                match (self.comparator(), self, values.next()) {
                    (Some(comparator), ..) => Condition::Compare(comparator, attribute(), first),
                    (None, _, Some(second)) => Condition::Between(attribute(), first, second),
                    (None, ComparisonOperator::BeginsWith, None) => Condition::BeginsWith(attribute(), first),
                    (None, ComparisonOperator::Contains, None) => Condition::Contains(attribute(), first),
                    (None, _, None) => {
                        let contains = Condition::Contains(attribute(), first);
                        Condition::And(vec![exists(), Condition::Not(Box::new(contains))])
                    }
                }
            }
        })
    }
}
