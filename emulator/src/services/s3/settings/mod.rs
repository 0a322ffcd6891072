//! The configurations of a bucket: checked when they are put, kept as they came, told again.
//!
//! A file per kind: `cors`, `website`, `lifecycle`, `encryption`, `logging`, `notification`, `replication`, `by_id` (analytics,
//! Intelligent-Tiering, inventories and metrics, of each of which a bucket may have many), `accelerate`,
//! `request_payment` and `abac`. `schema` holds a document against the model. What a configuration brings about is not
//! done here.

mod abac;
mod accelerate;
mod by_id;
mod cors;
mod encryption;
mod lifecycle;
mod logging;
mod notification;
mod replication;
mod request_payment;
mod schema;
mod website;

use crate::gateway::Caller;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use by_id::ById;
pub(super) use lifecycle::Lifecycle;
use ruststack_models::s3::types::{
    AnalyticsConfiguration, CORSConfiguration, IntelligentTieringConfiguration, InventoryConfiguration,
    LoggingEnabled, MetricsConfiguration, NotificationConfiguration, ReplicationConfiguration,
    ServerSideEncryptionConfiguration, WebsiteConfiguration,
};
use std::sync::Arc;

/// The configurations of a bucket. What was never put is `None`.
#[derive(Default)]
pub(super) struct Settings {
    pub(super) abac: Option<String>,
    pub(super) accelerate: Option<String>,
    pub(super) analytics: ById<AnalyticsConfiguration>,
    pub(super) cors: Option<Arc<CORSConfiguration>>,
    pub(super) encryption: Option<Arc<ServerSideEncryptionConfiguration>>,
    pub(super) intelligent_tiering: ById<IntelligentTieringConfiguration>,
    pub(super) inventory: ById<InventoryConfiguration>,
    pub(super) lifecycle: Option<Arc<Lifecycle>>,
    pub(super) logging: Option<Arc<LoggingEnabled>>,
    pub(super) metrics: ById<MetricsConfiguration>,
    pub(super) notification: Option<Arc<NotificationConfiguration>>,
    pub(super) payer: Option<String>,
    pub(super) replication: Option<Arc<ReplicationConfiguration>>,
    pub(super) website: Option<Arc<WebsiteConfiguration>>,
}

/// An id for what came without one: 48 characters, which are a UUID in base64
/// (User Guide, "Setting an S3 Lifecycle configuration", for the form).
fn new_id(caller: &Caller) -> String {
    STANDARD.encode(caller.fresh.uuid())
}

/// The id of a rule, or a new one where there is none.
fn give_id(id: &mut Option<String>, caller: &Caller) {
    if id.as_deref().is_none_or(str::is_empty) {
        *id = Some(new_id(caller));
    }
}
