//! Query and Scan: items in the order of their keys, page by page.
//!
//! `target` is the table or index that is read, `select` which attributes of it are given, `page` reads one page, `start`
//! is where it begins.

mod page;
mod query;
mod scan;
mod select;
mod start;
mod target;

pub(super) use page::{Page, Reading};
pub(super) use query::span;
pub(super) use select::{Selection, columns_of};
pub(super) use start::place as place_of_start;
pub(super) use target::Target;
