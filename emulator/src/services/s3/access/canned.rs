//! Access control lists that have names.
//!
//! Source: S3 User Guide, "Access control list (ACL) overview", "Canned ACL".

use super::super::S3Error;
use super::acl::{ALL_USERS, AUTHENTICATED_USERS, Acl, Grant, LOG_DELIVERY, Permission};

/// The canned list that a bucket without other lists takes too.
pub(super) const BUCKET_OWNER_FULL_CONTROL: &str = "bucket-owner-full-control";
/// The account of EC2, which `aws-exec-read` grants to (shown by many who read such lists back, as `za-team`).
const EC2: &str = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c";

/// Whose canonical ids a canned list grants to.
pub(super) struct Owners<'a> {
    /// The owner of what the list is for.
    pub(super) own: &'a str,
    /// The owner of the bucket, where the list is for an object.
    pub(super) bucket: Option<&'a str>,
}

/// The list of this name.
pub(super) fn canned(name: &str, owners: &Owners<'_>) -> Result<Acl, S3Error> {
    use Permission::*;
    let Acl(mut grants) = Acl::private(owners.own);
    let others = owners.bucket.filter(|bucket| *bucket != owners.own);
    let of_bucket_owner = |permission| others.map(|id| Grant::user(id, permission));
    match name {
        "private" => {}
        "public-read" => grants.push(Grant::group(ALL_USERS, Read)),
        "public-read-write" => {
            grants.push(Grant::group(ALL_USERS, Read));
            grants.push(Grant::group(ALL_USERS, Write));
        }
        "authenticated-read" => grants.push(Grant::group(AUTHENTICATED_USERS, Read)),
        "aws-exec-read" => grants.push(Grant::user(EC2, Read)),
        "bucket-owner-read" => grants.extend(of_bucket_owner(Read)),
        BUCKET_OWNER_FULL_CONTROL => grants.extend(of_bucket_owner(FullControl)),
        "log-delivery-write" => {
            grants.push(Grant::group(LOG_DELIVERY, Write));
            grants.push(Grant::group(LOG_DELIVERY, ReadAcp));
        }
        // S3 says nothing more (https://github.com/versity/versitygw/issues/1379).
        other => {
            return Err(S3Error::InvalidArgument { message: "", name: "x-amz-acl", value: other.to_owned() });
        }
    }
    Ok(Acl(grants))
}
