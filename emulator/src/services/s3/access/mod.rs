//! Who may do what: who owns objects, which public access is blocked, access control lists, and the bucket's policy.
//!
//! `ownership`, `block`, `bucket_acl`, `object_acl` and `policy` answer the operations. `acl` is an access control
//! list, `canned` those that have names, `grants` reads them from headers and bodies, `written` gives objects theirs. `check` says
//! whether a policy can be a bucket's, `public` whether it is one for the public, `actions` which permission each operation needs, `asked` is one request as policies
//! ask about it, `authorize` decides over it.
//!
//! Sources: S3 User Guide, "Controlling ownership of objects and disabling ACLs for your bucket", "Blocking public
//! access to your Amazon S3 storage", "Access control list (ACL) overview", "Policies and permissions in Amazon S3".

mod acl;
mod actions;
mod asked;
mod authorize;
mod block;
mod bucket_acl;
mod canned;
mod check;
mod grants;
mod object_acl;
mod ownership;
mod place;
mod policy;
mod public;
mod written;

use acl::Acl;
pub(super) use block::PublicAccessBlock;
pub(super) use grants::AclHeaders;
pub(super) use object_acl::owner_of;
pub(super) use ownership::Ownership;
use policy::BucketPolicy;
pub(super) use written::ObjectAccess;

use std::sync::Arc;

/// What a bucket says about access to it.
#[derive(Debug)]
pub(super) struct Access {
    /// Who owns objects; where nothing says so their writers do.
    pub(super) ownership: Option<Ownership>,
    /// Which public access is blocked; where nothing says so none is.
    pub(super) block: Option<PublicAccessBlock>,
    /// The bucket's own list; where there is none its owner has full control, and nobody else any.
    pub(super) acl: Option<Acl>,
    /// The bucket's policy.
    pub(super) policy: Option<Arc<BucketPolicy>>,
}

impl Default for Access {
    /// What new buckets have since April 2023: no access control lists, and nothing public.
    fn default() -> Access {
        Access {
            ownership: Some(Ownership::BucketOwnerEnforced),
            block: Some(PublicAccessBlock::ALL),
            acl: None,
            policy: None,
        }
    }
}

impl Access {
    /// Who owns objects.
    pub(super) fn ownership(&self) -> Ownership {
        self.ownership.unwrap_or(Ownership::ObjectWriter)
    }

    /// Which public access is blocked.
    pub(super) fn block(&self) -> PublicAccessBlock {
        self.block.unwrap_or_default()
    }
}

/// What a request says of the access to what it writes: a canned list, or grants.
macro_rules! acl_headers {
    ($input:ident) => {
        acl_headers!($input, None)
    };
    ($input:ident with write) => {
        acl_headers!($input, $input.grant_write.as_deref())
    };
    ($input:ident, $write:expr) => {
        $crate::services::s3::access::AclHeaders {
            canned: $input.acl.as_deref(),
            full_control: $input.grant_full_control.as_deref(),
            read: $input.grant_read.as_deref(),
            write: $write,
            read_acp: $input.grant_read_acp.as_deref(),
            write_acp: $input.grant_write_acp.as_deref(),
        }
    };
}

pub(super) use acl_headers;
