//! One page: up to a limit of items, up to a megabyte of what was read.
//!
//! Source: Developer Guide, "Paginating table query results": the megabyte counts before the filter; a page that ends at
//! its limit names where it ended, also when nothing follows.

use super::select::Selection;
use super::target::{Seen, Target};
use crate::services::dynamodb::attribute::{WireMap, to_wire};
use crate::services::dynamodb::capacity::{Consumed, Detail, Kind, read_units};
use crate::services::dynamodb::expression::Condition;
use crate::services::dynamodb::store::{Item, Span};
use crate::services::dynamodb::value::Attributes;
use ruststack_models::dynamodb::types::ConsumedCapacity;

/// How many bytes a page may read.
const MOST_BYTES: usize = 1024 * 1024;

/// What to read.
pub(super) struct Reading<'a> {
    pub(super) target: &'a Target,
    pub(super) span: Span,
    pub(super) backward: bool,
    pub(super) limit: Option<usize>,
    pub(super) filter: Option<&'a Condition>,
    pub(super) selection: &'a Selection,
    pub(super) is_consistent: bool,
}

/// What was read.
#[derive(Default)]
pub(super) struct Page {
    items: Vec<Attributes>,
    pub(super) count: i32,
    pub(super) scanned: i32,
    pub(super) last: Option<Attributes>,
    bytes: usize,
    /// The units of what was fetched from the table.
    fetched: f64,
}

impl Reading<'_> {
    /// Reads a page.
    pub(super) fn page(&self) -> Page {
        let mut page = Page::default();
        self.target.shards().walk(&self.span, self.backward, |item| self.take(&mut page, item));
        page
    }

    /// Takes one item in, and says whether another may follow.
    fn take(&self, page: &mut Page, item: &Item) -> bool {
        page.scanned += 1;
        page.bytes += self.target.size_of(item);
        if self.selection.fetches {
            page.fetched += read_units(item.size(), self.is_consistent);
        }
        let index = self.target.index.as_deref().filter(|_| !self.selection.fetches);
        let passes = self.filter.is_none_or(|filter| filter.holds(&Seen { item, index }));
        if passes {
            page.count += 1;
            if !self.selection.counts {
                page.items.push(self.selection.given(self.target, item));
            }
        }
        let is_full = self.limit == usize::try_from(page.scanned).ok() || page.bytes >= MOST_BYTES;
        if is_full {
            page.last = Some(self.target.key_of(item));
        }
        !is_full
    }
}

impl Page {
    /// What the page cost.
    pub(super) fn consumed(&self, reading: &Reading<'_>, detail: Detail) -> Option<ConsumedCapacity> {
        let target = reading.target;
        let units = read_units(self.bytes, reading.is_consistent);
        let consumed = match &target.index {
            Some(index) => Consumed::of_index(index, units, self.fetched),
            None => Consumed::of_table(units),
        };
        consumed.told(&target.table.name, detail, Kind::Plain)
    }

    /// The items, where not only their number is wanted.
    pub(super) fn items(&mut self, selection: &Selection) -> Option<Vec<WireMap>> {
        (!selection.counts).then(|| self.items.drain(..).map(to_wire).collect())
    }
}
