//! Messages from a queue. Which call brings which message is chance, so what came is compared over the whole
//! conversation: every message that AWS delivered finds the one that the endpoint delivered, whenever that was.

use super::Comparison;
use super::list::item_shape;
use super::node::Node;
use crate::rules::written;
use crate::verdict::{Difference, Kind};
use ruststack_wire::shape::Shape;
use std::collections::{BTreeMap, HashMap};

/// What came from each queue so far.
#[derive(Debug, Default)]
pub struct Pools(BTreeMap<String, Pool>);

#[derive(Debug, Default)]
struct Pool {
    /// Messages that AWS delivered and the endpoint has not yet.
    awaited: Vec<Waiting>,
    /// Messages that the endpoint delivered and AWS has not yet.
    early: Vec<Waiting>,
    /// The endpoint's message for each of AWS's, by their ids.
    partners: HashMap<String, String>,
    /// The latest receipt handle of each of the endpoint's messages.
    handles: HashMap<String, String>,
}

#[derive(Debug)]
struct Waiting {
    interaction: usize,
    path: String,
    message: Node,
}

impl Pools {
    /// What one side never delivered, by the interaction in which the other did.
    pub fn left(&self) -> Vec<(usize, Difference)> {
        let missing = self.0.values().flat_map(|pool| &pool.awaited).map(|waiting| {
            let recorded = Some(super::shortened(&waiting.message.written()));
            let path = waiting.path.clone();
            (waiting.interaction, Difference { path, kind: Kind::Missing, recorded, actual: None })
        });
        let extra = self.0.values().flat_map(|pool| &pool.early).map(|waiting| {
            let actual = Some(super::shortened(&waiting.message.written()));
            let path = waiting.path.clone();
            (waiting.interaction, Difference { path, kind: Kind::Extra, recorded: None, actual })
        });
        missing.chain(extra).collect()
    }
}

impl Comparison<'_> {
    /// Compares the messages of one call with what either side has delivered so far.
    pub(super) fn received(
        &mut self,
        rule: usize,
        shape: Option<&'static Shape>,
        recorded: Option<&Node>,
        actual: Option<&Node>,
    ) {
        let (ours, theirs) = (messages(recorded), messages(actual));
        if ours.is_empty() && theirs.is_empty() {
            match (recorded, actual) {
                (Some(list), None) => self.report(Kind::Missing, Some(&list.written()), None),
                (None, Some(list)) => self.report(Kind::Extra, None, Some(&list.written())),
                _ => {}
            }
            return;
        }
        let item = item_shape(shape);
        let mut pool = self.conversation.pools.0.remove(self.source).unwrap_or_default();
        let is_known = |pool: &Pool, id: &str| pool.handles.contains_key(id);
        let mut fresh: Vec<&Node> = Vec::new();
        for message in theirs {
            if !is_known(&pool, id(message)) {
                fresh.push(message);
            }
            pool.handles.insert(id(message).to_owned(), handle(message).to_owned());
        }
        let path = written(&self.subject.operation_name, &self.path);
        let waiting = |message: &Node, interaction| Waiting {
            interaction,
            path: path.clone() + "[]",
            message: message.clone(),
        };
        let mut is_as_recorded = ours.len() == theirs.len();

        for (index, message) in ours.iter().enumerate() {
            if let Some(partner) = pool.partners.get(id(message)) {
                // Delivered again: the handle of the latest delivery is the one that counts.
                let again = pool.handles.get(partner).map_or("", String::as_str);
                self.conversation.bindings.promise(handle(message), again);
                continue;
            }
            let here = fresh.iter().position(|own| self.is_same_message(item, message, own));
            let partner = match here {
                Some(place) => Some(fresh.remove(place).clone()),
                None => {
                    is_as_recorded = false;
                    let early =
                        pool.early.iter().position(|own| self.is_same_message(item, message, &own.message));
                    early.map(|place| pool.early.remove(place).message)
                }
            };
            match partner {
                Some(partner) => {
                    self.pair(item, index, message, &partner, &mut pool);
                }
                None => pool.awaited.push(waiting(message, self.index)),
            }
        }
        for message in fresh {
            is_as_recorded = false;
            let awaited =
                pool.awaited.iter().position(|own| self.is_same_message(item, &own.message, message));
            match awaited {
                Some(place) => {
                    let recorded = pool.awaited.remove(place).message;
                    self.pair(item, 0, &recorded, message, &mut pool);
                }
                None => pool.early.push(waiting(message, self.index)),
            }
        }
        if !is_as_recorded {
            self.length_is_free = true;
            self.mask(rule, &format!("{} messages", ours.len()), &format!("{} messages", theirs.len()));
        }
        self.conversation.pools.0.insert(self.source.to_owned(), pool);
    }

    fn pair(&mut self, item: Option<&'static Shape>, index: usize, one: &Node, two: &Node, pool: &mut Pool) {
        pool.partners.insert(id(one).to_owned(), id(two).to_owned());
        self.at_item(index, |comparison| comparison.nodes(item, one, two));
        if let Some(latest) = pool.handles.get(id(two)) {
            self.conversation.bindings.promise(handle(one), latest);
        }
    }

    /// Whether two messages are one: by the id that it got when it was sent, or else by what it says.
    fn is_same_message(&mut self, item: Option<&'static Shape>, one: &Node, two: &Node) -> bool {
        let expected = self.conversation.bindings.expected(id(one));
        if expected != id(one) {
            return expected == id(two);
        }
        let (Some(body), Some(own_body)) = (one.get("Body"), two.get("Body")) else { return one == two };
        let shape = item.and_then(|item| item.members().iter().find(|member| member.name == "Body"));
        self.at("Body", |comparison| comparison.are_alike(shape.map(|member| member.shape), body, own_body))
    }
}

fn messages(list: Option<&Node>) -> &[Node] {
    match list {
        Some(Node::List(items)) => items,
        Some(other) => std::slice::from_ref(other),
        None => &[],
    }
}

fn id(message: &Node) -> &str {
    message.text("MessageId").unwrap_or_default()
}

fn handle(message: &Node) -> &str {
    message.text("ReceiptHandle").unwrap_or_default()
}
