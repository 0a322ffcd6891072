//! A bucket as a website: its index, its errors, its redirects.
//!
//! Sources: API reference, PutBucketWebsite, GetBucketWebsite, DeleteBucketWebsite, RoutingRule and Redirect; the
//! sentences as in localstack's recordings of S3 (tests/aws/services/s3/test_s3.snapshot.json,
//! TestS3StaticWebsiteHosting::test_validate_website_configuration).

use super::schema;
use crate::gateway::Caller;
use crate::services::s3::errors::NO_SUCH_WEBSITE;
use crate::services::s3::{S3, S3Error};
use ruststack_models::s3::types::{
    DeleteBucketWebsiteRequest, GetBucketWebsiteOutput, GetBucketWebsiteRequest, PutBucketWebsiteRequest,
    RoutingRule, WebsiteConfiguration,
};
use ruststack_wire::value::{Unit, copy};
use std::sync::Arc;

/// The most routing rules of a website.
const MOST_RULES: usize = 50;

impl S3 {
    /// Makes a bucket a website.
    pub(in crate::services::s3) async fn put_bucket_website(
        &self,
        caller: &Caller,
        input: PutBucketWebsiteRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let configuration = input.website_configuration;
        // Looked at before the schema, which knows protocols as well: it has a sentence of its own.
        if let Some(configuration) = &configuration {
            check_protocols(configuration)?;
        }
        let configuration = schema::read(configuration)?;
        check(&configuration)?;
        bucket.settings_mut().website = Some(Arc::new(configuration));
        Ok(Unit {})
    }

    /// Tells what website a bucket is, which must be one.
    pub(in crate::services::s3) async fn get_bucket_website(
        &self,
        caller: &Caller,
        input: GetBucketWebsiteRequest,
    ) -> Result<GetBucketWebsiteOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let kept = bucket.settings().website.clone();
        let WebsiteConfiguration { error_document, index_document, redirect_all_requests_to, routing_rules } =
            copy(&*kept.ok_or_else(|| NO_SUCH_WEBSITE.of_bucket(&bucket.name))?);
        Ok(GetBucketWebsiteOutput { redirect_all_requests_to, index_document, error_document, routing_rules })
    }

    /// Lets a bucket be a website no more.
    pub(in crate::services::s3) async fn delete_bucket_website(
        &self,
        caller: &Caller,
        input: DeleteBucketWebsiteRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        bucket.settings_mut().website = None;
        Ok(Unit {})
    }
}

fn invalid(message: &str, name: &'static str, value: &str) -> S3Error {
    S3Error::InvalidSetting { message: message.into(), name: Some(name), value: Some(value.to_owned()) }
}

fn check_protocols(configuration: &WebsiteConfiguration) -> Result<(), S3Error> {
    let of_all = configuration.redirect_all_requests_to.iter().map(|all| &all.protocol);
    let rules = configuration.routing_rules.iter().flatten();
    let of_rules = rules.filter_map(|rule| rule.redirect.as_ref()).map(|redirect| &redirect.protocol);
    let mut protocols = of_all.chain(of_rules).flatten();
    if protocols.all(|protocol| matches!(protocol.as_str(), "http" | "https")) {
        return Ok(());
    }
    let message = "Invalid protocol, protocol can be http or https. If not defined the protocol will be selected \
                   automatically.";
    Err(S3Error::InvalidRequest(message.into()))
}

fn check(configuration: &WebsiteConfiguration) -> Result<(), S3Error> {
    let rules = configuration.routing_rules.as_deref();
    if configuration.redirect_all_requests_to.is_some() {
        let has_others = configuration.index_document.is_some()
            || configuration.error_document.is_some()
            || rules.is_some();
        return if has_others {
            let message = "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.";
            Err(invalid(message, "RedirectAllRequestsTo", "not null"))
        } else {
            Ok(())
        };
    }
    let suffix = configuration.index_document.as_ref().and_then(|index| index.suffix.as_deref());
    match suffix {
        None => {
            let message =
                "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty";
            return Err(invalid(message, "IndexDocument", "null"));
        }
        Some(suffix) if suffix.is_empty() || suffix.contains('/') => {
            return Err(invalid("The IndexDocument Suffix is not well formed", "IndexDocument", suffix));
        }
        Some(_) => {}
    }
    let key = configuration.error_document.as_ref().and_then(|document| document.key.as_deref());
    if let Some(key) = key.filter(|key| key.is_empty()) {
        return Err(invalid("The ErrorDocument Key is not well formed", "ErrorDocument", key));
    }
    match rules {
        Some([]) => Err(S3Error::MalformedXml),
        Some(rules) if rules.len() > MOST_RULES => Err(S3Error::InvalidRequest(format!(
            "{} routing rules provided, the number of routing rules in a website configuration is limited to 50.",
            rules.len()
        ))),
        rules => rules.unwrap_or_default().iter().try_for_each(check_rule),
    }
}

fn check_rule(rule: &RoutingRule) -> Result<(), S3Error> {
    let redirect = rule.redirect.as_ref().ok_or(S3Error::MalformedXml)?;
    if redirect.replace_key_prefix_with.is_some() && redirect.replace_key_with.is_some() {
        let message = "You can only define ReplaceKeyPrefix or ReplaceKey but not both.";
        return Err(S3Error::InvalidRequest(message.into()));
    }
    let says_something = redirect.host_name.is_some()
        || redirect.http_redirect_code.is_some()
        || redirect.protocol.is_some()
        || redirect.replace_key_prefix_with.is_some()
        || redirect.replace_key_with.is_some();
    if !says_something {
        return Err(S3Error::MalformedXml);
    }
    if let Some(code) = &redirect.http_redirect_code
        && !is_code(code, 301..=399)
    {
        return Err(S3Error::InvalidRequest(format!(
            "The provided HTTP redirect code ({code}) is not valid. Valid codes are 3XX except 300."
        )));
    }
    let Some(condition) = &rule.condition else { return Ok(()) };
    if condition.key_prefix_equals.is_none() && condition.http_error_code_returned_equals.is_none() {
        let message = "Condition cannot be empty. To redirect all requests without a condition, the condition \
                       element shouldn't be present.";
        return Err(S3Error::InvalidRequest(message.into()));
    }
    match &condition.http_error_code_returned_equals {
        Some(code) if !is_code(code, 400..=599) => Err(S3Error::InvalidRequest(format!(
            "The provided HTTP error code ({code}) is not valid. Valid codes are 4XX or 5XX."
        ))),
        _ => Ok(()),
    }
}

fn is_code(code: &str, allowed: std::ops::RangeInclusive<u16>) -> bool {
    code.parse().is_ok_and(|code| allowed.contains(&code))
}
