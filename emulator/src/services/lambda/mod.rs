//! Lambda: functions, and the processes that they run in.
//!
//! `functions` answers for functions, `versions` and `aliases` for what they are published as, `layers` for what several
//! share, `permissions` for who may call, `concurrency`, `event_invoke`, `urls`, `runtimes` and `code_signing` for what is
//! said of a function besides, `tags` for its tags, `account` for the limits of all.
//!
//! `function` and `version` are what is kept, `name` how a request names one, `settings` what its owner says of it,
//! `configuration` how it is told, `code` what is run, `source` where that comes from, `location` where it can be had again,
//! `policy` what statements look like, `page` how lists are cut.
//!
//! `invoke` runs functions: `executor` is the environments that they run in, `pool` those that wait for the next invocation.

mod account;
mod aliases;
mod code;
mod code_signing;
mod concurrency;
mod configuration;
mod errors;
mod event_invoke;
mod executor;
mod function;
mod functions;
mod invoke;
mod layers;
mod location;
mod name;
mod page;
mod permissions;
mod policy;
mod pool;
mod runtimes;
mod settings;
mod source;
mod tags;
#[cfg(test)]
mod tests;
mod urls;
mod version;
mod versions;

pub(crate) use errors::LambdaError;
pub(crate) use invoke::{Runner, url};

use super::s3::S3;
use super::{Authorize, operations};
use crate::gateway::Caller;
use code_signing::SigningConfig;
use dashmap::DashMap;
use function::Function;
use layers::Layer;
use name::{LATEST, Named, qualified};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};
use version::Version;

/// Lambda as all accounts and regions share it.
pub(crate) struct Lambda {
    /// What each account has in each region.
    spaces: DashMap<String, Arc<Space>>,
    /// Where code comes from.
    s3: Arc<S3>,
    /// What runs functions.
    runner: Arc<Runner>,
}

/// What one account has in one region.
#[derive(Default)]
struct Space {
    functions: RwLock<BTreeMap<String, Arc<Function>>>,
    layers: RwLock<BTreeMap<String, Layer>>,
    /// The code signing configurations, by ARN.
    signing: Mutex<BTreeMap<String, SigningConfig>>,
}

/// What a reference stands for when it is called.
#[derive(Debug, Clone)]
struct Resolved {
    /// The function as it is now.
    function: Arc<Function>,
    /// The version that is run; where an alias has weights, the one that was drawn.
    version: Arc<Version>,
    /// The ARN as it was called: with the qualifier, where there is one.
    invoked_arn: String,
}

operations! { Lambda: lambda of lambda {
    ADD_LAYER_VERSION_PERMISSION => add_layer_version_permission,
    ADD_PERMISSION => add_permission,
    CREATE_ALIAS => create_alias,
    CREATE_CODE_SIGNING_CONFIG => create_code_signing_config,
    CREATE_FUNCTION => create_function,
    CREATE_FUNCTION_URL_CONFIG => create_function_url_config,
    DELETE_ALIAS => delete_alias,
    DELETE_CODE_SIGNING_CONFIG => delete_code_signing_config,
    DELETE_FUNCTION => delete_function,
    DELETE_FUNCTION_CODE_SIGNING_CONFIG => delete_function_code_signing_config,
    DELETE_FUNCTION_CONCURRENCY => delete_function_concurrency,
    DELETE_FUNCTION_EVENT_INVOKE_CONFIG => delete_function_event_invoke_config,
    DELETE_FUNCTION_URL_CONFIG => delete_function_url_config,
    DELETE_LAYER_VERSION => delete_layer_version,
    DELETE_PROVISIONED_CONCURRENCY_CONFIG => delete_provisioned_concurrency_config,
    GET_ACCOUNT_SETTINGS => get_account_settings,
    GET_ALIAS => get_alias,
    GET_CODE_SIGNING_CONFIG => get_code_signing_config,
    GET_FUNCTION => get_function,
    GET_FUNCTION_CODE_SIGNING_CONFIG => get_function_code_signing_config,
    GET_FUNCTION_CONCURRENCY => get_function_concurrency,
    GET_FUNCTION_CONFIGURATION => get_function_configuration,
    GET_FUNCTION_EVENT_INVOKE_CONFIG => get_function_event_invoke_config,
    GET_FUNCTION_RECURSION_CONFIG => get_function_recursion_config,
    GET_FUNCTION_URL_CONFIG => get_function_url_config,
    GET_LAYER_VERSION => get_layer_version,
    GET_LAYER_VERSION_BY_ARN => get_layer_version_by_arn,
    GET_LAYER_VERSION_POLICY => get_layer_version_policy,
    GET_POLICY => get_policy,
    GET_PROVISIONED_CONCURRENCY_CONFIG => get_provisioned_concurrency_config,
    GET_RUNTIME_MANAGEMENT_CONFIG => get_runtime_management_config,
    INVOKE => invoke,
    INVOKE_WITH_RESPONSE_STREAM => invoke_with_response_stream,
    LIST_ALIASES => list_aliases,
    LIST_CODE_SIGNING_CONFIGS => list_code_signing_configs,
    LIST_FUNCTION_EVENT_INVOKE_CONFIGS => list_function_event_invoke_configs,
    LIST_FUNCTION_URL_CONFIGS => list_function_url_configs,
    LIST_FUNCTIONS => list_functions,
    LIST_FUNCTIONS_BY_CODE_SIGNING_CONFIG => list_functions_by_code_signing_config,
    LIST_LAYER_VERSIONS => list_layer_versions,
    LIST_LAYERS => list_layers,
    LIST_PROVISIONED_CONCURRENCY_CONFIGS => list_provisioned_concurrency_configs,
    LIST_TAGS => list_tags,
    LIST_VERSIONS_BY_FUNCTION => list_versions_by_function,
    PUBLISH_LAYER_VERSION => publish_layer_version,
    PUBLISH_VERSION => publish_version,
    PUT_FUNCTION_CODE_SIGNING_CONFIG => put_function_code_signing_config,
    PUT_FUNCTION_CONCURRENCY => put_function_concurrency,
    PUT_FUNCTION_EVENT_INVOKE_CONFIG => put_function_event_invoke_config,
    PUT_FUNCTION_RECURSION_CONFIG => put_function_recursion_config,
    PUT_PROVISIONED_CONCURRENCY_CONFIG => put_provisioned_concurrency_config,
    PUT_RUNTIME_MANAGEMENT_CONFIG => put_runtime_management_config,
    REMOVE_LAYER_VERSION_PERMISSION => remove_layer_version_permission,
    REMOVE_PERMISSION => remove_permission,
    TAG_RESOURCE => tag_resource,
    UNTAG_RESOURCE => untag_resource,
    UPDATE_ALIAS => update_alias,
    UPDATE_CODE_SIGNING_CONFIG => update_code_signing_config,
    UPDATE_FUNCTION_CODE => update_function_code,
    UPDATE_FUNCTION_CONFIGURATION => update_function_configuration,
    UPDATE_FUNCTION_EVENT_INVOKE_CONFIG => update_function_event_invoke_config,
    UPDATE_FUNCTION_URL_CONFIG => update_function_url_config,
}}

