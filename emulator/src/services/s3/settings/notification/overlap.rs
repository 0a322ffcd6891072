//! No event may be told of twice: configurations that share one must differ in prefixes or suffixes.
//!
//! Sources: minio issue 2472 (an answer of S3); aws-waf-security-automations issue 49 and terraform-provider-aws issue
//! 1582 (the sentence where filters overlap).

use crate::services::s3::S3Error;

/// What one configuration is told of.
pub(super) struct Told {
    pub(super) events: Vec<String>,
    pub(super) prefix: String,
    pub(super) suffix: String,
}

/// Refuses configurations of which one event could match two.
pub(super) fn check(all: &[Told]) -> Result<(), S3Error> {
    for (index, one) in all.iter().enumerate() {
        for other in &all[..index] {
            let shared = other.events.iter().find_map(|first| {
                let second = one.events.iter().find(|second| is_shared(first, second))?;
                Some((first, second))
            });
            let Some((first, second)) = shared else { continue };
            let is_filtered =
                [one, other].iter().any(|told| !told.prefix.is_empty() || !told.suffix.is_empty());
            let overlaps = starts_alike(&one.prefix, &other.prefix) && ends_alike(&one.suffix, &other.suffix);
            if !overlaps {
                continue;
            }
            return Err(if is_filtered {
                S3Error::InvalidSetting {
                    message: "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if \
                              the prefixes are overlapping for the same event type."
                        .into(),
                    name: None,
                    value: None,
                }
            } else {
                S3Error::InvalidSetting {
                    message: "Configurations overlap. Configurations on the same bucket cannot share a common event \
                              type."
                        .into(),
                    name: Some("Event"),
                    value: Some(format!("{first}, {second}")),
                }
            });
        }
    }
    Ok(())
}

/// Whether some event is both: `s3:ObjectCreated:*` is every `s3:ObjectCreated:`.
fn is_shared(one: &str, other: &str) -> bool {
    let covers = |all: &str, event: &str| all.strip_suffix('*').is_some_and(|start| event.starts_with(start));
    one == other || covers(one, other) || covers(other, one)
}

fn starts_alike(one: &str, other: &str) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

fn ends_alike(one: &str, other: &str) -> bool {
    one.ends_with(other) || other.ends_with(one)
}
