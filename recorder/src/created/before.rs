//! What was there just before a call whose answer does not tell whether it made something: its service is asked.

use ruststack_cassettes::models::maker::Proof;
use ruststack_cassettes::models::makers::MAKERS;
use ruststack_cassettes::models::told::texts_at;
use ruststack_wire::value::Record;
use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, PoisonError};

use super::delete::call;
use crate::proxy::Proxy;
use crate::story::Turn;
use crate::subject::Subject;

/// A longer list is not read to its end, and then nothing is certain.
const MOST_PAGES: usize = 50;

/// What was there before calls.
#[derive(Debug, Default)]
pub(crate) struct Before {
    asks: bool,
    seen: Mutex<BTreeMap<Turn, HashSet<String>>>,
}

impl Before {
    /// Asks, or takes nothing for certain.
    pub(crate) fn new(asks: bool) -> Before {
        Before { asks, ..Before::default() }
    }

    /// Looks what is there, if a call is one that may make something and would not tell. Sends calls of our own.
    pub(crate) async fn look(&self, turn: Turn, subject: &Subject, region: &str, proxy: &Proxy) {
        let Some((service, operation)) = subject.service.zip(subject.operation).filter(|_| self.asks) else {
            return;
        };
        let maker =
            MAKERS.iter().find(|maker| maker.service == service.name && maker.operation == operation.name);
        let Some(Proof::Listed { by, at, .. }) = maker.map(|maker| maker.proof) else { return };
        match list(proxy, service, by, at, region).await {
            Ok(names) => {
                self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(turn, names);
            }
            Err(why) => tracing::warn!("nobody can tell what {} makes: {why}", operation.name),
        }
    }

    /// Whether something of this name was there before a call; `None` where nobody looked.
    pub(super) fn had(&self, turn: Turn, name: &str) -> Option<bool> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(&turn).map(|names| names.contains(name))
    }
}

/// All that a listing operation lists at a place of its answers.
async fn list(
    proxy: &Proxy,
    service: &'static ruststack_wire::Service,
    by: &'static str,
    at: &'static str,
    region: &str,
) -> Result<HashSet<String>, String> {
    let operation = service.operation(by).ok_or("the models do not know the list")?;
    if let Some(pattern) = proxy.gate.denies(service.name, by) {
        return Err(format!("--deny {pattern} keeps it from looking"));
    }
    let mut names = HashSet::new();
    let mut next: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let mut told: Vec<(&'static str, serde_json::Value)> = Vec::new();
        // SQS gives no next page unless it is told how long one is.
        if service.name == "sqs" {
            told.push(("MaxResults", 1000.into()));
        }
        told.extend(next.take().map(|token| ("NextToken", token.into())));
        let (head, body) = call(region, service, operation, &told, proxy).await?;
        if !head.status.is_success() {
            return Err(format!("{by} answered {}", head.status.as_u16()));
        }
        let answer = http::Response::from_parts(head, body);
        let output = operation.output.map(Record::new).map(|mut output| {
            service.protocol.decode_output(operation, &answer, &mut output).map(|()| output)
        });
        let output = output.transpose().map_err(|_| format!("{by} gave an answer that cannot be read"))?;
        names.extend(texts_at(&output, at));
        next = texts_at(&output, "NextToken").into_iter().next().filter(|token| !token.is_empty());
        if next.is_none() {
            return Ok(names);
        }
    }
    Err(format!("{by} has more than {MOST_PAGES} pages"))
}
