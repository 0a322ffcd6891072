//! What the recorder itself has to say to an application, in the protocol of the call. None of it is recorded as an
//! answer of AWS's.

use http::{HeaderName, HeaderValue, Response};
use ruststack_wire::protocol::{Answer, Ids};
use ruststack_wire::{Body, Fault};

use crate::subject::Tongue;

/// Tells our own answers from AWS's.
const OWN: HeaderName = HeaderName::from_static("x-ruststack-recorder");

/// Why a call was not forwarded, or has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Refusal {
    /// The call is not one that can be recorded.
    pub(crate) fn unfit(message: impl Into<String>) -> Refusal {
        Refusal { status: 400, code: "RecorderRefused", message: message.into() }
    }

    /// The upstream did not answer.
    pub(crate) fn no_answer(message: impl Into<String>) -> Refusal {
        Refusal { status: 502, code: "UpstreamUnreachable", message: message.into() }
    }

    /// The answer, as far as the caller's protocol is known.
    pub(crate) fn answer(&self, to: Tongue) -> Response<Body> {
        let Tongue { service, protocol, operation } = to;
        let ids = Ids { request_id: "recorder".to_owned(), host_id: "recorder".to_owned() };
        let fault = Fault::new(self.code, self.status, self.message.clone());
        let mut response = Answer { service, protocol, ids: &ids }.fault(operation, &fault);
        response.headers_mut().insert(OWN, HeaderValue::from_static(self.code));
        response
    }
}
