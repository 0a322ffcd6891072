//! A version of a function: everything that FunctionConfiguration tells, and the code.

use super::code::Code;
use super::name::{LATEST, qualified};
use ruststack_wire::{IndexMap, Timestamp};
use std::sync::Arc;

/// A version of a function. It never changes: what changes `$LATEST` puts another in its place.
#[derive(Debug, Clone)]
pub(super) struct Version {
    /// The name of the function.
    pub(super) function_name: String,
    /// The ARN of the function, without a qualifier.
    pub(super) function_arn: String,
    /// `$LATEST`, or a number.
    pub(super) version: String,
    /// Changes with each change.
    pub(super) revision_id: String,
    pub(super) last_modified: Timestamp,
    /// What its owner says of it.
    pub(super) settings: Settings,
    /// What is run.
    pub(super) code: Arc<Code>,
    /// The layers, in the order in which they are laid.
    pub(super) layers: Vec<(String, Arc<Code>)>,
}

/// What the owner of a function says of it besides the code.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Settings {
    pub(super) description: String,
    pub(super) role: String,
    pub(super) runtime: Option<String>,
    pub(super) handler: Option<String>,
    pub(super) timeout_s: i32,
    pub(super) memory_mb: i32,
    /// The variables; `None` where nothing was ever said of them.
    pub(super) environment: Option<IndexMap<String, String>>,
    pub(super) kms_key_arn: Option<String>,
    pub(super) architecture: String,
    pub(super) ephemeral_storage_mb: i32,
    /// `PassThrough` or `Active`.
    pub(super) tracing_mode: String,
    /// `None` or `PublishedVersions`.
    pub(super) snap_start: String,
    pub(super) dead_letter_target: Option<String>,
    pub(super) logging: Logging,
    pub(super) vpc: Option<Vpc>,
    /// ARNs of access points with the path that each is mounted at.
    pub(super) file_systems: Vec<(String, String)>,
}

/// Where a function's log goes, and what of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Logging {
    pub(super) group: String,
    /// `Text` or `JSON`.
    pub(super) format: String,
    /// The levels, for JSON.
    pub(super) application_level: Option<String>,
    pub(super) system_level: Option<String>,
}

/// The network of a function.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Vpc {
    pub(super) subnets: Vec<String>,
    pub(super) security_groups: Vec<String>,
    pub(super) is_dual_stack: bool,
}

impl Version {
    /// The ARN with the version.
    pub(super) fn qualified_arn(&self) -> String {
        qualified(&self.function_arn, Some(&self.version))
    }

    /// Whether this is what has not been published.
    pub(super) fn is_latest(&self) -> bool {
        self.version == LATEST
    }

    /// Whether a version that would be published from this is another one than was published from `other`.
    pub(super) fn differs_from(&self, other: &Version) -> bool {
        let layers = |version: &Version| -> Vec<String> {
            version.layers.iter().map(|(arn, _)| arn.clone()).collect()
        };
        self.settings != other.settings
            || self.code.sha256 != other.code.sha256
            || layers(self) != layers(other)
    }
}
