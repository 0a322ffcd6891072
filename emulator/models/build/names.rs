//! AWS's names in Rust's spelling.

/// `DBInstanceArn` as `db_instance_arn`, `ChecksumCRC32C` as `checksum_crc32c`.
pub(crate) fn snake(name: &str) -> String {
    let name = name.replace("ETag", "Etag");
    let characters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (index, character) in characters.iter().enumerate() {
        let after_lower = index > 0 && characters[index - 1].is_lowercase();
        let ends_acronym = index > 0
            && (characters[index - 1].is_uppercase() || characters[index - 1].is_ascii_digit())
            && characters.get(index + 1).is_some_and(|next| next.is_lowercase());
        if character.is_uppercase() && (after_lower || ends_acronym) && !snake.ends_with('_') {
            snake.push('_');
        }
        match character {
            '-' | '.' => snake.push('_'),
            other => snake.extend(other.to_lowercase()),
        }
    }
    snake
}

/// `PutObjectRequest` as `PUT_OBJECT_REQUEST`.
pub(crate) fn constant(name: &str) -> String {
    snake(name).to_uppercase()
}

/// The name of a struct's member: snake case, raw where it is a keyword.
pub(crate) fn member(name: &str) -> String {
    let snake = snake(name);
    match snake.as_str() {
        "type" | "match" | "enum" | "ref" | "in" | "where" | "static" | "const" | "move" | "final"
        | "override" => {
            format!("r#{snake}")
        }
        "self" => "self_".into(),
        _ => snake,
    }
}

/// The name of a struct: the shape's, with a capital first.
pub(crate) fn structure(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(characters).collect()
}
