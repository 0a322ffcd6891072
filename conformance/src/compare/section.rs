//! Bodies of several sections, each with headers and a content: the frames of an event stream, the parts of a
//! multipart body.

use super::Comparison;
use super::document::Document;
use crate::verdict::Kind;
use std::collections::BTreeMap;

/// One section.
#[derive(Debug)]
pub(super) struct Section<C> {
    /// Its headers.
    pub(super) headers: BTreeMap<String, String>,
    /// What it carries.
    pub(super) content: C,
}

impl Comparison<'_> {
    /// Compares sections one by one; what one side has beyond the other is missing or extra.
    pub(super) fn sections(&mut self, recorded: &[Section<Document>], actual: &[Section<Document>]) {
        for index in 0..recorded.len().max(actual.len()) {
            self.at_item(index, |comparison| match (recorded.get(index), actual.get(index)) {
                (Some(one), Some(two)) => comparison.section(one, two),
                (Some(one), None) => comparison.report(Kind::Missing, Some(&one.outline()), None),
                (None, two) => {
                    comparison.report(Kind::Extra, None, two.map(Section::outline).as_deref());
                }
            });
        }
    }

    fn section(&mut self, recorded: &Section<Document>, actual: &Section<Document>) {
        self.at("header", |comparison| {
            let beyond = actual.headers.keys().filter(|name| !recorded.headers.contains_key(*name));
            for name in recorded.headers.keys().chain(beyond) {
                let (one, two) = (recorded.headers.get(name), actual.headers.get(name));
                comparison.at(name, |comparison| match (one, two) {
                    (Some(one), Some(two)) => comparison.leaf(Kind::Header, None, one, two),
                    (one, two) => {
                        comparison.report(Kind::Header, one.map(String::as_str), two.map(String::as_str))
                    }
                });
            }
        });
        self.documents(&recorded.content, &actual.content);
    }
}

impl Section<Document> {
    /// What it is, for people.
    fn outline(&self) -> String {
        let headers: Vec<String> =
            self.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        format!("{}, {}", headers.join(", "), self.content.outline())
    }
}
