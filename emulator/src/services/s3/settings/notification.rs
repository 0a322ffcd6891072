//! Who is told of what happens in a bucket.
//!
//! The requests of PutBucketNotification and GetBucketNotification, which these operations took over from, are theirs as
//! well. S3 asks each destination whether it is there and may be told, unless the caller skips that. Here there are no
//! queues, topics and functions yet: each ARN of the right service is taken for one that is there.
//!
//! Sources: API reference, PutBucketNotificationConfiguration and GetBucketNotificationConfiguration; User Guide,
//! "Configuring event notifications using object key name filtering"; localstack's recordings of S3
//! (tests/aws/services/s3/test_s3_notifications_sqs.snapshot.json); minio issue 2472 (configurations that overlap);
//! aws-cli issue 1465 and aws-cdk issue 3347 (two rules of one name).

mod overlap;

use super::{give_id, schema};
use crate::gateway::Caller;
use crate::services::s3::{S3, S3Error};
use overlap::Told;
use ruststack_models::s3::types::{
    FilterRule, GetBucketNotificationConfigurationRequest, NotificationConfiguration,
    NotificationConfigurationFilter, PutBucketNotificationConfigurationRequest,
};
use ruststack_wire::value::{Unit, copy};
use std::sync::Arc;

/// The longest prefix or suffix, in bytes.
const LONGEST_VALUE: usize = 1024;

impl S3 {
    /// Sets who is told of what.
    pub(in crate::services::s3) async fn put_bucket_notification_configuration(
        &self,
        caller: &Caller,
        input: PutBucketNotificationConfigurationRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let mut configuration = schema::read(input.notification_configuration)?;
        complete(&mut configuration, caller)?;
        let configuration = Arc::new(configuration);
        bucket.settings_mut().notification = Some(configuration.clone());
        self.announce(caller, &bucket, &configuration);
        Ok(Unit {})
    }

    /// Tells who is told of what.
    pub(in crate::services::s3) async fn get_bucket_notification_configuration(
        &self,
        caller: &Caller,
        input: GetBucketNotificationConfigurationRequest,
    ) -> Result<NotificationConfiguration, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let kept = bucket.settings().notification.clone();
        Ok(kept.map(|kept| copy(&*kept)).unwrap_or_default())
    }
}

/// Checks each configuration, and gives it an id where it has none.
fn complete(configuration: &mut NotificationConfiguration, caller: &Caller) -> Result<(), S3Error> {
    let mut all = Vec::new();
    macro_rules! complete {
        ($list:ident, $arn:ident, $member:literal, $services:expr) => {
            for one in configuration.$list.iter_mut().flatten() {
                check_arn($member, $services, one.$arn.as_deref().unwrap_or_default())?;
                let (prefix, suffix) = complete_filter(one.filter.as_mut())?;
                let events = one.events.as_deref().unwrap_or_default();
                if events.is_empty() {
                    return Err(S3Error::MalformedXml);
                }
                all.push(Told { events: events.to_vec(), prefix, suffix });
                give_id(&mut one.id, caller);
            }
        };
    }
    complete!(topic_configurations, topic_arn, "Topic", "sns");
    complete!(queue_configurations, queue_arn, "Queue", "sqs");
    complete!(lambda_function_configurations, lambda_function_arn, "CloudFunction", "lambda");
    overlap::check(&all)
}

/// `arn:partition:service:region:account:resource`, of the service that the member is for.
fn check_arn(member: &'static str, service: &str, arn: &str) -> Result<(), S3Error> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let message = match parts[..] {
        ["arn", partition, of, region, account, resource] if !partition.is_empty() => {
            let is_whole = of == service && !region.is_empty() && !account.is_empty() && !resource.is_empty();
            if is_whole {
                return Ok(());
            }
            "The ARN is not well formed"
        }
        _ => "The ARN could not be parsed",
    };
    Err(S3Error::InvalidSetting { message: message.into(), name: Some(member), value: Some(arn.to_owned()) })
}

/// The prefix and the suffix of a filter, whose rules come out named `Prefix` and `Suffix`.
fn complete_filter(
    filter: Option<&mut NotificationConfigurationFilter>,
) -> Result<(String, String), S3Error> {
    let (mut prefix, mut suffix) = (None, None);
    let key = filter.and_then(|filter| filter.key.as_mut());
    for rule in key.and_then(|key| key.filter_rules.as_mut()).into_iter().flatten() {
        let FilterRule { name, value } = rule;
        let (Some(name), Some(value)) = (name, value) else { return Err(S3Error::MalformedXml) };
        let invalid = |message: &str, name: &'static str, value: &str| S3Error::InvalidSetting {
            message: message.into(),
            name: Some(name),
            value: Some(value.to_owned()),
        };
        let place = match name.to_ascii_lowercase().as_str() {
            "prefix" => {
                *name = "Prefix".into();
                &mut prefix
            }
            "suffix" => {
                *name = "Suffix".into();
                &mut suffix
            }
            _ => {
                let message = "filter rule name must be either prefix or suffix";
                return Err(invalid(message, "FilterRule.Name", name));
            }
        };
        if value.len() > LONGEST_VALUE {
            let message = "Size of filter rule value cannot exceed 1024 bytes in UTF-8 representation";
            return Err(invalid(message, "FilterRule.Value", value));
        }
        if place.replace(value.clone()).is_some() {
            let name = name.to_ascii_lowercase();
            let message = format!("Cannot specify more than one {name} rule in a filter.");
            return Err(invalid(&message, "FilterRule.Name", &name));
        }
    }
    Ok((prefix.unwrap_or_default(), suffix.unwrap_or_default()))
}
