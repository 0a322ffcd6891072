//! What the models do not tell: how AWS's answers differ from what their descriptions promise.
//!
//! Each exception names what shows it. Nothing here decides what an operation does.

use crate::body::Response;
use crate::codec::DecodeError;
use crate::codec::xml::XmlWriter;
use crate::constraint::Members;
use crate::fault::Fault;
use crate::operation::{Operation, Service};
use crate::protocol::{Answer, Protocol, put};
use crate::shape::Shape;
use crate::sign::refusal::Family;
use crate::value::{Structure, View};
use http::header::{CONTENT_RANGE, HeaderName, HeaderValue, SERVER};
use http::{HeaderMap, StatusCode};

const X_AMZN_REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const X_AMZ_REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-request-id");
const X_AMZ_ID_2: HeaderName = HeaderName::from_static("x-amz-id-2");
const X_AMZ_CRC32: HeaderName = HeaderName::from_static("x-amz-crc32");

/// The form of a service's request ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestIdForm {
    /// `srnqsVtvX5mZSVDN`-like: 16 capital letters and digits, with a second id of 76 base64 characters (S3).
    S3,
    /// 52 capital letters and digits (DynamoDB).
    Long,
    /// A UUID.
    Uuid,
}

/// The form of the request ids of this service.
pub fn request_id_form(service: &Service) -> RequestIdForm {
    match service.name {
        "s3" => RequestIdForm::S3,
        "dynamodb" | "dynamodbstreams" => RequestIdForm::Long,
        _ => RequestIdForm::Uuid,
    }
}

/// The words in which a service refuses a signature.
pub fn family(service: &Service) -> Family {
    match service.protocol {
        Protocol::RestXml => Family::S3,
        Protocol::AwsJson10 | Protocol::AwsJson11 => Family::Json,
        Protocol::RestJson => Family::RestJson,
        Protocol::AwsQuery => Family::Query,
    }
}

/// The `Server` header of a service, for those that send one: seen in recordings of S3, DynamoDB and SSM.
pub fn server(service: &Service) -> Option<&'static str> {
    match service.name {
        "s3" => Some("AmazonS3"),
        "dynamodb" | "dynamodbstreams" | "ssm" => Some("Server"),
        _ => None,
    }
}

/// What DynamoDB says of a body that is not what the model has, where other services say it otherwise. The sentence is in
/// `Message` (github.com/architect/dynalite, test/helpers.js, run against AWS; <https://github.com/rusoto/rusoto/issues/658>;
/// <https://github.com/aws/aws-sdk-js-v3/issues/7102>).
pub fn retell_undecodable(service: &Service, error: &DecodeError, fault: &mut Fault) {
    if service.name != "dynamodb" {
        return;
    }
    let sentence = sentence_of_undecodable(error).map(Into::into).or(fault.message.take());
    fault.message = None;
    fault.members.extend(sentence.map(|sentence| ("Message".into(), sentence.into_owned())));
}

fn sentence_of_undecodable(error: &DecodeError) -> Option<String> {
    Some(match error {
        DecodeError::Type { found: "START_OBJECT", .. } => {
            "Start of structure or map found where not expected".to_owned()
        }
        DecodeError::Type { found: "START_ARRAY", wanted: "Blob", .. } => {
            "Unrecognized collection type class java.nio.ByteBuffer".to_owned()
        }
        DecodeError::Type {
            found: "START_ARRAY",
            wanted: wanted @ ("String" | "Integer" | "Long" | "Boolean"),
            ..
        } => format!("Unrecognized collection type class java.lang.{wanted}"),
        DecodeError::Type { wanted: "Blob", .. } => {
            "only base-64-encoded strings are convertible to bytes".to_owned()
        }
        DecodeError::Value { wanted: "Blob", text, .. } if text.len() % 4 != 0 => {
            format!("Base64 encoded length is expected a multiple of 4 bytes but found: {}", text.len())
        }
        DecodeError::Value { wanted: "Blob", .. } => {
            "Invalid last non-pad Base64 character dectected".to_owned()
        }
        _ => return None,
    })
}

/// Whether errors are a bare `<Error>` with `RequestId` and `HostId` inside, as S3's are and no other's.
pub fn bare_errors(service: &Service) -> bool {
    service.name == "s3"
}

/// Whether moments in XML have milliseconds always: S3's `2024-08-20T22:38:17.000Z` (go-cloud recordings).
pub(crate) fn writes_millis(service: &Service) -> bool {
    service.name == "s3"
}

