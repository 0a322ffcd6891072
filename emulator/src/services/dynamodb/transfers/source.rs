//! What an import is made of: the objects of a bucket, and the items in them.
//!
//! Sources: Developer Guide, "Import format quotas and validation": what is behind a malformed place of an object is passed
//! over; aws-controllers-k8s/dynamodb-controller, DDB-IMPORT-013 to 015 and 020, for how items and errors are counted.

use super::csv::{self, Csv, Rows};
use super::ion;
use super::json::{self, Wrong};
use crate::services::dynamodb::keys;
use crate::services::dynamodb::store::{Item, Table};
use crate::services::dynamodb::value::Attributes;
use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use ruststack_wire::Timestamp;
use std::io::Read;

/// The most bytes of one object, as it is and when it is no longer compressed.
pub(super) const LARGEST_OBJECT: usize = 1 << 30;

/// What the objects are.
pub(super) enum Format {
    Json,
    Ion,
    Csv(Csv),
}

/// How an import went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) bytes: i64,
    pub(super) processed: i64,
    pub(super) imported: i64,
    pub(super) errors: i64,
}

impl Counts {
    /// Puts what is in an object into a table.
    pub(super) fn load(
        &mut self,
        table: &Table,
        format: &Format,
        object: &Bytes,
        is_gzip: bool,
        now: Timestamp,
    ) {
        let unpacked;
        let text: &[u8] = if is_gzip && !object.is_empty() {
            match gunzip(object) {
                Some(bytes) => {
                    unpacked = bytes;
                    &unpacked
                }
                None => return self.count(Err(Wrong::Malformed)),
            }
        } else {
            object
        };
        self.bytes = self.bytes.saturating_add(i64::try_from(text.len()).unwrap_or(i64::MAX));
        match format {
            Format::Json => self.load_all(table, lines(text).map(json::read), now),
            Format::Ion => self.load_all(table, lines(text).map(ion::read), now),
            Format::Csv(csv) => self.load_rows(table, csv, text, now),
        }
    }

    fn load_rows(&mut self, table: &Table, csv: &Csv, text: &[u8], now: Timestamp) {
        let mut rows = Rows::new(text, csv.delimiter);
        let header = match &csv.header {
            Some(header) => header.clone(),
            None => match rows.next() {
                Some(Ok(header)) => header,
                Some(Err(wrong)) => return self.count(Err(wrong)),
                None => return,
            },
        };
        let keys = &table.definition().attributes;
        self.load_all(table, rows.map(|row| csv::item(&header, row?, keys)), now);
    }

    fn load_all(
        &mut self,
        table: &Table,
        items: impl Iterator<Item = Result<Attributes, Wrong>>,
        now: Timestamp,
    ) {
        for item in items {
            let is_malformed = matches!(item, Err(Wrong::Malformed));
            self.count(item.and_then(|item| put(table, item, now)));
            if is_malformed {
                return;
            }
        }
    }

    fn count(&mut self, outcome: Result<(), Wrong>) {
        self.processed += 1;
        match outcome {
            Ok(()) => self.imported += 1,
            Err(_) => self.errors += 1,
        }
    }
}

fn put(table: &Table, mut item: Attributes, now: Timestamp) -> Result<(), Wrong> {
    keys::check_size(&item).map_err(|_| Wrong::Invalid)?;
    let place = keys::of_item(table, &item).map_err(|_| Wrong::Invalid)?;
    item.sort_sets();
    table.replace(place, Some(Item::new(&item)), now);
    Ok(())
}

/// The lines that are not empty.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty())
}

fn gunzip(packed: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut reader = MultiGzDecoder::new(packed).take(LARGEST_OBJECT as u64 + 1);
    reader.read_to_end(&mut bytes).ok()?;
    (bytes.len() <= LARGEST_OBJECT).then_some(bytes)
}
