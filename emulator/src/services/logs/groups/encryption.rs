//! AssociateKmsKey and DisassociateKmsKey: which key a log group has. It is told and encrypts nothing.

use crate::gateway::Caller;
use crate::services::logs::identifier::Identifier;
use crate::services::logs::{Logs, LogsError};
use ruststack_models::logs::types::{AssociateKmsKeyRequest, DisassociateKmsKeyRequest};
use ruststack_wire::value::Unit;

impl Logs {
    /// Gives a log group a key.
    pub(in crate::services::logs) async fn associate_kms_key(
        &self,
        caller: &Caller,
        input: AssociateKmsKeyRequest,
    ) -> Result<Unit, LogsError> {
        self.set_key(caller, input.log_group_name, input.resource_identifier, input.kms_key_id)
    }

    /// Takes the key of a log group away.
    pub(in crate::services::logs) async fn disassociate_kms_key(
        &self,
        caller: &Caller,
        input: DisassociateKmsKeyRequest,
    ) -> Result<Unit, LogsError> {
        self.set_key(caller, input.log_group_name, input.resource_identifier, None)
    }

    fn set_key(
        &self,
        caller: &Caller,
        name: Option<String>,
        resource: Option<String>,
        key: Option<String>,
    ) -> Result<Unit, LogsError> {
        let group = self.group(caller, Identifier::either(name.as_deref(), resource.as_deref())?)?;
        group.write(caller.now.millis()).settings.kms_key_id = key;
        Ok(Unit::default())
    }
}
