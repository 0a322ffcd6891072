//! Generates Rust from the descriptions in `aws/`: constants for every shape and operation of every service, and
//! types for the operations that `operations.txt` names.

mod model;
mod names;
mod shapes;
mod types;

use model::{Model, Reference};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    let manifest = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(std::env::var("OUT_DIR").expect("cargo sets it"));
    for watched in ["aws", "build", "operations.txt"] {
        println!("cargo::rerun-if-changed={}", manifest.join(watched).display());
    }
    let wanted = wanted(&manifest.join("operations.txt"));
    let models = models(&manifest.join("aws"));
    for (service, operations) in &wanted {
        let model = models.get(service).unwrap_or_else(|| panic!("operations.txt: no service {service}"));
        for operation in operations {
            assert!(model.operations.contains_key(operation), "operations.txt: {service} has no {operation}");
        }
    }

    let mut index = String::new();
    for (service, model) in &models {
        let none = Vec::new();
        let operations = wanted.get(service).unwrap_or(&none);
        let code = format!("{}{}", shapes::generate(model), types::generate(model, operations));
        let file = out.join(format!("{service}.rs"));
        fs::write(&file, code).expect("OUT_DIR is writable");
        index.push_str(&format!(
            "/// {} as AWS describes it (version {}).\npub mod {service} {{ include!(concat!(env!(\"OUT_DIR\"), \"/{service}.rs\")); }}\n",
            model.metadata.service_id, model.metadata.api_version
        ));
    }
    let services: Vec<String> = models.keys().map(|service| format!("&{service}::SERVICE")).collect();
    index.push_str(&format!(
        "/// Every service, by name.\npub static SERVICES: &[&ruststack_wire::Service] = &[{}];\n",
        services.join(", ")
    ));
    fs::write(out.join("services.rs"), index).expect("OUT_DIR is writable");
}

/// The operations to generate types for, by service.
fn wanted(path: &Path) -> BTreeMap<String, Vec<String>> {
    let text = fs::read_to_string(path).expect("operations.txt is there");
    let mut wanted: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (service, operation) = line.split_once(' ').expect("a line is `service Operation`");
        wanted.entry(service.to_owned()).or_default().push(operation.to_owned());
    }
    wanted
}

fn models(folder: &Path) -> BTreeMap<String, Model> {
    let entries = fs::read_dir(folder).expect("aws/ is there");
    let paths = entries.map(|entry| entry.expect("aws/ can be listed").path());
    paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a description can be read");
            let mut model: Model =
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a service's name").to_owned();
            model.name = name.clone();
            amend(&mut model);
            (name, model)
        })
        .collect()
}

/// Where a model says less than the service does.
fn amend(model: &mut Model) {
    if model.name == "logs" {
        // As AWS prints it (recordings in localstack's test_logs_metric_filters.snapshot.json).
        let order = ["metricName", "metricNamespace", "metricValue", "defaultValue", "unit", "dimensions"];
        reorder(shape(model, "MetricTransformation"), &order);
    }
    if model.name != "s3" {
        return;
    }
    // S3 keeps `Expires` as the text that came and gives it back so, a date or not.
    shape(model, "Expires").kind = "string".into();
    // Listings say where the bucket is (go-cloud recordings of 2026).
    for output in ["ListObjectsOutput", "ListObjectsV2Output"] {
        let region = Reference::header("Region", "x-amz-bucket-region");
        shape(model, output).members.insert("BucketRegion".into(), region);
    }
    model.metadata.xml_namespace = Some("http://s3.amazonaws.com/doc/2006-03-01/".into());
    for (name, order) in ORDERS {
        reorder(shape(model, name), order);
    }
}

