//! Random sequences of operations give the same answers as a plain model of a bucket: lists of versions, searched from
//! end to end.

use super::caller;
use crate::gateway::Caller;
use crate::services::s3::S3;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use ruststack_models::s3::types::{
    CopyObjectRequest, CreateBucketRequest, DeleteObjectRequest, GetObjectRequest, ListObjectVersionsRequest,
    ListObjectsV2Request, PutBucketVersioningRequest, PutObjectRequest, VersioningConfiguration,
};
use ruststack_wire::Fault;
use std::collections::BTreeMap;

/// How many sequences are tried.
const SEQUENCES: u32 = 10_000;
const KEYS: [&str; 5] = ["a", "a/b", "a/c", "b/", "\u{e9}"];
const PREFIXES: [&str; 6] = ["", "a", "a/", "b/", "c", "z"];
const DELIMITERS: [&str; 2] = ["", "/"];

#[derive(Debug, Clone)]
enum Step {
    Put {
        key: usize,
        body: u8,
    },
    Copy {
        from: usize,
        to: usize,
    },
    Delete {
        key: usize,
    },
    /// Removes the version of this index, or one that is not there.
    Remove {
        key: usize,
        index: usize,
    },
    Get {
        key: usize,
    },
    GetVersion {
        key: usize,
        index: usize,
    },
    Version {
        enabled: bool,
    },
    List {
        prefix: usize,
        delimiter: usize,
        page: i32,
    },
    ListVersions {
        prefix: usize,
        delimiter: usize,
        page: i32,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let key = || 0..KEYS.len();
    let wish = || (0..PREFIXES.len(), 0..DELIMITERS.len(), 1..4_i32);
    prop_oneof![
        4 => (key(), any::<u8>()).prop_map(|(key, body)| Step::Put { key, body }),
        2 => (key(), key()).prop_map(|(from, to)| Step::Copy { from, to }),
        3 => key().prop_map(|key| Step::Delete { key }),
        3 => (key(), 0..3_usize).prop_map(|(key, index)| Step::Remove { key, index }),
        1 => key().prop_map(|key| Step::Get { key }),
        1 => (key(), 0..3_usize).prop_map(|(key, index)| Step::GetVersion { key, index }),
        2 => any::<bool>().prop_map(|enabled| Step::Version { enabled }),
        2 => wish().prop_map(|(prefix, delimiter, page)| Step::List { prefix, delimiter, page }),
        2 => wish().prop_map(|(prefix, delimiter, page)| Step::ListVersions { prefix, delimiter, page }),
    ]
}

/// A bucket as plainly as can be. The versions of a key stand with the newest first; a body of `None` is a delete marker.
#[derive(Default)]
struct Model {
    versioning: Option<bool>,
    keys: BTreeMap<&'static str, Vec<(String, Option<u8>)>>,
}

impl Model {
    /// Writes a version or a delete marker, and gives whether its id is told.
    fn write(&mut self, key: &'static str, told: Option<String>, body: Option<u8>) -> Result<(), String> {
        let versions = self.keys.entry(key).or_default();
        let id = match (self.versioning, told) {
            (Some(true), Some(id)) if id != "null" => id,
            (None, None) => "null".into(),
            // A delete marker tells that it is the null version, an object does not.
            (Some(false), told) if told.as_deref() == body.is_none().then_some("null") => "null".into(),
            (versioning, told) => return Err(format!("{versioning:?} told {told:?}")),
        };
        versions.retain(|(other, _)| *other != id);
        if body.is_some() || self.versioning.is_some() {
            versions.insert(0, (id, body));
        }
        Ok(())
    }

    fn latest(&self, key: &str) -> Option<u8> {
        self.keys.get(key)?.first()?.1
    }

    fn id(&self, key: &str, index: usize) -> Option<String> {
        Some(self.keys.get(key)?.get(index)?.0.clone())
    }

    /// What a listing shows in all, common prefixes once each.
    fn listed(&self, prefix: &str, delimiter: &str, versions: bool) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for (key, all) in &self.keys {
            let Some(rest) = key.strip_prefix(prefix) else { continue };
            let lines: Vec<String> = if versions {
                let line = |(index, (id, body)): (usize, &(String, Option<u8>))| {
                    format!("{key} {id} {} {}", index == 0, body.is_none())
                };
                all.iter().enumerate().map(line).collect()
            } else {
                all.first()
                    .filter(|(_, body)| body.is_some())
                    .map(|_| (*key).to_owned())
                    .into_iter()
                    .collect()
            };
            match rest.split_once(delimiter).filter(|_| !delimiter.is_empty()) {
                Some((head, _)) if !lines.is_empty() => {
                    let common = format!("{prefix}{head}{delimiter} ...");
                    if found.last() != Some(&common) {
                        found.push(common);
                    }
                }
                Some(_) => {}
                None => found.extend(lines),
            }
        }
        found
    }
}

