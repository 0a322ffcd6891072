//! The operations of a service, as its model describes them.

use crate::protocol::Protocol;
use crate::shape::Shape;
use std::marker::PhantomData;

/// A service: what it is called in its various places, and what it can do.
#[derive(Debug)]
pub struct Service {
    /// The name in the AWS CLI and SDKs, lower case: `s3`, `secretsmanager`.
    pub name: &'static str,
    /// The model's service id, such as `Secrets Manager`.
    pub id: &'static str,
    /// The first label of the service's host names.
    pub endpoint_prefix: &'static str,
    /// The service name in signatures.
    pub signing_name: &'static str,
    /// The wire protocol.
    pub protocol: Protocol,
    /// What precedes the operation in `X-Amz-Target`.
    pub target_prefix: Option<&'static str>,
    /// The model's version, such as `2006-03-01`.
    pub api_version: &'static str,
    /// The XML namespace of the query protocol's answers.
    pub xml_namespace: Option<&'static str>,
    /// Whether a service that moved from the query protocol to JSON still speaks the old one.
    pub query_compatible: bool,
    /// Whether the service has one global endpoint, as IAM does.
    pub global: bool,
    /// The operations, by name.
    pub operations: &'static [Operation],
}

/// One operation of a service.
#[derive(Debug)]
pub struct Operation {
    /// The name in the model, such as `PutObject`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The path template, with literal query parameters: `/{Bucket}/{Key+}?acl`.
    pub uri: &'static str,
    /// The status of a success.
    pub status: u16,
    /// What it takes.
    pub input: Option<&'static Shape>,
    /// What it gives.
    pub output: Option<&'static Shape>,
    /// The query protocol's element around the output.
    pub result_wrapper: Option<&'static str>,
    /// The XML element of the input where it is not the shape's name.
    pub input_xml_name: Option<&'static str>,
    /// The errors that the model names.
    pub errors: &'static [&'static Shape],
    /// Whether it is called without a signature, as STS's AssumeRoleWithSAML is.
    pub anonymous: bool,
    /// Whether the body must come with a checksum or a Content-MD5.
    pub checksum_required: bool,
}

/// An operation together with the generated types of what it takes and gives.
#[derive(Debug)]
pub struct Typed<I, O> {
    /// The operation's description.
    pub operation: &'static Operation,
    types: PhantomData<fn(I) -> O>,
}

impl Service {
    /// The operation of this name.
    pub fn operation(&'static self, name: &str) -> Option<&'static Operation> {
        let index = self.operations.binary_search_by(|operation| operation.name.cmp(name)).ok()?;
        Some(&self.operations[index])
    }
}

impl Operation {
    /// What a client fills in for members it leaves out; used where a description is made by hand.
    pub const BASE: Operation = Operation {
        name: "",
        method: "POST",
        uri: "/",
        status: 200,
        input: None,
        output: None,
        result_wrapper: None,
        input_xml_name: None,
        errors: &[],
        anonymous: false,
        checksum_required: false,
    };

    /// The error of this code among those that the model names.
    pub fn error(&self, code: &str) -> Option<&'static Shape> {
        self.errors.iter().copied().find(|shape| shape.error_code() == code || shape.name == code)
    }
}

impl<I, O> Typed<I, O> {
    /// Joins a description and its types; for generated code.
    pub const fn new(operation: &'static Operation) -> Self {
        Typed { operation, types: PhantomData }
    }
}

impl<I, O> Clone for Typed<I, O> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<I, O> Copy for Typed<I, O> {}
