//! From a request whose operation is known to its handler, and back.

use super::Services;
use crate::gateway::Caller;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use ruststack_wire::protocol::{Answer, Incoming, Payload};
use ruststack_wire::route::Route;
use ruststack_wire::value::Structure;
use ruststack_wire::{Body, Fault, Operation, Response, Typed, constraint, exceptions};
use std::pin::Pin;

/// The type of a stream of events.
const EVENT_STREAM: HeaderValue = HeaderValue::from_static("application/vnd.amazon.eventstream");

/// What handles one operation: decodes, calls the service, encodes.
pub(crate) type Handler = for<'a> fn(&'a Services, Call<'a>) -> Handled<'a>;

/// The answer on its way.
pub(crate) type Handled<'a> = Pin<Box<dyn Future<Output = Result<Response, Fault>> + Send + 'a>>;

/// One call of an operation.
pub(crate) struct Call<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) route: &'a Route,
    pub(crate) parts: &'a Parts,
    pub(crate) payload: Payload,
    pub(crate) answer: &'a Answer<'a>,
}

impl Call<'_> {
    /// Reads the input of the operation, checked against the model.
    pub(crate) fn input<I: Structure + Default, O>(&mut self, _: Typed<I, O>) -> Result<I, Fault> {
        let incoming = Incoming {
            operation: self.route.operation,
            path: &self.route.path,
            query: self.parts.uri.query().unwrap_or_default(),
            headers: &self.parts.headers,
        };
        let mut input = I::default();
        let protocol = self.route.protocol;
        let payload = std::mem::replace(&mut self.payload, Payload::Whole(bytes::Bytes::new()));
        protocol.decode(&incoming, payload, &mut input).map_err(|error| {
            let mut fault = protocol.undecodable(&error);
            exceptions::retell_undecodable(self.route.service, &error, &mut fault);
            if let Some(code) =
                exceptions::malformed_code(self.route.operation).filter(|_| fault.code == "MalformedXML")
            {
                fault.code = code.into();
            }
            fault
        })?;
        if let Some(fault) = exceptions::missing_first(self.route.service, &input) {
            return Err(fault);
        }
        if exceptions::checks_constraints(self.route.service) {
            constraint::check(&input, exceptions::members_told(self.route.service))
                .map_err(|fault| exceptions::constrained(self.route.service, fault))?;
        }
        Ok(input)
    }

    /// Writes the output of the operation.
    pub(crate) fn output<I, O, R>(&self, operation: Typed<I, O>, reply: R) -> Response
    where
        O: Structure,
        R: Reply<Output = O>,
    {
        let mut reply = reply;
        let stream = reply.stream();
        let (mut output, status) = reply.into_parts();
        let mut response = self.answer.output(operation.operation, &mut output);
        if let Some(stream) = stream {
            response.headers_mut().insert(CONTENT_TYPE, EVENT_STREAM);
            response.headers_mut().remove(CONTENT_LENGTH);
            *response.body_mut() = stream;
        }
        if let Some(status) = status {
            *response.status_mut() = status;
        }
        response
    }
}

/// What a method gives that handles an operation: the operation's output, or [`WithStatus`].
pub(crate) trait Reply {
    /// The operation's output.
    type Output: Structure;

    /// The output, and the status where it is not the model's.
    fn into_parts(self) -> (Self::Output, Option<StatusCode>);

    /// The body, where it is a stream of events in the place of the output.
    fn stream(&mut self) -> Option<Body> {
        None
    }
}

/// An output with a status of its own, for operations that succeed in more than one way.
pub(crate) struct WithStatus<O>(pub(crate) StatusCode, pub(crate) O);

/// A stream of events, framed, and what the output has besides.
pub(crate) struct EventStream<O>(Body, O);

impl<O: Default> EventStream<O> {
    /// The stream that has this body.
    pub(crate) fn new(body: Body) -> EventStream<O> {
        EventStream(body, O::default())
    }
}

impl<O> EventStream<O> {
    /// The stream that has this body, with the headers of this output.
    pub(crate) fn with(body: Body, output: O) -> EventStream<O> {
        EventStream(body, output)
    }
}

impl<O: Structure> Reply for EventStream<O> {
    type Output = O;

    fn into_parts(self) -> (O, Option<StatusCode>) {
        (self.1, None)
    }

    fn stream(&mut self) -> Option<Body> {
        Some(std::mem::take(&mut self.0))
    }
}

impl<O: Structure> Reply for O {
    type Output = O;

    fn into_parts(self) -> (O, Option<StatusCode>) {
        (self, None)
    }
}

impl<O: Structure> Reply for WithStatus<O> {
    type Output = O;

    fn into_parts(self) -> (O, Option<StatusCode>) {
        (self.1, Some(self.0))
    }
}

/// What a service lets its callers do: asked when the input of an operation has been read.
pub(crate) trait Authorize {
    /// Refuses a caller who may not; a service without policies of its own lets everybody.
    fn authorize(&self, _: &Caller, _: &Operation, _: &dyn Structure) -> Result<Pass, Fault> {
        Ok(Pass::default())
    }
}

/// What a caller who may is told otherwise than others.
#[derive(Default)]
pub(crate) struct Pass {
    /// What is said instead of `NoSuchKey` to callers who may not know which keys there are.
    pub(crate) missing_key: Option<Fault>,
}

impl Pass {
    /// The fault that the caller is told.
    pub(crate) fn tell(self, fault: Fault) -> Fault {
        match self.missing_key {
            Some(instead) if fault.code == "NoSuchKey" => instead,
            _ => fault,
        }
    }
}

/// A service's table of operations: what is implemented, and by which method. The same table is the coverage
/// report, and what is not in it answers 501 by name.
macro_rules! operations {
    ($service:ident: $field:ident of $model:ident { $($operation:ident => $method:ident,)* }) => {
        /// What the service implements.
        pub(crate) static TABLE: $crate::services::Table = $crate::services::Table {
            service: &ruststack_models::$model::SERVICE,
            handlers: &[$((
                ruststack_models::$model::operations::$operation.operation,
                |services, mut call| Box::pin(async move {
                    let operation = ruststack_models::$model::operations::$operation;
                    let input = call.input(operation)?;
                    let service: &$service = &services.$field;
                    let pass = $crate::services::Authorize::authorize(service, call.caller, operation.operation, &input)?;
                    let output = service.$method(call.caller, input).await.map_err(|error| pass.tell(error.into()))?;
                    Ok(call.output(operation, output))
                }),
            ),)*],
        };
    };
}

pub(crate) use operations;
