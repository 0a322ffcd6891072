//! Whether a caller may do what a request asks, where that is decided: the owner's account may unless it is denied,
//! others only what a policy or a list grants.
//!
//! Sources: S3 User Guide, "How Amazon S3 authorizes a request", "Mapping of ACL permissions and access policy
//! permissions", "Access denied message examples and how to troubleshoot them"; IAM User Guide, "Policy evaluation
//! logic".

use super::super::copy::Source;
use super::super::errors::POLICY_OF_ANOTHER;
use super::super::state::Bucket;
use super::super::{S3, S3Error};
use super::acl::{AUTHENTICATED_USERS, Acl, Grantee, Permission};
use super::asked::{Asked, has, text};
use super::{Ownership, actions};
use crate::gateway::Caller;
use crate::policy::{self, Decision, Request};
use crate::services::{Authorize, Pass};
use ruststack_models::s3::types::ObjectIdentifier;
use ruststack_wire::value::Structure;
use ruststack_wire::{Fault, Operation};
use std::collections::HashMap;

/// Members that grant something to others.
const GRANTING: [&str; 6] =
    ["ACL", "GrantFullControl", "GrantRead", "GrantReadACP", "GrantWrite", "GrantWriteACP"];

impl Authorize for S3 {
    fn authorize(
        &self,
        caller: &Caller,
        operation: &Operation,
        input: &dyn Structure,
    ) -> Result<Pass, Fault> {
        let Some(standing) = caller.standing.as_deref() else { return Ok(Pass::default()) };
        let bucket = text(input, "Bucket").filter(|_| operation.name != "CreateBucket");
        let Some(name) = bucket else {
            // No bucket lets anybody make or list buckets; an account lets its own.
            return if caller.is_anonymous() {
                Err(S3Error::AccessDenied.into())
            } else {
                Ok(Pass::default())
            };
        };
        let Some(bucket) = self.buckets.get(name).map(|bucket| bucket.clone()) else {
            return Ok(Pass::default());
        };
        let is_elsewhere = caller.region_is_named && caller.region != bucket.region;
        if operation.name == "DeleteObjects" || (is_elsewhere && operation.name != "GetBucketLocation") {
            // Keys are decided one by one; a redirect is told to everybody.
            return Ok(Pass::default());
        }
        let asked = Asked { caller, standing, bucket: &bucket, key: text(input, "Key"), input: Some(input) };
        let action = actions::of(operation.name, text(input, "VersionId").is_some());
        self.decide(&asked, &action)?;
        for action in also_needed(operation, input) {
            self.decide(&asked, action)?;
        }
        if let Some(source) = text(input, "CopySource") {
            self.decide_source(&asked, source)?;
        }
        let is_of_policy =
            matches!(operation.name, "GetBucketPolicy" | "PutBucketPolicy" | "DeleteBucketPolicy");
        if is_of_policy && (caller.is_anonymous() || caller.account != bucket.owner) {
            let members =
                [("Method", operation.method.to_owned()), ("ResourceType", "BUCKETPOLICY".to_owned())];
            return Err(POLICY_OF_ANOTHER.with(members).into());
        }
        let is_read = matches!(operation.name, "GetObject" | "HeadObject" | "GetObjectAttributes");
        let missing_key = if is_read {
            let listing = Asked { key: None, input: None, ..asked };
            self.decide(&listing, "s3:ListBucket").err().map(Fault::from)
        } else {
            None
        };
        Ok(Pass { missing_key })
    }
}

/// What a request needs besides its own action.
fn also_needed(operation: &Operation, input: &dyn Structure) -> Vec<&'static str> {
    let mut needed = Vec::new();
    match operation.name {
        "PutObject" | "CopyObject" | "CreateMultipartUpload" => {
            for (members, action) in [
                (&GRANTING[..], "s3:PutObjectAcl"),
                (&["Tagging"], "s3:PutObjectTagging"),
                (&["ObjectLockMode", "ObjectLockRetainUntilDate"], "s3:PutObjectRetention"),
                (&["ObjectLockLegalHoldStatus"], "s3:PutObjectLegalHold"),
            ] {
                if has(input, members) {
                    needed.push(action);
                }
            }
        }
        "GetObjectAttributes" if has(input, &["VersionId"]) => needed.push("s3:GetObjectVersion"),
        "GetObjectAttributes" => needed.push("s3:GetObject"),
        _ => {}
    }
    if has(input, &["BypassGovernanceRetention"]) {
        needed.push("s3:BypassGovernanceRetention");
    }
    needed
}

impl S3 {
    /// The keys among these that the caller may not delete, by their place, and why.
    pub(in crate::services::s3) fn refused(
        &self,
        caller: &Caller,
        bucket: &Bucket,
        identifiers: &[ObjectIdentifier],
    ) -> HashMap<usize, S3Error> {
        let Some(standing) = caller.standing.as_deref() else { return HashMap::new() };
        let decided = identifiers.iter().enumerate().filter_map(|(index, identifier)| {
            let asked = Asked { caller, standing, bucket, key: identifier.key.as_deref(), input: None };
            let action = actions::of("DeleteObject", identifier.version_id.is_some());
            self.decide(&asked, &action).err().map(|error| (index, error))
        });
        decided.collect()
    }

    /// Whether the caller may read what is to be copied. What is wrong with its name is the operation's to tell.
    fn decide_source(&self, asked: &Asked<'_>, header: &str) -> Result<(), S3Error> {
        let Ok(source) = Source::parse(header) else { return Ok(()) };
        let Some(bucket) = self.buckets.get(&source.bucket).map(|bucket| bucket.clone()) else {
            return Ok(());
        };
        let asked = Asked { bucket: &bucket, key: Some(&source.key), input: None, ..*asked };
        self.decide(&asked, &actions::of("GetObject", source.version_id.is_some()))
    }

