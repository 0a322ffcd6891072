//! PutRetentionPolicy and DeleteRetentionPolicy: for how long events are kept.
//!
//! Source: API reference, PutRetentionPolicy, "Possible values".

use crate::gateway::Caller;
use crate::services::logs::{Logs, LogsError};
use ruststack_models::logs::types::{DeleteRetentionPolicyRequest, PutRetentionPolicyRequest};
use ruststack_wire::value::Unit;

/// For how many days events can be kept.
const DAYS: [i32; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

impl Logs {
    /// Says for how many days the events of a log group are kept. What is older is gone at once.
    pub(in crate::services::logs) async fn put_retention_policy(
        &self,
        caller: &Caller,
        input: PutRetentionPolicyRequest,
    ) -> Result<Unit, LogsError> {
        let days = input.retention_in_days.unwrap_or_default();
        if !DAYS.contains(&days) {
            let known: Vec<String> = DAYS.iter().map(i32::to_string).collect();
            return Err(LogsError::invalid(format!(
                "1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy constraint: \
                 Member must satisfy enum value set: [{}]",
                known.join(", ")
            )));
        }
        self.keep(caller, input.log_group_name.as_deref(), Some(days))
    }

    /// Says that the events of a log group are kept for ever.
    pub(in crate::services::logs) async fn delete_retention_policy(
        &self,
        caller: &Caller,
        input: DeleteRetentionPolicyRequest,
    ) -> Result<Unit, LogsError> {
        self.keep(caller, input.log_group_name.as_deref(), None)
    }

    fn keep(&self, caller: &Caller, name: Option<&str>, days: Option<i32>) -> Result<Unit, LogsError> {
        let group = self.named(caller, name)?;
        group.write(caller.now.millis()).settings.retention_days = days;
        Ok(Unit::default())
    }
}
