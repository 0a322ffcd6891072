//! One page: up to a limit of items, up to a megabyte of what was read.
//!
//! Source: Developer Guide, "Paginating table query results": the megabyte counts before the filter; a page that ends at
//! its limit names where it ended, also when nothing follows.

use super::select::Selection;
use super::target::{Seen, Target};
use crate::services::dynamodb::capacity::{Consumed, Detail, Kind, read_units};
use crate::services::dynamodb::expression::Condition;
use crate::services::dynamodb::store::{Item, Span};
use crate::services::dynamodb::value::Attributes;
use ruststack_models::AttributeMap;
use ruststack_models::dynamodb::types::ConsumedCapacity;

/// How many bytes a page may read.
const MOST_BYTES: usize = 1024 * 1024;

/// What to read.
pub(in crate::services::dynamodb) struct Reading<'a> {
    pub(in crate::services::dynamodb) target: &'a Target,
    pub(in crate::services::dynamodb) span: Span,
    pub(in crate::services::dynamodb) backward: bool,
    pub(in crate::services::dynamodb) limit: Option<usize>,
    pub(in crate::services::dynamodb) filter: Option<&'a Condition>,
    pub(in crate::services::dynamodb) selection: &'a Selection,
    pub(in crate::services::dynamodb) is_consistent: bool,
}

/// What was read.
#[derive(Default)]
pub(in crate::services::dynamodb) struct Page {
    items: Vec<AttributeMap>,
    pub(in crate::services::dynamodb) count: i32,
    pub(in crate::services::dynamodb) scanned: i32,
    pub(in crate::services::dynamodb) last: Option<Attributes>,
    bytes: usize,
    /// The units of what was fetched from the table.
    fetched: f64,
}

impl Reading<'_> {
    /// Reads a page.
    pub(in crate::services::dynamodb) fn page(&self) -> Page {
        let mut page = Page::default();
        self.read(&self.span, &mut page);
        page
    }

    /// Reads on, from another place, while the page is not full.
    pub(in crate::services::dynamodb) fn read(&self, span: &Span, page: &mut Page) {
        self.target.shards().walk(span, self.backward, |item| self.take(page, item));
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
    pub(in crate::services::dynamodb) fn consumed(
        &self,
        reading: &Reading<'_>,
        detail: Detail,
    ) -> Option<ConsumedCapacity> {
        let target = reading.target;
        let units = read_units(self.bytes, reading.is_consistent);
        let consumed = match &target.index {
            Some(index) => Consumed::of_index(index, units, self.fetched),
            None => Consumed::of_table(units),
        };
        consumed.told(&target.table.name, detail, Kind::Plain)
    }

    /// The items that were read.
    pub(in crate::services::dynamodb) fn into_items(self) -> Vec<AttributeMap> {
        self.items
    }

    /// The items, where not only their number is wanted.
    pub(in crate::services::dynamodb) fn items(
        &mut self,
        selection: &Selection,
    ) -> Option<Vec<AttributeMap>> {
        (!selection.counts).then(|| std::mem::take(&mut self.items))
    }
}
