//! Configurations of which a bucket may have many, each with an id: for analytics, Intelligent-Tiering, inventories and
//! metrics.
//!
//! Sources: API reference, PutBucketInventoryConfiguration and its like, ListBucketInventoryConfigurations and its like;
//! localstack's recordings of S3 (tests/aws/services/s3/test_s3.snapshot.json, test_s3_inventory_report_crud,
//! test_s3_put_inventory_report_exceptions and test_put_bucket_inventory_config_order).

mod checks;

use super::schema;
use crate::gateway::Caller;
use crate::services::s3::errors::{ID_MISMATCH, NO_SUCH_CONFIGURATION, TOO_MANY_CONFIGURATIONS};
use crate::services::s3::{S3, S3Error, token};
use ruststack_models::s3::types;
use ruststack_wire::value::{Structure, Unit, copy};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

/// The most configurations of one kind.
const MOST: usize = 1000;
/// How many one answer lists.
const PAGE: usize = 100;

/// The configurations of one kind, by their ids, in whose order they are listed.
pub(in crate::services::s3) struct ById<T>(BTreeMap<String, Arc<T>>);

impl<T> Default for ById<T> {
    fn default() -> ById<T> {
        ById(BTreeMap::new())
    }
}

/// Some of the configurations, and where the next begin.
struct Page<T> {
    configurations: Vec<T>,
    next: Option<String>,
}

impl<T: Structure + Default> ById<T> {
    fn put(&mut self, id: String, configuration: T) -> Result<(), S3Error> {
        if self.0.len() >= MOST && !self.0.contains_key(&id) {
            return Err(TOO_MANY_CONFIGURATIONS.told());
        }
        self.0.insert(id, Arc::new(configuration));
        Ok(())
    }

    fn get(&self, id: Option<&String>) -> Result<T, S3Error> {
        let found = id.and_then(|id| self.0.get(id)).ok_or_else(|| NO_SUCH_CONFIGURATION.told())?;
        Ok(copy(&**found))
    }

    fn delete(&mut self, id: Option<&String>) -> Result<(), S3Error> {
        id.and_then(|id| self.0.remove(id)).map(drop).ok_or_else(|| NO_SUCH_CONFIGURATION.told())
    }

    fn page(&self, token: Option<&str>) -> Result<Page<T>, S3Error> {
        let after = token.map(token::read).transpose()?;
        let from = after.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let mut rest = self.0.range::<str, _>((from, Bound::Unbounded));
        let found: Vec<_> = rest.by_ref().take(PAGE).collect();
        let last = found.last().map(|(id, _)| id.as_str());
        let next = rest.next().and(last).map(token::write);
        Ok(Page { configurations: found.iter().map(|(_, one)| copy(&***one)).collect(), next })
    }
}

/// The four operations of a kind.
macro_rules! kind {
    ($what:literal $kind:ident $checked:ident
     $put:ident $put_input:ident $get:ident $get_input:ident $get_output:ident $member:ident
     $delete:ident $delete_input:ident $list:ident $list_input:ident $list_output:ident $list_member:ident) => {
        impl S3 {
            #[doc = concat!("Puts a configuration for ", $what, ", instead of the one of this id.")]
            pub(in crate::services::s3) async fn $put(
                &self,
                caller: &Caller,
                input: types::$put_input,
            ) -> Result<Unit, S3Error> {
                let bucket =
                    self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
                let configuration = schema::read(input.$member)?;
                if configuration.id != input.id {
                    return Err(ID_MISMATCH.told());
                }
                checks::$checked(&configuration)?;
                bucket.settings_mut().$kind.put(input.id.unwrap_or_default(), configuration)?;
                Ok(Unit {})
            }

            #[doc = concat!("Tells a configuration for ", $what, ".")]
            pub(in crate::services::s3) async fn $get(
                &self,
                caller: &Caller,
                input: types::$get_input,
            ) -> Result<types::$get_output, S3Error> {
                let bucket =
                    self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
                let configuration = bucket.settings().$kind.get(input.id.as_ref())?;
                Ok(types::$get_output { $member: Some(configuration) })
            }

            #[doc = concat!("Deletes a configuration for ", $what, ", which must be there.")]
            pub(in crate::services::s3) async fn $delete(
                &self,
                caller: &Caller,
                input: types::$delete_input,
            ) -> Result<Unit, S3Error> {
                let bucket =
                    self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
                bucket.settings_mut().$kind.delete(input.id.as_ref())?;
                Ok(Unit {})
            }

            #[doc = concat!("Lists the configurations for ", $what, " by their ids, a hundred at a time.")]
            pub(in crate::services::s3) async fn $list(
                &self,
                caller: &Caller,
                input: types::$list_input,
            ) -> Result<types::$list_output, S3Error> {
                let bucket =
                    self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
                let page = bucket.settings().$kind.page(input.continuation_token.as_deref())?;
                Ok(types::$list_output {
                    is_truncated: Some(page.next.is_some()),
                    continuation_token: input.continuation_token,
                    next_continuation_token: page.next,
                    $list_member: Some(page.configurations),
                })
            }
        }
    };
}

