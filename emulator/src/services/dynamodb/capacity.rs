//! What reads and writes cost, in capacity units.
//!
//! Source: Developer Guide, "Read/write capacity mode" and "DynamoDB item sizes": a read of up to 4 KB is one unit, half of
//! one when it need not be consistent, two in a transaction; a write of up to 1 KB is one, two in a transaction; each index
//! that changes costs writes of its own.

use super::store::{Change, Definition, Index, IndexKind, Item};
use ruststack_models::dynamodb::types::{Capacity, ConsumedCapacity};
use ruststack_wire::IndexMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How much a caller wants to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// Nothing.
    None,
    /// The total.
    Total,
    /// The table's and each index's share.
    Indexes,
}

impl Detail {
    /// What `ReturnConsumedCapacity` says.
    pub(super) fn of(text: Option<&str>) -> Detail {
        match text {
            Some("TOTAL") => Detail::Total,
            Some("INDEXES") => Detail::Indexes,
            _ => Detail::None,
        }
    }
}

/// Whether a transaction's units are told, and of which kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Outside transactions only the sum is told.
    Plain,
    /// Reads of a transaction.
    TransactRead,
    /// Writes of a transaction.
    TransactWrite,
}

/// What one call cost, in one table.
#[derive(Debug, Clone, Default)]
pub(super) struct Consumed {
    table: f64,
    local: BTreeMap<String, f64>,
    global: BTreeMap<String, f64>,
}

/// The units of a read of so many bytes; even nothing costs something.
pub(super) fn read_units(bytes: usize, is_consistent: bool) -> f64 {
    let units = bytes.div_ceil(4096).max(1) as f64;
    if is_consistent { units } else { units / 2.0 }
}

/// The units of a write of so many bytes.
fn write_units(bytes: usize) -> f64 {
    bytes.div_ceil(1024).max(1) as f64
}

impl Consumed {
    /// A read of the table itself.
    pub(super) fn of_table(units: f64) -> Consumed {
        Consumed { table: units, ..Consumed::default() }
    }

    /// A read of an index, and of the table where the index did not have what was wanted.
    pub(super) fn of_index(index: &Index, units: f64, table: f64) -> Consumed {
        let mut consumed = Consumed::of_table(table);
        consumed.add_index(index, units);
        consumed
    }

    /// A write.
    pub(super) fn of_change(change: &Change) -> Consumed {
        Consumed::of_write(&change.definition, change.old.as_ref(), change.new.as_ref())
    }

    /// A check of an item in a transaction, which costs as a write of it.
    pub(super) fn of_check(item: Option<&Item>) -> Consumed {
        Consumed::of_table(write_units(item.map_or(0, Item::size)))
    }

    /// A write that turned one item into another.
    pub(super) fn of_write(definition: &Definition, old: Option<&Item>, new: Option<&Item>) -> Consumed {
        let size = |item: Option<&Item>| item.map_or(0, Item::size);
        let mut consumed = Consumed::of_table(write_units(size(old).max(size(new))));
        for index in &definition.indexes {
            consumed.add_index(index, index_units(index, old, new));
        }
        consumed
    }

    fn add_index(&mut self, index: &Index, units: f64) {
        if units == 0.0 {
            return;
        }
        let map = match index.kind {
            IndexKind::Local => &mut self.local,
            IndexKind::Global => &mut self.global,
        };
        *map.entry(index.name.clone()).or_default() += units;
    }

    /// Adds what another call cost.
    pub(super) fn add(&mut self, other: Consumed) {
        self.table += other.table;
        for (mine, others) in [(&mut self.local, other.local), (&mut self.global, other.global)] {
            for (name, units) in others {
                *mine.entry(name).or_default() += units;
            }
        }
    }

    /// The same, twice: in a transaction.
    pub(super) fn doubled(mut self) -> Consumed {
        self.add(self.clone());
        self
    }

    /// What is told of it.
    pub(super) fn told(&self, table: &str, detail: Detail, kind: Kind) -> Option<ConsumedCapacity> {
        if detail == Detail::None {
            return None;
        }
        let total = self.table + self.local.values().sum::<f64>() + self.global.values().sum::<f64>();
        let mut told = ConsumedCapacity {
            table_name: Some(table.to_owned()),
            capacity_units: Some(total),
            read_capacity_units: (kind == Kind::TransactRead).then_some(total),
            write_capacity_units: (kind == Kind::TransactWrite).then_some(total),
            ..ConsumedCapacity::default()
        };
        if detail == Detail::Indexes {
            let capacity = |units: f64| Capacity {
                capacity_units: Some(units),
                read_capacity_units: (kind == Kind::TransactRead).then_some(units),
                write_capacity_units: (kind == Kind::TransactWrite).then_some(units),
            };
            let all = |map: &BTreeMap<String, f64>| -> Option<IndexMap<String, Capacity>> {
                let told = map.iter().map(|(name, units)| (name.clone(), capacity(*units)));
                (!map.is_empty()).then(|| told.collect())
            };
            told.table = Some(capacity(self.table));
            told.local_secondary_indexes = all(&self.local);
            told.global_secondary_indexes = all(&self.global);
        }
        Some(told)
    }
}

/// What a write costs in an index: one write where an entry comes, goes or changes, two where it moves (Developer Guide,
/// "Provisioned throughput considerations for global secondary indexes").
fn index_units(index: &Arc<Index>, old: Option<&Item>, new: Option<&Item>) -> f64 {
    let was = old.filter(|old| index.holds(old));
    let is = new.filter(|new| index.holds(new));
    match (was, is) {
        (None, None) => 0.0,
        (Some(item), None) | (None, Some(item)) => write_units(index.size_of(item)),
        (Some(was), Some(is)) if was.agrees(is, |name| index.shows(name)) => 0.0,
        (Some(was), Some(is)) if was.agrees(is, |name| index.keys.has(name)) => {
            write_units(index.size_of(was).max(index.size_of(is)))
        }
        (Some(was), Some(is)) => write_units(index.size_of(was)) + write_units(index.size_of(is)),
    }
}
