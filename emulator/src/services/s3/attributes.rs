//! What is known of an object beside its bytes, of which the caller names what to tell.

use super::answers::{customer_key, found, set_checksum_text};
use super::object::{Object, ObjectPart};
use super::sum::Sum;
use super::{S3, S3Error};
use crate::gateway::Caller;
use ruststack_models::s3::types::{
    Checksum, GetObjectAttributesOutput, GetObjectAttributesParts, GetObjectAttributesRequest,
    ObjectPart as ShownPart,
};

/// What can be asked for.
const ATTRIBUTES: [&str; 5] = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"];
/// The most parts on one page.
const LARGEST_PAGE: i32 = 1000;

impl S3 {
    /// Tells the attributes of an object that are asked for.
    pub(super) async fn get_object_attributes(
        &self,
        caller: &Caller,
        input: GetObjectAttributesRequest,
    ) -> Result<GetObjectAttributesOutput, S3Error> {
        let wanted = wanted(input.object_attributes)?;
        let found = found!(self, caller, input, "GET");
        customer_key!(input).check(&found.object.encryption)?;
        let object = found.object;
        let is_wanted = |name: &str| wanted.iter().any(|wanted| wanted == name);
        // Sizes of pages that are none are not looked at (versitygw issue 1806).
        let most = input.max_parts.filter(|most| *most >= 0).unwrap_or(LARGEST_PAGE).min(LARGEST_PAGE);
        let after = input.part_number_marker.unwrap_or_default().max(0);
        Ok(GetObjectAttributesOutput {
            last_modified: Some(object.last_modified),
            version_id: found.version_id,
            // Without quotes here, and here alone (floci pull request 3093, of S3 itself).
            etag: is_wanted("ETag").then(|| object.etag.to_string()),
            checksum: object.checksum.as_ref().filter(|_| is_wanted("Checksum")).map(checksum),
            object_parts: if is_wanted("ObjectParts") { parts(&object, after, most) } else { None },
            storage_class: is_wanted("StorageClass")
                .then(|| object.storage_class.unwrap_or("STANDARD").to_owned()),
            object_size: i64::try_from(object.content.len()).ok().filter(|_| is_wanted("ObjectSize")),
            ..Default::default()
        })
    }
}

/// The names of what is asked for.
fn wanted(header: Option<Vec<String>>) -> Result<Vec<String>, S3Error> {
    let wanted: Vec<String> =
        header.unwrap_or_default().into_iter().filter(|name| !name.is_empty()).collect();
    if wanted.is_empty() {
        let message = "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty";
        return Err(S3Error::InvalidRequest(message.into()));
    }
    match wanted.iter().find(|name| !ATTRIBUTES.contains(&name.as_str())) {
        Some(other) => Err(S3Error::InvalidArgument {
            message: "Invalid attribute name specified.",
            name: "x-amz-object-attributes",
            value: other.clone(),
        }),
        None => Ok(wanted),
    }
}

/// The checksum of an object; that of a composite without the number of its parts.
fn checksum(sum: &Sum) -> Checksum {
    let mut output = Checksum { checksum_type: Some(sum.kind().into()), ..Default::default() };
    set_checksum_text!(output, sum.algorithm(), sum.checksum().to_base64());
    output
}

/// The parts of an object that was uploaded in parts: how many there are, and where each has a checksum that counts,
/// a page of them (API reference, GetObjectAttributesParts, "Parts").
fn parts(object: &Object, after: i32, most: i32) -> Option<GetObjectAttributesParts> {
    let count = i32::try_from(object.parts.len()).ok().filter(|count| *count > 0)?;
    let counted = GetObjectAttributesParts { total_parts_count: Some(count), ..Default::default() };
    if !matches!(object.checksum, Some(Sum::Composite(..))) {
        return Some(counted);
    }
    let page: Vec<ShownPart> = (1..)
        .zip(object.parts.iter())
        .skip(after as usize)
        .take(most as usize)
        .map(|(number, part)| shown(number, part))
        .collect();
    let last = page.last().and_then(|part| part.part_number);
    Some(GetObjectAttributesParts {
        part_number_marker: Some(after),
        next_part_number_marker: Some(last.unwrap_or(0)),
        max_parts: Some(most),
        is_truncated: Some(last.is_some_and(|last| last < count)),
        parts: Some(page).filter(|page| !page.is_empty()),
        ..counted
    })
}

fn shown(number: i32, part: &ObjectPart) -> ShownPart {
    let mut output =
        ShownPart { part_number: Some(number), size: i64::try_from(part.size).ok(), ..Default::default() };
    set_checksum_text!(output, part.checksum.algorithm(), part.checksum.to_base64());
    output
}
