//! What a rule does: objects expire, move to another class, or their noncurrent versions do.
//!
//! Sources: User Guide, "Transitioning objects using Amazon S3 Lifecycle" (classes, their order and days); the sentences as
//! reported of S3 itself: aws-cli issue 7677 (dates), terraform-provider-aws issues 34197 and 35328, cdkd pull request
//! 1426 (noncurrent versions), Arsenal pull request 2648 (days that are none).

use crate::services::s3::S3Error;
use crate::services::s3::settings::schema;
use ruststack_models::s3::types::{
    LifecycleExpiration, NoncurrentVersionExpiration, NoncurrentVersionTransition, Transition,
};
use ruststack_wire::Timestamp;

/// The seconds of a day.
const DAY_S: i64 = 86_400;
/// How many days an object has to be in the classes for infrequent access, and before them.
const DAYS_OF_INFREQUENT_ACCESS: i32 = 30;
/// The classes in the order in which objects fall through them.
const FALL: [&str; 6] =
    ["STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"];

pub(super) fn invalid(message: String) -> S3Error {
    S3Error::InvalidSetting { message, name: None, value: None }
}

/// Refuses days that are none.
pub(super) fn positive(days: i32, member: &str, action: &str) -> Result<(), S3Error> {
    if days > 0 {
        return Ok(());
    }
    Err(invalid(format!("'{member}' for {action} action must be a positive integer")))
}

fn check_date(date: Option<Timestamp>) -> Result<(), S3Error> {
    match date {
        Some(date) if date.millis().rem_euclid(DAY_S * 1000) != 0 => Err(S3Error::InvalidSetting {
            message: "'Date' must be at midnight GMT".into(),
            name: Some("Date"),
            value: Some(date.iso8601_millis()),
        }),
        _ => Ok(()),
    }
}

/// An object expires on a date or after days; a marker of deletion that is alone expires by itself.
pub(super) fn check_expiration(expiration: &LifecycleExpiration) -> Result<(), S3Error> {
    let LifecycleExpiration { date, days, expired_object_delete_marker: marker } = expiration;
    schema::count(&[date.is_some(), days.is_some(), marker.is_some()], 1..=1)?;
    check_date(*date)?;
    days.map_or(Ok(()), |days| positive(days, "Days", "Expiration"))
}

/// Transitions are all on dates or all after days, each to another class, and before the object expires.
pub(super) fn check_transitions(
    transitions: &[Transition],
    expiration: Option<&LifecycleExpiration>,
    filter: &str,
) -> Result<(), S3Error> {
    for transition in transitions {
        schema::count(&[transition.date.is_some(), transition.days.is_some()], 0..=1)?;
        let class = transition.storage_class.as_deref().ok_or(S3Error::MalformedXml)?;
        check_date(transition.date)?;
        match transition.days {
            Some(days) if days < 0 => {
                return Err(invalid("'Days' in Transition action must be nonnegative".into()));
            }
            Some(days) => check_infrequent("Days", "Transition", days, class)?,
            None => {}
        }
    }
    check_classes(
        transitions.iter().map(|transition| (transition.storage_class.as_deref(), transition.days)),
        "Transition",
        filter,
    )?;
    let has_date = transitions.iter().any(|transition| transition.date.is_some());
    let has_days = transitions.iter().any(|transition| transition.days.is_some());
    if has_date && has_days {
        return Err(S3Error::InvalidRequest(format!(
            "Found mixed 'Date' and 'Days' based Transition actions in lifecycle rule for filter '{filter}'"
        )));
    }
    let Some(expiration) = expiration else { return Ok(()) };
    if has_date && expiration.days.is_some() || has_days && expiration.date.is_some() {
        return Err(S3Error::InvalidRequest(format!(
            "Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for filter \
             '{filter}'"
        )));
    }
    let too_late = |what: &str| {
        Err(invalid(format!(
            "'{what}' in the Expiration action for filter '{filter}' must be greater than '{what}' in the Transition \
             action"
        )))
    };
    let days = transitions.iter().filter_map(|transition| transition.days).max();
    if expiration.days.zip(days).is_some_and(|(end, days)| end <= days) {
        return too_late("Days");
    }
    let dates = transitions.iter().filter_map(|transition| transition.date).map(Timestamp::millis).max();
    if expiration.date.map(Timestamp::millis).zip(dates).is_some_and(|(end, date)| end <= date) {
        return too_late("Date");
    }
    Ok(())
}

