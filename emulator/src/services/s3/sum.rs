//! The checksum that is kept with an object: of all its bytes, or of the checksums of its parts.
//!
//! Source: S3 User Guide, "Checking object integrity", "Full object and composite checksum types".

use ruststack_wire::sign::checksum::{Algorithm, Checksum};

/// The checksum that is kept with an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sum {
    /// Of all its bytes.
    Full(Checksum),
    /// Of the checksums of its parts, so many of them.
    Composite(Checksum, usize),
    /// Of one part of an object whose own is a composite; only answers have it.
    Part(Checksum),
}

impl From<Checksum> for Sum {
    fn from(checksum: Checksum) -> Sum {
        Sum::Full(checksum)
    }
}

impl Sum {
    /// The algorithm.
    pub(super) fn algorithm(&self) -> Algorithm {
        self.checksum().algorithm()
    }

    /// The checksum itself, without the number of parts.
    pub(super) fn checksum(&self) -> &Checksum {
        match self {
            Sum::Full(checksum) | Sum::Composite(checksum, _) | Sum::Part(checksum) => checksum,
        }
    }

    /// As headers carry it: base64, and of a composite the number of parts.
    pub(super) fn to_text(&self) -> String {
        match self {
            Sum::Full(checksum) | Sum::Part(checksum) => checksum.to_base64(),
            Sum::Composite(checksum, parts) => format!("{}-{parts}", checksum.to_base64()),
        }
    }

    /// The name of its kind.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Sum::Full(_) => "FULL_OBJECT",
            Sum::Composite(..) | Sum::Part(_) => "COMPOSITE",
        }
    }
}
