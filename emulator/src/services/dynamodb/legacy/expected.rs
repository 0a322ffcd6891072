//! `Expected`: what has to be there for a write to take place.

use super::super::expression::{Condition, Invalid};
use super::super::value::Value;
use super::{ComparisonOperator, ConditionalOperator, invalid};

/// What is expected of one attribute.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expectation<'a> {
    /// The attribute.
    pub(crate) attribute: &'a str,
    /// The value that it has.
    pub(crate) value: Option<Value>,
    /// Whether it is there.
    pub(crate) exists: Option<bool>,
    /// How it is compared.
    pub(crate) comparison: Option<ComparisonOperator>,
    /// What it is compared with.
    pub(crate) values: Option<Vec<Value>>,
}

/// The condition of an `Expected`.
pub(crate) fn expected<'a>(
    expectations: impl IntoIterator<Item = Expectation<'a>>,
    operator: ConditionalOperator,
) -> Result<Condition, Invalid> {
    let conditions = expectations.into_iter().map(Expectation::condition);
    Ok(operator.join(conditions.collect::<Result<Vec<_>, _>>()?))
}

impl Expectation<'_> {
    fn condition(self) -> Result<Condition, Invalid> {
        let Expectation { attribute, value, exists, comparison, values } = self;
        let refuse = |what: String| Err(invalid(format_args!("{what} for Attribute: {attribute}")));
        if value.is_some() && values.is_some() {
            return refuse("Value and AttributeValueList cannot be used together".to_owned());
        }
        if let Some(comparison) = comparison {
            if exists.is_some() {
                return refuse("Exists and ComparisonOperator cannot be used together".to_owned());
            }
            let needs_none = matches!(comparison, ComparisonOperator::Null | ComparisonOperator::NotNull);
            return match values.or_else(|| value.map(|value| vec![value])) {
                Some(values) => comparison.condition(attribute, values),
                None if needs_none => comparison.condition(attribute, Vec::new()),
                None => refuse(format!(
                    "Value or AttributeValueList must be used with ComparisonOperator: {comparison}"
                )),
            };
        }
        if values.is_some() {
            return refuse("AttributeValueList can only be used with a ComparisonOperator".to_owned());
        }
        match (exists, value) {
            (None | Some(true), Some(value)) => ComparisonOperator::Eq.condition(attribute, vec![value]),
            (Some(false), None) => ComparisonOperator::Null.condition(attribute, Vec::new()),
            (Some(false), Some(_)) => refuse("Value cannot be used when Exists is false".to_owned()),
            (Some(true), None) => refuse("Value must be provided when Exists is true".to_owned()),
            (None, None) => refuse("Value must be provided when Exists is null".to_owned()),
        }
    }
}
