//! CreateLogGroup.

use crate::gateway::Caller;
use crate::services::logs::store::{Group, Settings};
use crate::services::logs::{Logs, LogsError};
use ruststack_models::logs::types::CreateLogGroupRequest;
use ruststack_wire::value::Unit;
use std::collections::btree_map::Entry;
use std::sync::Arc;

/// The class of a log group of which nothing else is said.
pub(in crate::services::logs) const STANDARD: &str = "STANDARD";
/// The class whose events go on to S3 or Firehose, and are kept for two days at most.
const DELIVERY: &str = "DELIVERY";

impl Logs {
    /// Makes a log group.
    pub(in crate::services::logs) async fn create_log_group(
        &self,
        caller: &Caller,
        input: CreateLogGroupRequest,
    ) -> Result<Unit, LogsError> {
        let name = input.log_group_name.unwrap_or_default();
        if name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws/")) {
            // github.com/aws-observability/aws-otel-collector, issue 353; hashicorp/terraform issue 10739.
            return Err(LogsError::invalid("Log groups starting with AWS/ are reserved for AWS."));
        }
        let class = input.log_group_class.unwrap_or_else(|| STANDARD.to_owned());
        let settings = Settings {
            // API reference, CreateLogGroup: "log events are kept for one day" and cannot be changed.
            retention_days: (class == DELIVERY).then_some(1),
            kms_key_id: input.kms_key_id,
            is_protected: input.deletion_protection_enabled.unwrap_or_default(),
            tags: input.tags.unwrap_or_default().into_iter().collect(),
            ..Settings::default()
        };
        let space = self.space(&caller.account, &caller.region);
        let group = Group::new(&caller.account, &caller.region, &name, &class, caller.now.millis(), settings);
        match space.groups_mut().entry(name) {
            Entry::Occupied(_) => Err(LogsError::GroupExists),
            Entry::Vacant(place) => {
                place.insert(Arc::new(group));
                Ok(Unit::default())
            }
        }
    }
}
