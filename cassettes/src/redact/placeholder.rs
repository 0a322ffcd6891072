//! Placeholders: of the same length and the same kinds of characters as what they stand for, and made without it.

/// The access key id of AWS's own documentation.
pub(super) const KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
/// A signature that nobody made.
pub(super) const SIGNATURE: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
/// What marks a long placeholder as one, for the scan and for people.
const MARK: &str = "EXAMPLE";
/// The same for what is in hexadecimal.
const HEX_MARK: &str = "0123456789abcdef";
/// Shorter placeholders have no room for a mark.
const SHORTEST_MARKED: usize = 20;

/// The `number`th key id with this prefix, such as `AKIA`.
pub(super) fn key_id(prefix: &str, number: usize) -> String {
    let middle = match number {
        0 => "IOSFODNN7".to_owned(),
        _ => letters(number, 9),
    };
    format!("{prefix}{middle}{MARK}")
}

/// The `number`th account id; the first ones are those of AWS's documentation.
pub(super) fn account(number: usize) -> String {
    match number {
        0 => "123456789012".to_owned(),
        1 => "111122223333".to_owned(),
        2 => "444455556666".to_owned(),
        _ => format!("999{number:09}"),
    }
}

/// The `number`th placeholder for a text of any form.
pub(super) fn like(text: &str, number: usize) -> String {
    // A few steps of a linear congruential generator: spread well enough to keep short placeholders apart.
    let mut state = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    // What a backslash escapes stays, or JSON would be none any more.
    let mut is_escaped = false;
    let mut after_escape = |c: char| {
        let was = is_escaped;
        is_escaped = c == '\\' && !was;
        was
    };
    let characters = text.chars().map(|c| match c {
        c if after_escape(c) => c,
        '0'..='9' => char::from(b'0' + next(10) as u8),
        'a'..='f' if is_hex(text) => char::from(b'a' + next(6) as u8),
        'a'..='z' => char::from(b'a' + next(26) as u8),
        'A'..='Z' => char::from(b'A' + next(26) as u8),
        c if c.is_ascii() => c,
        c => match c.len_utf8() {
            2 => 'é',
            3 => '語',
            _ => '😀',
        },
    });
    let mut made: String = characters.collect();
    if let Some(end) = made.find('=').filter(|_| made.ends_with('=')) {
        // The bits before the padding are zero, or the base64 would not be read.
        if end > 0 && made.is_char_boundary(end - 1) {
            made.replace_range(end - 1..end, "A");
        }
    }
    if made.len() >= SHORTEST_MARKED {
        if is_hex(text) {
            made.replace_range(..HEX_MARK.len(), HEX_MARK);
        } else if let Some(at) = room(&made) {
            made.replace_range(at..at + MARK.len(), MARK);
        } else {
            // Nothing says that it is a placeholder, so it must not look like something that was drawn.
            made = made.chars().map(|c| if c.is_ascii_alphanumeric() { 'x' } else { c }).collect();
        }
    }
    made
}

/// Where a mark has room without breaking the syntax around it.
fn room(text: &str) -> Option<usize> {
    text.as_bytes().windows(MARK.len()).position(|window| window.iter().all(|byte| is_plain(*byte)))
}

/// Whether a text is a placeholder already, as far as that is marked.
pub(super) fn is_one(text: &str) -> bool {
    text.len() >= SHORTEST_MARKED && (text.starts_with(MARK) || text.starts_with(HEX_MARK))
}

fn is_hex(text: &str) -> bool {
    text.len() >= 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether a character is part of no syntax.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"{}[]()<>\"'\\,;:&%".contains(&byte)
}

/// A number in capital letters.
fn letters(mut number: usize, length: usize) -> String {
    let mut letters = vec!['A'; length];
    for letter in letters.iter_mut().rev() {
        *letter = char::from(b'A' + (number % 26) as u8);
        number /= 26;
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_stays_and_the_value_goes() {
        let made = like("{\"user\": \"Zoë\", \"pin\": 4711}", 3);
        assert_eq!(made.len(), "{\"user\": \"Zoë\", \"pin\": 4711}".len());
        assert!(made.starts_with("{\"") && !made.contains("4711") && !made.contains("user"), "{made}");
        assert_ne!(like("abcdefgh", 1), like("abcdefgh", 2));
        assert_eq!(key_id("ASIA", 0).len(), 20);
        assert_eq!(key_id("AKIA", 27).len(), 20);
        assert!(like("wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzKEY", 0).contains(MARK));
        assert!(like("c2VjcmV0IHZhbHVlcw==", 5).ends_with("A=="));
    }

    #[test]
    fn the_scan_takes_no_placeholder_for_a_secret() {
        for secret in [
            "q8ZtR2mVx7Lk3WnB5yHd",
            "p@s:q8ZtR2mVx7Lk3WnB5yHd",
            "a1:b2:c3:d4:e5:f6:g7:h8",
            "0a1b2c3d4e5f60718293",
        ] {
            let drawn = |text: &str| crate::scan::named::kind("password", text.as_bytes()).is_some();
            assert!(drawn(secret), "{secret}");
            assert!(!drawn(&like(secret, 7)), "{}", like(secret, 7));
        }
    }
}