impl Authorize for Lambda {}

impl Lambda {
    /// Lambda without functions, which takes code from this S3, and runs it there.
    pub(super) fn new(s3: Arc<S3>, runner: Runner) -> Lambda {
        Lambda { spaces: DashMap::new(), s3, runner: Arc::new(runner) }
    }

    /// Forgets everything.
    pub(super) fn reset(&self) {
        self.spaces.clear();
        self.runner.retire(|_| true);
    }

    /// What a call to this reference runs.
    fn resolve(
        &self,
        account: &str,
        region: &str,
        reference: &str,
        qualifier: Option<&str>,
    ) -> Result<Resolved, LambdaError> {
        let named = Named::of(account, region, reference, qualifier)?;
        // What is called without a qualifier is told as the version that would be run.
        let called = || qualified(&named.arn(), Some(named.qualifier.as_deref().unwrap_or(LATEST)));
        let function = self.find(&named).ok_or_else(|| LambdaError::no_function(called()))?;
        let version = function.drawn(named.qualifier.as_deref(), fastrand::f64())?.clone();
        let invoked_arn = qualified(&function.arn, named.qualifier.as_deref());
        Ok(Resolved { function, version, invoked_arn })
    }

    /// What an account has in a region.
    fn space(&self, account: &str, region: &str) -> Arc<Space> {
        let name = format!("{account}/{region}");
        if let Some(space) = self.spaces.get(&name) {
            return space.clone();
        }
        self.spaces.entry(name).or_default().clone()
    }

    /// What the caller has in the region that is called.
    fn own_space(&self, caller: &Caller) -> Arc<Space> {
        self.space(&caller.account, &caller.region)
    }

    /// The function that is named.
    fn find(&self, named: &Named) -> Option<Arc<Function>> {
        self.space(&named.account, &named.region).functions().get(&named.name).cloned()
    }

    /// The function that is named, which has to be there.
    fn function(&self, named: &Named) -> Result<Arc<Function>, LambdaError> {
        self.find(named).ok_or_else(|| LambdaError::no_function(named.qualified_arn()))
    }

    /// Changes the function that is named. Where the change fails, nothing is changed.
    fn change<T>(
        &self,
        named: &Named,
        change: impl FnOnce(&mut Function) -> Result<T, LambdaError>,
    ) -> Result<T, LambdaError> {
        let space = self.space(&named.account, &named.region);
        let mut functions = space.functions_mut();
        let kept =
            functions.get_mut(&named.name).ok_or_else(|| LambdaError::no_function(named.qualified_arn()))?;
        let mut function = Function::clone(kept);
        let given = change(&mut function)?;
        if function.latest.revision_id != kept.latest.revision_id {
            let (latest, now) = (function.latest.qualified_arn() + " ", &function.latest.revision_id);
            self.runner
                .retire(|revision| revision.strip_prefix(&latest).is_some_and(|revision| revision != now));
        }
        *kept = Arc::new(function);
        Ok(given)
    }
}

/// The function that a caller names.
fn named(caller: &Caller, reference: Option<&str>, qualifier: Option<&str>) -> Result<Named, LambdaError> {
    Named::of(&caller.account, &caller.region, reference.unwrap_or_default(), qualifier)
}

impl Space {
    /// The functions, to be looked at. The guard is let go before anything awaits.
    fn functions(&self) -> RwLockReadGuard<'_, BTreeMap<String, Arc<Function>>> {
        self.functions.read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The functions, to be changed. The guard is let go before anything awaits.
    fn functions_mut(&self) -> RwLockWriteGuard<'_, BTreeMap<String, Arc<Function>>> {
        self.functions.write().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The layers, to be looked at. The guard is let go before anything awaits.
    fn layers(&self) -> RwLockReadGuard<'_, BTreeMap<String, Layer>> {
        self.layers.read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The layers, to be changed. The guard is let go before anything awaits.
    fn layers_mut(&self) -> RwLockWriteGuard<'_, BTreeMap<String, Layer>> {
        self.layers.write().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The code signing configurations. The guard is let go before anything awaits.
    fn signing_mut(&self) -> MutexGuard<'_, BTreeMap<String, SigningConfig>> {
        self.signing.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
