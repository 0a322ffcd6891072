//! The types: a struct per structure that a wanted operation takes or gives, and a typed constant per operation.

use crate::model::{Model, Reference};
use crate::names::{constant, member, structure};
use std::collections::BTreeSet;
use std::fmt::Write;

/// The structures and maps whose types are written by hand, in the crate's root.
const BY_HAND: [(&str, &str); 3] =
    [("dynamodb", "AttributeMap"), ("dynamodb", "AttributeValue"), ("dynamodbstreams", "AttributeValue")];

pub(crate) fn generate(model: &Model, operations: &[String]) -> String {
    if operations.is_empty() {
        return String::new();
    }
    let mut code = String::from(
        "/// The operations with their types, for handlers and callers.\npub mod operations {\nuse super::{OPERATIONS, types};\nuse ruststack_wire::operation::Typed;\n#[allow(unused_imports, reason = \"not every service has an operation without output\")]\nuse ruststack_wire::value::Unit;\n",
    );
    let mut sorted: Vec<&String> = model.operations.keys().collect();
    sorted.sort();
    for name in operations {
        let operation = &model.operations[name];
        let index = sorted.binary_search(&name).expect("the operation is in its model");
        let side = |reference: &Option<Reference>| {
            reference
                .as_ref()
                .map_or("Unit".into(), |reference| format!("types::{}", structure(&reference.shape)))
        };
        let (input, output) = (side(&operation.input), side(&operation.output));
        let _ = writeln!(
            code,
            "/// {name}.\npub const {}: Typed<{input}, {output}> = Typed::new(&OPERATIONS[{index}]);",
            constant(name)
        );
    }
    code.push_str("}\n/// What the operations take and give.\n#[allow(missing_docs, reason = \"AWS documents its members\")]\npub mod types {\nuse super::shapes;\n#[allow(unused_imports, reason = \"not every service has each kind\")]\nuse ruststack_wire::{Body, IndexMap, Timestamp, bytes::Bytes};\n");
    for name in reachable(model, operations) {
        if BY_HAND.contains(&(model.name.as_str(), name.as_str())) {
            let _ = writeln!(code, "pub use crate::{name};");
            continue;
        }
        let shape = &model.shapes[&name];
        let _ = write!(
            code,
            "ruststack_wire::structure! {{\n/// `{name}` of the model.\n{}: shapes::{} {{ ",
            structure(&name),
            constant(&name)
        );
        for (index, (part, reference)) in shape.members.iter().enumerate() {
            let boxed = reaches(model, &reference.shape, &name);
            let inner = rust_type(model, reference);
            let outer = if boxed { format!("Box<{inner}>") } else { inner };
            let _ = write!(code, "{index} {}: {outer}, ", member(part));
        }
        code.push_str("} }\n");
    }
    code.push_str("}\n");
    code
}

/// The structures that the operations' inputs, outputs and errors are made of.
fn reachable(model: &Model, operations: &[String]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open: Vec<String> = operations
        .iter()
        .flat_map(|name| [&model.operations[name].input, &model.operations[name].output])
        .flatten()
        .map(|reference| reference.shape.clone())
        .collect();
    // Errors that tell more than a sentence.
    let errors = operations.iter().flat_map(|name| &model.operations[name].errors);
    let tells_more = |error: &&String| {
        model.shapes[*error].members.keys().any(|member| !member.eq_ignore_ascii_case("message"))
    };
    open.extend(errors.filter(tells_more).cloned());
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        let shape = &model.shapes[&name];
        if shape.kind() == "structure" {
            found.insert(name);
        }
        let parts = [&shape.member, &shape.key, &shape.value].into_iter().flatten();
        open.extend(shape.members.values().chain(parts).map(|reference| reference.shape.clone()));
    }
    found
}

/// Whether a structure holds another directly, so that the other must be boxed to have a size.
fn reaches(model: &Model, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(name) = open.pop() {
        if model.shapes[name].kind() != "structure" || !seen.insert(name) {
            continue;
        }
        if name == to {
            return true;
        }
        open.extend(model.shapes[name].members.values().map(|reference| reference.shape.as_str()));
    }
    false
}

fn rust_type(model: &Model, reference: &Reference) -> String {
    let shape = &model.shapes[&reference.shape];
    let part = |reference: &Option<Reference>| {
        rust_type(model, reference.as_ref().expect("a list has members, a map values"))
    };
    match shape.kind() {
        "boolean" => "bool".into(),
        "integer" | "short" | "byte" => "i32".into(),
        "long" => "i64".into(),
        "float" => "f32".into(),
        "double" => "f64".into(),
        "string" | "character" => "String".into(),
        "blob" if reference.streaming || shape.streaming => "Body".into(),
        "blob" => "Bytes".into(),
        "timestamp" => "Timestamp".into(),
        "list" => format!("Vec<{}>", part(&shape.member)),
        "map" if BY_HAND.contains(&(&model.name, &reference.shape)) => format!("crate::{}", reference.shape),
        "map" => format!("IndexMap<String, {}>", part(&shape.value)),
        "document" => "ruststack_wire::serde_json::Value".into(),
        "structure" => structure(&reference.shape),
        other => panic!("a member of type {other}"),
    }
}
