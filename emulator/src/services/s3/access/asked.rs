//! One request as policies ask about it: its condition keys.
//!
//! Sources: S3 User Guide, "Bucket policy examples using condition keys"; IAM User Guide, "AWS global condition context
//! keys".

use super::super::object::Object;
use super::super::state::Bucket;
use super::super::tags::Tags;
use crate::gateway::{Caller, Standing};
use crate::policy::Context;
use ruststack_models::s3::types::Tagging;
use ruststack_wire::shape::{Location, TimestampFormat};
use ruststack_wire::value::{Sequence, Structure, View};
use std::sync::Arc;

/// What a request asks to do with a bucket or an object.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) caller: &'a Caller,
    pub(super) standing: &'a Standing,
    pub(super) bucket: &'a Bucket,
    pub(super) key: Option<&'a str>,
    /// What the request says; of one key among many there is nothing more to say.
    pub(super) input: Option<&'a dyn Structure>,
}

/// The text of a member, if there is one of this name.
pub(super) fn text<'a>(input: &'a dyn Structure, name: &str) -> Option<&'a str> {
    let index = input.shape().members().iter().position(|member| member.name == name)?;
    match input.member(index)?.view() {
        View::String(text) => Some(text),
        _ => None,
    }
}

/// Whether one of these members is there.
pub(super) fn has(input: &dyn Structure, names: &[&str]) -> bool {
    let members = input.shape().members().iter().enumerate();
    members.filter(|(_, member)| names.contains(&member.name)).any(|(index, _)| input.member(index).is_some())
}

impl Context for Asked<'_> {
    fn values(&self, key: &str) -> Vec<String> {
        let lower = key.to_ascii_lowercase();
        match lower.split_once(':') {
            Some(("aws", name)) => self.global(name).into_iter().collect(),
            Some(("s3", name)) => match (name.split_once('/'), key.split_once('/')) {
                (Some(("existingobjecttag", _)), Some((_, tag))) => {
                    let object = self.object();
                    object.and_then(|object| object.tags.get(tag).map(str::to_owned)).into_iter().collect()
                }
                (Some(("requestobjecttag", _)), Some((_, tag))) => {
                    self.new_tags().and_then(|tags| tags.get(tag).map(str::to_owned)).into_iter().collect()
                }
                _ => self.own(name),
            },
            _ => Vec::new(),
        }
    }
}

impl Asked<'_> {
    /// The object that is there, in the version that the request names.
    pub(super) fn object(&self) -> Option<Arc<Object>> {
        let version_id = self.input.and_then(|input| text(input, "VersionId"));
        let found = self.bucket.find_described(self.key?, version_id, "GET");
        found.ok().map(|found| found.object)
    }

    /// Whether a new object is written.
    pub(super) fn is_write(&self) -> bool {
        const WRITES: [&str; 3] = ["PutObjectRequest", "CopyObjectRequest", "CreateMultipartUploadRequest"];
        self.input.is_some_and(|input| WRITES.contains(&input.shape().name))
    }

    /// A key that all services have.
    fn global(&self, name: &str) -> Option<String> {
        let arn = || (!self.caller.is_anonymous()).then(|| self.caller.principal_arn());
        match name {
            "currenttime" => Some(self.caller.now.format(TimestampFormat::Iso8601)),
            "epochtime" => Some(self.caller.now.seconds().to_string()),
            "securetransport" => Some(self.standing.is_secure.to_string()),
            "sourceip" => self.standing.source_ip.map(|address| address.to_string()),
            "referer" => self.standing.referer.clone(),
            "useragent" => self.standing.user_agent.clone(),
            "requestedregion" => Some(self.bucket.region.clone()),
            "resourceaccount" => Some(self.bucket.owner.clone()),
            "principalaccount" => arn().map(|_| self.caller.account.clone()),
            "principalarn" => arn().map(|arn| arn.into_owned()),
            "username" => arn()?.split_once(":user/")?.1.rsplit('/').next().map(str::to_owned),
            "userid" => arn()?.ends_with(":root").then(|| self.caller.account.clone()),
            "principaltype" => Some(match arn() {
                None => "Anonymous".into(),
                Some(arn) if arn.ends_with(":root") => "Account".into(),
                Some(arn) if arn.contains(":assumed-role/") => "AssumedRole".into(),
                Some(_) => "User".into(),
            }),
            _ => None,
        }
    }

    /// A key of S3's: most are called like the header or the parameter of the query that they ask about.
    fn own(&self, name: &str) -> Vec<String> {
        match name {
            "resourceaccount" => return vec![self.bucket.owner.clone()],
            "requestobjecttagkeys" => {
                return self
                    .new_tags()
                    .map(|tags| tags.keys().map(str::to_owned).collect())
                    .unwrap_or_default();
            }
            _ => {}
        }
        let Some(input) = self.input else { return Vec::new() };
        let found = input.shape().members().iter().position(|member| {
            matches!(member.location, Location::Header | Location::Query)
                && member.wire_name().eq_ignore_ascii_case(name)
        });
        match found.and_then(|index| input.member(index)).map(|field| field.view()) {
            Some(View::String(text)) => vec![text.to_owned()],
            Some(View::Integer(number)) => vec![number.to_string()],
            Some(View::Boolean(is)) => vec![is.to_string()],
            _ => Vec::new(),
        }
    }

    /// The tags that the request brings, in a header or in its body.
    fn new_tags(&self) -> Option<Tags> {
        let input = self.input?;
        let index = input.shape().members().iter().position(|member| member.name == "Tagging")?;
        match input.member(index)?.view() {
            View::String(header) => Tags::of_header(Some(header)).ok(),
            View::Structure(tagging) => Tags::of_object(Some(Tagging { tag_set: tag_set(tagging) })).ok(),
            _ => None,
        }
    }
}

/// The tags of a body, copied out.
fn tag_set(tagging: &dyn Structure) -> Option<Vec<ruststack_models::s3::types::Tag>> {
    let View::List(list) = tagging.member(0)?.view() else { return None };
    let list: &dyn Sequence = list;
    let read = |index| match list.item(index).view() {
        View::Structure(tag) => ruststack_models::s3::types::Tag {
            key: text(tag, "Key").map(str::to_owned),
            value: text(tag, "Value").map(str::to_owned),
        },
        _ => Default::default(),
    };
    Some((0..list.len()).map(read).collect())
}
