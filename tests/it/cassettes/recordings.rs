//! Imports every recording of real AWS that is at hand, and loses nothing on the way.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ruststack_cassettes::format::{AuthKind, SCHEMA};
use ruststack_cassettes::import::Setups;
use ruststack_cassettes::{Cassette, ImportOptions, Models, Request, Writer, import, read, read_file, scan};
use serde_json::Value;

use super::schema;
use ruststack_harness::places::{material, workspace};

fn recordings() -> Option<PathBuf> {
    material("RUSTSTACK_RECORDINGS", "recordings")
}

fn imported(folder: &Path) -> Vec<Cassette> {
    let setups = workspace().join("tests/data/setup/go-cloud-s3.json");
    let setups = Setups::read(&setups).expect("the setup file is read");
    let options = ImportOptions {
        classify: Some(&Models),
        setups: Some(&setups),
        licence: Some("Apache-2.0"),
        ..ImportOptions::default()
    };
    import(folder, &options).unwrap_or_else(|error| panic!("{error}"))
}

/// How many requests a file holds, counted without our readers.
fn count(path: &Path) -> usize {
    let text = std::fs::read_to_string(path).unwrap();
    match path.extension().unwrap().to_str().unwrap() {
        "replay" => serde_json::from_str::<Value>(&text).unwrap()["Entries"].as_array().unwrap().len(),
        "json" => text.matches("\"Request\": {").count(),
        _ => text.lines().filter(|line| line.trim().trim_start_matches("- ") == "request:").count(),
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.extension().map(|extension| extension.to_str().unwrap()) {
            _ if path.is_dir() => found.extend(files(&path)),
            Some("md") | None => {}
            Some(_) => found.push(path),
        }
    }
    found
}

#[test]
fn nothing_is_dropped_and_every_doubt_has_its_reason() {
    let Some(folder) = recordings() else { return };
    let cassettes = imported(&folder);
    let files = files(&folder);
    assert_eq!(cassettes.len(), files.len());
    let mut interactions = 0;
    let mut by_kind: BTreeMap<String, usize> = BTreeMap::new();
    for cassette in &cassettes {
        let source = cassette.meta.provenance.source.as_ref().unwrap();
        assert_eq!(cassette.interactions.len(), count(&folder.join(source)), "{source}");
        interactions += cassette.interactions.len();
        for (index, one) in cassette.interactions.iter().enumerate() {
            if let Some(reason) = &one.not_comparable {
                println!("{source} [{index}] not comparable: {reason}");
                *by_kind.entry(reason.clone()).or_default() += 1;
            }
            if let Some(doubt) = one.response.as_ref().and_then(|response| response.body.doubt()) {
                println!("{source} [{index}] inexact: {doubt}");
            }
            assert!(one.service.is_some() && one.region.is_some() && one.at.is_some(), "{source} [{index}]");
        }
    }
    println!("{} files, {interactions} interactions, not comparable: {by_kind:#?}", files.len());
    assert_eq!(by_kind.len(), 3);
    let cut = by_kind.get("the request's body was cut when it was recorded: it ends in CLEARED");
    assert_eq!(cut, Some(&28));
    let lengthless = by_kind.get("the recording lacks the length that the answer to a HEAD tells");
    assert_eq!(lengthless, Some(&1));
    let missing = by_kind.get("the recording has none of the 386910 bytes of the response's body");
    assert_eq!(missing, Some(&1));
}

#[test]
fn every_cassette_is_written_read_back_valid_and_without_secrets() {
    let Some(folder) = recordings() else { return };
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let target = tempfile::tempdir().unwrap();
    let writer = Writer::default();
    let cassettes = imported(&folder);
    for cassette in &cassettes {
        let path = target.path().join(format!("{}.json", cassette.meta.title));
        writer.write(&path, cassette).unwrap_or_else(|error| panic!("{error}"));
        let again = read_file(&path).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(&again, cassette, "{}", path.display());
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(scan(text.as_bytes(), &[]), []);
        assert!(!text.contains("AKIAWUWEUSPULYX3BL3M"), "{}", path.display());
        let document = serde_json::from_str(&text).unwrap();
        assert_eq!(schema::validate(&schema, &document), [""; 0], "{}", path.display());
        writer.write(&path, &again).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "{}", path.display());
    }
    assert_eq!(read(target.path()).unwrap().len(), cassettes.len());
}

