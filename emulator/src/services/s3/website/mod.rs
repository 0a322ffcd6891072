//! A bucket as a website: what a visitor is shown, as the configuration that `settings` keeps says.
//!
//! `rules` says where visitors are sent.
//!
//! Sources: S3 User Guide, "Configuring an index document", "Configuring a custom error document", "(Optional)
//! Configuring a webpage redirect", "Website endpoints"; what visitors were answered: issue 553 of scality/cloudserver.

mod rules;

use super::errors::{INCORRECT_ENDPOINT, NO_SUCH_WEBSITE, is_of_old};
use super::state::Bucket;
use super::{S3, S3Error};
use crate::gateway::Caller;
use crate::services::Authorize;
use rules::Asked;
use ruststack_models::s3::operations::GET_OBJECT;
use ruststack_models::s3::types::{GetObjectOutput, GetObjectRequest, WebsiteConfiguration};
use ruststack_wire::Fault;

/// The status of a redirect to what has moved for good.
const MOVED_PERMANENTLY: u16 = 301;

/// What a visitor asks for.
pub(crate) struct Visit<'a> {
    pub(crate) bucket: &'a str,
    /// The path without its first slash, decoded.
    pub(crate) path: &'a str,
    /// The region that the host names.
    pub(crate) region: Option<&'a str>,
    /// `http` or `https`.
    pub(crate) scheme: &'static str,
    /// The host, with its port.
    pub(crate) host: &'a str,
    /// The conditions and the range of the request.
    pub(crate) reading: GetObjectRequest,
}

/// What a visitor is shown.
#[derive(Debug)]
pub(crate) enum Shown {
    /// An object.
    Object(Box<GetObjectOutput>),
    /// The object that is there for errors, and the error.
    ErrorDocument(Box<GetObjectOutput>, Fault),
    /// A page that tells of the error, and what was wrong with the object that is there for errors.
    Error(Fault, Option<Fault>),
    /// Nothing: the visitor is sent elsewhere.
    Redirect { status: u16, location: String },
    /// Nothing: what was asked for is a folder.
    Folder { location: String },
}

impl S3 {
    /// Shows a visitor what the website has. Visitors are nobody, whoever signs.
    pub(crate) async fn visit(&self, caller: &Caller, visit: Visit<'_>) -> Shown {
        let (bucket, website) = match self.website(&visit) {
            Ok(found) => found,
            Err(error) => return Shown::Error(error.into(), None),
        };
        let asked = Asked { scheme: visit.scheme, host: visit.host, key: visit.path };
        if let Some(all) = &website.redirect_all_requests_to {
            return asked.redirected_all(all);
        }
        let rules = website.routing_rules.as_deref().unwrap_or_default();
        if let Some(redirect) = asked.redirected(rules, None) {
            return redirect;
        }
        let index =
            website.index_document.as_ref().and_then(|index| index.suffix.as_deref()).unwrap_or_default();
        let is_folder = visit.path.is_empty() || visit.path.ends_with('/');
        let key = if is_folder { format!("{}{index}", visit.path) } else { visit.path.to_owned() };
        let fault = match self.read(caller, &bucket, key, visit.reading).await {
            Ok(output) => match output.website_redirect_location.clone() {
                Some(location) => return Shown::Redirect { status: MOVED_PERMANENTLY, location },
                None => return Shown::Object(Box::new(output)),
            },
            Err(fault) => fault,
        };
        if !is_folder && matches!(fault.status.as_u16(), 403 | 404) {
            let key = format!("{}/{index}", visit.path);
            if self.read(caller, &bucket, key, GetObjectRequest::default()).await.is_ok() {
                return Shown::Folder { location: format!("/{}/", rules::encoded(visit.path)) };
            }
        }
        if let Some(redirect) = asked.redirected(rules, Some(fault.status.as_u16())) {
            return redirect;
        }
        let document = website.error_document.as_ref().and_then(|document| document.key.clone());
        match document.filter(|_| fault.status.is_client_error()) {
            Some(key) => match self.read(caller, &bucket, key, GetObjectRequest::default()).await {
                Ok(output) => Shown::ErrorDocument(Box::new(output), fault),
                Err(second) => Shown::Error(fault, Some(second)),
            },
            None => Shown::Error(fault, None),
        }
    }

    /// The bucket, in its region, and what website it is.
    fn website(
        &self,
        visit: &Visit<'_>,
    ) -> Result<(std::sync::Arc<Bucket>, std::sync::Arc<WebsiteConfiguration>), S3Error> {
        let bucket = self.buckets.get(visit.bucket).map(|bucket| bucket.clone());
        let bucket = bucket.ok_or_else(|| S3Error::NoSuchBucket(visit.bucket.to_owned()))?;
        if visit.region.is_some_and(|region| region != bucket.region) {
            let joint = if is_of_old(&bucket.region) { '-' } else { '.' };
            let endpoint = format!("{}.s3-website{joint}{}.amazonaws.com", bucket.name, bucket.region);
            return Err(INCORRECT_ENDPOINT.with([("Endpoint", endpoint)]));
        }
        let website = bucket.settings().website.clone();
        let website = website.ok_or_else(|| NO_SUCH_WEBSITE.of_bucket(&bucket.name))?;
        Ok((bucket, website))
    }

    /// Reads an object as a visitor may.
    async fn read(
        &self,
        caller: &Caller,
        bucket: &Bucket,
        key: String,
        reading: GetObjectRequest,
    ) -> Result<GetObjectOutput, Fault> {
        let input = GetObjectRequest { bucket: Some(bucket.name.clone()), key: Some(key), ..reading };
        let pass = self.authorize(caller, GET_OBJECT.operation, &input)?;
        self.get_object(caller, input).await.map_err(|error| pass.tell(error.into()))
    }
}
