//! Names of its own for what a cassette creates, so that it can be asked again where other things are already: on AWS,
//! or at an endpoint that cannot forget.
//!
//! Every name that a cassette's requests give to something new gets the same few letters in front. So names keep their
//! order and what they have in common, and a list that is asked for by a prefix is asked for by the longer one. In the
//! answers the letters are taken out wherever they stand, which leaves exactly what would have been there without.

mod again;
mod answer;
mod names;
mod places;
mod request;

pub use again::Second;
pub use names::Mark;

use names::Names;
use places::TOKENS;
use std::collections::BTreeSet;

use crate::format::{Cassette, Interaction, Request};
use crate::models::maker::Maker;
use crate::models::makers::MAKERS;
use crate::models::told::{Told, text_at};

/// The names that one replay of one cassette gives to what it creates.
#[derive(Clone, Debug)]
pub struct Isolation {
    names: Names,
}

impl Isolation {
    /// Names for what the requests of a cassette create, no two replays the same.
    pub fn of(cassette: &Cassette, mark: &Mark) -> Isolation {
        let mut names = Names::new(mark.next());
        for request in &cassette.setup.requests {
            // What is set up is there afterwards, or nothing is replayed.
            let call = Interaction { request: Request::clone(request), ..Interaction::default() };
            let told = Told::of(&call);
            told.iter().filter_map(made).for_each(|(name, longest)| names.add(&name, longest));
        }
        for call in &cassette.interactions {
            let succeeded =
                call.response.as_ref().is_some_and(|response| (200..300).contains(&response.status));
            let Some(told) = Told::of(call) else { continue };
            // A name that AWS refused stands for nothing.
            let made = if succeeded { made(&told) } else { missed(call, &told) };
            made.into_iter().for_each(|(name, longest)| names.add(&name, longest));
            TOKENS
                .iter()
                .filter_map(|member| text_at(&told.input, member))
                .for_each(|token| names.add_token(&token));
        }
        Isolation { names }
    }

    /// The names that were replaced.
    pub fn names(&self) -> BTreeSet<&str> {
        self.names.all()
    }

    /// Whether a text names anything that is this replay's own.
    pub fn is_named_in(&self, text: &[u8]) -> bool {
        self.names.is_named_in(text)
    }
}

/// The name that a call gives to something new, and how long names may be there.
fn made(Told { route, input, .. }: &Told) -> Option<(String, usize)> {
    let (service, operation) = (route.service.name, route.operation.name);
    let maker = MAKERS.iter().find(|maker| maker.service == service && maker.operation == operation)?;
    let Maker { named: Some(member), .. } = maker else { return None };
    let name = text_at(input, member)?;
    // Lambda takes an ARN for a name.
    let name = name.rsplit(':').next().filter(|name| !name.is_empty())?;
    Some((name.to_owned(), longest(service, operation)))
}

/// The bucket that a call found nobody to have: names of buckets are everybody's, so somebody may have it by now.
fn missed(call: &Interaction, Told { route, input, .. }: &Told) -> Option<(String, usize)> {
    let response = call.response.as_ref().filter(|response| response.status == 404)?;
    let is_s3 = route.service.name == "s3";
    let says = || memchr::memmem::find(&response.body.bytes(), b"<Code>NoSuchBucket<").is_some();
    let is_missing = is_s3 && (route.operation.name == "HeadBucket" || says());
    let name = text_at(input, "Bucket").filter(|name| is_missing && !name.is_empty())?;
    Some((name, longest("s3", route.operation.name)))
}

/// How long a name may be, in bytes, by AWS's documentation of quotas. The models tell it of some only.
fn longest(service: &str, operation: &str) -> usize {
    match (service, operation) {
        ("s3", _) => 63,
        ("sqs", _) => 80,
        ("dynamodb", _) => 255,
        ("sns" | "kms", _) => 256,
        ("events", "CreateEventBus" | "CreatePartnerEventSource") => 256,
        ("events", "CreateArchive") => 48,
        ("logs", "CreateLookupTable" | "CreateScheduledQuery") => 255,
        ("logs" | "secretsmanager", _) => 512,
        ("ssm", "PutParameter") => 1011,
        ("ssm", "CreateDocument") => 128,
        ("iam", "CreateGroup" | "CreatePolicy" | "CreateInstanceProfile" | "CreateSAMLProvider") => 128,
        ("lambda", "PublishLayerVersion") => 140,
        // Functions, roles, users, rules and streams, and what nobody tells of.
        _ => 64,
    }
}

#[cfg(test)]
mod tests;