#[test]
fn what_the_tools_scrubbed_is_known_again() {
    let Some(folder) = recordings() else { return };
    let cassettes = imported(&folder);
    let named =
        |name: &str| cassettes.iter().find(|one| one.meta.title.ends_with(name)).expect("it is imported");

    let signed = named("TestConformance/TestSignedURL");
    let auth: Vec<_> = signed
        .interactions
        .iter()
        .map(|one| one.request.auth.clone().unwrap())
        .map(|auth| (auth.kind, auth.signed_method.unwrap_or_default()))
        .collect();
    let presigned = |method: &str| (AuthKind::Presigned, method.to_owned());
    let anonymous = (AuthKind::Anonymous, String::new());
    let (get, put) = (presigned("GET"), presigned("PUT"));
    assert_eq!(auth[..7], [get.clone(), put.clone(), put.clone(), anonymous, get.clone(), get, put]);
    assert!(signed.setup.requests.len() == 1 && signed.setup.state.contains_key("account"));

    let kinds =
        cassettes.iter().flat_map(|one| &one.interactions).filter_map(|one| one.request.auth.as_ref());
    let anonymous = kinds.filter(|auth| auth.kind == AuthKind::Anonymous).count();
    assert_eq!(anonymous, 6, "two plain GETs of S3 and four requests of smithy-rs");

    let empty = named(
        "TestConformance/TestWrite/ContentType_is_left_empty_if_not_provided_and_DisableContentTypeDetection_is_true",
    );
    assert_eq!(empty.interactions[0].request.headers.get("content-type"), Some(""));
    let small = named("TestConformance/TestWrite/a_small_text_file_gets_a_ContentType");
    println!("{:?}", small.interactions[0].request.headers.get("content-type"));

    let listed = named("TestConformance/TestList/by_1");
    let objects = listed.setup.state["s3"]["objects"].as_array().unwrap();
    assert_eq!(objects.len(), 3);
    assert!(objects.iter().all(|object| object["body"]["text"] == "hello"), "{objects:?}");
    assert_eq!(objects[0]["checksum"], Value::Null);
    assert_eq!(objects[1]["checksum"]["algorithm"], "CRC32");
    for cassette in &cassettes {
        let objects = cassette.setup.state.get("s3").and_then(|s3| s3["objects"].as_array());
        for object in objects.into_iter().flatten() {
            assert!(object["body"].get("inexact").is_none(), "{}: {object}", cassette.meta.title);
        }
    }
}

#[test]
fn tables_are_seeded_from_the_first_scan() {
    let Some(folder) = recordings() else { return };
    let setups = workspace().join("tests/data/setup/go-cloud-dynamodb.json");
    let setups = Setups::read(&setups).expect("the setup file is read");
    let options = ImportOptions { setups: Some(&setups), ..ImportOptions::default() };
    let cassettes =
        import(&folder.join("go-replayers/2025-07"), &options).unwrap_or_else(|error| panic!("{error}"));
    for cassette in &cassettes {
        let target = |request: &Request| request.headers.get("x-amz-target").unwrap_or_default().to_owned();
        let targets: Vec<String> = cassette.setup.requests.iter().map(|request| target(request)).collect();
        assert!(targets[..2].iter().all(|name| name.ends_with(".CreateTable")), "{targets:?}");
        assert!(targets[2..].iter().all(|name| name.ends_with(".PutItem")), "{targets:?}");
    }
    let seeds: usize = cassettes.iter().map(|cassette| cassette.setup.requests.len() - 2).sum();
    assert!(seeds > 0, "some scan shows what an earlier run left");
}
