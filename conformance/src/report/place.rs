//! Where an interaction stands in the file of its cassette, so that a reader is led to its line.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The files of cassettes, by the names that the report has for them. Lines are looked up when they are asked for.
#[derive(Clone, Debug, Default)]
pub struct Places {
    files: HashMap<String, PathBuf>,
    lines: HashMap<String, Vec<usize>>,
}

impl Places {
    /// Notes the file of a cassette.
    pub fn put(&mut self, cassette: &str, file: &Path) {
        self.files.insert(cassette.to_owned(), file.to_owned());
    }

    /// The file of a cassette with slashes between its folders, and the line at which an interaction begins, counted
    /// from 1; the first where the file does not tell.
    pub fn of(&mut self, cassette: &str, index: usize) -> Option<(String, usize)> {
        let file = self.files.get(cassette)?;
        let lines = self.lines.entry(cassette.to_owned()).or_insert_with(|| {
            std::fs::read_to_string(file).map(|text| interaction_lines(&text)).unwrap_or_default()
        });
        let parts: Vec<_> = file.iter().map(|part| part.to_string_lossy()).collect();
        let path = parts.join("/").replacen("//", "/", 1);
        let path = path.strip_prefix("./").unwrap_or(&path).to_owned();
        Some((path, lines.get(index).copied().unwrap_or(1)))
    }
}

/// The line at which each item of the list `interactions` begins, at the top of a JSON document.
fn interaction_lines(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let (mut line, mut depth) = (1, 0_usize);
    let mut bytes = text.bytes();
    let mut word = Vec::new();
    let mut is_inside = false;
    while let Some(byte) = bytes.next() {
        match byte {
            b'\n' => line += 1,
            b'"' => {
                word.clear();
                while let Some(byte) = bytes.next() {
                    match byte {
                        b'"' => break,
                        b'\\' => {
                            bytes.next();
                            word.push(b'?');
                        }
                        b'\n' => line += 1,
                        other => word.push(other),
                    }
                }
            }
            b'{' | b'[' => {
                if byte == b'[' && depth == 1 && word == b"interactions" {
                    is_inside = true;
                }
                if byte == b'{' && depth == 2 && is_inside {
                    found.push(line);
                }
                depth += 1;
                word.clear();
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                is_inside &= depth > 1;
                word.clear();
            }
            b',' => word.clear(),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_found_by_their_lines() {
        let text = "{\n \"a\": \"interactions\", \"setup\": {\"interactions\": [{}]},\n \"interactions\": [\n  {\"b\": [{}, \"}\\\"\"]},\n  {\n  }, {}\n ],\n \"c\": [{}]\n}";
        assert_eq!(interaction_lines(text), [4, 5, 6]);
        assert_eq!(interaction_lines("{\"interactions\": \"x"), [0; 0]);
    }

    #[test]
    fn a_file_that_is_gone_is_led_to_at_its_top() {
        let mut places = Places::default();
        places.put("a/b", Path::new("./a/b.json"));
        assert_eq!(places.of("a/b", 3), Some(("a/b.json".to_owned(), 1)));
        assert_eq!(places.of("c", 0), None);
    }
}
