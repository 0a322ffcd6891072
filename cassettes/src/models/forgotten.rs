//! Secrets that the models do not mark, and marks that are no secrets. Each entry says what it is.

use crate::redact::Member;
use ruststack_wire::shape;

/// Shapes that a model marks as sensitive although they name things and open nothing: ids of KMS keys, whose
/// account is replaced like every other. Without them no recording shows which key S3 answers with.
const NAMES: &[&str] = &["SSEKMSKeyId", "NonEmptyKmsKeyArnString"];

/// Shapes of Lambda's that carry what a function is given and gives: the caller's own content.
const CONTENT: &[&str] = &["BinaryOperationPayload", "InputPayload", "OperationPayload", "OutputPayload"];

/// Service, operation, the member's place.
type Entry = (&'static str, &'static str, fn() -> Member);

const REQUESTS: &[Entry] = &[
    // Credentials of Apple's and Google's push services.
    ("sns", "CreatePlatformApplication", || form("Attributes.entry.*.value")),
    ("sns", "SetPlatformApplicationAttributes", || form("Attributes.entry.*.value")),
    // Whoever has the token confirms the subscription.
    ("sns", "ConfirmSubscription", || form("Token")),
    // An API key is chosen by its maker.
    ("apigateway", "CreateApiKey", || json("/value")),
    ("apigateway", "ImportApiKeys", || Member::Body),
];

const RESPONSES: &[Entry] = &[
    // The secret key is marked, the token that goes with it is not.
    ("sts", "AssumeRole", || xml("SessionToken")),
    ("sts", "AssumeRoleWithSAML", || xml("SessionToken")),
    ("sts", "AssumeRoleWithWebIdentity", || xml("SessionToken")),
    ("sts", "AssumeRoot", || xml("SessionToken")),
    ("sts", "GetFederationToken", || xml("SessionToken")),
    ("sts", "GetSessionToken", || xml("SessionToken")),
    ("sts", "GetDelegatedAccessToken", || xml("SessionToken")),
    ("apigateway", "CreateApiKey", || json("/value")),
    ("apigateway", "GetApiKey", || json("/value")),
    ("apigateway", "UpdateApiKey", || json("/value")),
    ("apigateway", "GetApiKeys", || json("/item/*/value")),
    ("apigateway", "GetUsagePlanKey", || json("/value")),
    ("apigateway", "GetUsagePlanKeys", || json("/item/*/value")),
    ("apigateway", "CreateUsagePlanKey", || json("/value")),
];

/// The places of secrets in an operation's request and response that its model does not mark.
pub(super) fn of(service: &str, operation: &str) -> (Vec<Member>, Vec<Member>) {
    let places = |entries: &[Entry]| {
        let own = entries.iter().filter(|entry| (entry.0, entry.1) == (service, operation));
        own.map(|(_, _, member)| member()).collect()
    };
    (places(REQUESTS), places(RESPONSES))
}

/// Whether a shape of this name is no secret, whatever its model says.
pub(super) fn is_name(shape: &str) -> bool {
    NAMES.contains(&shape)
}

/// Whether a member is the code of a function or a layer: no recording could be replayed without it. It is scanned.
pub(super) fn is_code(member: &shape::Member) -> bool {
    member.shape.name == "Blob" && member.name == "ZipFile"
}

/// Whether a member is what a function is given or gives.
pub(super) fn is_content(member: &shape::Member) -> bool {
    CONTENT.contains(&member.shape.name) || (member.shape.name == "Blob" && member.name == "Payload")
}

fn json(pointer: &str) -> Member {
    Member::Json(pointer.to_owned())
}

fn xml(name: &str) -> Member {
    Member::Xml(name.to_owned())
}

fn form(key: &str) -> Member {
    Member::Form(key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_names_an_operation() {
        for (service, operation, _) in REQUESTS.iter().chain(RESPONSES) {
            let found = ruststack_models::service(service).and_then(|service| service.operation(operation));
            assert!(found.is_some(), "{service} {operation}");
        }
    }
}
