//! Why a job that had begun failed: the code and the sentence that it is described with.
//!
//! Source: aws-controllers-k8s/dynamodb-controller, DDB-EXPORT-005, 010 and 011 and DDB-IMPORT-012 and 013.

use crate::gateway::Caller;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ruststack_wire::Fault;

/// Why a job failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) code: String,
    pub(super) message: String,
}

impl Failure {
    /// S3 would not.
    pub(super) fn of_s3(caller: &Caller, fault: &Fault) -> Failure {
        let code = match fault.code.as_ref() {
            "NoSuchBucket" => "S3NoSuchBucket",
            "AccessDenied" => "S3AccessDenied",
            "KMS.NotFoundException" => "KmsNotFoundException",
            _ => "UNKNOWN",
        };
        let message = format!(
            "{} (Service: Amazon S3; Status Code: {}; Error Code: {}; Request ID: {}; S3 Extended Request ID: {}; Proxy: null)",
            fault.message.as_deref().unwrap_or_default(),
            fault.status.as_u16(),
            fault.code,
            caller.fresh.text(16, b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            STANDARD.encode(caller.fresh.bytes(56)),
        );
        Failure { code: code.to_owned(), message }
    }

    /// Some items of an import could not be.
    pub(super) fn of_items() -> Failure {
        Failure {
            code: "ItemValidationError".to_owned(),
            message: "Some of the items failed validation checks and were not imported. Please check CloudWatch error logs for more details.".to_owned(),
        }
    }
}
