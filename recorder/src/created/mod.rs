//! What a recording created in the account, as the calls that made it tell, and how it goes away again.

mod delete;

use ruststack_cassettes::Interaction;
use ruststack_cassettes::models::makers::{BEGINNINGS, LEAVE_NOTHING, MAKERS, Maker, Proof, Where};
use ruststack_cassettes::models::told::{Told, text_at};
use ruststack_wire::route::Route;
use ruststack_wire::value::Record;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use time::OffsetDateTime;

use crate::proxy::Proxy;

/// Something that a recording created and that is still there, as far as its calls tell.
#[derive(Clone, Debug)]
pub struct Created {
    what: Made,
    proxy: Arc<Proxy>,
}

#[derive(Clone, Debug, PartialEq)]
struct Made {
    service: &'static str,
    operation: String,
    region: String,
    deleter: Option<&'static str>,
    /// What the deleter has to be told.
    names: Vec<(&'static str, serde_json::Value)>,
    /// When it was, by the clock of who made it.
    at: Option<OffsetDateTime>,
    /// Why a cleanup leaves it; `None` where it was certainly not there before.
    doubt: Option<String>,
}

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.what.fmt(f)
    }
}

impl Made {
    fn own_if_marked(&mut self, mark: &str) {
        let is_marked =
            |(_, value): &(&str, serde_json::Value)| value.as_str().is_some_and(|name| name.contains(mark));
        if !mark.is_empty() && self.deleter.is_some() && self.names.iter().any(is_marked) {
            self.doubt = None;
        }
    }
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} in {}", self.service, self.operation, self.region)?;
        let own = |(_, value): &&(&str, serde_json::Value)| value.is_string();
        self.names
            .iter()
            .filter(own)
            .try_for_each(|(name, value)| write!(f, " {name}={}", value.as_str().unwrap_or_default()))
    }
}

impl Created {
    /// Why a cleanup leaves it where it is: it may have been there before, or nobody knows how it is deleted.
    pub fn doubt(&self) -> Option<&str> {
        self.what.doubt.as_deref()
    }

    /// Takes away the doubt whether it was there before, if `mark` stands in one of its names: nobody else draws the
    /// same. One that nobody knows how to delete stays in doubt.
    pub fn own_if_marked(&mut self, mark: &str) {
        self.what.own_if_marked(mark);
    }

    /// Deletes it, with a call of our own that is not recorded. Gives why it could not be.
    pub async fn delete(&self) -> Result<(), String> {
        delete::delete(&self.what, &self.proxy).await
    }
}

/// Where a bucket of one's own may be created again, and is then the old one.
const SAME_BUCKET_AGAIN: &str = "us-east-1";

/// Asks once more about what may have been there before, and doubts what was: a bucket that is older than the call
/// that seemed to create it, and all that is in it. Sends a call of its own for each bucket in doubt.
pub async fn settle(mut created: Vec<Created>) -> Vec<Created> {
    for at in 0..created.len() {
        let Made { service, operation, region, .. } = &created[at].what;
        if (*service, operation.as_str(), region.as_str()) != ("s3", "CreateBucket", SAME_BUCKET_AGAIN) {
            continue;
        }
        let Err(doubt) = delete::is_new_bucket(&created[at].what, &created[at].proxy).await else { continue };
        let name = created[at].what.names.first().cloned();
        for other in created.iter_mut().filter(|other| other.what.service == "s3") {
            if other.what.names.first() == name.as_ref() {
                other.what.doubt.get_or_insert_with(|| doubt.clone());
            }
        }
    }
    created
}

/// What is left of what these calls created, in the order in which they did.
pub(crate) fn left(calls: impl IntoIterator<Item = Interaction>, proxy: &Arc<Proxy>) -> Vec<Created> {
    let mut left = Left::default();
    calls.into_iter().for_each(|call| left.hear(&call));
    left.made.into_iter().map(|what| Created { what, proxy: proxy.clone() }).collect()
}

#[derive(Default)]
struct Left {
    made: Vec<Made>,
    /// What certainly was not there before, by operation and name, even if it is gone again.
    certain: HashSet<(&'static str, String)>,
}

impl Left {
    fn hear(&mut self, call: &Interaction) {
        let succeeded = call.response.as_ref().is_some_and(|answer| (200..300).contains(&answer.status));
        let Some(read) = succeeded.then(|| Read::of(call)).flatten() else { return };
        let (service, operation) = (read.route.service.name, read.route.operation.name);
        self.forget(&read);
        match MAKERS.iter().find(|maker| maker.service == service && maker.operation == operation) {
            Some(maker) => self.note(maker, &read),
            None => {
                let begins = BEGINNINGS.iter().any(|beginning| operation.starts_with(beginning));
                if begins && !LEAVE_NOTHING.contains(&(service, operation)) {
                    let doubt = Some("nobody has told the recorder how it is deleted".to_owned());
                    let made = Made { deleter: None, names: Vec::new(), doubt, ..read.made() };
                    self.made.push(made);
                }
            }
        }
    }

