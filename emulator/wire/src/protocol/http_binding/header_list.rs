//! Lists in one header: items with commas between, quoted where an item has a comma or a quote itself.

use std::borrow::Cow;

/// The items of a header. HTTP dates have a comma inside, so a list of `dates` ends an item at each second one.
pub(super) fn split(text: &str, dates: bool) -> Vec<String> {
    if dates {
        let parts: Vec<&str> = text.split(',').collect();
        return parts.chunks(2).map(|pair| pair.join(",").trim().to_owned()).collect();
    }
    let mut items = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (item, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_item(quoted),
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                (rest[..end].trim().to_owned(), &rest[end..])
            }
        };
        items.push(item);
        rest = after.trim_start().strip_prefix(',').unwrap_or("").trim_start();
    }
    items
}

fn quoted_item(text: &str) -> (String, &str) {
    let mut item = String::new();
    let mut characters = text.char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            '"' => return (item, &text[index + 1..]),
            '\\' => item.extend(characters.next().map(|(_, escaped)| escaped)),
            other => item.push(other),
        }
    }
    (item, "")
}

/// An item as it stands in a list: quoted only where it has to be.
pub(super) fn quote(item: &str) -> Cow<'_, str> {
    if !item.contains([',', '"']) {
        return Cow::Borrowed(item);
    }
    Cow::Owned(format!("\"{}\"", item.replace('\\', "\\\\").replace('"', "\\\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_split_at_commas_outside_quotes() {
        assert_eq!(split(r#""b,c", "\"def\"", a"#, false), ["b,c", "\"def\"", "a"]);
        assert_eq!(split("1, 2,3", false), ["1", "2", "3"]);
        assert_eq!(split("", false), Vec::<String>::new());
        assert_eq!(split("\"open", false), ["open"]);
        let dates = "Mon, 16 Dec 2019 23:48:18 GMT, Tue, 17 Dec 2019 23:48:18 GMT";
        assert_eq!(split(dates, true), ["Mon, 16 Dec 2019 23:48:18 GMT", "Tue, 17 Dec 2019 23:48:18 GMT"]);
    }
}
