//! Routing by made-up services that have each kind of evidence.

use super::*;
use crate::shape::{Kind, Location, Member};

const fn input(members: &'static [Member]) -> Shape {
    Shape {
        kind: Kind::Structure { members, payload: None, union: false, event_stream: false },
        ..Shape::BASE
    }
}

use crate::shape::Shape;

static COPY: Shape = input(&[Member {
    name: "CopySource",
    wire_name: Some("x-amz-copy-source"),
    location: Location::Header,
    required: true,
    ..Member::BASE
}]);
static PART: Shape = input(&[Member {
    name: "UploadId",
    wire_name: Some("uploadId"),
    location: Location::Query,
    required: true,
    ..Member::BASE
}]);

static BY_ID: Shape = input(&[Member {
    name: "Id",
    wire_name: Some("id"),
    location: Location::Query,
    required: true,
    ..Member::BASE
}]);

const fn operation(name: &'static str, method: &'static str, uri: &'static str) -> Operation {
    Operation { name, method, uri, ..Operation::BASE }
}

static S3_OPERATIONS: [Operation; 12] = [
    Operation { input: Some(&COPY), ..operation("CopyObject", "PUT", "/{Bucket}/{Key+}") },
    operation("CreateBucket", "PUT", "/{Bucket}"),
    operation("GetBucketLifecycle", "GET", "/{Bucket}?lifecycle"),
    operation("GetBucketLifecycleConfiguration", "GET", "/{Bucket}?lifecycle"),
    Operation { input: Some(&BY_ID), ..operation("GetBucketMetrics", "GET", "/{Bucket}?metrics") },
    operation("GetObject", "GET", "/{Bucket}/{Key+}"),
    operation("ListBucketMetrics", "GET", "/{Bucket}?metrics"),
    operation("ListBuckets", "GET", "/"),
    operation("ListObjectsV2", "GET", "/{Bucket}?list-type=2"),
    operation("PutBucketAcl", "PUT", "/{Bucket}?acl"),
    operation("PutObject", "PUT", "/{Bucket}/{Key+}"),
    Operation { input: Some(&PART), ..operation("UploadPart", "PUT", "/{Bucket}/{Key+}") },
];
static S3: Service = service("s3", Protocol::RestXml, None, &S3_OPERATIONS);
static DYNAMODB_OPERATIONS: [Operation; 1] = [operation("PutItem", "POST", "/")];
static DYNAMODB: Service =
    service("dynamodb", Protocol::AwsJson10, Some("DynamoDB_20120810"), &DYNAMODB_OPERATIONS);
static STS_OPERATIONS: [Operation; 1] = [operation("GetCallerIdentity", "POST", "/")];
static STS: Service = service("sts", Protocol::AwsQuery, None, &STS_OPERATIONS);
static LAMBDA_OPERATIONS: [Operation; 1] =
    [operation("Invoke", "POST", "/2015-03-31/functions/{FunctionName}/invocations")];
static LAMBDA: Service = service("lambda", Protocol::RestJson, None, &LAMBDA_OPERATIONS);
static SERVICES: &[&Service] = &[&DYNAMODB, &LAMBDA, &S3, &STS];

const fn service(
    name: &'static str,
    protocol: Protocol,
    target_prefix: Option<&'static str>,
    operations: &'static [Operation],
) -> Service {
    Service {
        name,
        id: name,
        endpoint_prefix: name,
        signing_name: name,
        protocol,
        target_prefix,
        api_version: "2011-06-15",
        xml_namespace: None,
        query_compatible: false,
        global: false,
        operations,
    }
}

#[track_caller]
fn check(method: &str, uri: &str, headers: &[(&str, &str)], expected: &str) {
    let mut request = http::Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (parts, ()) = request.body(()).unwrap().into_parts();
    let form = Bytes::from_static(b"Action=GetCallerIdentity&Version=2011-06-15");
    let routed = route(SERVICES, &parts).and_then(|routed| match routed {
        Routed::Operation(route) => Ok(route),
        Routed::Form(routed) => routed.resolve(&parts, &form),
    });
    let told = match routed {
        Ok(route) => format!("{} {} {}", route.service.name, route.operation.name, route.path),
        Err(unrouted) => format!("{} {}", unrouted.fault.status.as_u16(), unrouted.fault.code),
    };
    assert_eq!(told, expected, "{method} {uri}");
}

