//! The corpus is well made: each cassette is what the schema says, has its source and its name, and is written as the
//! writer writes it. `UPDATE_CASSETTES=1` writes it so.

use ruststack_cassettes::format::SCHEMA;
use ruststack_cassettes::{ProvenanceKind, Writer, read};
use serde_json::Value;

use super::schema;
use ruststack_harness::places::workspace;

#[test]
fn every_cassette_is_well_made() {
    let folder = workspace().join("cassettes/corpus");
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let target = tempfile::tempdir().unwrap();
    let is_update = std::env::var_os("UPDATE_CASSETTES").is_some_and(|value| value == "1");
    let cassettes = read(&folder).unwrap_or_else(|error| panic!("{error}"));
    assert!(!cassettes.is_empty(), "no cassette lies in {}", folder.display());
    for (path, cassette) in cassettes {
        let name = path.strip_prefix(&folder).unwrap().with_extension("");
        let name = name.to_str().expect("the names of cassettes are ASCII");
        let provenance = &cassette.meta.provenance;
        assert_eq!(cassette.meta.title, name, "a cassette's title is its path");
        assert_ne!(provenance.kind, ProvenanceKind::Emulator, "{name}: only AWS says what AWS does");
        if provenance.kind == ProvenanceKind::Transcribed {
            assert!(!provenance.citations.is_empty(), "{name}: what is transcribed cites where it stands");
            assert!(!provenance.notes.is_empty(), "{name}: a note names the section");
        }
        if is_update {
            Writer::default().write(&path, &cassette).unwrap_or_else(|error| panic!("{error}"));
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let document = serde_json::from_str(&text).unwrap();
        assert_eq!(schema::validate(&schema, &document), [""; 0], "{name}");
        let again = target.path().join(name).with_extension("json");
        Writer::default().write(&again, &cassette).unwrap_or_else(|error| panic!("{error}"));
        let is_canonical = std::fs::read_to_string(&again).unwrap() == text;
        assert!(is_canonical, "{name} is written in another way: set UPDATE_CASSETTES=1 to write it anew");
    }
}