/// The order in which S3 writes the members of an answer, where it is another than the model's: as recorded by
/// go-cloud (listings, CopyObject) and puppetlabs-aws (ListBuckets), as reported of S3 itself (versitygw issue 900
/// for ListParts, 2144 for ListMultipartUploads, 2178 for ListObjectVersions; aws-cdk issue 10310 and the console's
/// CORS rules in prestonlimlianjie/aws-s3-multipart-presigned-upload issue 8), and in the API reference's examples.
const ORDERS: [(&str, &[&str]); 17] = [
    (
        "ListObjectsOutput",
        &[
            "Name",
            "Prefix",
            "Marker",
            "NextMarker",
            "MaxKeys",
            "Delimiter",
            "IsTruncated",
            "Contents",
            "CommonPrefixes",
            "EncodingType",
        ],
    ),
    (
        "ListObjectsV2Output",
        &[
            "Name",
            "Prefix",
            "StartAfter",
            "ContinuationToken",
            "NextContinuationToken",
            "KeyCount",
            "MaxKeys",
            "Delimiter",
            "IsTruncated",
            "Contents",
            "CommonPrefixes",
            "EncodingType",
        ],
    ),
    (
        "Object",
        &[
            "Key",
            "LastModified",
            "ETag",
            "ChecksumAlgorithm",
            "ChecksumType",
            "Size",
            "Owner",
            "StorageClass",
            "RestoreStatus",
        ],
    ),
    (
        "CopyObjectResult",
        &[
            "LastModified",
            "ETag",
            "ChecksumCRC32",
            "ChecksumCRC32C",
            "ChecksumCRC64NVME",
            "ChecksumSHA1",
            "ChecksumSHA256",
            "ChecksumSHA512",
            "ChecksumMD5",
            "ChecksumXXHASH64",
            "ChecksumXXHASH3",
            "ChecksumXXHASH128",
            "ChecksumType",
        ],
    ),
    (
        "ListPartsOutput",
        &[
            "Bucket",
            "Key",
            "UploadId",
            "Initiator",
            "Owner",
            "StorageClass",
            "PartNumberMarker",
            "NextPartNumberMarker",
            "MaxParts",
            "IsTruncated",
            "ChecksumAlgorithm",
            "ChecksumType",
            "Parts",
        ],
    ),
    (
        "ListMultipartUploadsOutput",
        &[
            "Bucket",
            "KeyMarker",
            "UploadIdMarker",
            "NextKeyMarker",
            "NextUploadIdMarker",
            "Delimiter",
            "Prefix",
            "MaxUploads",
            "IsTruncated",
            "Uploads",
            "CommonPrefixes",
        ],
    ),
    ("MultipartUpload", &["Key", "UploadId", "Initiator", "Owner", "StorageClass", "Initiated"]),
    ("CopyPartResult", &["LastModified", "ETag"]),
    (
        "ListObjectVersionsOutput",
        &[
            "Name",
            "Prefix",
            "KeyMarker",
            "VersionIdMarker",
            "NextKeyMarker",
            "NextVersionIdMarker",
            "MaxKeys",
            "Delimiter",
            "IsTruncated",
            "Versions",
            "DeleteMarkers",
            "CommonPrefixes",
        ],
    ),
    (
        "ObjectVersion",
        &[
            "Key",
            "VersionId",
            "IsLatest",
            "LastModified",
            "ETag",
            "ChecksumAlgorithm",
            "ChecksumType",
            "Size",
            "Owner",
            "StorageClass",
        ],
    ),
    ("ListBucketsOutput", &["Owner", "Buckets", "ContinuationToken", "Prefix"]),
    ("Error", &["Key", "VersionId", "Code", "Message"]),
    (
        "CORSRule",
        &["ID", "AllowedOrigins", "AllowedMethods", "MaxAgeSeconds", "ExposeHeaders", "AllowedHeaders"],
    ),
    ("LifecycleRule", &["ID", "Prefix", "Filter", "Status", "Transitions", "Expiration"]),
    ("LoggingEnabled", &["TargetBucket", "TargetPrefix", "TargetGrants"]),
    (
        "InventoryConfiguration",
        &["Id", "IsEnabled", "Filter", "Destination", "Schedule", "IncludedObjectVersions", "OptionalFields"],
    ),
    ("InventoryS3BucketDestination", &["Format", "AccountId", "Bucket", "Prefix", "Encryption"]),
];

/// Moves the named members to the front, in this order.
fn reorder(shape: &mut model::Shape, order: &[&str]) {
    for (place, name) in order.iter().enumerate() {
        let found = shape.members.get_index_of(*name).unwrap_or_else(|| panic!("no member {name}"));
        shape.members.move_index(found, place);
    }
}

fn shape<'m>(model: &'m mut Model, name: &str) -> &'m mut model::Shape {
    model.shapes.get_mut(name).unwrap_or_else(|| panic!("the model has no {name}"))
}
