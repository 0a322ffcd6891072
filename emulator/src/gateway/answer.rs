//! The story of one request.

use super::function_url::UrlPlace;
use super::{Caller, Emulator, Standing, authorize, cors, date, form, payload, region};
use crate::services::Call;
use futures_util::FutureExt;
use http::header::{DATE, HOST};
use http::request::Parts;
use ruststack_wire::protocol::Answer;
use ruststack_wire::route::{Route, Routed, Unrouted, WebsiteHost, route};
use ruststack_wire::{Body, Fault, Request, Response, Service, Timestamp};
use std::panic::AssertUnwindSafe;
use std::sync::atomic::Ordering;

/// Where faults go that belong to no service: S3 is what is left when nothing else is meant.
static FALLBACK: &Service = &ruststack_models::s3::SERVICE;

impl Emulator {
    /// Answers one request. Whatever goes wrong is told in the caller's own protocol.
    pub async fn answer(&self, request: Request) -> Response {
        self.0.metrics.requests.fetch_add(1, Ordering::Relaxed);
        let now = self.clock().now();
        let (parts, body) = request.into_parts();
        let is_head = parts.method == http::Method::HEAD;
        let mut response = match self.admin(&parts) {
            Some(own) => self.answer_admin(own, body).await,
            None => {
                let mut response = self.answer_aws(&parts, body, now).await;
                self.share(&parts, &mut response);
                response
            }
        };
        if let Some(date) = date::header(now) {
            response.headers_mut().insert(DATE, date);
        }
        if is_head {
            *response.body_mut() = Body::empty();
        }
        response
    }

    async fn answer_aws(&self, parts: &Parts, mut body: Body, now: Timestamp) -> Response {
        if self.serves("lambda")
            && let Some(place) = UrlPlace::of(parts)
        {
            return Box::pin(self.answer_function_url(parts, place, body, now)).await;
        }
        // S3 is asked in other ways than by its operations.
        if self.serves("s3") {
            // What is rare and long is boxed, or every request would carry the room for it.
            if let Some(place) = cors::place(parts) {
                return self.answer_preflight(parts, &place, now);
            }
            if let Some(host) = WebsiteHost::of(parts) {
                return Box::pin(self.answer_visitor(parts, host, now)).await;
            }
            if let Some(place) = form::place(parts) {
                return Box::pin(self.answer_form(parts, &place, body, now)).await;
            }
        }
        let route = match self.route(parts, &mut body).await {
            Ok(route) => route,
            Err(unrouted) => return self.refuse(unrouted, parts, now),
        };
        let inner = &*self.0;
        let (service, operation) = (route.service, route.operation);
        let key = authorize::access_key_id(parts);
        let caller = inner.ids.caller(&inner.config, service, key.as_deref(), route.region.as_deref(), now);
        let standing = Standing::of(&inner.config, parts, key.as_deref());
        let caller = Caller { standing, host: parts.headers.get(HOST).cloned(), ..caller };
        let answer = Answer { service, protocol: route.protocol, ids: &caller.ids };
        let Some(handler) = inner.services.handler(service, operation) else {
            inner.metrics.count_not_implemented(service.name, operation.name);
            return answer.fault(Some(operation), &Fault::not_implemented(service.id, operation.name));
        };
        let handled = async {
            if service.name == "s3" {
                region::check(&inner.services, parts)?;
            }
            // A signature of a service other than S3 is over the body, so it is read before anything else.
            let body = match service.name {
                "s3" => body,
                _ => payload::whole_of(body, service, operation).await?.into(),
            };
            let verified = authorize::check(&inner.config, parts, service, &body, now)?;
            let payload = payload::unwrap(parts, &route, body, verified).await?;
            let call = Call { caller: &caller, route: &route, parts, payload, answer: &answer };
            handler(&inner.services, call).await
        };
        match self.guarded(operation.name, &caller, handled).await {
            Ok(response) => response,
            Err(fault) => answer.fault(Some(operation), &fault),
        }
    }

    /// Whether a service is switched on.
    fn serves(&self, service: &str) -> bool {
        !self.0.config.disabled.contains(service)
    }

    /// What a handler gives. A panic in it is caught, counted, and told as a failure of our own.
    pub(super) async fn guarded<T>(
        &self,
        operation: &str,
        caller: &Caller,
        handled: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, Fault> {
        AssertUnwindSafe(handled).catch_unwind().await.unwrap_or_else(|_panic| {
            self.0.metrics.panics.fetch_add(1, Ordering::Relaxed);
            tracing::error!(operation, request_id = caller.ids.request_id, "a handler panicked");
            Err(Fault::internal())
        })
    }

    /// The route of a request; for a form, the body is read for it and put back.
    async fn route(&self, parts: &Parts, body: &mut Body) -> Result<Route, Unrouted> {
        match route(ruststack_models::SERVICES, parts)? {
            Routed::Operation(route) => Ok(route),
            Routed::Form(form) => {
                let bytes = payload::whole(std::mem::take(body))
                    .await
                    .map_err(|fault| Unrouted { service: None, fault })?;
                *body = bytes.clone().into();
                form.resolve(parts, &bytes)
            }
        }
    }

    /// Tells that no operation was found, in the words of the service that was meant.
    fn refuse(&self, mut unrouted: Unrouted, parts: &Parts, now: Timestamp) -> Response {
        let service = unrouted.service.unwrap_or(FALLBACK);
        if let Some(fault) = form::refuse_other(parts).filter(|_| service.name == "s3") {
            unrouted.fault = fault;
        }
        let caller = self.0.ids.caller(&self.0.config, service, None, None, now);
        if unrouted.fault.status == http::StatusCode::NOT_IMPLEMENTED {
            let what = unrouted.fault.message.as_deref().unwrap_or_default();
            self.0.metrics.count_not_implemented(what, "");
        }
        let answer = Answer { service, protocol: service.protocol, ids: &caller.ids };
        answer.fault(None, &unrouted.fault)
    }
}
