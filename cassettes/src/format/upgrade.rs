//! Reads cassettes of older versions of the format: a step for each version, applied one after the other.
//!
//! A change of the format adds a step here, raises [`VERSION`](super::VERSION), and leaves a cassette of the version it
//! ends in `samples/`.

use serde_json::{Map, Value};

/// What makes a cassette of one version one of the next. The error says what was expected, and where.
pub(crate) type Step = fn(&mut Map<String, Value>) -> Result<(), String>;

/// The steps: the first makes version 2 of version 1.
pub(crate) const STEPS: &[Step] = &[];

/// A cassette of an older version, as the steps make it. `None` where its version is not among theirs.
pub(crate) fn upgraded(cassette: &Value, steps: &[Step]) -> Option<Result<Value, String>> {
    let mut members = cassette.as_object()?.clone();
    let version = usize::try_from(members.get("cassette")?.as_u64()?).ok()?;
    let steps = steps.get(version.checked_sub(1)?..).filter(|steps| !steps.is_empty())?;
    for (step, next) in steps.iter().zip(version + 1..) {
        if let Err(error) = step(&mut members) {
            return Some(Err(format!("could not be made version {next} of the format: {error}")));
        }
        members.insert("cassette".to_owned(), Value::from(next));
    }
    Some(Ok(Value::Object(members)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::VERSION;
    use serde_json::json;

    #[test]
    fn every_version_there_was_is_read() {
        assert_eq!(STEPS.len() as u64 + 1, VERSION);
        for version in 1..=VERSION {
            let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/src/format/samples");
            let path = format!("{samples}/v{version}.json");
            let cassette = crate::read_file(path.as_ref()).unwrap();
            assert_eq!(cassette.interactions.len(), 1, "{path}");
            assert_eq!(
                serde_json::to_value(cassette.cassette).unwrap(),
                VERSION,
                "it is written as of today"
            );
        }
    }

    #[test]
    fn steps_are_taken_from_the_version_a_cassette_has() {
        let steps: [Step; 2] = [
            |members| {
                let old = members.shift_remove("calls").ok_or("expected `calls`")?;
                members.insert("talk".to_owned(), old);
                Ok(())
            },
            |members| {
                let old = members.shift_remove("talk").ok_or("expected `talk`")?;
                members.insert("interactions".to_owned(), old);
                Ok(())
            },
        ];
        let made = |cassette: Value| upgraded(&cassette, &steps);
        let newest = json!({ "cassette": 3, "interactions": [1] });
        assert_eq!(made(json!({ "cassette": 1, "calls": [1] })), Some(Ok(newest.clone())));
        assert_eq!(made(json!({ "cassette": 2, "talk": [1] })), Some(Ok(newest.clone())));
        assert_eq!(made(newest), None);
        for other in [json!({ "cassette": 0 }), json!({ "cassette": "1" }), json!([])] {
            assert_eq!(made(other), None);
        }
        let failed = made(json!({ "cassette": 1 })).unwrap().unwrap_err();
        assert_eq!(failed, "could not be made version 2 of the format: expected `calls`");
    }
}
