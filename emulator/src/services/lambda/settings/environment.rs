//! The variables of a function: which may be set, and how long they may be together.
//!
//! Sources: Developer Guide, "Working with Lambda environment variables" (4 KB, and the reserved ones); recordings of AWS
//! that localstack publishes (test_lambda_api.snapshot.json: test_large_environment_variables_fails);
//! <https://github.com/zuka-e/laravel-react-task-spa/pull/146> for reserved keys.

use crate::services::lambda::LambdaError;
use ruststack_wire::IndexMap;

/// The most that variables may be together, as JSON, in bytes.
const LARGEST: usize = 4096;

/// What Lambda sets itself.
const RESERVED: [&str; 18] = [
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
];

/// Refuses variables that cannot be set.
pub(super) fn check(variables: &IndexMap<String, String>) -> Result<(), LambdaError> {
    let reserved: Vec<&str> =
        variables.keys().map(String::as_str).filter(|key| RESERVED.contains(key)).collect();
    if !reserved.is_empty() {
        return Err(LambdaError::invalid(format!(
            "Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: {}",
            reserved.join(", ")
        )));
    }
    let measured = serde_json::to_string(variables).unwrap_or_default();
    if measured.len() > LARGEST {
        return Err(LambdaError::invalid(format!(
            "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: {measured}"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruststack_wire::Fault;

    fn one(key: &str, value: String) -> IndexMap<String, String> {
        [(key.to_owned(), value)].into_iter().collect()
    }

    #[test]
    fn variables_are_measured_as_json() {
        let variables = |length: usize| one("LARGE_VAR", "x".repeat(length));
        assert!(check(&variables(LARGEST - 16)).is_ok());
        let fault = Fault::from(check(&variables(LARGEST - 15)).expect_err("too long"));
        assert!(fault.message.unwrap_or_default().ends_with("xxx\"}"));
    }

    #[test]
    fn what_lambda_sets_itself_cannot_be_set() {
        let variables = one("AWS_REGION", "eu-west-1".to_owned());
        let fault = Fault::from(check(&variables).expect_err("reserved"));
        assert!(
            fault.message.unwrap_or_default().ends_with("Reserved keys used in this request: AWS_REGION")
        );
    }
}