    /// What a call deleted is not there any more.
    fn forget(&mut self, read: &Read) {
        let (service, operation) = (read.route.service.name, read.route.operation.name);
        self.made.retain(|made| {
            let is_its =
                made.service == service && made.deleter == Some(operation) && made.region == read.region;
            let is_named = |(name, value): &(&'static str, serde_json::Value)| {
                let told = text_at(&read.input, name);
                // What is always told is no name, and an ARN is as good as the name it ends in.
                !value.is_string()
                    || told.is_some_and(|told| {
                        value.as_str().is_some_and(|own| own == told || own.ends_with(&format!(":{told}")))
                    })
            };
            !(is_its && made.names.iter().all(is_named))
        });
    }

    fn note(&mut self, maker: &'static Maker, read: &Read) {
        let mut names = Vec::new();
        for (name, from) in maker.told {
            let found = match from {
                Where::Input(path) => text_at(&read.input, path).map(serde_json::Value::from),
                Where::Output(path) | Where::Perhaps(path) => {
                    text_at(&read.output, path).map(serde_json::Value::from)
                }
                Where::Always(json) => serde_json::from_str(json).ok(),
            };
            match found {
                Some(value) => names.push((*name, value)),
                None if matches!(from, Where::Perhaps(_)) => {}
                // An answer that does not name it cannot be cleaned up after.
                None => return,
            }
        }
        let doubt = match maker.proof {
            Proof::New => None,
            Proof::Says(path, value) => (text_at(&read.output, path) != Some(value.to_string()))
                .then(|| "it was there before".to_owned()),
            Proof::Inside(operation, member) => {
                let outer =
                    names.iter().find(|(name, _)| *name == member).and_then(|(_, value)| value.as_str());
                let is_ours =
                    outer.is_some_and(|outer| self.certain.contains(&(operation, outer.to_owned())));
                (!is_ours).then(|| format!("it may have been there before: its {member} was"))
            }
            Proof::None(reason) => Some(format!("it may have been there before: {reason}")),
        };
        if doubt.is_none()
            && let Some(name) = names.first().and_then(|(_, value)| value.as_str())
        {
            self.certain.insert((maker.operation, name.to_owned()));
        }
        let made = Made { deleter: Some(maker.deleter), names, doubt, ..read.made() };
        if !self.made.iter().any(|other| {
            other.deleter == made.deleter && other.names == made.names && other.region == made.region
        }) {
            self.made.push(made);
        }
    }
}

/// A call, read by its model.
struct Read {
    route: Route,
    region: String,
    at: Option<OffsetDateTime>,
    input: Option<Record>,
    output: Option<Record>,
}

impl Read {
    fn of(call: &Interaction) -> Option<Read> {
        let Told { route, input, output } = Told::of(call)?;
        let region = call.region.clone().unwrap_or_default();
        Some(Read { route, region, at: call.at, input, output })
    }

    fn made(&self) -> Made {
        Made {
            service: self.route.service.name,
            operation: self.route.operation.name.to_owned(),
            region: self.region.clone(),
            deleter: None,
            names: Vec::new(),
            at: self.at,
            doubt: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_our_mark_was_not_there_before() {
        let queue = |deleter, url: &str| Made {
            service: "sqs",
            operation: "CreateQueue".to_owned(),
            region: "us-east-1".to_owned(),
            deleter,
            names: vec![("QueueUrl", url.into())],
            at: None,
            doubt: Some("it may have been there before".to_owned()),
        };
        let doubts = |mut made: Made, mark: &str| {
            made.own_if_marked(mark);
            made.doubt.is_some()
        };
        let deleter = Some("DeleteQueue");
        assert!(!doubts(queue(deleter, "https://sqs/1/rsabcdef000orders"), "rsabcdef"));
        assert!(doubts(queue(deleter, "https://sqs/1/orders"), "rsabcdef"), "it is another's");
        assert!(doubts(queue(deleter, "https://sqs/1/orders"), ""), "no mark says nothing");
        assert!(doubts(queue(None, "https://sqs/1/rsabcdef000orders"), "rsabcdef"), "nobody can delete it");
    }
}
