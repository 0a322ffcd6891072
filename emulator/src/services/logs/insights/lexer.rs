//! A query as words, numbers, texts and signs.

/// A piece of a query, and from where to where it goes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What a piece is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// A command, a function, a field.
    Word(String),
    /// A field between backticks.
    Quoted(String),
    Number(f64),
    /// Milliseconds.
    Duration(i64),
    Text(String),
    /// What stands between two slashes, and whether `i` follows.
    Regex(String, bool),
    Sign(&'static str),
}

/// What cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unexpected {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The signs, the longer before those they begin with.
const SIGNS: [&str; 20] =
    ["!=", "<=", ">=", "=~", "==", "=", "<", ">", "(", ")", "[", "]", ",", "|", "+", "-", "*", "/", "%", "^"];

/// Cuts a query into its pieces.
pub(super) fn tokens(query: &str) -> Result<Vec<Token>, Unexpected> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(next) = query[at..].chars().next() {
        let rest = &query[at..];
        if next.is_whitespace() {
            at += next.len_utf8();
            continue;
        }
        if next == '#' {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        }
        let (kind, length) =
            token(rest, &tokens).ok_or(Unexpected { start: at, end: at + next.len_utf8() })?;
        tokens.push(Token { kind, start: at, end: at + length });
        at += length;
    }
    Ok(tokens)
}

/// The first piece and its length.
fn token(rest: &str, before: &[Token]) -> Option<(Kind, usize)> {
    let next = rest.chars().next()?;
    match next {
        '"' | '\'' => text(rest, next),
        '`' => {
            let inner = rest[1..].split_once('`')?.0;
            Some((Kind::Quoted(inner.to_owned()), inner.len() + 2))
        }
        '/' if begins_regex(before) => regex(rest),
        _ if next.is_ascii_digit() => Some(number(rest)),
        _ if next.is_alphabetic() || next == '_' || next == '@' || next == '$' => {
            let is_part = |character: char| character.is_alphanumeric() || "_.@$".contains(character);
            let end = rest.find(|character| !is_part(character)).unwrap_or(rest.len());
            Some((Kind::Word(rest[..end].to_owned()), end))
        }
        _ => {
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign))?;
            Some((Kind::Sign(sign), sign.len()))
        }
    }
}

/// Whether a slash begins a regular expression, and does not divide what stands before it: behind `like`, the field of
/// `parse`, and what cannot be divided.
fn begins_regex(before: &[Token]) -> bool {
    let is_word = |token: &Token, wanted: &str| matches!(&token.kind, Kind::Word(word) if word.eq_ignore_ascii_case(wanted));
    match before {
        [.., command, _] if is_word(command, "parse") => true,
        [.., last] if is_word(last, "like") || is_word(last, "parse") => true,
        [.., last] => !matches!(
            last.kind,
            Kind::Word(_) | Kind::Quoted(_) | Kind::Number(_) | Kind::Duration(_) | Kind::Sign(")" | "]")
        ),
        [] => true,
    }
}

/// A text between quotes; a backslash takes the meaning from a quote.
fn text(rest: &str, quote: char) -> Option<(Kind, usize)> {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1);
    while let Some((index, character)) = characters.next() {
        match character {
            _ if character == quote => return Some((Kind::Text(text), index + 1)),
            '\\' => match characters.next()?.1 {
                escaped @ ('"' | '\'' | '\\') => text.push(escaped),
                other => text.extend(['\\', other]),
            },
            other => text.push(other),
        }
    }
    None
}

/// A regular expression between slashes; a backslash takes the meaning from a slash.
fn regex(rest: &str) -> Option<(Kind, usize)> {
    let mut expression = String::new();
    let mut characters = rest.char_indices().skip(1);
    while let Some((index, character)) = characters.next() {
        match character {
            '/' => {
                let is_blind = rest[index + 1..].starts_with('i')
                    && !rest[index + 2..].starts_with(|next: char| next.is_alphanumeric());
                return Some((Kind::Regex(expression, is_blind), index + 1 + usize::from(is_blind)));
            }
            '\\' => match characters.next()?.1 {
                '/' => expression.push('/'),
                other => expression.extend(['\\', other]),
            },
            other => expression.push(other),
        }
    }
    None
}

/// A number, or a duration where a unit follows.
fn number(rest: &str) -> (Kind, usize) {
    let is_part = |character: char| character.is_ascii_digit() || character == '.';
    let end = rest.find(|character| !is_part(character)).unwrap_or(rest.len());
    let number: f64 = rest[..end].trim_end_matches('.').parse().unwrap_or_default();
    let unit_end = rest[end..]
        .find(|character: char| !character.is_alphabetic())
        .map_or(rest.len(), |length| end + length);
    let unit_ms = match rest[end..unit_end].to_ascii_lowercase().as_str() {
        "ms" | "millisecond" | "milliseconds" => 1,
        "s" | "sec" | "second" | "seconds" => 1_000,
        "m" | "min" | "minute" | "minutes" => 60_000,
        "h" | "hr" | "hour" | "hours" => 3_600_000,
        "d" | "day" | "days" => 86_400_000,
        "w" | "week" | "weeks" => 604_800_000,
        _ => return (Kind::Number(number), end),
    };
    // A cast of a float to an integer stays within its bounds.
    (Kind::Duration((number * f64::from(unit_ms)) as i64), unit_end)
}
