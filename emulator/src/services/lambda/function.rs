//! A function: its versions and aliases, and what is said of it as a whole or of one of its qualifiers.

use super::LambdaError;
use super::name::{LATEST, is_number, qualified};
use super::version::Version;
use ruststack_wire::{IndexMap, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A function. What changes it puts another in its place, so that whoever has one sees it as it was.
#[derive(Debug, Clone)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) latest: Arc<Version>,
    /// The published versions, by number.
    pub(super) versions: BTreeMap<u64, Arc<Version>>,
    /// The number that was published last, and `$LATEST` as it was then.
    pub(super) published: Option<(u64, Arc<Version>)>,
    pub(super) aliases: BTreeMap<String, Alias>,
    /// Statements of policies, by qualifier; that of the function itself is at the empty one.
    pub(super) policies: BTreeMap<String, Vec<Statement>>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) reserved_concurrency: Option<i32>,
    /// By version or alias.
    pub(super) provisioned: BTreeMap<String, Provisioned>,
    /// By `$LATEST`, version or alias.
    pub(super) event_invoke: BTreeMap<String, EventInvoke>,
    /// By alias; that of the function itself is at the empty one.
    pub(super) urls: BTreeMap<String, Url>,
    /// `Terminate` or `Allow`.
    pub(super) recursive_loop: String,
    /// `Auto`, `FunctionUpdate` or `Manual` with the ARN of a version of the runtime, by version.
    pub(super) runtime_management: BTreeMap<String, (String, Option<String>)>,
    pub(super) code_signing_config: Option<String>,
}

/// A name for a version, or for two with weights.
#[derive(Debug, Clone)]
pub(super) struct Alias {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) version: String,
    /// The share of calls that go to another version.
    pub(super) weights: IndexMap<String, f64>,
    pub(super) revision_id: String,
}

/// A statement of a policy, in AWS's JSON.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    pub(super) id: String,
    pub(super) json: String,
}

/// Environments that are kept ready.
#[derive(Debug, Clone)]
pub(super) struct Provisioned {
    pub(super) executions: i32,
    pub(super) last_modified: Timestamp,
}

/// What becomes of calls that nobody waits for.
#[derive(Debug, Clone)]
pub(super) struct EventInvoke {
    pub(super) maximum_retry_attempts: Option<i32>,
    pub(super) maximum_event_age_s: Option<i32>,
    pub(super) on_success: Option<String>,
    pub(super) on_failure: Option<String>,
    pub(super) last_modified: Timestamp,
}

/// The URL of a function.
#[derive(Debug, Clone)]
pub(crate) struct Url {
    /// The first label of the host.
    pub(super) id: String,
    pub(super) auth_type: String,
    pub(super) invoke_mode: String,
    pub(crate) cors: Option<Cors>,
    pub(super) created: Timestamp,
    pub(super) last_modified: Timestamp,
}

/// Which pages may read a URL's answers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cors {
    pub(crate) allow_credentials: Option<bool>,
    pub(crate) allow_headers: Option<Vec<String>>,
    pub(crate) allow_methods: Option<Vec<String>>,
    pub(crate) allow_origins: Option<Vec<String>>,
    pub(crate) expose_headers: Option<Vec<String>>,
    pub(crate) max_age_s: Option<i32>,
}

impl Function {
    /// A function that has been made just now.
    pub(super) fn new(latest: Version) -> Function {
        Function {
            name: latest.function_name.clone(),
            arn: latest.function_arn.clone(),
            latest: Arc::new(latest),
            versions: BTreeMap::new(),
            published: None,
            aliases: BTreeMap::new(),
            policies: BTreeMap::new(),
            tags: BTreeMap::new(),
            reserved_concurrency: None,
            provisioned: BTreeMap::new(),
            event_invoke: BTreeMap::new(),
            urls: BTreeMap::new(),
            recursive_loop: "Terminate".to_owned(),
            runtime_management: BTreeMap::new(),
            code_signing_config: None,
        }
    }

