//! What the owner of a function says of it, from a request: defaults, changes and what may not be.
//!
//! Sources: API reference, CreateFunction and UpdateFunctionConfiguration; Developer Guide, "Defined runtime environment
//! variables" and "Lambda quotas"; recordings of AWS that localstack publishes (test_lambda_api.snapshot.json).

mod environment;
mod logging;
mod runtime;

pub(super) use runtime::arn as runtime_version_arn;

use super::LambdaError;
use super::errors::constraint;
use super::version::{Logging, Settings, Vpc};
use ruststack_models::lambda::types::{
    CreateFunctionRequest, DeadLetterConfig, Environment, EphemeralStorage, FileSystemConfig, LoggingConfig,
    SnapStart, TracingConfig, UpdateFunctionConfigurationRequest, VpcConfig,
};

const TIMEOUT_S: i32 = 3;
const LONGEST_TIMEOUT_S: i32 = 900;
const MEMORY_MB: i32 = 128;
const EPHEMERAL_STORAGE_MB: i32 = 512;

/// What a request says of a function.
#[derive(Default)]
pub(super) struct Said {
    pub(super) runtime: Option<String>,
    pub(super) role: Option<String>,
    pub(super) handler: Option<String>,
    pub(super) description: Option<String>,
    pub(super) timeout: Option<i32>,
    pub(super) memory_size: Option<i32>,
    pub(super) vpc: Option<VpcConfig>,
    pub(super) environment: Option<Environment>,
    pub(super) kms_key_arn: Option<String>,
    pub(super) dead_letter: Option<DeadLetterConfig>,
    pub(super) tracing: Option<TracingConfig>,
    pub(super) file_systems: Option<Vec<FileSystemConfig>>,
    pub(super) ephemeral_storage: Option<EphemeralStorage>,
    pub(super) snap_start: Option<SnapStart>,
    pub(super) logging: Option<LoggingConfig>,
}

/// What an input says, taken out of it. Two inputs say the same, and have no type in common.
macro_rules! said {
    ($input:ident) => {
        Said {
            runtime: $input.runtime.take(),
            role: $input.role.take(),
            handler: $input.handler.take(),
            description: $input.description.take(),
            timeout: $input.timeout,
            memory_size: $input.memory_size,
            vpc: $input.vpc_config.take(),
            environment: $input.environment.take(),
            kms_key_arn: $input.kms_key_arn.take(),
            dead_letter: $input.dead_letter_config.take(),
            tracing: $input.tracing_config.take(),
            file_systems: $input.file_system_configs.take(),
            ephemeral_storage: $input.ephemeral_storage.take(),
            snap_start: $input.snap_start.take(),
            logging: $input.logging_config.take(),
        }
    };
}

impl Said {
    /// What CreateFunction says.
    pub(super) fn at_creation(input: &mut CreateFunctionRequest) -> Said {
        said!(input)
    }

    /// What UpdateFunctionConfiguration says.
    pub(super) fn at_update(input: &mut UpdateFunctionConfigurationRequest) -> Said {
        said!(input)
    }
}

impl Settings {
    /// What is true of a function of which nothing is said.
    pub(super) fn of(function_name: &str) -> Settings {
        Settings {
            description: String::new(),
            role: String::new(),
            runtime: None,
            handler: None,
            timeout_s: TIMEOUT_S,
            memory_mb: MEMORY_MB,
            environment: None,
            kms_key_arn: None,
            architecture: "x86_64".to_owned(),
            ephemeral_storage_mb: EPHEMERAL_STORAGE_MB,
            tracing_mode: "PassThrough".to_owned(),
            snap_start: "None".to_owned(),
            dead_letter_target: None,
            logging: Logging {
                group: format!("/aws/lambda/{function_name}"),
                format: "Text".to_owned(),
                application_level: None,
                system_level: None,
            },
            vpc: None,
            file_systems: Vec::new(),
        }
    }

    /// Takes in what is said; all of it has to be right.
    pub(super) fn apply(&mut self, said: Said) -> Result<(), LambdaError> {
        if let Some(timeout) = said.timeout {
            if timeout > LONGEST_TIMEOUT_S {
                // https://github.com/covidatlas/li/pull/575; the model has no bound.
                let demand = format!("have value less than or equal to {LONGEST_TIMEOUT_S}");
                return Err(LambdaError::Validation(constraint(timeout, "timeout", &demand).into()));
            }
            self.timeout_s = timeout;
        }
        if let Some(runtime) = said.runtime {
            runtime::check(&runtime)?;
            self.runtime = Some(runtime);
        }
        if let Some(environment) = said.environment {
            let variables = environment.variables.unwrap_or_default();
            environment::check(&variables)?;
            self.environment = Some(variables);
        }
        if let Some(logging) = said.logging {
            self.logging.apply(logging)?;
        }
        if let Some(apply_on) = said.snap_start.and_then(|snap_start| snap_start.apply_on) {
            self.snap_start = apply_on;
        }
        if self.snap_start != "None" {
            runtime::check_snap_start(self.runtime.as_deref().unwrap_or_default())?;
        }
        set(&mut self.role, said.role);
        self.handler = said.handler.or(self.handler.take());
        set(&mut self.description, said.description);
        set(&mut self.memory_mb, said.memory_size);
        set(&mut self.ephemeral_storage_mb, said.ephemeral_storage.and_then(|storage| storage.size));
        set(&mut self.tracing_mode, said.tracing.and_then(|tracing| tracing.mode));
        if let Some(key) = said.kms_key_arn {
            self.kms_key_arn = Some(key).filter(|key| !key.is_empty());
        }
        if let Some(target) = said.dead_letter {
            self.dead_letter_target = target.target_arn.filter(|target| !target.is_empty());
        }
        if let Some(vpc) = said.vpc {
            self.vpc = Some(Vpc {
                subnets: vpc.subnet_ids.unwrap_or_default(),
                security_groups: vpc.security_group_ids.unwrap_or_default(),
                is_dual_stack: vpc.ipv6_allowed_for_dual_stack == Some(true),
            });
        }
        if let Some(file_systems) = said.file_systems {
            let pair = |system: FileSystemConfig| {
                (system.arn.unwrap_or_default(), system.local_mount_path.unwrap_or_default())
            };
            self.file_systems = file_systems.into_iter().map(pair).collect();
        }
        Ok(())
    }
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}