fn signed(service: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=00"
    )
}

#[test]
fn each_kind_of_evidence_leads_to_its_operation() {
    let form = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");
    check("POST", "/", &[("x-amz-target", "DynamoDB_20120810.PutItem")], "dynamodb PutItem /");
    check("POST", "/", &[("authorization", &signed("sts")), form], "sts GetCallerIdentity /");
    check("POST", "/", &[form], "sts GetCallerIdentity /");
    check("POST", "/", &[("host", "sts.us-east-1.amazonaws.com"), form], "sts GetCallerIdentity /");
    check(
        "POST",
        "/2015-03-31/functions/f/invocations",
        &[],
        "lambda Invoke /2015-03-31/functions/f/invocations",
    );
    check("GET", "/", &[], "s3 ListBuckets /");
    check("GET", "/b?list-type=2&prefix=x", &[], "s3 ListObjectsV2 /b");
    check("GET", "/?list-type=2", &[("host", "b.s3.localhost")], "s3 ListObjectsV2 /b/");
    check("PUT", "/b", &[], "s3 CreateBucket /b");
    check("PUT", "/b/", &[], "s3 CreateBucket /b/");
    check("PUT", "/b?acl", &[], "s3 PutBucketAcl /b");
    check("PUT", "/b/k//l", &[("authorization", &signed("s3"))], "s3 PutObject /b/k//l");
    check("PUT", "/k", &[("host", "b.s3.us-west-1.amazonaws.com")], "s3 PutObject /b/k");
    check("PUT", "/b/k", &[("x-amz-copy-source", "b/l")], "s3 CopyObject /b/k");
    check("PUT", "/b/k?partNumber=1&uploadId=u", &[], "s3 UploadPart /b/k");
    check("GET", "/b/2015-03-31/functions", &[], "s3 GetObject /b/2015-03-31/functions");
}

#[test]
fn of_operations_that_share_their_literal_parts_one_is_found() {
    check("GET", "/b?metrics&id=a", &[], "s3 GetBucketMetrics /b");
    check("GET", "/b?metrics", &[], "s3 ListBucketMetrics /b");
    check("GET", "/b?lifecycle", &[], "s3 GetBucketLifecycleConfiguration /b");
}

#[test]
fn what_is_not_there_is_told_by_its_service() {
    check("POST", "/", &[("x-amz-target", "DynamoDB_20120810.Nothing")], "400 UnknownOperationException");
    check("POST", "/", &[("authorization", &signed("dynamodb"))], "400 UnknownOperationException");
    check("POST", "/", &[("authorization", &signed("braket"))], "501 NotImplemented");
    check("GET", "/b?acl", &[], "405 MethodNotAllowed");
    check("DELETE", "/b/k?acl", &[], "405 MethodNotAllowed");
    check("GET", "/2015", &[("authorization", &signed("lambda"))], "404 UnknownOperationException");
}

#[track_caller]
fn check_place(host: &str, path: &str, expected: Option<(&str, Option<&str>)>) {
    let parts = http::Request::post(path).header("host", host).body(()).unwrap().into_parts().0;
    let found = Place::of(SERVICES, &parts);
    let found = found.as_ref().map(|place| (&*place.bucket, place.key.as_deref()));
    assert_eq!(found, expected, "{host} {path}");
}

#[test]
fn host_and_path_name_bucket_and_key() {
    check_place("localhost:4566", "/", None);
    check_place("localhost:4566", "/b", Some(("b", None)));
    check_place("localhost:4566", "/b/", Some(("b", None)));
    check_place("localhost:4566", "/b/a%20c/d", Some(("b", Some("a c/d"))));
    check_place("b.s3.amazonaws.com", "/", Some(("b", None)));
    check_place("b.s3.localhost", "/k/", Some(("b", Some("k/"))));
    check_place("dynamodb.us-east-1.amazonaws.com", "/b", None);
}

#[test]
fn a_visitor_of_a_website_calls_no_operation() {
    let host = ("host", "b.s3-website.localhost:4566");
    check("GET", "/", &[host], "501 NotImplemented");
    check("GET", "/k", &[host], "501 NotImplemented");
}
