//! Uploads in parts: begun, filled, listed, completed to an object or given up.
//!
//! `create`, `part`, `part_copy`, `complete` and `abort` are the life of an upload, `list_parts` and `list_uploads` show
//! it. `state` holds the uploads of a bucket, `scheme` says which checksums one has, `assemble` makes an object of its
//! parts. Nothing copies a byte: an object shares the pieces of its parts.
//!
//! Source: S3 User Guide, "Uploading and copying objects using multipart upload".

mod abort;
mod assemble;
mod complete;
mod create;
mod list_parts;
mod list_uploads;
mod part;
mod part_copy;
mod scheme;
mod state;

pub(super) use state::Uploads;

/// The least bytes of a part that is not the last: 5 MiB.
pub(super) const SMALLEST_PART: u64 = 5 << 20;
/// The greatest number of a part, and the most parts of an upload.
const MOST_PARTS: i32 = 10_000;

use super::S3Error;

/// The number of a part that is uploaded.
fn part_number(number: Option<i32>) -> Result<i32, S3Error> {
    let number = number.unwrap_or_default();
    if (1..=MOST_PARTS).contains(&number) {
        return Ok(number);
    }
    Err(S3Error::InvalidArgument {
        message: "Part number must be an integer between 1 and 10000, inclusive",
        name: "partNumber",
        value: number.to_string(),
    })
}

/// The size of a page: a thousand unless less is asked for.
fn page_size(requested: Option<i32>, name: &'static str, message: &'static str) -> Result<i32, S3Error> {
    match requested {
        None => Ok(1000),
        Some(number @ 0..) => Ok(number.min(1000)),
        Some(negative) => Err(S3Error::InvalidArgument { message, name, value: negative.to_string() }),
    }
}
