//! What a recording created in the account, as the calls that made it tell, and how it goes away again.

mod before;
mod delete;
mod left;
mod read;
#[cfg(test)]
mod tests;

pub(crate) use before::Before;

use ruststack_cassettes::Interaction;
use std::fmt;
use std::sync::Arc;

use time::OffsetDateTime;

use crate::proxy::Proxy;
use crate::story::Turn;
use left::Left;

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
    /// The name of what it is inside of, and goes with.
    inside: Option<String>,
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
        self.names.iter().try_for_each(|(name, value)| match value {
            serde_json::Value::String(text) => write!(f, " {name}={text}"),
            serde_json::Value::Array(items) => {
                items.iter().filter_map(|item| item.as_str()).try_for_each(|item| write!(f, " {name}={item}"))
            }
            _ => Ok(()),
        })
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
pub(crate) fn left(calls: impl IntoIterator<Item = (Turn, Interaction)>, proxy: &Arc<Proxy>) -> Vec<Created> {
    let mut left = Left::default();
    let before = |turn: Turn| move |name: &str| proxy.before.had(turn, name);
    calls.into_iter().for_each(|(turn, call)| left.hear(&call, &before(turn)));
    left.made.into_iter().map(|what| Created { what, proxy: proxy.clone() }).collect()
}
