//! Runtimes: which there are, which are no more, and which can begin from a snapshot.
//!
//! Sources: Developer Guide, "Lambda runtimes" and "Improving startup performance with Lambda SnapStart"; recordings of AWS
//! that localstack publishes (test_lambda_api.snapshot.json: test_create_lambda_exceptions, TestRuntimeValidation,
//! test_snapstart_exceptions).

use crate::services::lambda::LambdaError;
use sha2::{Digest, Sha256};

/// The runtimes that functions can have, in the order of AWS's answer, the newest before it.
const CURRENT: [&str; 25] = [
    "nodejs24.x",
    "python3.14",
    "java25",
    "dotnet10",
    "nodejs22.x",
    "python3.13",
    "ruby3.4",
    "nodejs20.x",
    "provided.al2023",
    "python3.12",
    "java17",
    "nodejs16.x",
    "dotnet8",
    "python3.10",
    "java11",
    "python3.11",
    "dotnet6",
    "java21",
    "nodejs18.x",
    "provided.al2",
    "ruby3.3",
    "java8.al2",
    "ruby3.2",
    "python3.8",
    "python3.9",
];

/// The runtimes that functions cannot have any more, with what AWS recommends instead.
const GONE: [(&str, &str); 8] = [
    ("python3.7", "python3.12"),
    ("java8", "java21"),
    ("go1.x", "provided.al2023"),
    ("provided", "provided.al2023"),
    ("ruby2.7", "ruby3.2"),
    ("nodejs14.x", "nodejs20.x"),
    ("nodejs12.x", "nodejs18.x"),
    ("dotnetcore3.1", "dotnet6"),
];

/// What a runtime that can begin from a snapshot begins with.
const SNAPSHOT: [&str; 9] =
    ["java11", "java17", "java21", "java25", "python3.12", "python3.13", "python3.14", "dotnet8", "dotnet10"];

/// Refuses what no function can have.
pub(super) fn check(runtime: &str) -> Result<(), LambdaError> {
    if CURRENT.contains(&runtime) || runtime == "ruby4.0" {
        return Ok(());
    }
    Err(LambdaError::invalid(match GONE.iter().find(|(gone, _)| *gone == runtime) {
        Some((_, instead)) => format!(
            "The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use the new runtime ({instead}) while creating or updating functions."
        ),
        None => format!(
            "Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [{}] or be a valid ARN",
            CURRENT.join(", ")
        ),
    }))
}

/// Refuses a runtime that cannot begin from a snapshot.
pub(super) fn check_snap_start(runtime: &str) -> Result<(), LambdaError> {
    if SNAPSHOT.contains(&runtime) {
        return Ok(());
    }
    Err(LambdaError::invalid(format!("{runtime} is not supported for SnapStart enabled functions.")))
}

/// The ARN of the version of a runtime: AWS's end in a hash too.
pub(in crate::services::lambda) fn arn(region: &str, runtime: &str) -> String {
    let hash: String = Sha256::digest(runtime).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("arn:aws:lambda:{region}::runtime:{hash}")
}
