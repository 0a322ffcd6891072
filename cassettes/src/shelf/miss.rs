//! A request that no recorded answer is for, and what comes nearest, field by field.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Asked;
use crate::format::Request;
use crate::scan::scan;

/// More fields than this are counted, not told.
const MOST_FIELDS: usize = 10;
/// More of a value is not shown.
const LONGEST: usize = 200;

/// What was asked and not answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Miss {
    /// The service.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// Method and path.
    pub request: String,
    /// How often.
    pub count: usize,
    /// In a sentence, with the fields that differ.
    pub explanation: String,
    /// The recorded request that differs least; none where the operation was never recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<Nearest>,
}

/// The recorded request that comes nearest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Nearest {
    /// The cassette it stands in.
    pub cassette: String,
    /// Which interaction of it, from zero.
    pub interaction: usize,
    /// What differs.
    pub fields: Vec<Field>,
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Its place; [`Shelf::ignoring`](super::Shelf::ignoring) takes the same names.
    pub field: String,
    /// What was recorded; absent where the recorded request has no such field.
    pub recorded: Option<String>,
    /// What was asked; absent where the request has no such field.
    pub asked: Option<String>,
}

/// A recorded request.
pub(super) struct Candidate<'a> {
    pub(super) cassette: &'a str,
    pub(super) index: usize,
    pub(super) asked: &'a Asked,
    pub(super) region: Option<&'a str>,
}

impl Miss {
    pub(super) fn of<'a>(
        asked: &Asked,
        request: &Request,
        region: Option<&str>,
        candidates: impl Iterator<Item = Candidate<'a>>,
    ) -> Miss {
        let mut others = BTreeSet::new();
        let mut nearest: Option<(Vec<Field>, Candidate<'a>)> = None;
        for candidate in candidates {
            let own = candidate.asked;
            if (&own.service, &own.operation) != (&asked.service, &asked.operation) {
                if own.service == asked.service {
                    others.insert(own.operation.clone());
                }
                continue;
            }
            let fields = differing(&candidate, asked, region);
            if nearest.as_ref().is_none_or(|(least, _)| fields.len() < least.len()) {
                nearest = Some((fields, candidate));
            }
        }
        let what = format!("{} {}", asked.service, asked.operation);
        let nearest = nearest.map(|(fields, candidate)| Nearest {
            cassette: candidate.cassette.to_owned(),
            interaction: candidate.index,
            fields,
        });
        let explanation = match &nearest {
            Some(nearest) => {
                let Nearest { cassette, interaction, fields } = nearest;
                let shown: Vec<String> = fields.iter().take(MOST_FIELDS).map(Field::told).collect();
                let more = fields.len().saturating_sub(MOST_FIELDS);
                let more = if more > 0 { format!("; and {more} more") } else { String::new() };
                format!(
                    "No recorded answer is for this {what}. The nearest is interaction {interaction} of {cassette}: \
                     {}{more}.",
                    shown.join("; ")
                )
            }
            None if others.is_empty() => {
                format!("No {what} was recorded, and nothing else of {}.", asked.service)
            }
            None => {
                let shown: Vec<&str> = others.iter().take(MOST_FIELDS).map(String::as_str).collect();
                format!("No {what} was recorded. Of {} there is {}.", asked.service, shown.join(", "))
            }
        };
        Miss {
            service: asked.service.clone(),
            operation: asked.operation.clone(),
            request: shown(&format!("{} {}", request.method, request.path)),
            count: 1,
            explanation,
            nearest,
        }
    }
}

fn differing(candidate: &Candidate<'_>, asked: &Asked, region: Option<&str>) -> Vec<Field> {
    let (recorded, actual) = (&candidate.asked.fields, &asked.fields);
    let names: BTreeSet<&String> = recorded.keys().chain(actual.keys()).collect();
    let different = names.into_iter().filter(|name| recorded.get(*name) != actual.get(*name));
    let mut fields: Vec<Field> = different
        .map(|name| Field {
            field: name.clone(),
            recorded: recorded.get(name).map(|value| shown(value)),
            asked: actual.get(name).map(|value| shown(value)),
        })
        .collect();
    if let (Some(recorded), Some(asked)) = (candidate.region, region)
        && recorded != asked
    {
        let (recorded, asked) = (Some(recorded.to_owned()), Some(asked.to_owned()));
        fields.push(Field { field: "region".to_owned(), recorded, asked });
    }
    fields
}

impl Field {
    fn told(&self) -> String {
        match (&self.recorded, &self.asked) {
            (Some(recorded), Some(asked)) => format!("{} was {recorded} and is {asked}", self.field),
            (Some(recorded), None) => format!("{} was {recorded} and is not there", self.field),
            (None, asked) => {
                format!("{} was not there and is {}", self.field, asked.as_deref().unwrap_or_default())
            }
        }
    }
}

/// What of a value may be told: nothing that looks like a secret.
fn shown(value: &str) -> String {
    if !scan(value.as_bytes(), &[]).is_empty() {
        return "(secret)".to_owned();
    }
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}… ({} bytes)", &value[..end], value.len()),
        None => value.to_owned(),
    }
}
