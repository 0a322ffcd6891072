//! What is left of what calls created: each call is heard in turn, those that create and those that delete.

use ruststack_cassettes::Interaction;
use ruststack_cassettes::models::maker::{Maker, Proof, Where};
use ruststack_cassettes::models::makers::{BEGINNINGS, LEAVE_NOTHING, MAKERS, PARTS};
use ruststack_cassettes::models::told::{text_at, texts_at};
use serde_json::Value;
use std::collections::HashSet;

use super::Made;
use super::read::Read;

/// Where operations answer the same for what was there before.
const SAME_AGAIN: &str = "it may have been there before: the operation answers the same then";

/// What is left so far.
#[derive(Default)]
pub(super) struct Left {
    pub(super) made: Vec<Made>,
    /// What certainly was not there before, by operation, name and scope, even if it is gone again.
    certain: HashSet<(&'static str, String, String)>,
}

/// Tells whether something of a name was there before a call; `None` where nobody looked.
pub(super) type Had<'a> = &'a dyn Fn(&str) -> Option<bool>;

impl Left {
    /// Hears one call.
    pub(super) fn hear(&mut self, call: &Interaction, had: Had<'_>) {
        let succeeded = call.response.as_ref().is_some_and(|answer| (200..300).contains(&answer.status));
        let Some(read) = succeeded.then(|| Read::of(call)).flatten() else { return };
        let (service, operation) = (read.route.service.name, read.route.operation.name);
        self.forget(&read);
        if let Some(maker) =
            MAKERS.iter().find(|maker| maker.service == service && maker.operation == operation)
        {
            return self.note(maker, &read, had);
        }
        let part = PARTS.iter().find(|part| part.service == service && part.makers.contains(&operation));
        if part.is_some_and(|part| self.is_ours(part.whole, &read, part.named)) {
            return;
        }
        let begins = BEGINNINGS.iter().any(|beginning| operation.starts_with(beginning));
        if begins && !LEAVE_NOTHING.contains(&(service, operation)) {
            let doubt = match part {
                Some(part) => format!("it is a part of what was there before: its {} was", part.named),
                None => "nobody has told the recorder how it is deleted".to_owned(),
            };
            self.made.push(Made { doubt: Some(doubt), ..read.made() });
        }
    }

    /// Whether this recording created, with an operation, what has the name that a call gives it, or an ARN that ends in it.
    fn is_ours(&self, operation: &'static str, read: &Read, member: &str) -> bool {
        let Some(name) = text_at(&read.input, member) else { return false };
        let scope = scope(operation, read);
        [name.as_str(), last(&name)]
            .iter()
            .any(|name| self.certain.contains(&(operation, (*name).to_owned(), scope.clone())))
    }

