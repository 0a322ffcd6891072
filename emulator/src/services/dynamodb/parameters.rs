//! What the operations on items have in common: expressions or the parameters of the time before them, names and values.
//!
//! The order in which mistakes are told is DynamoDB's: both kinds of parameters at once; names or values without an
//! expression; then what is in them.

use super::attribute::{Layer, WireMap, value_from_wire};
use super::expression::{
    Invalid, Kind, Placeholders, check_names, check_value_names, not_both, only_with_expressions,
};
use super::{DynamoDbError, Fault};
use ruststack_wire::IndexMap;

/// The parameters of one request, or of one action of a transaction.
pub(super) struct Parameters {
    legacy: Vec<&'static str>,
    expressions: Vec<Kind>,
    /// The expressions that values can be used in.
    users: &'static [Kind],
    names: Option<IndexMap<String, String>>,
    values: Option<WireMap>,
    layer: Layer,
}

impl Parameters {
    /// The names and values of a request, which these expressions could use.
    pub(super) fn new(
        names: Option<IndexMap<String, String>>,
        values: Option<WireMap>,
        users: &'static [Kind],
    ) -> Parameters {
        Parameters {
            legacy: Vec::new(),
            expressions: Vec::new(),
            users,
            names,
            values,
            layer: Layer::Current,
        }
    }

    /// Has the values checked in the older way.
    pub(super) fn older(self) -> Parameters {
        Parameters { layer: Layer::Older, ..self }
    }

    /// Says whether an expression is there.
    pub(super) fn expression(mut self, kind: Kind, text: &Option<String>) -> Parameters {
        if text.is_some() {
            self.expressions.push(kind);
        }
        self
    }

    /// Says whether a parameter of the time before expressions is there.
    pub(super) fn legacy<T>(mut self, name: &'static str, value: &Option<T>) -> Parameters {
        if value.is_some() {
            self.legacy.push(name);
        }
        self
    }

    /// Refuses what cannot be said together.
    pub(super) fn check(&self) -> Result<(), DynamoDbError> {
        not_both(&self.legacy, &self.expressions)?;
        if self.expressions.is_empty() {
            only_with_expressions(self.names.is_some(), self.values.is_some(), self.users)?;
        }
        Ok(())
    }

    /// Reads expressions with the names and values, all of which they must use.
    pub(super) fn read<T>(
        &mut self,
        read: impl FnOnce(&mut Placeholders<'_>) -> Result<T, DynamoDbError>,
    ) -> Result<T, DynamoDbError> {
        if let Some(names) = &self.names {
            check_names(names.keys().map(String::as_str))?;
        }
        if let Some(values) = &self.values {
            check_value_names(values.keys().map(String::as_str))?;
        }
        let mut known = Vec::with_capacity(self.values.as_ref().map_or(0, IndexMap::len));
        for (name, value) in self.values.iter_mut().flatten() {
            let value =
                value_from_wire(std::mem::take(value), self.layer).map_err(|error| match self.layer {
                    Layer::Current => error,
                    Layer::Older => invalid_value(name, error),
                })?;
            known.push((name.as_str(), value));
        }
        let names = self.names.iter().flatten().map(|(name, meant)| (name.as_str(), meant.as_str()));
        let mut placeholders = Placeholders::new(names, known);
        let read = read(&mut placeholders)?;
        placeholders.finish()?;
        Ok(read)
    }
}

fn invalid_value(name: &str, error: DynamoDbError) -> DynamoDbError {
    let sentence = Fault::from(error).message.unwrap_or_default();
    Invalid(format!("ExpressionAttributeValues contains invalid value: {sentence} for key {name}")).into()
}