/// Whether quotes in XML stay as they are: in CopyObject's ETag (go-cloud recordings, TestCopy).
pub(crate) fn writes_raw_quotes(shape: &Shape) -> bool {
    shape.name == "CopyObjectResult"
}

/// Whether an error begins with an XML declaration: all do but those of operations that may have begun to answer
/// before they fail: CopyObject's (go-cloud recordings, TestCopy/NonExistentSourceFails), and CompleteMultipartUpload's
/// once its XML is read (arrow-rs-object-store issues 211 and 91 quote both kinds).
pub(crate) fn has_prolog_in_errors(operation: &Operation, code: &str) -> bool {
    match operation.name {
        "CopyObject" => false,
        "CompleteMultipartUpload" => code == "MalformedXML",
        _ => true,
    }
}

/// Adds the headers that every answer of a service has.
pub(crate) fn finish(answer: &Answer<'_>, response: &mut Response) {
    let crc32 =
        matches!(answer.service.name, "dynamodb" | "dynamodbstreams").then(|| response.body().crc32());
    let headers = response.headers_mut();
    if let Some(server) = server(answer.service) {
        headers.insert(SERVER, HeaderValue::from_static(server));
    }
    if answer.service.name == "s3" {
        put(headers, X_AMZ_REQUEST_ID, &answer.ids.request_id);
        put(headers, X_AMZ_ID_2, &answer.ids.host_id);
    } else {
        put(headers, X_AMZN_REQUEST_ID, &answer.ids.request_id);
    }
    if let Some(crc32) = crc32 {
        headers.insert(X_AMZ_CRC32, HeaderValue::from(crc32));
    }
}

/// The root elements that S3's answers have instead of the shapes' names
/// (API reference, "Response Syntax" of each operation).
pub(crate) fn root_name(operation: &Operation) -> Option<&'static str> {
    Some(match operation.name {
        "ListBuckets" => "ListAllMyBucketsResult",
        "ListDirectoryBuckets" => "ListAllMyDirectoryBucketsResult",
        "ListObjects" | "ListObjectsV2" => "ListBucketResult",
        "ListObjectVersions" => "ListVersionsResult",
        "ListParts" => "ListPartsResult",
        "ListMultipartUploads" => "ListMultipartUploadsResult",
        "CreateMultipartUpload" => "InitiateMultipartUploadResult",
        "CompleteMultipartUpload" => "CompleteMultipartUploadResult",
        "DeleteObjects" => "DeleteResult",
        "GetBucketVersioning" => "VersioningConfiguration",
        "GetBucketAccelerateConfiguration" => "AccelerateConfiguration",
        "GetBucketCors" => "CORSConfiguration",
        "GetBucketLifecycle" | "GetBucketLifecycleConfiguration" => "LifecycleConfiguration",
        "GetBucketLogging" => "BucketLoggingStatus",
        "GetBucketNotification" => "NotificationConfiguration",
        "GetBucketRequestPayment" => "RequestPaymentConfiguration",
        "GetBucketWebsite" => "WebsiteConfiguration",
        "ListBucketAnalyticsConfigurations" => "ListBucketAnalyticsConfigurationResult",
        "ListBucketInventoryConfigurations" => "ListInventoryConfigurationsResult",
        "ListBucketMetricsConfigurations" => "ListMetricsConfigurationsResult",
        "GetBucketTagging" | "GetObjectTagging" => "Tagging",
        "GetBucketAcl" | "GetObjectAcl" => "AccessControlPolicy",
        "GetObjectAttributes" => "GetObjectAttributesResponse",
        _ => return None,
    })
}

/// Whether a plus sign in this label of a path is a blank: in S3's keys, as in a form
/// (<https://github.com/aws/aws-sdk-ruby/issues/654>; cassettes/corpus/s3/keys-with-odd-characters).
pub(crate) fn plus_is_blank(label: &str) -> bool {
    label == "Key"
}

/// Whether an answer without a body is told like one with XML: HeadBucket's has a type and no length
/// (<https://github.com/getmoto/moto/issues/6042>; cassettes/corpus/s3/create-bucket).
pub(crate) fn is_told_like_xml(operation: &Operation) -> bool {
    operation.name == "HeadBucket"
}