kind! { "analytics" analytics check_analytics
put_bucket_analytics_configuration PutBucketAnalyticsConfigurationRequest
get_bucket_analytics_configuration GetBucketAnalyticsConfigurationRequest
GetBucketAnalyticsConfigurationOutput analytics_configuration
delete_bucket_analytics_configuration DeleteBucketAnalyticsConfigurationRequest
list_bucket_analytics_configurations ListBucketAnalyticsConfigurationsRequest
ListBucketAnalyticsConfigurationsOutput analytics_configuration_list }

kind! { "Intelligent-Tiering" intelligent_tiering check_intelligent_tiering
put_bucket_intelligent_tiering_configuration PutBucketIntelligentTieringConfigurationRequest
get_bucket_intelligent_tiering_configuration GetBucketIntelligentTieringConfigurationRequest
GetBucketIntelligentTieringConfigurationOutput intelligent_tiering_configuration
delete_bucket_intelligent_tiering_configuration DeleteBucketIntelligentTieringConfigurationRequest
list_bucket_intelligent_tiering_configurations ListBucketIntelligentTieringConfigurationsRequest
ListBucketIntelligentTieringConfigurationsOutput intelligent_tiering_configuration_list }

kind! { "an inventory" inventory check_inventory
put_bucket_inventory_configuration PutBucketInventoryConfigurationRequest
get_bucket_inventory_configuration GetBucketInventoryConfigurationRequest
GetBucketInventoryConfigurationOutput inventory_configuration
delete_bucket_inventory_configuration DeleteBucketInventoryConfigurationRequest
list_bucket_inventory_configurations ListBucketInventoryConfigurationsRequest
ListBucketInventoryConfigurationsOutput inventory_configuration_list }

kind! { "metrics" metrics check_metrics
put_bucket_metrics_configuration PutBucketMetricsConfigurationRequest
get_bucket_metrics_configuration GetBucketMetricsConfigurationRequest
GetBucketMetricsConfigurationOutput metrics_configuration
delete_bucket_metrics_configuration DeleteBucketMetricsConfigurationRequest
list_bucket_metrics_configurations ListBucketMetricsConfigurationsRequest
ListBucketMetricsConfigurationsOutput metrics_configuration_list }

#[cfg(test)]
mod tests {
    use super::*;
    use ruststack_models::s3::types::MetricsConfiguration;

    #[test]
    fn there_are_a_thousand_at_most() {
        let mut all = ById::<MetricsConfiguration>::default();
        for index in 0..MOST {
            assert!(all.put(format!("{index:04}"), MetricsConfiguration::default()).is_ok());
        }
        assert!(all.put("another".into(), MetricsConfiguration::default()).is_err());
        assert!(
            all.put("0000".into(), MetricsConfiguration::default()).is_ok(),
            "one that is there is replaced"
        );

        let mut token = None;
        for page in 0..MOST / PAGE {
            let Ok(found) = all.page(token.as_deref()) else { panic!("no page {page}") };
            assert_eq!((found.configurations.len(), found.next.is_some()), (PAGE, page + 1 < MOST / PAGE));
            token = found.next;
        }
    }
}
