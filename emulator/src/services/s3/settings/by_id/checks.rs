//! What a configuration with an id may say.

use crate::services::s3::S3Error;
use crate::services::s3::errors::{DUPLICATE_TAG_KEYS, INVALID_S3_DESTINATION};
use crate::services::s3::settings::schema;
use ruststack_models::s3::types::{
    AnalyticsConfiguration, IntelligentTieringConfiguration, InventoryConfiguration, MetricsConfiguration,
    Tag,
};

/// The longest id, in characters (API reference, the ids of PutBucketMetricsConfiguration and its like).
const LONGEST_ID: usize = 64;
/// The days after which objects may be archived (API reference, Tiering).
const DAYS_UNTIL_ARCHIVED: std::ops::RangeInclusive<i32> = 90..=730;
/// The fewest days until the deep archive.
const DAYS_UNTIL_DEEP: i32 = 180;

/// Letters, digits, periods, dashes and underscores.
fn check_id(id: Option<&String>) -> Result<(), S3Error> {
    let id = id.map(String::as_str).unwrap_or_default();
    let is_good = !id.is_empty()
        && id.chars().count() <= LONGEST_ID
        && id.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c));
    if is_good {
        return Ok(());
    }
    Err(S3Error::InvalidSetting {
        message: "Invalid configuration ID".into(),
        name: Some("id"),
        value: Some(id.to_owned()),
    })
}

/// Several conditions stand in an `And` of at least two.
fn check_and(others: &[bool], tags: Option<&[Tag]>) -> Result<(), S3Error> {
    let tags = tags.unwrap_or_default();
    if tags.len() + others.iter().filter(|there| **there).count() < 2 {
        return Err(S3Error::MalformedXml);
    }
    if schema::has_twins(tags) { Err(DUPLICATE_TAG_KEYS.told()) } else { Ok(()) }
}

fn check_destination(bucket: Option<&String>) -> Result<(), S3Error> {
    let name = bucket.and_then(|arn| arn.strip_prefix("arn:aws:s3:::"));
    if name.is_some_and(|name| !name.is_empty() && !name.contains('/')) {
        return Ok(());
    }
    Err(INVALID_S3_DESTINATION.told())
}

pub(super) fn check_analytics(configuration: &AnalyticsConfiguration) -> Result<(), S3Error> {
    check_id(configuration.id.as_ref())?;
    if let Some(filter) = &configuration.filter {
        schema::count(&[filter.prefix.is_some(), filter.tag.is_some(), filter.and.is_some()], 1..=1)?;
        if let Some(and) = &filter.and {
            check_and(&[and.prefix.is_some()], and.tags.as_deref())?;
        }
    }
    let analysis = configuration.storage_class_analysis.as_ref();
    let export = analysis.and_then(|analysis| analysis.data_export.as_ref());
    let destination = export.and_then(|export| export.destination.as_ref());
    let bucket = destination.and_then(|destination| destination.s3_bucket_destination.as_ref());
    bucket.map_or(Ok(()), |bucket| check_destination(bucket.bucket.as_ref()))
}

pub(super) fn check_intelligent_tiering(
    configuration: &IntelligentTieringConfiguration,
) -> Result<(), S3Error> {
    check_id(configuration.id.as_ref())?;
    if let Some(filter) = &configuration.filter {
        schema::count(&[filter.prefix.is_some(), filter.tag.is_some(), filter.and.is_some()], 0..=1)?;
        if let Some(and) = &filter.and {
            check_and(&[and.prefix.is_some()], and.tags.as_deref())?;
        }
    }
    let tierings = configuration.tierings.as_deref().unwrap_or_default();
    let mut seen = Vec::new();
    for tiering in tierings {
        let (days, tier) = (tiering.days.unwrap_or_default(), tiering.access_tier.as_deref());
        let is_early = tier == Some("DEEP_ARCHIVE_ACCESS") && days < DAYS_UNTIL_DEEP;
        if seen.contains(&tier) || is_early || !DAYS_UNTIL_ARCHIVED.contains(&days) {
            return Err(S3Error::MalformedXml);
        }
        seen.push(tier);
    }
    if tierings.is_empty() { Err(S3Error::MalformedXml) } else { Ok(()) }
}

pub(super) fn check_inventory(configuration: &InventoryConfiguration) -> Result<(), S3Error> {
    check_id(configuration.id.as_ref())?;
    let destination = configuration.destination.as_ref();
    let bucket = destination.and_then(|destination| destination.s3_bucket_destination.as_ref());
    let bucket = bucket.ok_or(S3Error::MalformedXml)?;
    if let Some(encryption) = &bucket.encryption {
        schema::count(&[encryption.sses3.is_some(), encryption.ssekms.is_some()], 1..=1)?;
    }
    check_destination(bucket.bucket.as_ref())
}

pub(super) fn check_metrics(configuration: &MetricsConfiguration) -> Result<(), S3Error> {
    check_id(configuration.id.as_ref())?;
    let Some(filter) = &configuration.filter else { return Ok(()) };
    let there = [
        filter.prefix.is_some(),
        filter.tag.is_some(),
        filter.access_point_arn.is_some(),
        filter.and.is_some(),
    ];
    schema::count(&there, 1..=1)?;
    filter.and.as_ref().map_or(Ok(()), |and| {
        check_and(&[and.prefix.is_some(), and.access_point_arn.is_some()], and.tags.as_deref())
    })
}
