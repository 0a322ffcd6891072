//! Compares lists: in order, or as sets where a rule says that their order means nothing.

use super::Comparison;
use super::node::Node;
use crate::rules::Form;
use crate::verdict::Kind;
use ruststack_wire::shape::{Kind as ShapeKind, Shape};
use std::collections::HashMap;

/// Beyond so many attempts to find the items of a set, they are taken as they come.
const MOST_ATTEMPTS: usize = 4096;

impl Comparison<'_> {
    /// Compares two lists.
    pub(super) fn lists(&mut self, shape: Option<&'static Shape>, recorded: &[Node], actual: &[Node]) {
        let item = item_shape(shape);
        if let Some(rule) = self.rule_of_form(Form::Set) {
            return self.sets(rule, item, recorded, actual);
        }
        if recorded.len() == actual.len() {
            if is_reordered(recorded, actual) {
                let outline = |items: &[Node]| Node::List(items.to_vec()).written();
                return self.report(Kind::Order, Some(&outline(recorded)), Some(&outline(actual)));
            }
            return self.in_order(item, 0, recorded, actual);
        }
        // What stands the same at both ends is no news; what is more or less lies between.
        let before = self.alike_from(item, recorded.iter().zip(actual));
        let (recorded_rest, actual_rest) = (&recorded[before..], &actual[before..]);
        let after = self.alike_from(item, recorded_rest.iter().rev().zip(actual_rest.iter().rev()));
        self.in_order(item, 0, &recorded[..before], &actual[..before]);
        let (recorded_end, actual_end) = (recorded.len() - after, actual.len() - after);
        self.in_order(item, before, &recorded[before..recorded_end], &actual[before..actual_end]);
        self.in_order(item, recorded_end, &recorded[recorded_end..], &actual[actual_end..]);
    }

    fn alike_from<'n>(
        &mut self,
        item: Option<&'static Shape>,
        pairs: impl Iterator<Item = (&'n Node, &'n Node)>,
    ) -> usize {
        pairs
            .take_while(|(one, two)| self.at_item(0, |comparison| comparison.are_alike(item, one, two)))
            .count()
    }

    /// Item by item; what one list has beyond the other is missing or extra.
    fn in_order(&mut self, item: Option<&'static Shape>, first: usize, recorded: &[Node], actual: &[Node]) {
        for index in 0..recorded.len().max(actual.len()) {
            self.at_item(first + index, |comparison| match (recorded.get(index), actual.get(index)) {
                (Some(one), Some(two)) => comparison.nodes(item, one, two),
                (Some(one), None) => comparison.report(Kind::Missing, Some(&one.written()), None),
                (None, two) => comparison.report(Kind::Extra, None, two.map(Node::written).as_deref()),
            });
        }
    }

    /// Items in any order: each finds its like, and what finds none is compared as it comes.
    fn sets(&mut self, rule: usize, item: Option<&'static Shape>, recorded: &[Node], actual: &[Node]) {
        let mut open: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, node) in actual.iter().enumerate().rev() {
            open.entry(key(node)).or_default().push(index);
        }
        let mut partner: Vec<Option<usize>> =
            recorded.iter().map(|node| open.get_mut(&key(node)).and_then(Vec::pop)).collect();
        let mut left: Vec<usize> = open.into_values().flatten().collect();
        left.sort_unstable();
        let lonely = partner.iter().filter(|partner| partner.is_none()).count();
        if lonely * left.len() <= MOST_ATTEMPTS {
            for (index, node) in recorded.iter().enumerate() {
                if partner[index].is_none() && !left.is_empty() {
                    let found = left.iter().position(|place| {
                        self.at_item(index, |comparison| comparison.are_alike(item, node, &actual[*place]))
                    });
                    partner[index] = found.map(|place| left.remove(place));
                }
            }
        }
        let mut left = left.into_iter();
        for (index, node) in recorded.iter().enumerate() {
            let place = partner[index].or_else(|| left.next());
            self.at_item(index, |comparison| match place {
                Some(place) => comparison.nodes(item, node, &actual[place]),
                None => comparison.report(Kind::Missing, Some(&node.written()), None),
            });
            if place.is_some_and(|place| place != index) {
                self.mask(rule, &index.to_string(), &index.to_string());
            }
        }
        for place in left {
            self.at_item(place, |comparison| {
                comparison.report(Kind::Extra, None, Some(&actual[place].written()));
            });
        }
    }

    /// Whether two nodes would compare without a difference. Nothing is learnt by asking.
    pub(super) fn are_alike(&mut self, shape: Option<&'static Shape>, one: &Node, two: &Node) -> bool {
        let before = (self.found.len(), self.masked.len(), self.longer, self.length_is_free, self.is_trial);
        let timing = self.timing.len();
        self.is_trial = true;
        self.nodes(shape, one, two);
        let alike = self.found.len() == before.0;
        self.found.truncate(before.0);
        self.masked.truncate(before.1);
        self.timing.truncate(timing);
        (self.longer, self.length_is_free, self.is_trial) = (before.2, before.3, before.4);
        alike
    }
}

/// Whether the items are exactly the same ones in another order.
fn is_reordered(recorded: &[Node], actual: &[Node]) -> bool {
    if recorded.len() < 2 || recorded == actual {
        return false;
    }
    let sorted = |items: &[Node]| {
        let mut items: Vec<String> = items.iter().map(key).collect();
        items.sort_unstable();
        items
    };
    sorted(recorded) == sorted(actual)
}

/// What tells an item from others: its type too, since `0` and `"0"` are written alike.
fn key(node: &Node) -> String {
    format!("{} {}", node.type_name(), node.written())
}

/// The shape of a list's items.
pub(super) fn item_shape(shape: Option<&'static Shape>) -> Option<&'static Shape> {
    match shape.map(|shape| &shape.kind) {
        Some(ShapeKind::List { member, .. }) => Some(member.shape),
        _ => None,
    }
}
