//! The tokens of an expression.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A letter, then letters, digits and underscores; no keyword.
    Word,
    /// A word that the grammar uses.
    Keyword(Keyword),
    /// `#name`.
    NameRef,
    /// `:value`.
    ValueRef,
    /// Digits.
    Digits,
    /// `=`, `<>`, `<`, `<=`, `>`, `>=`.
    Comparator,
    /// `(`, `)`, `[`, `]`, `,`, `.`, `+`, `-`: the byte that it is.
    Sign(u8),
    /// A character that no expression has.
    Unknown,
    /// The end.
    End,
}

/// The words that the grammar uses, in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    And,
    Or,
    Not,
    Between,
    In,
    Set,
    Remove,
    Add,
    Delete,
}

const KEYWORDS: [(&str, Keyword); 9] = [
    ("AND", Keyword::And),
    ("OR", Keyword::Or),
    ("NOT", Keyword::Not),
    ("BETWEEN", Keyword::Between),
    ("IN", Keyword::In),
    ("SET", Keyword::Set),
    ("REMOVE", Keyword::Remove),
    ("ADD", Keyword::Add),
    ("DELETE", Keyword::Delete),
];

/// A token and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: TokenKind,
    pub(super) text: &'t str,
    /// The byte that it begins at.
    pub(super) start: usize,
}

/// All tokens of a text; the last is the end.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut start = 0;
    while let Some(first) = text[start..].chars().next() {
        if first.is_ascii_whitespace() {
            start += 1;
            continue;
        }
        let (kind, length) = token(&text[start..], first);
        tokens.push(Token { kind, text: &text[start..start + length], start });
        start += length;
    }
    tokens.push(Token { kind: TokenKind::End, text: "<EOF>", start: text.len() });
    tokens
}

/// The token at the beginning of a text, and how many bytes it has.
fn token(text: &str, first: char) -> (TokenKind, usize) {
    let run =
        |from: usize, is_part: fn(&u8) -> bool| from + text.bytes().skip(from).take_while(is_part).count();
    let is_word_part: fn(&u8) -> bool = |byte| byte.is_ascii_alphanumeric() || *byte == b'_';
    match first {
        'a'..='z' | 'A'..='Z' => {
            let length = run(1, is_word_part);
            let keyword = KEYWORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(&text[..length]));
            (keyword.map_or(TokenKind::Word, |(_, keyword)| TokenKind::Keyword(*keyword)), length)
        }
        '#' | ':' => match run(1, is_word_part) {
            1 => (TokenKind::Unknown, 1),
            length if first == '#' => (TokenKind::NameRef, length),
            length => (TokenKind::ValueRef, length),
        },
        '0'..='9' => (TokenKind::Digits, run(1, u8::is_ascii_digit)),
        '<' if text.starts_with("<>") || text.starts_with("<=") => (TokenKind::Comparator, 2),
        '>' if text.starts_with(">=") => (TokenKind::Comparator, 2),
        '=' | '<' | '>' => (TokenKind::Comparator, 1),
        '(' | ')' | '[' | ']' | ',' | '.' | '+' | '-' => (TokenKind::Sign(first as u8), 1),
        other => (TokenKind::Unknown, other.len_utf8()),
    }
}