struct Pair {
    s3: S3,
    caller: Caller,
    model: Model,
}

fn text(text: impl Into<String>) -> Option<String> {
    Some(text.into())
}

fn code<T>(result: Result<T, impl Into<Fault>>) -> Result<T, String> {
    result.map_err(|error| error.into().code.into_owned())
}

impl Pair {
    async fn new() -> Pair {
        let (s3, caller) = (S3::default(), caller());
        let create = CreateBucketRequest { bucket: text("bucket"), ..Default::default() };
        assert!(s3.create_bucket(&caller, create).await.is_ok());
        Pair { s3, caller, model: Model::default() }
    }

    /// Takes one step on both, and tells where they differ.
    async fn take(&mut self, step: &Step) -> Result<(), String> {
        match *step {
            Step::Put { key, body } => {
                let input = PutObjectRequest {
                    bucket: text("bucket"),
                    key: text(KEYS[key]),
                    body: Some(vec![body].into()),
                    ..Default::default()
                };
                let put = code(self.s3.put_object(&self.caller, input).await)?;
                self.model.write(KEYS[key], put.version_id, Some(body))
            }
            Step::Copy { from, to } => self.copy(KEYS[from], KEYS[to]).await,
            Step::Delete { key } => {
                let deleted = code(self.delete(KEYS[key], None).await)?;
                self.model.write(KEYS[key], deleted, None)
            }
            Step::Remove { key, index } => self.remove(KEYS[key], index).await,
            Step::Get { key } => {
                let expected = self.model.latest(KEYS[key]).ok_or("NoSuchKey".to_owned());
                same(self.get(KEYS[key], None).await, expected)
            }
            Step::GetVersion { key, index } => {
                let Some(id) = self.model.id(KEYS[key], index) else { return Ok(()) };
                let body = self.model.keys[KEYS[key]][index].1;
                same(self.get(KEYS[key], Some(id)).await, body.ok_or("MethodNotAllowed".to_owned()))
            }
            Step::Version { enabled } => {
                let status = text(if enabled { "Enabled" } else { "Suspended" });
                let input = PutBucketVersioningRequest {
                    bucket: text("bucket"),
                    versioning_configuration: Some(VersioningConfiguration { status, ..Default::default() }),
                    ..Default::default()
                };
                code(self.s3.put_bucket_versioning(&self.caller, input).await)?;
                self.model.versioning = Some(enabled);
                Ok(())
            }
            Step::List { prefix, delimiter, page } => {
                let (prefix, delimiter) = (PREFIXES[prefix], DELIMITERS[delimiter]);
                let expected = self.model.listed(prefix, delimiter, false);
                same(Ok(self.list(prefix, delimiter, page).await?), Ok(expected))
            }
            Step::ListVersions { prefix, delimiter, page } => {
                let (prefix, delimiter) = (PREFIXES[prefix], DELIMITERS[delimiter]);
                let mut expected = self.model.listed(prefix, delimiter, true);
                let mut found = self.list_versions(prefix, delimiter, page).await?;
                // Versions and delete markers come in lists of their own.
                expected.sort();
                found.sort();
                same(Ok(found), Ok(expected))
            }
        }
    }

    async fn copy(&mut self, from: &'static str, to: &'static str) -> Result<(), String> {
        let input = CopyObjectRequest {
            bucket: text("bucket"),
            key: text(to),
            copy_source: text(format!("bucket/{from}")),
            metadata_directive: text("REPLACE"),
            ..Default::default()
        };
        let copied = code(self.s3.copy_object(&self.caller, input).await);
        match (copied, self.model.latest(from)) {
            (Ok(copied), Some(body)) => self.model.write(to, copied.version_id, Some(body)),
            (Err(code), None) if code == "NoSuchKey" => Ok(()),
            (copied, body) => Err(format!("copied {:?} of {body:?}", copied.map(|_| ()))),
        }
    }

    async fn delete(&self, key: &str, version_id: Option<String>) -> Result<Option<String>, Fault> {
        let input =
            DeleteObjectRequest { bucket: text("bucket"), key: text(key), version_id, ..Default::default() };
        Ok(self.s3.delete_object(&self.caller, input).await?.version_id)
    }

    async fn remove(&mut self, key: &'static str, index: usize) -> Result<(), String> {
        let id = self.model.id(key, index).unwrap_or_else(|| "null".into());
        let told = code(self.delete(key, Some(id.clone())).await)?;
        same(Ok(told), Ok(self.model.versioning.map(|_| id.clone())))?;
        if let Some(versions) = self.model.keys.get_mut(key) {
            versions.retain(|(other, _)| *other != id);
        }
        Ok(())
    }

