//! The words that an expression cannot use as the name of an attribute, in any case.
//!
//! Source: DynamoDB Developer Guide, "Reserved words in DynamoDB": all 573, in `reserved_words.txt`.

use std::collections::HashSet;
use std::sync::LazyLock;

static WORDS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("reserved_words.txt").lines().collect());

/// Whether a word is reserved.
pub(super) fn is_reserved(word: &str) -> bool {
    WORDS.contains(word.to_ascii_uppercase().as_str())
}
