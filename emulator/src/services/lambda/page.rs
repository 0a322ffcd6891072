//! How lists are cut into pages.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// How many items a page has where the caller does not say it.
const ITEMS: usize = 50;

/// The page of a list after a marker, with the marker of the next. Items are in the order of their keys.
pub(super) fn page<T>(
    items: impl IntoIterator<Item = (String, T)>,
    marker: Option<&str>,
    max_items: Option<i32>,
) -> (Vec<T>, Option<String>) {
    let limit = max_items.and_then(|max| usize::try_from(max).ok()).filter(|max| *max > 0).unwrap_or(ITEMS);
    let after = marker.map(|marker| STANDARD.decode(marker).unwrap_or_else(|_| marker.as_bytes().to_vec()));
    let mut rest = items
        .into_iter()
        .skip_while(|(key, _)| after.as_ref().is_some_and(|after| key.as_bytes() <= after.as_slice()));
    let mut page = Vec::new();
    let mut last = String::new();
    for (key, item) in rest.by_ref().take(limit) {
        last = key;
        page.push(item);
    }
    let next = rest.next().map(|_| STANDARD.encode(last));
    (page, next)
}

/// A number as a key, which sorts as numbers do.
pub(super) fn number_key(number: u64) -> String {
    format!("{number:020}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_one_another() {
        let items = || ["a", "b", "c"].map(|name| (name.to_owned(), name));
        let (first, next) = page(items(), None, Some(2));
        assert_eq!(first, ["a", "b"]);
        let (second, end) = page(items(), next.as_deref(), Some(2));
        assert_eq!((second, end), (vec!["c"], None));
        assert_eq!(page(items(), None, None).0.len(), 3);
    }
}