    /// The version of this text: `$LATEST` or a number.
    pub(super) fn version(&self, text: &str) -> Option<&Arc<Version>> {
        if text == LATEST {
            return Some(&self.latest);
        }
        if !is_number(text) {
            return None;
        }
        self.versions.get(&text.parse::<u64>().ok()?).filter(|version| version.version == text)
    }

    /// The version that a qualifier stands for; an alias for its main one.
    pub(super) fn at(&self, qualifier: Option<&str>) -> Result<&Arc<Version>, LambdaError> {
        let Some(qualifier) = qualifier else { return Ok(&self.latest) };
        let text = self.aliases.get(qualifier).map_or(qualifier, |alias| &alias.version);
        self.version(text).ok_or_else(|| LambdaError::no_function(qualified(&self.arn, Some(qualifier))))
    }

    /// The same for a call: an alias with weights stands for one of its versions by chance, which `draw` from 0 to 1 decides.
    pub(super) fn drawn(&self, qualifier: Option<&str>, draw: f64) -> Result<&Arc<Version>, LambdaError> {
        let alias = qualifier.and_then(|qualifier| self.aliases.get(qualifier));
        let other = alias.and_then(|alias| alias.drawn(draw)).and_then(|text| self.version(text));
        match other {
            Some(version) => Ok(version),
            None => self.at(qualifier),
        }
    }

    /// Refuses a qualifier that stands for nothing, as operations do that tell aliases from versions.
    pub(super) fn check_qualifier(&self, qualifier: &str) -> Result<(), LambdaError> {
        if self.aliases.contains_key(qualifier) || self.version(qualifier).is_some() {
            return Ok(());
        }
        let arn = qualified(&self.arn, Some(qualifier));
        // What no alias may be called is taken for a version.
        let is_version = is_number(qualifier) || qualifier.contains('$');
        Err(if is_version { LambdaError::no_function(arn) } else { LambdaError::no_alias(arn) })
    }

    /// The revision id of what a qualifier stands for.
    pub(super) fn revision(&self, qualifier: Option<&str>) -> &str {
        match qualifier.and_then(|qualifier| self.aliases.get(qualifier)) {
            Some(alias) => &alias.revision_id,
            None => self.at(qualifier).map_or("", |version| &version.revision_id),
        }
    }

    /// Gives what a qualifier stands for another revision id.
    pub(super) fn revise(&mut self, qualifier: Option<&str>, revision_id: String) {
        if let Some(alias) = qualifier.and_then(|qualifier| self.aliases.get_mut(qualifier)) {
            alias.revision_id = revision_id;
            return;
        }
        let number = qualifier.and_then(|qualifier| qualifier.parse::<u64>().ok());
        let version = match number {
            Some(number) => self.versions.get_mut(&number),
            None => Some(&mut self.latest),
        };
        if let Some(version) = version {
            Arc::make_mut(version).revision_id = revision_id;
        }
    }

    /// Publishes `$LATEST` as the next version, unless nothing has changed since the last: then that one is given.
    pub(super) fn publish(
        &mut self,
        description: Option<String>,
        new_id: impl Fn() -> String,
        now: Timestamp,
    ) -> Arc<Version> {
        if let Some((number, source)) = &self.published
            && !self.latest.differs_from(source)
            && let Some(version) = self.versions.get(number)
        {
            return version.clone();
        }
        let number = self.published.as_ref().map_or(1, |(number, _)| number + 1);
        let mut version = Version::clone(&self.latest);
        version.version = number.to_string();
        version.revision_id = new_id();
        version.last_modified = now;
        if let Some(description) = description {
            version.settings.description = description;
        }
        let version = Arc::new(version);
        self.versions.insert(number, version.clone());
        self.published = Some((number, self.latest.clone()));
        // `$LATEST` has another revision for it (test_lambda_api.snapshot.json: test_function_revisions_version_and_alias).
        Arc::make_mut(&mut self.latest).revision_id = new_id();
        version
    }
}

impl Alias {
    /// The version besides the main one, where the draw falls to it.
    fn drawn(&self, draw: f64) -> Option<&str> {
        let mut below = 0.0;
        self.weights.iter().find_map(|(version, weight)| {
            below += weight;
            (draw < below).then_some(version.as_str())
        })
    }
}