    /// What a call deleted is not there any more, nor what was inside of it.
    fn forget(&mut self, read: &Read) {
        let (service, operation) = (read.route.service.name, read.route.operation.name);
        let is_near = |made: &Made| made.service == service && made.region == read.region;
        let is_named = |(name, value): &(&'static str, Value)| {
            let told = texts_at(&read.input, name);
            match value {
                // An ARN is as good as the name it ends in.
                Value::String(own) => {
                    told.iter().any(|told| own == told || own.ends_with(&format!(":{told}")))
                }
                Value::Array(own) => {
                    own.iter().filter_map(Value::as_str).all(|own| told.iter().any(|told| own == told))
                }
                // What is always told is no name.
                _ => true,
            }
        };
        let is_gone =
            |made: &Made| is_near(made) && made.deleter == Some(operation) && made.names.iter().all(is_named);
        // What takes two names is itself inside of something, and has nothing in it.
        let is_whole = |made: &&Made| {
            made.inside.is_none() && made.names.iter().filter(|(_, value)| value.is_string()).count() == 1
        };
        let gone = self.made.iter().filter(|made| is_gone(made)).filter(is_whole);
        let wholes: Vec<(&'static str, Value)> =
            gone.filter_map(|made| made.names.first().cloned()).collect();
        self.made.retain(|made| {
            let is_inside = |whole: &(&'static str, Value)| {
                made.names.contains(whole)
                    || (made.inside.is_some() && made.inside.as_deref() == whole.1.as_str())
            };
            let goes = is_gone(made) || (is_near(made) && wholes.iter().any(is_inside));
            !goes
        });
    }

    fn note(&mut self, maker: &'static Maker, read: &Read, had: Had<'_>) {
        let each = maker.told.iter().find_map(|(_, from)| match from {
            Where::Each(path) => Some(texts_at(&read.input, path)),
            _ => None,
        });
        match each {
            Some(each) => each.iter().for_each(|one| self.note_one(maker, read, had, Some(one))),
            None => self.note_one(maker, read, had, None),
        }
    }

    fn note_one(&mut self, maker: &'static Maker, read: &Read, had: Had<'_>, each: Option<&str>) {
        let mut names = Vec::new();
        for (name, from) in maker.told {
            let found = match from {
                Where::Input(path) | Where::If(path) => text_at(&read.input, path).map(Value::from),
                Where::Output(path) | Where::Perhaps(path) => text_at(&read.output, path).map(Value::from),
                Where::Each(_) => each.map(|one| Value::from(vec![one])),
                Where::Always(json) => serde_json::from_str(json).ok(),
            };
            match found {
                Some(value) => names.push((*name, value)),
                None if matches!(from, Where::Perhaps(_) | Where::If(_)) => {}
                // An answer that does not name it cannot be cleaned up after.
                None => return,
            }
        }
        let name = names.first().and_then(|(_, value)| value.as_str()).unwrap_or_default().to_owned();
        let (inside, doubt) = self.proven(maker, read, &name, had);
        if doubt.is_none() {
            self.certain.insert((maker.operation, name, scope(maker.operation, read)));
        }
        let made = Made { deleter: Some(maker.deleter), names, inside, doubt, ..read.made() };
        if !self.made.iter().any(|other| {
            other.deleter == made.deleter && other.names == made.names && other.region == made.region
        }) {
            self.made.push(made);
        }
    }

    /// What it is inside of, and why it may have been there before.
    fn proven(
        &self,
        maker: &Maker,
        read: &Read,
        name: &str,
        had: Had<'_>,
    ) -> (Option<String>, Option<String>) {
        let within = |operation: &'static str, member: &str| {
            let outer = text_at(&read.input, member);
            let is_ours = self.is_ours(operation, read, member);
            let doubt = (!is_ours).then(|| format!("it may have been there before: its {member} was"));
            (outer, doubt)
        };
        match maker.proof {
            // A subscription that nobody has confirmed has no ARN, and goes by itself.
            _ if maker.operation == "Subscribe" && !name.starts_with("arn:") => {
                (None, Some("it waits for somebody to confirm it, and goes by itself".to_owned()))
            }
            Proof::New => (None, None),
            Proof::Says(path, value) => {
                let is_new = text_at(&read.output, path) == Some(value.to_string());
                (None, (!is_new).then(|| "it was there before".to_owned()))
            }
            Proof::Inside(operation, member) => within(operation, member),
            Proof::Listed { unless: Some((member, operation)), .. }
                if text_at(&read.input, member).is_some_and(|outer| outer != "default") =>
            {
                within(operation, member)
            }
            Proof::Listed { .. } => {
                let doubt = match had(name) {
                    Some(false) => None,
                    Some(true) => Some("it was there before".to_owned()),
                    None => Some(SAME_AGAIN.to_owned()),
                };
                (None, doubt)
            }
        }
    }
}

/// Within what the names of an operation's things are alone: a region, and for rules a bus.
fn scope(operation: &str, read: &Read) -> String {
    let region = match read.route.service.name {
        "iam" | "s3" => "",
        _ => read.region.as_str(),
    };
    let bus = (operation == "PutRule").then(|| text_at(&read.input, "EventBusName")).flatten();
    let bus = bus.as_deref().map(last).filter(|bus| *bus != "default").unwrap_or_default();
    format!("{region} {bus}")
}

/// The name that an ARN ends in.
fn last(name: &str) -> &str {
    name.rsplit([':', '/']).next().unwrap_or(name)
}