/// Noncurrent versions move and end after days; some of the newest may be kept.
pub(super) fn check_noncurrent(
    transitions: &[NoncurrentVersionTransition],
    expiration: Option<&NoncurrentVersionExpiration>,
) -> Result<(), S3Error> {
    for transition in transitions {
        let class = transition.storage_class.as_deref().ok_or(S3Error::MalformedXml)?;
        let days = transition.noncurrent_days.ok_or(S3Error::MalformedXml)?;
        if days < 0 {
            return Err(invalid(
                "'NoncurrentDays' in NoncurrentVersionTransition action must be nonnegative".into(),
            ));
        }
        check_infrequent("NoncurrentDays", "NoncurrentVersionTransition", days, class)?;
        if let Some(newer) = transition.newer_noncurrent_versions {
            positive(newer, "NewerNoncurrentVersions", "NoncurrentVersionTransition")?;
        }
    }
    let Some(expiration) = expiration else { return Ok(()) };
    if expiration.noncurrent_days.is_none() && expiration.newer_noncurrent_versions.is_none() {
        return Err(S3Error::MalformedXml);
    }
    // Not said is not positive either (terraform-provider-aws issue 35328).
    let days = expiration.noncurrent_days.unwrap_or_default();
    positive(days, "NoncurrentDays", "NoncurrentVersionExpiration")?;
    if let Some(newer) = expiration.newer_noncurrent_versions {
        positive(newer, "NewerNoncurrentVersions", "NoncurrentVersionExpiration")?;
    }
    if transitions.iter().filter_map(|transition| transition.noncurrent_days).any(|moved| days <= moved) {
        return Err(invalid(
            "'NoncurrentDays' in the NoncurrentVersionExpiration action must be greater than 'NoncurrentDays' in the \
             NoncurrentVersionTransition action"
                .into(),
        ));
    }
    Ok(())
}

/// Objects move to the classes for infrequent access after 30 days at the earliest.
fn check_infrequent(member: &str, action: &str, days: i32, class: &str) -> Result<(), S3Error> {
    if !matches!(class, "STANDARD_IA" | "ONEZONE_IA") || days >= DAYS_OF_INFREQUENT_ACCESS {
        return Ok(());
    }
    Err(invalid(format!(
        "'{member}' in {action} action must be greater than or equal to {DAYS_OF_INFREQUENT_ACCESS} for storageClass \
         '{class}'"
    )))
}

/// Each class is moved to once, a lower one later than a higher one, and 30 days later where that is for infrequent
/// access.
fn check_classes<'c>(
    transitions: impl Iterator<Item = (Option<&'c str>, Option<i32>)> + Clone,
    action: &str,
    filter: &str,
) -> Result<(), S3Error> {
    let known = transitions
        .filter_map(|(class, days)| Some((FALL.iter().position(|known| Some(*known) == class)?, days)));
    for (index, (lower, late)) in known.clone().enumerate() {
        for (higher, early) in known.clone().take(index) {
            if lower == higher {
                return Err(S3Error::InvalidRequest(format!(
                    "'StorageClass' must be different for '{action}' actions in same 'Rule' with filter '{filter}'"
                )));
            }
            let (lower, late, higher, early) =
                if lower > higher { (lower, late, higher, early) } else { (higher, early, lower, late) };
            let Some((late, early)) = late.zip(early) else { continue };
            let rest = matches!(FALL[higher], "STANDARD_IA" | "ONEZONE_IA");
            let wanted = early.saturating_add(if rest { DAYS_OF_INFREQUENT_ACCESS } else { 1 });
            if late < wanted {
                return Err(invalid(format!(
                    "'Days' in the '{action}' action for StorageClass '{}' for filter '{filter}' must be {} than \
                     'filter' '{filter}' in the '{action}' action for StorageClass '{}'",
                    FALL[lower],
                    if rest { "30 days more" } else { "greater" },
                    FALL[higher]
                )));
            }
        }
    }
    Ok(())
}
