//! Which operations read and change nothing. The models of AWS's SDKs do not say, so names do: those that begin as
//! AWS's reading operations begin, and a few more that were looked at one by one.

use ruststack_wire::{Operation, Service};

use crate::subject::Subject;

/// How the names of reading operations begin, in every service the models know.
const BEGINNINGS: &[&str] = &["Get", "List", "Describe", "Head", "BatchGet"];

/// Operations that read under other names.
const MORE: &[(&str, &str)] = &[
    ("apigatewayv2", "ExportApi"),
    ("dynamodb", "Query"),
    ("dynamodb", "Scan"),
    ("dynamodb", "TransactGetItems"),
    ("events", "TestEventPattern"),
    ("iam", "SimulateCustomPolicy"),
    ("iam", "SimulatePrincipalPolicy"),
    ("logs", "FilterLogEvents"),
    ("logs", "StartLiveTail"),
    ("logs", "TestMetricFilter"),
    ("logs", "TestTransformer"),
    // It gives credentials for one bucket; what is done with them is asked again.
    ("s3", "CreateSession"),
    ("s3", "SelectObjectContent"),
    ("secretsmanager", "ValidateResourcePolicy"),
    ("sns", "CheckIfPhoneNumberIsOptedOut"),
    // They give credentials and change nothing; what is done with those is asked again.
    ("sts", "AssumeRole"),
    ("sts", "AssumeRoleWithSAML"),
    ("sts", "AssumeRoleWithWebIdentity"),
    ("sts", "DecodeAuthorizationMessage"),
];

/// Whether a call is known to read.
pub(super) fn reads(subject: &Subject) -> bool {
    subject.service.zip(subject.operation).is_some_and(|(service, operation)| is_reading(service, operation))
}

fn is_reading(service: &Service, operation: &Operation) -> bool {
    BEGINNINGS.iter().any(|beginning| {
        let rest = operation.name.strip_prefix(beginning);
        // A word of its own: `Getaway` would be no reading.
        rest.is_some_and(|rest| rest.bytes().next().is_none_or(|byte| !byte.is_ascii_lowercase()))
    }) || MORE.contains(&(service.name, operation.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> impl Iterator<Item = (&'static Service, &'static Operation)> {
        ruststack_models::SERVICES
            .iter()
            .flat_map(|service| service.operations.iter().map(move |one| (*service, one)))
    }

    #[test]
    fn what_http_calls_reading_reads_and_nothing_else_of_rest_does() {
        let posts = ["AssumeRole", "Query", "Scan", "SelectObjectContent"];
        for (service, operation) in all().filter(|(_, operation)| operation.uri != "/") {
            let gets = matches!(operation.method, "GET" | "HEAD");
            let reads = is_reading(service, operation);
            let is_told = posts.contains(&operation.name);
            assert!(reads == gets || is_told, "{}:{} is {}", service.name, operation.name, operation.method);
        }
    }

    #[test]
    fn nothing_that_changes_reads() {
        let changes = [
            "Create",
            "Put",
            "Delete",
            "Update",
            "Set",
            "Send",
            "Publish",
            "Receive",
            "Invoke",
            "Execute",
            "Write",
            "BatchWrite",
            "Batch",
            "Transact",
            "Start",
            "Stop",
            "Tag",
            "Untag",
            "Copy",
            "Restore",
            "Add",
            "Remove",
            "Attach",
            "Detach",
            "Schedule",
            "Cancel",
            "Import",
            "Purge",
            "Change",
            "Rotate",
            "Enable",
            "Disable",
        ];
        let mut reading = 0;
        for (service, operation) in all() {
            let name = operation.name;
            let is_told = MORE.contains(&(service.name, name)) || name.starts_with("BatchGet");
            let begins = changes.iter().any(|beginning| name.starts_with(beginning));
            assert!(!is_reading(service, operation) || !begins || is_told, "{}:{name}", service.name);
            reading += usize::from(is_reading(service, operation));
        }
        assert!(reading > 80, "{reading}");
    }
}
