//! The rules for the names of general purpose buckets.
//!
//! Source: S3 User Guide, "General purpose bucket naming rules".

/// Why a name is none. S3 says the same to all of them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadName;

/// Checks a name against the rules.
pub(super) fn check(name: &str) -> Result<(), BadName> {
    const PREFIXES: [&str; 2] = ["xn--", "sthree-"];
    const SUFFIXES: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = name.as_bytes();
    let is_good = (3..=63).contains(&bytes.len())
        && bytes.iter().all(|byte| is_inner(*byte) || matches!(byte, b'.' | b'-'))
        && is_inner(bytes[0])
        && is_inner(bytes[bytes.len() - 1])
        && !name.contains("..")
        && name.parse::<std::net::Ipv4Addr>().is_err()
        && !PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        && !SUFFIXES.iter().any(|suffix| name.ends_with(suffix));
    if is_good { Ok(()) } else { Err(BadName) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_the_rules() {
        for name in ["abc", "my-bucket.1", "a.b", &"a".repeat(63), "1bucket"] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
        let long = "a".repeat(64);
        for name in [
            "",
            "ab",
            &long,
            "Abc",
            "a_b",
            "-abc",
            "abc-",
            ".abc",
            "a..b",
            "192.168.5.4",
            "xn--abc",
            "abc-s3alias",
            "ab\u{e9}c",
        ] {
            assert_eq!(check(name), Err(BadName), "{name}");
        }
    }
}
