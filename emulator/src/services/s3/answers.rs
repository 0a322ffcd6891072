//! What several requests and answers have in common: members of the same names in types of their own.

/// Sets a checksum, as text, in the member of its algorithm.
macro_rules! set_checksum_text {
    ($output:ident, $algorithm:expr, $text:expr) => {{
        use ruststack_wire::sign::checksum::Algorithm;
        let place = match $algorithm {
            Algorithm::Crc32 => &mut $output.checksum_crc32,
            Algorithm::Crc32c => &mut $output.checksum_crc32c,
            Algorithm::Crc64Nvme => &mut $output.checksum_crc64nvme,
            Algorithm::Sha1 => &mut $output.checksum_sha1,
            Algorithm::Sha256 => &mut $output.checksum_sha256,
            Algorithm::Sha512 => &mut $output.checksum_sha512,
            Algorithm::Md5 => &mut $output.checksum_md5,
            Algorithm::XxHash64 => &mut $output.checksum_xxhash64,
            Algorithm::XxHash3 => &mut $output.checksum_xxhash3,
            Algorithm::XxHash128 => &mut $output.checksum_xxhash128,
        };
        *place = Some($text);
    }};
}

/// Sets the checksum of an object in an output, and its kind.
macro_rules! set_checksum {
    ($output:ident, $sum:expr) => {
        if let Some(sum) = $sum {
            set_checksum_text!($output, sum.algorithm(), sum.to_text());
            $output.checksum_type = Some(sum.kind().into());
        }
    };
}

/// What the writer of an object or of a part says of its bytes beforehand.
macro_rules! claims {
    ($input:ident) => {{
        use ruststack_wire::sign::checksum::Algorithm;
        $crate::services::s3::upload::Claims::parse(
            $input.content_md5.as_deref(),
            [
                (Algorithm::Crc32, $input.checksum_crc32.as_ref()),
                (Algorithm::Crc32c, $input.checksum_crc32c.as_ref()),
                (Algorithm::Crc64Nvme, $input.checksum_crc64nvme.as_ref()),
                (Algorithm::Sha1, $input.checksum_sha1.as_ref()),
                (Algorithm::Sha256, $input.checksum_sha256.as_ref()),
                (Algorithm::Sha512, $input.checksum_sha512.as_ref()),
                (Algorithm::Md5, $input.checksum_md5.as_ref()),
                (Algorithm::XxHash64, $input.checksum_xxhash64.as_ref()),
                (Algorithm::XxHash3, $input.checksum_xxhash3.as_ref()),
                (Algorithm::XxHash128, $input.checksum_xxhash128.as_ref()),
            ],
            $input.checksum_algorithm.as_deref(),
        )
    }};
}

/// What the writer of an object says of it, with where a website is to send its readers.
macro_rules! describe {
    ($input:ident, $redirect:ident) => {
        $crate::services::s3::object::Description {
            content_type: $input.content_type.take(),
            cache_control: $input.cache_control.take(),
            content_disposition: $input.content_disposition.take(),
            content_encoding: $crate::services::s3::put::content_encoding($input.content_encoding.take()),
            content_language: $input.content_language.take(),
            expires: $input.expires.take(),
            website_redirect_location: $redirect,
            metadata: $crate::services::s3::put::metadata($input.metadata.take())?,
        }
    };
}

/// The key that a caller brings.
macro_rules! customer_key {
    ($input:ident) => {
        $crate::services::s3::encryption::CustomerHeaders {
            algorithm: $input.sse_customer_algorithm.as_deref(),
            key: $input.sse_customer_key.as_deref(),
            md5: $input.sse_customer_key_md5.as_deref(),
        }
    };
}

/// The key that a caller brings to read the source of a copy.
macro_rules! source_customer_key {
    ($input:ident) => {
        $crate::services::s3::encryption::CustomerHeaders {
            algorithm: $input.copy_source_sse_customer_algorithm.as_deref(),
            key: $input.copy_source_sse_customer_key.as_deref(),
            md5: $input.copy_source_sse_customer_key_md5.as_deref(),
        }
    };
}

/// How the writer of an object wants it encrypted.
macro_rules! encryption {
    ($input:ident) => {
        $crate::services::s3::encryption::EncryptionHeaders {
            method: $input.server_side_encryption.as_deref(),
            kms_key: $input.ssekms_key_id.as_deref(),
            bucket_key: $input.bucket_key_enabled,
            customer: customer_key!($input),
        }
    };
}

