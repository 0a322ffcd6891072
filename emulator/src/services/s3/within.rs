//! The door for the other services: they put and read objects on behalf of a caller, as the caller's own requests would,
//! with the same policies, encryption and events. A bucket may be in any region.

use super::S3;
use crate::gateway::Caller;
use crate::services::Authorize;
use bytes::Bytes;
use ruststack_models::s3::operations;
use ruststack_models::s3::types::{
    GetObjectRequest, ListObjectsV2Request, PutObjectOutput, PutObjectRequest,
};
use ruststack_wire::Fault;

/// The objects of a bucket that another service reads.
pub(crate) struct Source<'a> {
    pub(crate) bucket: &'a str,
    /// The account that the bucket has to be of.
    pub(crate) owner: &'a str,
    /// What their keys begin with.
    pub(crate) prefix: &'a str,
}

/// One object that another service reads.
pub(crate) struct Stored {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) version_id: Option<String>,
}

impl S3 {
    /// Puts an object.
    pub(crate) async fn put_for(
        &self,
        caller: &Caller,
        input: PutObjectRequest,
    ) -> Result<PutObjectOutput, Fault> {
        let caller = anywhere(caller);
        self.authorize(&caller, operations::PUT_OBJECT.operation, &input)?;
        Ok(self.put_object(&caller, input).await?)
    }

    /// The keys of a source, in order.
    pub(crate) async fn keys_for(&self, caller: &Caller, source: &Source<'_>) -> Result<Vec<String>, Fault> {
        let caller = anywhere(caller);
        let mut keys = Vec::new();
        let mut token = None;
        loop {
            let input = ListObjectsV2Request {
                bucket: Some(source.bucket.to_owned()),
                prefix: Some(source.prefix.to_owned()),
                expected_bucket_owner: Some(source.owner.to_owned()),
                continuation_token: token.take(),
                ..Default::default()
            };
            self.authorize(&caller, operations::LIST_OBJECTS_V2.operation, &input)?;
            let page = self.list_objects_v2(&caller, input).await?;
            keys.extend(page.contents.into_iter().flatten().filter_map(|object| object.key));
            match page.next_continuation_token {
                Some(next) => token = Some(next),
                None => return Ok(keys),
            }
        }
    }

    /// The bytes of one object, in one version, of which there may be so many.
    pub(crate) async fn read_stored_for(
        &self,
        caller: &Caller,
        stored: Stored,
        limit: usize,
    ) -> Result<Bytes, Fault> {
        let caller = anywhere(caller);
        let input = GetObjectRequest {
            bucket: Some(stored.bucket),
            key: Some(stored.key),
            version_id: stored.version_id,
            ..Default::default()
        };
        self.authorize(&caller, operations::GET_OBJECT.operation, &input)?;
        let body = self.get_object(&caller, input).await?.body.unwrap_or_default();
        body.collect(limit).await.map_err(|_| Fault::internal())
    }

    /// The bytes of an object, of which there may be so many.
    pub(crate) async fn read_for(
        &self,
        caller: &Caller,
        source: &Source<'_>,
        key: String,
        limit: usize,
    ) -> Result<Bytes, Fault> {
        let caller = anywhere(caller);
        let input = GetObjectRequest {
            bucket: Some(source.bucket.to_owned()),
            key: Some(key),
            expected_bucket_owner: Some(source.owner.to_owned()),
            ..Default::default()
        };
        self.authorize(&caller, operations::GET_OBJECT.operation, &input)?;
        let body = self.get_object(&caller, input).await?.body.unwrap_or_default();
        body.collect(limit).await.map_err(|_| Fault::internal())
    }
}

/// The same caller, who does not mind where a bucket is.
fn anywhere(caller: &Caller) -> Caller {
    Caller { region_is_named: false, ..caller.clone() }
}
