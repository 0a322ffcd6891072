use super::*;
use crate::services::s3::object::Description;
use bytes::Bytes;
use ruststack_wire::{Fault, Timestamp};

const MIB: usize = 1 << 20;

fn part(scheme: Scheme, bytes: Vec<u8>) -> Arc<Part> {
    Arc::new(Part {
        md5: Algorithm::Md5.digest(&bytes),
        checksum: scheme.algorithm.digest(&bytes),
        content: Content::new(vec![Bytes::from(bytes)]),
        last_modified: Timestamp::default(),
    })
}

fn upload(algorithm: Option<&str>, kind: Option<&str>, parts: Vec<Vec<u8>>) -> Pending {
    let scheme = Scheme::parse(algorithm, kind).expect("a scheme");
    let parts = (1..).zip(parts).map(|(number, bytes)| (number, part(scheme, bytes)));
    Pending {
        id: "upload".into(),
        initiated: Timestamp::default(),
        initiator: String::new(),
        scheme,
        storage_class: None,
        tags: Default::default(),
        access: None,
        described: Description::default(),
        parts: parts.collect(),
    }
}

fn named(upload: &Pending, number: i32) -> CompletedPart {
    let etag = upload.parts.get(&number).map_or("none".into(), |part| part.quoted_etag());
    CompletedPart { part_number: Some(number), etag: Some(etag), ..Default::default() }
}

fn assembled(upload: &Pending, numbers: &[i32]) -> Result<Assembled, Fault> {
    let list = numbers.iter().map(|number| named(upload, *number)).collect();
    let parts = read("upload", Some(list)).and_then(|named| choose(upload, &named));
    Ok(assemble(upload.scheme, &parts.map_err(Fault::from)?))
}

#[track_caller]
fn check(found: Result<Assembled, Fault>, code: &str, members: &[(&str, &str)]) {
    let fault = found.expect_err("a fault");
    let found: Vec<(&str, &str)> =
        fault.members.iter().map(|(name, value)| (name.as_ref(), value.as_str())).collect();
    assert_eq!((fault.code.as_ref(), found.as_slice()), (code, members));
}

#[test]
fn the_etag_is_the_md5_of_md5s_and_the_number_of_parts() {
    // Computed with Python's hashlib and zlib: two parts of 5 MiB of zeros.
    let upload = upload(Some("CRC32"), Some("FULL_OBJECT"), vec![vec![0; 5 * MIB], vec![0; 5 * MIB]]);
    let object = assembled(&upload, &[1, 2]).expect("an object");
    assert_eq!(object.etag, "a7d414b9133d6483d9a1c4e04e856e3b-2");
    assert_eq!(object.content.len(), 10 << 20);
    assert_eq!(object.sum, Sum::Full(Algorithm::Crc32.digest(&vec![0; 10 * MIB])));
    assert_eq!(
        object.parts.iter().map(|part| (part.end, part.size)).collect::<Vec<_>>(),
        [(5 << 20, 5 << 20), (10 << 20, 5 << 20)]
    );
}

#[test]
fn a_composite_is_the_checksum_of_the_checksums() {
    // As S3 has answered on 2026-09-03 to parts with these checksums (floci issue 3083).
    let given = [
        "lcKa6Boe7a167tUCN5C4OaFygGSYD8MBnBARTrdL+1w=",
        "gHjhbUT4oo2tSCtSZJdlKi+jeNXJT+VImqdPXsXvkOc=",
        "4l9PQ3zOPZ0oGFvknFX+J4zZwE4WMzO+l3r8XrbWOeM=",
    ];
    let parts = given.map(|text| {
        Arc::new(Part {
            content: Content::default(),
            md5: Algorithm::Md5.digest(b""),
            checksum: Checksum::parse(Algorithm::Sha256, text).expect("a SHA-256"),
            last_modified: Timestamp::default(),
        })
    });
    let scheme = Scheme::parse(Some("SHA256"), None).expect("a scheme");
    assert_eq!(sum(scheme, &parts).to_text(), "rVWtNbadtsaKXJAcgWPWjifHzJaXde/iV4jaJAOdivc=-3");
}

