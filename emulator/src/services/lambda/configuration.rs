//! FunctionConfiguration: a version as it is told.
//!
//! Source: recordings of AWS that localstack publishes (test_lambda_api.snapshot.json: test_function_lifecycle,
//! test_publish_version_on_create, test_list_functions, test_function_advanced_logging_configuration).

use super::settings::runtime_version_arn;
use super::version::{Logging, Version, Vpc};
use ruststack_models::lambda::types::{
    DeadLetterConfig, EnvironmentResponse, EphemeralStorage, FileSystemConfig, FunctionConfiguration, Layer,
    LoggingConfig, RuntimeVersionConfig, SnapStartResponse, TracingConfigResponse, VpcConfigResponse,
};
use ruststack_wire::Timestamp;
use sha2::{Digest, Sha256};

/// At which point of its life a version is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// By the call that makes it.
    Made,
    /// By the call that changes it.
    Changed,
    /// Afterwards: a change takes no time.
    Settled,
    /// In a list, where states are not told.
    Listed,
}

/// A version, as what stands behind this ARN.
pub(super) fn describe(version: &Version, arn: String, told: Told) -> FunctionConfiguration {
    let settings = &version.settings;
    let text = |text: &str| Some(text.to_owned());
    let layer = |(arn, code): &(String, std::sync::Arc<super::code::Code>)| Layer {
        arn: Some(arn.clone()),
        code_size: Some(code.size),
        ..Default::default()
    };
    let file_system = |(arn, path): &(String, String)| FileSystemConfig {
        arn: Some(arn.clone()),
        local_mount_path: Some(path.clone()),
    };
    let is_optimized = settings.snap_start != "None" && !version.is_latest();
    let mut told_of = FunctionConfiguration {
        function_name: Some(version.function_name.clone()),
        runtime: settings.runtime.clone(),
        role: Some(settings.role.clone()),
        handler: settings.handler.clone(),
        code_size: Some(version.code.size),
        description: Some(settings.description.clone()),
        timeout: Some(settings.timeout_s),
        memory_size: Some(settings.memory_mb),
        last_modified: Some(moment(version.last_modified)),
        code_sha256: Some(version.code.sha256.clone()),
        version: Some(version.version.clone()),
        vpc_config: settings.vpc.as_ref().map(network),
        dead_letter_config: settings
            .dead_letter_target
            .clone()
            .map(|target| DeadLetterConfig { target_arn: Some(target) }),
        environment: settings
            .environment
            .clone()
            .map(|variables| EnvironmentResponse { variables: Some(variables), error: None }),
        kms_key_arn: settings.kms_key_arn.clone(),
        tracing_config: Some(TracingConfigResponse { mode: Some(settings.tracing_mode.clone()) }),
        revision_id: Some(version.revision_id.clone()),
        layers: Some(version.layers.iter().map(layer).collect()).filter(|layers: &Vec<_>| !layers.is_empty()),
        file_system_configs: Some(settings.file_systems.iter().map(file_system).collect())
            .filter(|systems: &Vec<_>| !systems.is_empty()),
        package_type: text("Zip"),
        architectures: Some(vec![settings.architecture.clone()]),
        ephemeral_storage: Some(EphemeralStorage { size: Some(settings.ephemeral_storage_mb) }),
        snap_start: Some(SnapStartResponse {
            apply_on: Some(settings.snap_start.clone()),
            optimization_status: text(if is_optimized { "On" } else { "Off" }),
        }),
        logging_config: Some(log(&settings.logging)),
        ..Default::default()
    };
    if told != Told::Listed {
        let region = arn.split(':').nth(3).unwrap_or_default();
        told_of.runtime_version_config = settings.runtime.as_deref().map(|runtime| RuntimeVersionConfig {
            runtime_version_arn: Some(runtime_version_arn(region, runtime)),
            error: None,
        });
    }
    told_of.function_arn = Some(arn);
    const REASON: &str = "The function is being created.";
    match told {
        Told::Made => {
            told_of.state = text("Pending");
            told_of.state_reason = text(REASON);
            told_of.state_reason_code = text("Creating");
        }
        Told::Changed => {
            told_of.state = text("Active");
            told_of.last_update_status = text("InProgress");
            told_of.last_update_status_reason = text(REASON);
            told_of.last_update_status_reason_code = text("Creating");
        }
        Told::Settled => {
            told_of.state = text("Active");
            told_of.last_update_status = text("Successful");
        }
        Told::Listed => {}
    }
    told_of
}

/// A moment as Lambda writes most: `2026-03-04T10:00:00.000+0000`.
pub(super) fn moment(at: Timestamp) -> String {
    at.iso8601_millis().replace('Z', "+0000")
}

fn log(logging: &Logging) -> LoggingConfig {
    LoggingConfig {
        log_format: Some(logging.format.clone()),
        application_log_level: logging.application_level.clone(),
        system_log_level: logging.system_level.clone(),
        log_group: Some(logging.group.clone()),
    }
}

/// The network of a function. There are no networks here, so that its id is made from its first subnet.
fn network(vpc: &Vpc) -> VpcConfigResponse {
    let id = |subnet: &String| {
        let hash: String = Sha256::digest(subnet).iter().take(9).map(|byte| format!("{byte:02x}")).collect();
        format!("vpc-{}", &hash[..17])
    };
    VpcConfigResponse {
        subnet_ids: Some(vpc.subnets.clone()),
        security_group_ids: Some(vpc.security_groups.clone()),
        vpc_id: Some(vpc.subnets.first().map(id).unwrap_or_default()),
        ipv6_allowed_for_dual_stack: Some(vpc.is_dual_stack),
    }
}
