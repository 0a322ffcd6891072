//! Objects read: whole, in part, or only what is known of them.

use super::answers::{customer_key, description, found, reading, set_checksum, set_checksum_text};
use super::conditions::Conditions;
use super::encryption::CustomerHeaders;
use super::object::Object;
use super::range::{self, Range};
use super::store::Found;
use super::sum::Sum;
use super::{S3, S3Error};
use crate::gateway::Caller;
use ruststack_models::s3::types::{GetObjectOutput, GetObjectRequest, HeadObjectOutput, HeadObjectRequest};
use ruststack_wire::Timestamp;
use ruststack_wire::shape::TimestampFormat;

/// A reading request as far as both of its operations have it.
struct Reading<'a> {
    conditions: Conditions<'a>,
    customer: CustomerHeaders<'a>,
    range: Option<&'a str>,
    part_number: Option<i32>,
    wants_checksum: bool,
}

/// What a reading request is to be answered with.
struct Selection {
    version_id: Option<String>,
    /// When it expires, where a rule says that it does.
    expiration: Option<String>,
    range: Option<Range>,
    /// The checksum, for readers of the whole, or of a part that has one of its own, who want it.
    checksum: Option<Sum>,
    /// In how many parts it was uploaded, for readers of one of them.
    parts_count: Option<i32>,
}

impl S3 {
    /// Reads an object, or the part of it that a range names.
    pub(super) async fn get_object(
        &self,
        caller: &Caller,
        input: GetObjectRequest,
    ) -> Result<GetObjectOutput, S3Error> {
        let found = found!(self, caller, input, "GET");
        let selected = select(caller, &found, &reading!(input))?;
        let object = found.object;
        object.check_readable(caller.now)?;
        let body = match selected.range {
            Some(Range { start, end }) => object.content.slice(start, end),
            None => object.content.body(),
        };
        let told = description!(GetObjectOutput { caller, input, object, selected });
        Ok(GetObjectOutput { body: Some(body), ..told })
    }

    /// Tells what is known of an object.
    pub(super) async fn head_object(
        &self,
        caller: &Caller,
        input: HeadObjectRequest,
    ) -> Result<HeadObjectOutput, S3Error> {
        let found = found!(self, caller, input, "HEAD");
        let selected = select(caller, &found, &reading!(input))?;
        let object = found.object;
        Ok(description!(HeadObjectOutput { caller, input, object, selected }))
    }
}

/// What of an object is to be sent. An object that came in one request is its own part number one.
fn select(caller: &Caller, found: &Found, reading: &Reading<'_>) -> Result<Selection, S3Error> {
    let object = &*found.object;
    reading.customer.check(&object.encryption)?;
    reading.conditions.check_read(object.subject(), caller.now)?;
    let size = object.content.len();
    let range = match (reading.range, reading.part_number) {
        (Some(_), Some(_)) => {
            let message = "Cannot specify both Range header and partNumber query parameter";
            return Err(S3Error::InvalidRequest(message.into()));
        }
        (Some(header), None) => range::resolve(header, size)?,
        (None, Some(number)) => part_range(object, number)?,
        (None, None) => None,
    };
    let is_whole = range.is_none_or(|range| range.end - range.start == size);
    let part = reading
        .part_number
        .and_then(|number| object.parts.get(usize::try_from(number).ok()?.checked_sub(1)?));
    let checksum = match (&object.checksum, part) {
        (Some(Sum::Composite(..)), Some(part)) => Some(Sum::Part(part.checksum.clone())),
        (sum, _) => sum.clone().filter(|_| is_whole),
    };
    Ok(Selection {
        version_id: found.version_id.clone(),
        expiration: found.expiration.clone(),
        range,
        checksum: checksum.filter(|_| reading.wants_checksum),
        parts_count: part.and_then(|_| i32::try_from(object.parts.len()).ok()),
    })
}

/// Where a part lies; `None` where there are no bytes.
fn part_range(object: &Object, number: i32) -> Result<Option<Range>, S3Error> {
    let Some(index) = usize::try_from(number).ok().filter(|number| (1..=10_000).contains(number)) else {
        return Err(S3Error::InvalidArgument {
            message: "Part number must be an integer between 1 and 10000, inclusive",
            name: "partNumber",
            value: number.to_string(),
        });
    };
    let range = match object.parts.get(index - 1) {
        Some(part) => Range { start: part.end - part.size, end: part.end },
        None if index == 1 => Range { start: 0, end: object.content.len() },
        None => {
            let actual = u32::try_from(object.parts.len()).unwrap_or(u32::MAX).max(1);
            return Err(S3Error::InvalidPartNumber { requested: number, actual });
        }
    };
    Ok(Some(range).filter(|range| range.start < range.end))
}

fn content_range(range: Range, object: &Object) -> String {
    format!("bytes {}-{}/{}", range.start, range.end - 1, object.content.len())
}

fn http_date(moment: Timestamp) -> String {
    moment.format(TimestampFormat::HttpDate)
}
