//! Encryption at rest, as far as it is told: with which key a table is encrypted.
//!
//! Sources: API reference, "SSESpecification" and "SSEDescription"; for the sentences and for what is told while the key
//! changes aws-controllers-k8s/dynamodb-controller, docs/api-quirks/table-streams-encryption-class.md (DDB-TABLE-079, 140)
//! and details/DDB-TABLE-442.md.

use crate::gateway::Caller;
use crate::services::dynamodb::DynamoDbError;
use ruststack_models::dynamodb::types::{SSEDescription, SSESpecification};
use sha2::{Digest, Sha256};

/// The key that a request says; `None` is DynamoDB's own, which is not told.
pub(in crate::services::dynamodb) fn key_arn(
    caller: &Caller,
    said: Option<&SSESpecification>,
) -> Result<Option<String>, DynamoDbError> {
    let Some(said) = said else { return Ok(None) };
    let refused = |sentence: &'static str| Err(DynamoDbError::parameter(sentence));
    if said.enabled != Some(true) && said.sse_type.is_none() && said.kms_master_key_id.is_none() {
        return Ok(None);
    }
    if said.enabled == Some(false) {
        return match said.sse_type {
            Some(_) => refused("SSEType can not be specified if Enabled is false"),
            None => refused("KMSMasterKeyId can not be specified if Enabled is false"),
        };
    }
    if said.sse_type.as_deref() == Some("AES256") {
        return refused("SSEType AES256 is not supported");
    }
    let here = format!("arn:aws:kms:{}:{}", caller.region, caller.account);
    Ok(Some(match said.kms_master_key_id.as_deref() {
        None => format!("{here}:key/{}", stable_id(&format!("{here}:alias/aws/dynamodb"))),
        Some(arn) if arn.contains(":key/") => arn.to_owned(),
        Some(alias) if alias.starts_with("arn:") => format!("{here}:key/{}", stable_id(alias)),
        Some(alias) if alias.starts_with("alias/") => {
            format!("{here}:key/{}", stable_id(&format!("{here}:{alias}")))
        }
        Some(id) => format!("{here}:key/{id}"),
    }))
}

/// The encryption of a table as it is told.
pub(super) fn described(key_arn: Option<&String>, status: &str) -> Option<SSEDescription> {
    key_arn.map(|arn| SSEDescription {
        status: Some(status.to_owned()),
        sse_type: Some("KMS".to_owned()),
        kms_master_key_arn: Some(arn.clone()),
        ..SSEDescription::default()
    })
}

/// The id of the key behind an alias: a UUID that the alias always has.
fn stable_id(alias: &str) -> String {
    let hex: String = Sha256::digest(alias).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
}