/// The status of a success that is not the model's: a part of an object is 206 (go-cloud recordings, TestRead), and
/// tagging a bucket and giving it a policy 204 (API reference, PutBucketTagging and PutBucketPolicy, "Sample Response"),
/// as are configurations with an id but
/// those of Intelligent-Tiering (a recording of an inventory's: localstack's test_s3_inventory_report_crud; API
/// reference, PutBucketAnalyticsConfiguration and PutBucketMetricsConfiguration, "Sample Response").
pub(crate) fn status(operation: &Operation, headers: &HeaderMap) -> Option<StatusCode> {
    if matches!(
        operation.name,
        "PutBucketTagging"
            | "PutBucketAnalyticsConfiguration"
            | "PutBucketInventoryConfiguration"
            | "PutBucketMetricsConfiguration"
            | "PutBucketPolicy"
    ) {
        return Some(StatusCode::NO_CONTENT);
    }
    let is_part = matches!(operation.name, "GetObject" | "HeadObject") && headers.contains_key(CONTENT_RANGE);
    is_part.then_some(StatusCode::PARTIAL_CONTENT)
}

/// The type of a body that is a blob: what a function answers is JSON. That, and `x-amzn-remapped-content-length: 0`, is what
/// the `ResponseMetadata` of Invoke shows that users of boto3 print in public.
pub(crate) fn blob_type(operation: &Operation) -> &'static str {
    if is_remapped(operation) { "application/json" } else { "application/octet-stream" }
}

/// Whether an answer tells that its length was told anew on the way: Lambda's Invoke, whatever it answers.
pub(crate) fn is_remapped(operation: &Operation) -> bool {
    operation.name == "Invoke"
}

/// Bodies that are not the structure the model has: S3's GetBucketLocation answers with a bare
/// `LocationConstraint`, empty for us-east-1 (API reference, GetBucketLocation, "Response Syntax").
pub(crate) fn own_body(operation: &Operation, output: &dyn Structure) -> Option<String> {
    if operation.name != "GetBucketLocation" {
        return None;
    }
    let region = match output.member(0).map(|field| field.view()) {
        Some(View::String(region)) => region,
        _ => "",
    };
    let mut xml = XmlWriter::document();
    xml.open("LocationConstraint", Some((None, "http://s3.amazonaws.com/doc/2006-03-01/")));
    xml.text(region);
    xml.close("LocationConstraint");
    Some(xml.finish())
}

/// Whether an answer's XML comes with a length: S3 sends all of it in chunks but that of copies
/// (go-cloud recordings of 2026, TestCopy and TestList; aws-sdk-cpp issue 295 for UploadPartCopy).
pub(crate) fn is_sized(protocol: Protocol, operation: &Operation) -> bool {
    protocol != Protocol::RestXml || matches!(operation.name, "CopyObject" | "UploadPartCopy")
}

/// Whether an answer's XML comes without a type: that of an object's tags
/// (<https://github.com/versity/versitygw/issues/1686> and 1693), and that of an upload that begins
/// (<https://github.com/ex-aws/ex_aws/issues/285>).
pub(crate) fn is_untyped(operation: &Operation) -> bool {
    matches!(operation.name, "GetObjectTagging" | "CreateMultipartUpload")
}

/// The type of a text that is all of an answer's body: that of a bucket's policy is JSON
/// (API reference, GetBucketPolicy).
pub(crate) fn text_type(operation: &Operation) -> &'static str {
    if operation.name == "GetBucketPolicy" { "application/json" } else { "text/plain" }
}

/// The code of a body that cannot be read, where it is the operation's own: that of access control lists
/// (<https://github.com/versity/versitygw/issues/986>).
pub fn malformed_code(operation: &Operation) -> Option<&'static str> {
    matches!(operation.name, "PutBucketAcl" | "PutObjectAcl").then_some("MalformedACLError")
}

/// Whether an operation's body must come with a checksum. These need none, whatever the model says: s3cmd sends them
/// bare (<https://github.com/s3tools/s3cmd/issues/1177>, "We don't set Content-MD5 for anything"), and botocore used to
/// add an MD5 to them only where it had one (`conditionally_calculate_md5` in its `handlers.py`).
pub fn wants_checksum(operation: &Operation) -> bool {
    const BARE: [&str; 7] = [
        "PutBucketAcl",
        "PutBucketLogging",
        "PutBucketPolicy",
        "PutBucketRequestPayment",
        "PutBucketVersioning",
        "PutBucketWebsite",
        "PutObjectAcl",
    ];
    operation.checksum_required && !BARE.contains(&operation.name)
}

/// Whether a parameter without a value is as good as none: ListParts' numbers
/// (cassettes/corpus/s3/list-parts-pages).
pub(crate) fn blank_is_absent(operation: &Operation, parameter: &str) -> bool {
    operation.name == "ListParts" && matches!(parameter, "max-parts" | "part-number-marker")
}