    async fn get(&self, key: &str, version_id: Option<String>) -> Result<u8, String> {
        let input =
            GetObjectRequest { bucket: text("bucket"), key: text(key), version_id, ..Default::default() };
        let got = code(self.s3.get_object(&self.caller, input).await)?;
        let bytes = got.body.unwrap_or_default().collect(10).await.map_err(|error| format!("{error:?}"))?;
        bytes.first().copied().ok_or("no bytes".to_owned())
    }

    async fn list(&self, prefix: &str, delimiter: &str, page: i32) -> Result<Vec<String>, String> {
        let (mut found, mut token) = (Vec::new(), None);
        loop {
            let input = ListObjectsV2Request {
                bucket: text("bucket"),
                prefix: text(prefix),
                delimiter: text(delimiter),
                max_keys: Some(page),
                continuation_token: token,
                ..Default::default()
            };
            let listed = code(self.s3.list_objects_v2(&self.caller, input).await)?;
            let mut lines: Vec<String> =
                listed.contents.into_iter().flatten().filter_map(|object| object.key).collect();
            let common = listed.common_prefixes.into_iter().flatten().filter_map(|common| common.prefix);
            lines.extend(common.map(|prefix| format!("{prefix} ...")));
            check_page(lines.len(), page, listed.next_continuation_token.is_some())?;
            lines.sort();
            found.extend(lines);
            token = listed.next_continuation_token;
            if token.is_none() {
                return Ok(found);
            }
        }
    }

    async fn list_versions(&self, prefix: &str, delimiter: &str, page: i32) -> Result<Vec<String>, String> {
        let (mut found, mut key_marker, mut version_id_marker) = (Vec::new(), None, None);
        loop {
            let input = ListObjectVersionsRequest {
                bucket: text("bucket"),
                prefix: text(prefix),
                delimiter: text(delimiter),
                max_keys: Some(page),
                key_marker,
                version_id_marker,
                ..Default::default()
            };
            let listed = code(self.s3.list_object_versions(&self.caller, input).await)?;
            let line = |key: Option<String>, id: Option<String>, is_latest: Option<bool>, is_marker: bool| {
                let (key, id) = (key.unwrap_or_default(), id.unwrap_or_default());
                format!("{key} {id} {} {is_marker}", is_latest == Some(true))
            };
            let before = found.len();
            let versions = listed.versions.into_iter().flatten();
            found.extend(versions.map(|one| line(one.key, one.version_id, one.is_latest, false)));
            let markers = listed.delete_markers.into_iter().flatten();
            found.extend(markers.map(|one| line(one.key, one.version_id, one.is_latest, true)));
            let common = listed.common_prefixes.into_iter().flatten().filter_map(|common| common.prefix);
            found.extend(common.map(|prefix| format!("{prefix} ...")));
            check_page(found.len() - before, page, listed.is_truncated == Some(true))?;
            if listed.is_truncated != Some(true) {
                return Ok(found);
            }
            key_marker = listed.next_key_marker;
            version_id_marker = listed.next_version_id_marker;
        }
    }
}

/// A page that is not the last is full.
fn check_page(found: usize, page: i32, is_truncated: bool) -> Result<(), String> {
    let is_full = found == page as usize;
    let fits = found <= page as usize && (is_full || !is_truncated);
    if fits { Ok(()) } else { Err(format!("a page of {found} where {page} were asked for")) }
}

fn same<T: PartialEq + std::fmt::Debug>(
    found: Result<T, String>,
    expected: Result<T, String>,
) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("found {found:?}, expected {expected:?}")) }
}

#[test]
fn the_answers_are_those_of_a_plain_model() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let config = Config { cases: SEQUENCES, failure_persistence: None, ..Config::default() };
    let sequences = proptest::collection::vec(step(), 1..30);
    let outcome = TestRunner::new_with_rng(config, seeded()).run(&sequences, |steps| {
        let mut pair = runtime.block_on(Pair::new());
        // At the end all of it is looked at, whatever was asked for before.
        let all = [
            Step::List { prefix: 0, delimiter: 0, page: 2 },
            Step::ListVersions { prefix: 0, delimiter: 0, page: 2 },
        ];
        for (number, step) in steps.iter().chain(&all).enumerate() {
            runtime
                .block_on(pair.take(step))
                .map_err(|told| TestCaseError::fail(format!("step {number}, {step:?}: {told}")))?;
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// The same sequences in every run.
fn seeded() -> proptest::test_runner::TestRng {
    proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha)
}
