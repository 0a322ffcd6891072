//! Parts become an object: which ones, in which order, with which ETag and checksum.

use super::scheme::Scheme;
use super::state::{Part, Pending};
use super::{MOST_PARTS, SMALLEST_PART};
use crate::services::s3::S3Error;
use crate::services::s3::content::Content;
use crate::services::s3::etag::ETag;
use crate::services::s3::object::ObjectPart;
use crate::services::s3::sum::Sum;
use ruststack_models::s3::types::CompletedPart;
use ruststack_wire::sign::checksum::{Algorithm, Checksum};
use std::sync::Arc;

/// A part as the caller names it.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) number: i32,
    /// Without quotes.
    pub(super) etag: String,
    /// The checksum, as it came.
    checksum: Option<(Algorithm, String)>,
}

/// An object made of parts.
#[derive(Debug)]
pub(super) struct Assembled {
    pub(super) content: Content,
    pub(super) etag: ETag,
    pub(super) sum: Sum,
    pub(super) parts: Arc<[ObjectPart]>,
}

/// Reads the list of parts: each with its number and its ETag, in ascending order.
pub(super) fn read(id: &str, list: Option<Vec<CompletedPart>>) -> Result<Vec<Named>, S3Error> {
    let list = list.unwrap_or_default();
    if list.is_empty() || list.len() > MOST_PARTS as usize {
        return Err(S3Error::MalformedXml);
    }
    let named = list.into_iter().map(Named::read).collect::<Result<Vec<Named>, S3Error>>()?;
    match named.windows(2).find(|pair| pair[1].number <= pair[0].number) {
        Some(pair) => Err(pair[1].out_of_order(id)),
        None => Ok(named),
    }
}

/// The parts of an upload that are named: all there, as the caller knows them, and large enough; those of a composite
/// checksum without a gap (API reference, CompletedPart, "PartNumber").
pub(super) fn choose(upload: &Pending, named: &[Named]) -> Result<Vec<Arc<Part>>, S3Error> {
    let gap =
        (1..).zip(named).find(|(expected, named)| upload.scheme.is_composite && named.number != *expected);
    if let Some((_, named)) = gap {
        return Err(named.out_of_order(&upload.id));
    }
    let parts = named.iter().map(|named| named.find(upload)).collect::<Result<Vec<Arc<Part>>, S3Error>>()?;
    let all_but_last = named.iter().zip(&parts).take(parts.len().saturating_sub(1));
    for (named, part) in all_but_last {
        if part.content.len() < SMALLEST_PART {
            return Err(S3Error::EntityTooSmall {
                proposed: part.content.len(),
                part_number: named.number,
                etag: named.etag.clone(),
            });
        }
    }
    Ok(parts)
}

/// Puts parts together.
pub(super) fn assemble(scheme: Scheme, parts: &[Arc<Part>]) -> Assembled {
    let md5s: Vec<u8> = parts.iter().flat_map(|part| part.md5.as_bytes()).copied().collect();
    let mut end = 0;
    let known = parts.iter().map(|part| {
        let size = part.content.len();
        end += size;
        ObjectPart { end, size, checksum: part.checksum.clone() }
    });
    Assembled {
        parts: known.collect(),
        content: parts.iter().flat_map(|part| part.content.pieces()).collect(),
        etag: ETag::of(&Algorithm::Md5.digest(&md5s)).with_parts(parts.len()),
        sum: sum(scheme, parts),
    }
}

fn sum(scheme: Scheme, parts: &[Arc<Part>]) -> Sum {
    if scheme.is_composite {
        let sums: Vec<u8> = parts.iter().flat_map(|part| part.checksum.as_bytes()).copied().collect();
        return Sum::Composite(scheme.algorithm.digest(&sums), parts.len());
    }
    let nothing: Checksum = scheme.algorithm.digest(&[]);
    let whole = parts.iter().fold(nothing, |before, part| {
        let with_part = before.followed_by(&part.checksum, part.content.len());
        with_part.expect("a full object checksum is a CRC, and so is that of each part")
    });
    Sum::Full(whole)
}

impl Named {
    fn read(part: CompletedPart) -> Result<Named, S3Error> {
        let (Some(number), Some(etag)) = (part.part_number, part.etag) else {
            return Err(S3Error::MalformedXml);
        };
        if number < 1 {
            return Err(S3Error::InvalidArgument {
                message: "PartNumber must be >= 1",
                name: "PartNumber",
                value: number.to_string(),
            });
        }
        let sums = [
            (Algorithm::Crc32, part.checksum_crc32),
            (Algorithm::Crc32c, part.checksum_crc32c),
            (Algorithm::Crc64Nvme, part.checksum_crc64nvme),
            (Algorithm::Sha1, part.checksum_sha1),
            (Algorithm::Sha256, part.checksum_sha256),
            (Algorithm::Sha512, part.checksum_sha512),
            (Algorithm::Md5, part.checksum_md5),
            (Algorithm::XxHash64, part.checksum_xxhash64),
            (Algorithm::XxHash3, part.checksum_xxhash3),
            (Algorithm::XxHash128, part.checksum_xxhash128),
        ];
        let checksum = sums.into_iter().find_map(|(algorithm, text)| Some((algorithm, text?)));
        Ok(Named { number, etag: etag.trim_matches('"').to_owned(), checksum })
    }

    fn out_of_order(&self, id: &str) -> S3Error {
        S3Error::InvalidPartOrder {
            upload_id: id.to_owned(),
            part_number: self.number,
            etag: self.etag.clone(),
        }
    }

    fn find(&self, upload: &Pending) -> Result<Arc<Part>, S3Error> {
        let found = upload.parts.get(&self.number).filter(|part| part.md5.to_hex() == self.etag);
        let matches = |part: &&Arc<Part>| match &self.checksum {
            Some((algorithm, text)) => {
                Checksum::parse(*algorithm, text).is_some_and(|given| given == part.checksum)
            }
            None => true,
        };
        let part = found.filter(matches).ok_or_else(|| S3Error::InvalidPart {
            upload_id: upload.id.clone(),
            part_number: self.number,
            etag: self.etag.clone(),
        })?;
        if upload.scheme.is_composite && self.checksum.is_none() {
            let name = upload.scheme.algorithm.as_str().to_ascii_lowercase();
            return Err(S3Error::InvalidRequest(format!(
                "The upload was created using a {name} checksum. The complete request must include the checksum for \
                 each part. It was missing for part {} in the request.",
                self.number
            )));
        }
        Ok(part.clone())
    }
}

#[cfg(test)]
mod tests;
