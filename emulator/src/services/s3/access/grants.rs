//! Access control lists as requests bring them: by name or by grants in headers, or in a body.

use super::super::S3Error;
use super::super::errors::{
    CANNED_AND_GRANTS, EMAIL_GRANTEE, MALFORMED_ACL, MISSING_SECURITY_HEADER, UNEXPECTED_CONTENT,
};
use super::acl::{Acl, Grant, Grantee, Permission};
use super::canned::{Owners, canned};
use ruststack_models::s3::types::{self, AccessControlPolicy};

/// The most grants of a list (User Guide, "Access control list (ACL) overview").
const MOST_GRANTS: usize = 100;

/// What the headers of a request say.
#[derive(Debug, Default, Clone, Copy)]
pub(in crate::services::s3) struct AclHeaders<'a> {
    pub(in crate::services::s3) canned: Option<&'a str>,
    pub(in crate::services::s3) full_control: Option<&'a str>,
    pub(in crate::services::s3) read: Option<&'a str>,
    pub(in crate::services::s3) write: Option<&'a str>,
    pub(in crate::services::s3) read_acp: Option<&'a str>,
    pub(in crate::services::s3) write_acp: Option<&'a str>,
}

impl AclHeaders<'_> {
    /// Whether they say anything.
    pub(in crate::services::s3) fn are_there(&self) -> bool {
        self.canned.is_some() || self.has_grants()
    }

    /// Whether they grant anything by itself.
    pub(super) fn has_grants(&self) -> bool {
        self.grants().iter().any(|(.., value)| value.is_some())
    }

    /// The list that they make; `None` where they say nothing.
    pub(super) fn parse(&self, owners: &Owners<'_>) -> Result<Option<Acl>, S3Error> {
        match self.canned {
            Some(_) if self.has_grants() => Err(CANNED_AND_GRANTS.told()),
            Some(name) => canned(name, owners).map(Some),
            None if !self.has_grants() => Ok(None),
            None => {
                let mut grants = Vec::new();
                for (permission, header, value) in self.grants() {
                    for grantee in grantees(header, value.unwrap_or_default())? {
                        grants.push(Grant { grantee, permission });
                    }
                }
                Ok(Some(Acl(grants)))
            }
        }
    }

    /// The permissions in the order in which answers list them.
    fn grants(&self) -> [(Permission, &'static str, Option<&str>); 5] {
        [
            (Permission::FullControl, "x-amz-grant-full-control", self.full_control),
            (Permission::Read, "x-amz-grant-read", self.read),
            (Permission::Write, "x-amz-grant-write", self.write),
            (Permission::ReadAcp, "x-amz-grant-read-acp", self.read_acp),
            (Permission::WriteAcp, "x-amz-grant-write-acp", self.write_acp),
        ]
    }
}

/// Reads `id="…", uri="…"`. The sentences are those of <https://github.com/versity/versitygw/issues/1384>.
fn grantees(header: &'static str, value: &str) -> Result<Vec<Grantee>, S3Error> {
    let read = |pair: &str| {
        let bad = || S3Error::InvalidArgument {
            message: "Argument format not recognized",
            name: header,
            value: value.to_owned(),
        };
        let (kind, of) = pair.split_once('=').ok_or_else(bad)?;
        let of = of.trim();
        let of = of.strip_prefix('"').and_then(|of| of.strip_suffix('"')).unwrap_or(of);
        match kind.trim() {
            "id" => Grantee::of_id(of, "id"),
            "uri" => Grantee::of_uri(of, "uri"),
            "emailAddress" | "emailaddress" => Err(EMAIL_GRANTEE.told()),
            _ => Err(bad()),
        }
    };
    value.split(',').map(str::trim).filter(|pair| !pair.is_empty()).map(read).collect()
}

/// Reads the list of a body: with its owner, who must be the owner there is.
fn of_body(policy: AccessControlPolicy, owners: &Owners<'_>) -> Result<Acl, S3Error> {
    let owner = policy.owner.and_then(|owner| owner.id).ok_or_else(|| MALFORMED_ACL.told())?;
    let grants = policy.grants.unwrap_or_default();
    if grants.len() > MOST_GRANTS {
        return Err(MALFORMED_ACL.told());
    }
    let grants = grants.into_iter().map(grant).collect::<Result<Vec<Grant>, S3Error>>()?;
    if !owner.eq_ignore_ascii_case(owners.own) {
        return Err(S3Error::AccessDenied);
    }
    Ok(Acl(grants))
}

fn grant(grant: types::Grant) -> Result<Grant, S3Error> {
    let malformed = || MALFORMED_ACL.told();
    let permission = grant.permission.as_deref().and_then(Permission::parse).ok_or_else(malformed)?;
    let grantee = grant.grantee.ok_or_else(malformed)?;
    let grantee = match grantee.r#type.as_deref() {
        Some("CanonicalUser") => Grantee::of_id(&grantee.id.ok_or_else(malformed)?, "CanonicalUser/ID")?,
        Some("Group") => Grantee::of_uri(&grantee.uri.ok_or_else(malformed)?, "Group/URI")?,
        Some("AmazonCustomerByEmail") => return Err(EMAIL_GRANTEE.told()),
        _ => return Err(malformed()),
    };
    Ok(Grant { grantee, permission })
}

/// The list that a request puts: by headers or by a body, one of them.
pub(super) fn put(
    headers: &AclHeaders<'_>,
    body: Option<AccessControlPolicy>,
    owners: &Owners<'_>,
) -> Result<Acl, S3Error> {
    match (headers.parse(owners)?, body) {
        (Some(_), Some(_)) => Err(UNEXPECTED_CONTENT.told()),
        (Some(acl), None) => Ok(acl),
        (None, Some(body)) => of_body(body, owners),
        (None, None) => Err(MISSING_SECURITY_HEADER.with([("MissingHeaderName", "x-amz-acl".into())])),
    }
}