/// How the writer of an object wants it locked.
macro_rules! lock {
    ($input:ident) => {
        $crate::services::s3::lock::LockHeaders {
            mode: $input.object_lock_mode.as_deref(),
            until: $input.object_lock_retain_until_date,
            legal_hold: $input.object_lock_legal_hold_status.as_deref(),
        }
    };
}

/// How an object is encrypted, as answers to its writer tell it.
macro_rules! set_encryption {
    ($output:ident, $encryption:expr) => {
        $output.server_side_encryption = $encryption.method();
        $output.ssekms_key_id = $encryption.kms_key();
        $output.bucket_key_enabled = $encryption.bucket_key();
        $output.sse_customer_algorithm = $encryption.customer_algorithm();
        $output.sse_customer_key_md5 = $encryption.customer_md5();
    };
}

/// The version that a request about one is about. `$method` is the request's.
macro_rules! found {
    ($s3:ident, $caller:ident, $input:ident, $method:literal) => {{
        let key = $input.key.as_deref().unwrap_or_default();
        $crate::services::s3::put::check_key(key)?;
        let bucket = $s3.bucket($caller, $input.bucket.as_ref(), $input.expected_bucket_owner.as_ref())?;
        bucket.find(key, $input.version_id.as_deref(), $method)?
    }};
}

/// What GetObject and HeadObject ask for alike.
macro_rules! reading {
    ($input:ident) => {
        Reading {
            conditions: Conditions {
                if_match: $input.if_match.as_deref(),
                if_none_match: $input.if_none_match.as_deref(),
                if_modified_since: $input.if_modified_since,
                if_unmodified_since: $input.if_unmodified_since,
            },
            customer: customer_key!($input),
            range: $input.range.as_deref(),
            part_number: $input.part_number,
            wants_checksum: $input.checksum_mode.as_deref() == Some("ENABLED"),
        }
    };
}

/// What GetObject and HeadObject tell alike of an object, with what the caller wants told instead.
macro_rules! description {
    ($output:ident { $caller:ident, $input:ident, $object:ident, $selected:ident }) => {{
        let described = &$object.described;
        let length = $selected.range.map_or($object.content.len(), |range| range.end - range.start);
        let mut output = $output {
            accept_ranges: Some("bytes".into()),
            last_modified: Some($object.last_modified),
            content_length: i64::try_from(length).ok(),
            content_range: $selected.range.map(|range| content_range(range, &$object)),
            etag: Some($object.quoted_etag()),
            cache_control: $input.response_cache_control.or_else(|| described.cache_control.clone()),
            content_disposition: $input
                .response_content_disposition
                .or_else(|| described.content_disposition.clone()),
            content_encoding: $input.response_content_encoding.or_else(|| described.content_encoding.clone()),
            content_language: $input.response_content_language.or_else(|| described.content_language.clone()),
            content_type: Some($input.response_content_type.unwrap_or_else(|| described.content_type())),
            expires: $input.response_expires.map(http_date).or_else(|| described.expires.clone()),
            website_redirect_location: described.website_redirect_location.clone(),
            version_id: $selected.version_id,
            expiration: $selected.expiration,
            server_side_encryption: $object.encryption.method(),
            ssekms_key_id: $object.encryption.kms_key(),
            bucket_key_enabled: $object.encryption.bucket_key(),
            sse_customer_algorithm: $object.encryption.customer_algorithm(),
            sse_customer_key_md5: $object.encryption.customer_md5(),
            object_lock_mode: $object.retention().map(|retention| retention.mode.as_str().into()),
            object_lock_retain_until_date: $object.retention().map(|retention| retention.until),
            object_lock_legal_hold_status: $object.lock.as_ref().and_then(|lock| lock.legal_hold_status()),
            metadata: Some(described.metadata.clone()),
            storage_class: $object.storage_class.map(str::to_owned),
            restore: $object.restore_header($caller.now),
            parts_count: $selected.parts_count,
            tag_count: $object.tags.count(),
            ..Default::default()
        };
        set_checksum!(output, $selected.checksum);
        output
    }};
}

pub(super) use {
    claims, customer_key, describe, description, encryption, found, lock, reading, set_checksum,
    set_checksum_text, set_encryption, source_customer_key,
};
