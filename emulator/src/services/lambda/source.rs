//! Where code comes from: the request itself, an object of S3, or a folder of the user's machine.
//!
//! Sources: API reference, FunctionCode and LayerVersionContentInput; recordings of AWS that localstack publishes
//! (test_lambda_api.snapshot.json: test_create_lambda_exceptions, TestLambdaSizeLimits);
//! <https://github.com/aws-solutions/dynamic-image-transformation-for-amazon-cloudfront/issues/100> and
//! <https://github.com/amazon-archives/aws-waf-sample/issues/25> for objects and buckets that are not there;
//! <https://github.com/aws/aws-sdk-php/issues/580> and <https://github.com/aws/aws-cdk/issues/12667> for code that is not.

use super::code::{Code, CodeError};
use super::{Lambda, LambdaError};
use crate::gateway::Caller;
use crate::services::s3::Stored;
use bytes::Bytes;
use ruststack_models::lambda::types::{FunctionCode, LayerVersionContentInput, UpdateFunctionCodeRequest};
use ruststack_wire::Fault;
use std::path::PathBuf;

/// The buckets that are none: their keys are folders.
const FOLDERS: [&str; 2] = ["hot-reload", "ruststack-local"];
/// The longest archive that comes with a request.
const LARGEST_ZIP: usize = 52_428_800;
/// The longest object that is read.
const LARGEST_OBJECT: usize = 262_144_000;

/// What a request says of where code is.
#[derive(Default)]
pub(super) struct Source {
    zip_file: Option<Bytes>,
    bucket: Option<String>,
    key: Option<String>,
    version_id: Option<String>,
    image_uri: Option<String>,
}

impl From<FunctionCode> for Source {
    fn from(code: FunctionCode) -> Source {
        Source {
            zip_file: code.zip_file,
            bucket: code.s3_bucket,
            key: code.s3_key,
            version_id: code.s3_object_version,
            image_uri: code.image_uri,
        }
    }
}

impl From<LayerVersionContentInput> for Source {
    fn from(content: LayerVersionContentInput) -> Source {
        Source {
            zip_file: content.zip_file,
            bucket: content.s3_bucket,
            key: content.s3_key,
            version_id: content.s3_object_version,
            image_uri: None,
        }
    }
}

impl Source {
    /// What UpdateFunctionCode says; taken out of its input.
    pub(super) fn at_update(input: &mut UpdateFunctionCodeRequest) -> Source {
        Source {
            zip_file: input.zip_file.take(),
            bucket: input.s3_bucket.take(),
            key: input.s3_key.take(),
            version_id: input.s3_object_version.take(),
            image_uri: input.image_uri.take(),
        }
    }
}

impl Lambda {
    /// Fetches the code and looks at it.
    pub(super) async fn fetch(&self, caller: &Caller, source: Source) -> Result<Code, LambdaError> {
        if source.image_uri.is_some() {
            return Err(LambdaError::invalid(
                "RustStack runs no container images: provide ZipFile, or S3Bucket and S3Key.",
            ));
        }
        let zip = match (source.zip_file, source.bucket, source.key) {
            (Some(_), bucket, key) if bucket.is_some() || key.is_some() => {
                return Err(LambdaError::invalid(
                    "Please do not provide other FunctionCode parameters when providing a ZipFile.",
                ));
            }
            (Some(zip), ..) if zip.len() > LARGEST_ZIP => {
                return Err(LambdaError::TooLarge(
                    format!("Zipped size must be smaller than {LARGEST_ZIP} bytes").into(),
                ));
            }
            (Some(zip), ..) => zip,
            (None, Some(bucket), Some(key)) if FOLDERS.contains(&bucket.as_str()) => return folder(key),
            (None, Some(bucket), Some(key)) => {
                let stored = Stored { bucket, key, version_id: source.version_id };
                self.s3.read_stored_for(caller, stored, LARGEST_OBJECT).await.map_err(unreadable)?
            }
            _ => return Err(LambdaError::invalid("Please provide a source for function code.")),
        };
        // Hashing tens of megabytes is no work for a thread that others wait for.
        let code = tokio::task::spawn_blocking(move || Code::of_zip(zip)).await;
        code.map_err(|_| LambdaError::Fault(Fault::internal()))?.map_err(refused)
    }
}

/// A folder of the user's machine, which is run from where it is.
fn folder(key: String) -> Result<Code, LambdaError> {
    let folder = PathBuf::from(&key);
    if !folder.is_absolute() || !folder.is_dir() {
        return Err(LambdaError::invalid(format!("The folder {key} does not exist, or is not absolute.")));
    }
    Ok(Code::of_folder(folder))
}

fn refused(error: CodeError) -> LambdaError {
    LambdaError::invalid(match error {
        CodeError::Unreadable => {
            "Could not unzip uploaded file. Please check your file, then try to upload again."
        }
        CodeError::Empty => "Uploaded file must be a non-empty zip",
        CodeError::TooLarge => "Unzipped size must be smaller than 262144000 bytes",
    })
}

/// What S3 says of an object that cannot be read.
fn unreadable(fault: Fault) -> LambdaError {
    let message = fault.message.unwrap_or_default();
    LambdaError::invalid(format!(
        "Error occurred while GetObject. S3 Error Code: {}. S3 Error Message: {message}",
        fault.code
    ))
}