/// Whether an operation is sent to a host of its own and never found by its path: S3's calls to directory
/// buckets share theirs with those to general purpose buckets (API reference, ListDirectoryBuckets, "Endpoint").
pub(crate) fn has_host_of_its_own(service: &Service, operation: &Operation) -> bool {
    service.name == "s3" && matches!(operation.name, "ListDirectoryBuckets" | "WriteGetObjectResponse")
}

/// Whether a parameter names an upload in parts, so that an operation which does not take it is not meant: what PUT
/// brings is no whole object, and a bucket has no upload of its own (<https://github.com/versity/versitygw/issues/1237>
/// and 1236).
pub(crate) fn names_an_upload(parameter: &str, is_part: bool) -> bool {
    parameter == "uploadId" || (is_part && parameter == "partNumber")
}

/// Whether an operation is another's in its first form: their requests are the same, and read by the newer one (API
/// reference, PutBucketLifecycle and PutBucketNotification, "this operation has been deprecated").
pub(crate) fn is_superseded(service: &Service, operation: &Operation) -> bool {
    service.name == "s3"
        && matches!(
            operation.name,
            "GetBucketLifecycle" | "GetBucketNotification" | "PutBucketLifecycle" | "PutBucketNotification"
        )
}

/// Whether a service checks its input against the model with the sentences of [`constraint`](crate::constraint).
/// S3 has sentences of its own for each member.
pub fn checks_constraints(service: &Service) -> bool {
    service.name != "s3"
}

/// A value that breaks a constraint, as this service tells it: CloudWatch Logs has a code of its own, without anything
/// before it (recordings of AWS in localstack's test_logs_metric_filters.snapshot.json; github.com/maxbanton/cwh, issue 101).
pub fn constrained(service: &Service, fault: Fault) -> Fault {
    match service.name {
        "logs" => Fault { code: "InvalidParameterException".into(), namespace: None, ..fault },
        _ => fault,
    }
}

/// What is said of the names of log groups and streams that are too long, before all else (recordings of AWS in
/// localstack's test_logs_groups.snapshot.json).
fn too_long_for_logs(input: &dyn Structure) -> Option<Fault> {
    let is_too_long = |(index, member): (usize, &crate::shape::Member)| {
        let is_name = matches!(member.name, "logGroupName" | "logStreamName");
        match input.member(index).filter(|_| is_name).map(|field| field.view()) {
            Some(View::String(name)) => name.encode_utf16().count() > 512,
            _ => false,
        }
    };
    let sentence = "Invalid LogGroup or LogStream, both must have length less than or equal to 512.";
    let mut members = input.shape().members().iter().enumerate();
    members.any(is_too_long).then(|| Fault::new("InvalidParameterException", 400, sentence))
}

/// How a service tells members of lists and maps that break a constraint: Lambda all at once, DynamoDB one by one
/// (recordings of AWS that localstack publishes: lambda_/test_lambda_api.snapshot.json).
pub fn members_told(service: &Service) -> Members {
    if service.name == "lambda" { Members::Together } else { Members::Apart }
}

/// Whether a member's value is not what the model demands of it, but what its service says: runtimes of Lambda's functions
/// come and go (lambda_/test_lambda_api.snapshot.json: test_create_lambda_exceptions).
pub(crate) fn is_checked_elsewhere(structure: &Shape, member: &str) -> bool {
    member == "Runtime"
        && matches!(structure.name, "CreateFunctionRequest" | "UpdateFunctionConfigurationRequest")
}

/// What is said, before all else, where an input lacks its first member: so DynamoDB answers to operations on tables
/// (github.com/paritysuite/dynamodb-conformance, tests/tier3/error-messages/createTable) and on tags.
pub fn missing_first(service: &Service, input: &dyn Structure) -> Option<Fault> {
    if service.name == "logs" {
        return too_long_for_logs(input);
    }
    if service.name != "dynamodb" {
        return None;
    }
    let (name, sentence) = match input.shape().name {
        "CreateTableInput"
        | "DeleteTableInput"
        | "DescribeTableInput"
        | "UpdateTableInput"
        | "DescribeTimeToLiveInput"
        | "UpdateTimeToLiveInput" => {
            ("TableName", "The parameter 'TableName' is required but was not present in the request")
        }
        "TagResourceInput" | "UntagResourceInput" | "ListTagsOfResourceInput" => {
            ("ResourceArn", "Invalid TableArn")
        }
        _ => return None,
    };
    let index = input.shape().members().iter().position(|member| member.name == name)?;
    input
        .member(index)
        .is_none()
        .then(|| Fault::new("ValidationException", 400, sentence).in_namespace("com.amazon.coral.validate#"))
}
