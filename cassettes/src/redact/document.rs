//! A secret that is a JSON document, such as a database's `SecretString`, goes leaf by leaf: its names, its types and
//! its spelling stay, so that an application that reads it still can.

use serde_json::Value;

/// The text of a JSON object or array with every leaf given another value, its spelling kept. `None` where the text
/// is no such document.
pub(super) fn with_leaves(text: &str, leaf: &mut dyn FnMut(&str) -> String) -> Option<String> {
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    serde_json::from_str::<Value>(text).ok()?;
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '"' => literal(rest)?,
            '-' | '0'..='9' => rest.find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c))?,
            c => c.len_utf8(),
        };
        let (token, after) = rest.split_at(end);
        let is_name = first == '"' && after.trim_start().starts_with(':');
        match first {
            '"' if !is_name => {
                let plain: String = serde_json::from_str(token).ok()?;
                let other = if plain.is_empty() { plain } else { leaf(&plain) };
                made.push_str(&Value::from(other).to_string());
            }
            // One digit more would be another form, a leading zero none at all.
            '-' | '0'..='9' => made.extend(token.chars().map(|c| if c.is_ascii_digit() { '1' } else { c })),
            _ => made.push_str(token),
        }
        rest = after;
    }
    Some(made)
}

/// Where the string that a text begins with ends, its quotation marks included.
fn literal(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_types_and_spelling_stay() {
        let made = |text: &str| with_leaves(text, &mut |leaf| leaf.to_uppercase());
        assert_eq!(
            made("{ \"user\":\"a\\\"b\", \"port\": 5432,\n\"on\":true,\"x\":[null,\"\",-2.5]}").as_deref(),
            Some("{ \"user\":\"A\\\"B\", \"port\": 1111,\n\"on\":true,\"x\":[null,\"\",-1.1]}")
        );
        for text in ["plain", "\"quoted\"", "17", "{broken", ""] {
            assert_eq!(made(text), None, "{text}");
        }
    }
}
