//! Operations by pattern: `s3:DeleteBucket`, `dynamodb:Delete*`, `*:Create*`.

use std::fmt;

use crate::subject::Subject;

/// A service and an operation, in either of which `*` stands for anything and `?` for one character; capitals do not
/// count. Operations have the names of the API, which are not always those of IAM's actions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    service: String,
    operation: String,
}

/// A text that is no pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoPattern(String);

impl fmt::Display for NoPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "expected a service and an operation such as s3:DeleteBucket or s3:Delete*, found {:?}",
            self.0
        )
    }
}

impl std::error::Error for NoPattern {}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service, self.operation)
    }
}

impl std::str::FromStr for Pattern {
    type Err = NoPattern;

    fn from_str(text: &str) -> Result<Pattern, NoPattern> {
        let is_part = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"*?-_".contains(&byte))
        };
        match text.split_once(':') {
            Some((service, operation)) if is_part(service) && is_part(operation) => {
                Ok(Pattern { service: service.to_owned(), operation: operation.to_owned() })
            }
            _ => Err(NoPattern(text.to_owned())),
        }
    }
}

impl Pattern {
    /// Whether a call is of this pattern, or may be: the operation of an unknown one may be any.
    pub(crate) fn denies(&self, subject: &Subject) -> bool {
        let mut names = subject.names();
        let is_service = names.any(|name| matches(&self.service, name)) || subject.is_nameless();
        is_service && subject.operation.is_none_or(|operation| matches(&self.operation, operation.name))
    }
}

/// Whether a text is of a pattern. Takes no longer than the product of their lengths.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut on) = (0, 0);
    // Where the last star stood, and how far it reached.
    let mut star: Option<(usize, usize)> = None;
    while on < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, on));
                at += 1;
            }
            Some(byte) if *byte == b'?' || byte.eq_ignore_ascii_case(&text[on]) => {
                at += 1;
                on += 1;
            }
            _ => match star {
                Some((place, reached)) => {
                    star = Some((place, reached + 1));
                    at = place + 1;
                    on = reached + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_stand_for_others() {
        for (pattern, text, expected) in [
            ("DeleteBucket", "deletebucket", true),
            ("Delete*", "DeleteBucketPolicy", true),
            ("Delete*", "Delete", true),
            ("*Bucket", "DeleteBucketPolicy", false),
            ("*Bucket*", "DeleteBucketPolicy", true),
            ("*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaac", false),
            ("Get?bject", "GetObject", true),
            ("Get?", "Get", false),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn what_names_no_operation_is_no_pattern() {
        for text in ["", "s3", "s3:", ":x", "s3:Delete Bucket", "a:b:c", "s3:ü"] {
            let error = text.parse::<Pattern>().expect_err(text);
            assert!(error.to_string().contains("s3:DeleteBucket"), "{error}");
        }
        assert_eq!("s3:Delete*".parse::<Pattern>().unwrap().to_string(), "s3:Delete*");
    }
}
