//! Access control lists: who is granted what.

use super::super::S3Error;
use ruststack_models::s3::types;

/// The group of everybody.
pub(super) const ALL_USERS: &str = "http://acs.amazonaws.com/groups/global/AllUsers";
/// The group of everybody with an account.
pub(super) const AUTHENTICATED_USERS: &str = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
/// The group that writes access logs.
pub(super) const LOG_DELIVERY: &str = "http://acs.amazonaws.com/groups/s3/LogDelivery";

/// An access control list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::services::s3) struct Acl(pub(super) Vec<Grant>);

/// A permission granted to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Grant {
    pub(super) grantee: Grantee,
    pub(super) permission: Permission,
}

/// Who is granted something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Grantee {
    /// An account, by its canonical user id.
    User(String),
    /// One of the three groups, by its URI.
    Group(&'static str),
}

/// What is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Permission {
    FullControl,
    Write,
    WriteAcp,
    Read,
    ReadAcp,
}

impl Acl {
    /// The list of what belongs to this account alone.
    pub(super) fn private(owner_id: &str) -> Acl {
        Acl(vec![Grant::user(owner_id, Permission::FullControl)])
    }

    /// Whether it is the list of what belongs to this account alone.
    pub(super) fn is_of(&self, owner_id: &str) -> bool {
        *self == Acl::private(owner_id)
    }

    /// Whether somebody is granted something who need not be known: whom AWS calls public.
    pub(super) fn is_public(&self) -> bool {
        self.0.iter().any(Grant::is_public)
    }

    /// The list as answers have it.
    pub(super) fn to_grants(&self) -> Vec<types::Grant> {
        self.0.iter().map(Grant::to_type).collect()
    }
}

impl Grant {
    /// A grant to an account.
    pub(super) fn user(id: &str, permission: Permission) -> Grant {
        Grant { grantee: Grantee::User(id.to_owned()), permission }
    }

    /// A grant to a group.
    pub(super) fn group(uri: &'static str, permission: Permission) -> Grant {
        Grant { grantee: Grantee::Group(uri), permission }
    }

    /// Whether it is to everybody, or to everybody with an account.
    pub(super) fn is_public(&self) -> bool {
        matches!(self.grantee, Grantee::Group(ALL_USERS | AUTHENTICATED_USERS))
    }

    fn to_type(&self) -> types::Grant {
        let mut grantee = types::Grantee::default();
        match &self.grantee {
            Grantee::User(id) => {
                grantee.r#type = Some("CanonicalUser".into());
                grantee.id = Some(id.clone());
            }
            Grantee::Group(uri) => {
                grantee.r#type = Some("Group".into());
                grantee.uri = Some((*uri).to_owned());
            }
        }
        types::Grant { grantee: Some(grantee), permission: Some(self.permission.as_str().into()) }
    }
}

impl Grantee {
    /// The account of a canonical user id, or what is wrong with the id. Every id of the right form is taken: the
    /// accounts of others are not known here.
    pub(super) fn of_id(id: &str, argument: &'static str) -> Result<Grantee, S3Error> {
        let is_good = id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_good {
            return Ok(Grantee::User(id.to_ascii_lowercase()));
        }
        Err(S3Error::InvalidArgument { message: "Invalid id", name: argument, value: id.to_owned() })
    }

    /// The group of a URI.
    pub(super) fn of_uri(uri: &str, argument: &'static str) -> Result<Grantee, S3Error> {
        let found = [ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY].into_iter().find(|known| *known == uri);
        found.map(Grantee::Group).ok_or_else(|| S3Error::InvalidArgument {
            message: "Invalid group uri",
            name: argument,
            value: uri.to_owned(),
        })
    }
}

impl Permission {
    /// The permission of this name.
    pub(super) fn parse(name: &str) -> Option<Permission> {
        use Permission::*;
        [FullControl, Write, WriteAcp, Read, ReadAcp].into_iter().find(|known| known.as_str() == name)
    }

    fn as_str(self) -> &'static str {
        match self {
            Permission::FullControl => "FULL_CONTROL",
            Permission::Write => "WRITE",
            Permission::WriteAcp => "WRITE_ACP",
            Permission::Read => "READ",
            Permission::ReadAcp => "READ_ACP",
        }
    }
}

/// An owner as answers tell one: since November 2025 without a display name (API reference, Owner).
pub(super) fn owner(id: String) -> types::Owner {
    types::Owner { id: Some(id), ..Default::default() }
}
