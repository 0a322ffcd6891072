//! DeleteLogGroup, and PutLogGroupDeletionProtection that forbids it.

use crate::gateway::Caller;
use crate::services::logs::identifier::Identifier;
use crate::services::logs::{Logs, LogsError};
use ruststack_models::logs::types::{DeleteLogGroupRequest, PutLogGroupDeletionProtectionRequest};
use ruststack_wire::value::Unit;
use std::borrow::Cow;

impl Logs {
    /// Deletes a log group and all that is in it.
    pub(in crate::services::logs) async fn delete_log_group(
        &self,
        caller: &Caller,
        input: DeleteLogGroupRequest,
    ) -> Result<Unit, LogsError> {
        let name = input.log_group_name.unwrap_or_default();
        let space = self.space(&caller.account, &caller.region);
        let mut groups = space.groups_mut();
        let group = groups.get(&name).ok_or(LogsError::NoGroup)?;
        if group.read(caller.now.millis()).settings.is_protected {
            // User guide, "Protecting log groups from deletion", names the error and not its words.
            return Err(LogsError::Validation(Cow::Borrowed(
                "The specified log group has deletion protection enabled and cannot be deleted.",
            )));
        }
        groups.remove(&name);
        Ok(Unit::default())
    }

    /// Says whether a log group may be deleted.
    pub(in crate::services::logs) async fn put_log_group_deletion_protection(
        &self,
        caller: &Caller,
        input: PutLogGroupDeletionProtectionRequest,
    ) -> Result<Unit, LogsError> {
        let identifier = Identifier::of(input.log_group_identifier.as_deref().unwrap_or_default());
        let group = self.group(caller, identifier)?;
        group.write(caller.now.millis()).settings.is_protected =
            input.deletion_protection_enabled.unwrap_or_default();
        Ok(Unit::default())
    }
}
