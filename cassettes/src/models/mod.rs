//! What the models know of a recorded message: the operation it names, and which of its members are secret.

mod forgotten;
pub mod maker;
pub mod makers;
mod places;
pub mod told;

use crate::format::{Interaction, Request};
use crate::import::{Classify, Operation};
use crate::redact::Sensitive;
use http::request::Parts;
use ruststack_wire::Protocol;
use ruststack_wire::route::{Route, Routed, route};

/// The models, as the cassettes' importer and redactor ask them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Models;

impl Classify for Models {
    fn classify(&self, request: &Request) -> Option<Operation> {
        let route = route_of(request)?;
        Some(Operation {
            service: route.service.name.to_owned(),
            operation: route.operation.name.to_owned(),
            region: route.region,
        })
    }

    fn sensitive(&self, interaction: &Interaction) -> Sensitive {
        let named = interaction.service.as_deref().zip(interaction.operation.as_deref());
        let named = named.and_then(|(service, operation)| {
            let service = ruststack_models::service(service)?;
            Some((service, service.operation(operation)?))
        });
        let routed = || route_of(&interaction.request).map(|route| (route.service, route.operation));
        let Some((service, operation)) = named.or_else(routed) else { return Sensitive::default() };

        let protocol = match service.query_compatible && is_form(&interaction.request) {
            true => Protocol::AwsQuery,
            false => service.protocol,
        };
        let mut sensitive = places::of(operation, protocol);
        let (request, response) = forgotten::of(service.name, operation.name);
        sensitive.request.extend(request);
        sensitive.response.extend(response);
        sensitive
    }
}

fn is_form(request: &Request) -> bool {
    let content_type = request.headers.get("content-type");
    content_type.is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"))
}

/// Where a recorded request goes; `None` where the router finds no operation.
pub fn route_of(request: &Request) -> Option<Route> {
    let parts = head_of(request)?;
    match route(ruststack_models::SERVICES, &parts).ok()? {
        Routed::Operation(route) => Some(route),
        Routed::Form(form) => form.resolve(&parts, &request.body.bytes()).ok(),
    }
}

/// The head of a recorded request, as the router reads it; `None` where it is no request.
pub fn head_of(request: &Request) -> Option<Parts> {
    let target = match &request.query {
        Some(query) => format!("{}?{query}", request.path),
        None => request.path.clone(),
    };
    let mut head =
        http::Request::builder().method(request.method.as_str()).uri(target).header("host", request.host());
    for (name, value) in request.headers.iter().filter(|(name, _)| *name != "host") {
        head = head.header(name, value);
    }
    head.body(()).ok().map(|request| request.into_parts().0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::Member;

    fn sensitive(service: &str, operation: &str) -> Sensitive {
        Models.sensitive(&Interaction {
            service: Some(service.to_owned()),
            operation: Some(operation.to_owned()),
            ..Interaction::default()
        })
    }

    fn json(pointer: &str) -> Member {
        Member::Json(pointer.to_owned())
    }

    #[test]
    fn a_request_is_named_by_what_it_says() {
        let request = Request::of_url("GET", "https://b.s3.us-west-1.amazonaws.com/?list-type=2").unwrap();
        let found = Models.classify(&request).unwrap();
        assert_eq!((found.service.as_str(), found.operation.as_str()), ("s3", "ListObjectsV2"));
        assert_eq!(found.region.as_deref(), Some("us-west-1"));
    }

    #[test]
    fn members_that_the_models_mark_are_found_in_every_protocol() {
        let put = sensitive("secretsmanager", "PutSecretValue");
        assert!(put.request.contains(&json("/SecretString")), "{put:?}");
        let batch = sensitive("secretsmanager", "BatchGetSecretValue");
        assert!(batch.response.contains(&json("/SecretValues/*/SecretString")), "{batch:?}");
        let lambda = sensitive("lambda", "CreateFunction");
        assert!(lambda.request.contains(&json("/Environment/Variables")), "{lambda:?}");
        let content = Member::Content(Box::new(Member::Body));
        for operation in ["Invoke", "InvokeWithResponseStream"] {
            let invoke = sensitive("lambda", operation);
            assert_eq!((invoke.request, invoke.response), (vec![content.clone()], vec![content.clone()]));
        }
        let key = sensitive("iam", "CreateAccessKey");
        assert!(key.response.contains(&Member::Xml("SecretAccessKey".to_owned())), "{key:?}");
        let password = sensitive("iam", "CreateLoginProfile");
        assert!(password.request.contains(&Member::Form("Password".to_owned())), "{password:?}");
        let get = sensitive("s3", "GetObject");
        let header = "x-amz-server-side-encryption-customer-key".to_owned();
        assert!(get.request.contains(&Member::Header(header)), "{get:?}");
        let history = sensitive("ssm", "GetParameterHistory");
        assert!(history.response.contains(&json("/Parameters/*/Value")), "{history:?}");
    }

    #[test]
    fn members_that_the_models_forget_are_found() {
        let role = sensitive("sts", "AssumeRole");
        assert!(role.response.contains(&Member::Xml("SessionToken".to_owned())), "{role:?}");
        let platform = sensitive("sns", "CreatePlatformApplication");
        assert!(platform.request.contains(&Member::Form("Attributes.entry.*.value".to_owned())));
        assert!(sensitive("apigateway", "CreateApiKey").response.contains(&json("/value")));
    }

    #[test]
    fn what_is_no_secret_stays() {
        let put = sensitive("s3", "PutObject");
        let key_id = "x-amz-server-side-encryption-aws-kms-key-id".to_owned();
        assert!(!put.request.contains(&Member::Header(key_id)), "{put:?}");
        assert_eq!(sensitive("dynamodb", "PutItem"), Sensitive::default());
    }
}