#[test]
fn a_full_object_checksum_is_that_of_all_bytes() {
    let body: Vec<u8> = (0..11 * MIB + 77).map(|index| (index * 31 % 251) as u8).collect();
    let parts: Vec<Vec<u8>> = body.chunks(5 * MIB + 13).map(<[u8]>::to_vec).collect();
    for algorithm in ["CRC32", "CRC32C", "CRC64NVME"] {
        let upload = upload(Some(algorithm), Some("FULL_OBJECT"), parts.clone());
        let object = assembled(&upload, &[1, 2, 3]).expect("an object");
        let expected = upload.scheme.algorithm.digest(&body);
        assert_eq!(object.sum, Sum::Full(expected), "{algorithm}");
    }
}

#[test]
fn parts_are_named_in_order_and_are_there() {
    let upload = upload(None, None, vec![vec![1; 5 * MIB], vec![2; 5 * MIB], vec![3; 1]]);
    assert_eq!(assembled(&upload, &[1, 3]).expect("a gap is allowed").content.len(), (5 << 20) + 1);
    assert!(assembled(&upload, &[3]).is_ok());
    let composite = self::upload(Some("SHA1"), None, vec![vec![1; 5 * MIB], vec![2; 1]]);
    assert_eq!(assembled(&composite, &[2]).expect_err("a gap").code, "InvalidPartOrder");
    let etag = upload.parts[&1].md5.to_hex();
    let member = [("UploadId", "upload"), ("PartNumber", "1"), ("ETag", etag.as_str())];
    check(assembled(&upload, &[2, 1]), "InvalidPartOrder", &member);
    check(assembled(&upload, &[1, 1]), "InvalidPartOrder", &member);
    let member = [("UploadId", "upload"), ("PartNumber", "4"), ("ETag", "none")];
    check(assembled(&upload, &[1, 4]), "InvalidPart", &member);
    check(
        assembled(&upload, &[0]),
        "InvalidArgument",
        &[("ArgumentName", "PartNumber"), ("ArgumentValue", "0")],
    );
    check(assembled(&upload, &[]), "MalformedXML", &[]);
}

#[test]
fn only_the_last_part_may_be_small() {
    let upload = upload(None, None, vec![vec![1; 5 * MIB - 1], vec![2; 1]]);
    let etag = upload.parts[&1].md5.to_hex();
    check(
        assembled(&upload, &[1, 2]),
        "EntityTooSmall",
        &[
            ("ProposedSize", "5242879"),
            ("MinSizeAllowed", "5242880"),
            ("PartNumber", "1"),
            ("ETag", etag.as_str()),
        ],
    );
    assert!(assembled(&upload, &[1]).is_ok());
}

#[test]
fn checksums_of_parts_are_held_against_the_parts() {
    let upload = upload(Some("SHA1"), None, vec![vec![1; 10]]);
    let fault = assembled(&upload, &[1]).expect_err("a composite wants the checksum of each part");
    assert_eq!(
        fault.message.as_deref(),
        Some(
            "The upload was created using a sha1 checksum. The complete request must include the checksum for each \
             part. It was missing for part 1 in the request."
        )
    );
    let with = |text: String| {
        let part = CompletedPart { checksum_sha1: Some(text), ..named(&upload, 1) };
        read("upload", Some(vec![part])).and_then(|named| choose(&upload, &named)).map_err(Fault::from)
    };
    assert!(with(upload.parts[&1].checksum.to_base64()).is_ok());
    assert_eq!(with(Algorithm::Sha1.digest(b"other").to_base64()).expect_err("another").code, "InvalidPart");
    assert_eq!(with("nonsense".into()).expect_err("no checksum").code, "InvalidPart");
}