    /// Decides one action with a bucket or with an object.
    fn decide(&self, asked: &Asked<'_>, action: &str) -> Result<(), S3Error> {
        let Asked { caller, bucket, .. } = *asked;
        let is_owner = !caller.is_anonymous() && caller.account == bucket.owner;
        let (policy, ownership, block) = {
            let access = bucket.access();
            (access.policy.clone(), access.ownership(), access.block())
        };
        let has_lists = ownership != Ownership::BucketOwnerEnforced;
        if is_owner && policy.is_none() && !has_lists {
            return Ok(());
        }
        let decision = policy
            .as_ref()
            .map_or(Decision::NoMatch, |policy| self.asked_of(&policy.document, asked, action));
        if decision == Decision::Deny && !(is_owner && is_always_the_roots(caller, action)) {
            return Err(denied(asked, action, "with an explicit deny in a resource-based policy"));
        }
        let is_restricted = block.restrict_public_buckets && policy.is_some_and(|policy| policy.is_public);
        if is_restricted && !is_owner {
            return Err(S3Error::AccessDenied);
        }
        let is_anothers = has_lists && governs_object(asked, action) && self.is_anothers(asked);
        if (is_owner || decision == Decision::Allow) && !is_anothers {
            return Ok(());
        }
        if has_lists && self.is_granted(asked, action, block.ignore_public_acls) {
            return Ok(());
        }
        Err(denied(asked, action, &format!("because no resource-based policy allows the {action} action")))
    }

    fn asked_of(&self, document: &policy::Document, asked: &Asked<'_>, action: &str) -> Decision {
        let caller = asked.caller;
        let arn = caller.principal_arn();
        let id = self.canonical_id(&caller.account);
        let resource = asked.bucket.arn(asked.key);
        let who = if caller.is_anonymous() {
            policy::Caller::Anonymous
        } else {
            policy::Caller::Signed { account: &caller.account, arn: &arn, canonical_id: Some(&id) }
        };
        document.decide(&Request { caller: who, action, resource: &resource, context: asked })
    }

    /// Whether the object is another account's than the bucket: then its own list decides, and no policy of the bucket
    /// allows anything.
    fn is_anothers(&self, asked: &Asked<'_>) -> bool {
        let object = asked.object();
        let access = object.as_ref().and_then(|object| object.access.as_deref());
        access.is_some_and(|access| access.owner != asked.bucket.owner)
    }

    /// Whether the list of the bucket or of the object grants an action.
    fn is_granted(&self, asked: &Asked<'_>, action: &str, ignores_public: bool) -> bool {
        let Some((permission, is_objects)) = granting(asked, action) else { return false };
        let caller = asked.caller;
        let id = (!caller.is_anonymous()).then(|| self.canonical_id(&caller.account));
        let is_in = |Acl(grants): &Acl| {
            grants.iter().filter(|grant| !(ignores_public && grant.is_public())).any(|grant| {
                let is_meant = match &grant.grantee {
                    Grantee::User(granted) => id.as_ref() == Some(granted),
                    Grantee::Group(group) => {
                        grant.is_public() && (*group != AUTHENTICATED_USERS || id.is_some())
                    }
                };
                is_meant && (grant.permission == permission || grant.permission == Permission::FullControl)
            })
        };
        if !is_objects {
            return asked.bucket.access().acl.as_ref().is_some_and(is_in);
        }
        let object = asked.object();
        object.and_then(|object| object.access.clone()).is_some_and(|access| is_in(&access.acl))
    }
}

/// What a list must grant for an action, and whether it is the object's.
fn granting(asked: &Asked<'_>, action: &str) -> Option<(Permission, bool)> {
    Some(match action {
        "s3:ListBucket" | "s3:ListBucketVersions" | "s3:ListBucketMultipartUploads" => {
            (Permission::Read, false)
        }
        "s3:PutObject" => (Permission::Write, false),
        // Who writes an object says with it who else may read it.
        "s3:PutObjectAcl" if asked.is_write() => (Permission::Write, false),
        "s3:GetBucketAcl" => (Permission::ReadAcp, false),
        "s3:PutBucketAcl" => (Permission::WriteAcp, false),
        "s3:GetObject" | "s3:GetObjectVersion" | "s3:GetObjectTorrent" => (Permission::Read, true),
        "s3:GetObjectAcl" | "s3:GetObjectVersionAcl" => (Permission::ReadAcp, true),
        "s3:PutObjectAcl" | "s3:PutObjectVersionAcl" => (Permission::WriteAcp, true),
        _ => return None,
    })
}

/// Whether an action is one that the owner of an object keeps from the owner of the bucket.
fn governs_object(asked: &Asked<'_>, action: &str) -> bool {
    granting(asked, action).is_some_and(|(_, is_objects)| is_objects)
}

/// Whether this is the root user of an account changing its bucket's policy, which no policy can deny
/// (API reference, PutBucketPolicy, GetBucketPolicy and DeleteBucketPolicy).
fn is_always_the_roots(caller: &Caller, action: &str) -> bool {
    let is_of_policy =
        matches!(action, "s3:GetBucketPolicy" | "s3:PutBucketPolicy" | "s3:DeleteBucketPolicy");
    is_of_policy && caller.principal_arn().ends_with(":root")
}

/// The refusal: callers of the owner's account are told why, all others only that.
fn denied(asked: &Asked<'_>, action: &str, why: &str) -> S3Error {
    let Asked { caller, bucket, key, .. } = *asked;
    if caller.is_anonymous() || caller.account != bucket.owner {
        return S3Error::AccessDenied;
    }
    S3Error::not_authorized(&caller.principal_arn(), action, &bucket.arn(key), why)
}
