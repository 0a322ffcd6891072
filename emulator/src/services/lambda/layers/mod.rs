//! Layers: archives that several functions share, in versions.
//!
//! `publish` makes versions, `read` tells them and deletes them, `permissions` says who may use them.
//!
//! Source: API reference; recordings of AWS that localstack publishes (test_lambda_api.snapshot.json: TestLambdaLayer).

mod permissions;
mod publish;
mod read;

use super::code::Code;
use super::function::Statement;
use super::{Lambda, LambdaError};
use crate::gateway::Caller;
use ruststack_wire::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The most layers of a function (Developer Guide, "Lambda quotas").
const MOST_OF_FUNCTION: usize = 5;

/// A layer with its versions.
#[derive(Debug, Default)]
pub(super) struct Layer {
    /// The number that was published last.
    last: i64,
    versions: BTreeMap<i64, LayerVersion>,
}

/// A version of a layer.
#[derive(Debug, Clone)]
struct LayerVersion {
    number: i64,
    /// The ARN of the layer.
    layer_arn: String,
    description: String,
    created: Timestamp,
    runtimes: Option<Vec<String>>,
    architectures: Option<Vec<String>>,
    license: Option<String>,
    code: Arc<Code>,
    statements: Vec<Statement>,
    /// The revision of the statements.
    revision_id: String,
}

/// A layer as a request names it: by name, or by ARN, with a version in it or not.
struct NamedLayer {
    account: String,
    region: String,
    name: String,
    version: Option<i64>,
}

impl NamedLayer {
    fn of(caller: &Caller, reference: Option<&str>) -> NamedLayer {
        let reference = reference.unwrap_or_default();
        let parts: Vec<&str> = reference.split(':').collect();
        let own = |name: &str| NamedLayer {
            account: caller.account.clone(),
            region: caller.region.clone(),
            name: name.to_owned(),
            version: None,
        };
        match parts.as_slice() {
            ["arn", _, _, region, account, "layer", name, version @ ..] => NamedLayer {
                account: (*account).to_owned(),
                region: (*region).to_owned(),
                name: (*name).to_owned(),
                version: version.first().and_then(|version| version.parse().ok()),
            },
            _ => own(reference),
        }
    }

    fn arn(&self) -> String {
        format!("arn:aws:lambda:{}:{}:layer:{}", self.region, self.account, self.name)
    }
}

impl Layer {
    /// What a version has in it.
    pub(super) fn code(&self, number: i64) -> Option<&Arc<Code>> {
        self.versions.get(&number).map(|version| &version.code)
    }

    /// What all versions have in them.
    pub(super) fn codes(&self) -> impl Iterator<Item = &Arc<Code>> {
        self.versions.values().map(|version| &version.code)
    }
}

impl LayerVersion {
    fn arn(&self) -> String {
        format!("{}:{}", self.layer_arn, self.number)
    }

    /// Whether it is made for this runtime and this architecture, as far as they are asked for.
    fn suits(&self, runtime: Option<&str>, architecture: Option<&str>) -> bool {
        let has = |list: &Option<Vec<String>>, wanted: Option<&str>| {
            wanted.is_none_or(|wanted| list.iter().flatten().any(|one| one == wanted))
        };
        has(&self.runtimes, runtime) && has(&self.architectures, architecture)
    }
}

impl Lambda {
    /// The layers of these ARNs, to be laid over one another.
    pub(super) fn laid(
        &self,
        caller: &Caller,
        arns: Vec<String>,
    ) -> Result<Vec<(String, Arc<Code>)>, LambdaError> {
        if arns.len() > MOST_OF_FUNCTION {
            return Err(LambdaError::invalid(format!(
                "Cannot reference more than {MOST_OF_FUNCTION} layers."
            )));
        }
        let mut laid: Vec<(String, Arc<Code>)> = Vec::with_capacity(arns.len());
        for arn in arns {
            let named = NamedLayer::of(caller, Some(&arn));
            if named.region != caller.region {
                return Err(LambdaError::invalid(format!(
                    "Layers are not in the same region as the function. Layers are expected to be in region {}.",
                    caller.region
                )));
            }
            let is_same =
                |(other, _): &&(String, Arc<Code>)| NamedLayer::of(caller, Some(other)).arn() == named.arn();
            if let Some((other, _)) = laid.iter().find(is_same) {
                return Err(LambdaError::invalid(format!(
                    "Two different versions of the same layer are not allowed to be referenced in the same function. {other} and {arn} are versions of the same layer."
                )));
            }
            let version = self.layer_version(&named, named.version.unwrap_or_default());
            let missing = || LambdaError::invalid(format!("Layer version {arn} does not exist."));
            let code = version.ok_or_else(missing)?.code;
            laid.push((arn, code));
        }
        Ok(laid)
    }

    /// A version of a layer.
    fn layer_version(&self, named: &NamedLayer, number: i64) -> Option<LayerVersion> {
        let space = self.space(&named.account, &named.region);
        space.layers().get(&named.name)?.versions.get(&number).cloned()
    }
}
