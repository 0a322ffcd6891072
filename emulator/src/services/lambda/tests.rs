//! Stories of the control plane that need no request: what a call resolves to, and where code is.

use super::code::Code;
use super::function::Function;
use super::name::{LATEST, Named};
use super::version::{Settings, Version};
use super::{Lambda, LambdaError, Runner};
use crate::config::{Config, LambdaExecutor};
use crate::events::Events;
use crate::gateway::{Caller, Ids};
use crate::services::logs::Logs;
use crate::services::s3::S3;
use bytes::Bytes;
use ruststack_models::lambda::types::{
    AliasRoutingConfiguration, CreateAliasRequest, CreateFunctionRequest, DeleteFunctionRequest,
    FunctionCode, GetFunctionRequest, PublishVersionRequest, UpdateFunctionCodeRequest,
    UpdateFunctionConfigurationRequest,
};
use ruststack_wire::{Fault, Timestamp};
use std::io::{Cursor, Write};
use std::sync::Arc;

const ARN: &str = "arn:aws:lambda:us-east-1:000000000000:function:orders";

fn lambda() -> Lambda {
    let events = Arc::new(Events::default());
    let (s3, logs) = (Arc::new(S3::new(events.clone())), Arc::new(Logs::new(events.clone())));
    Lambda::new(s3, Runner::new(LambdaExecutor::Process, events, logs, Arc::default()))
}

fn caller() -> Caller {
    let now = Timestamp::from_millis(1_772_618_400_000);
    Ids::new(Some(1)).caller(&Config::default(), &ruststack_models::lambda::SERVICE, None, None, now)
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn zip(content: &str) -> Bytes {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("index.py", zip::write::SimpleFileOptions::default()).expect("an entry");
    writer.write_all(content.as_bytes()).expect("memory");
    writer.finish().expect("an archive").into_inner().into()
}

fn orders(code: FunctionCode) -> CreateFunctionRequest {
    CreateFunctionRequest {
        function_name: text("orders"),
        runtime: text("python3.12"),
        role: text("arn:aws:iam::000000000000:role/r"),
        handler: text("index.handler"),
        code: Some(code),
        ..Default::default()
    }
}

async fn with_orders() -> Lambda {
    let lambda = lambda();
    let code = FunctionCode { zip_file: Some(zip("1")), ..Default::default() };
    lambda.create_function(&caller(), orders(code)).await.expect("a function");
    lambda
}

async fn publish(lambda: &Lambda) -> String {
    let input = PublishVersionRequest { function_name: text("orders"), ..Default::default() };
    lambda.publish_version(&caller(), input).await.expect("a version").version.unwrap_or_default()
}

async fn describe_as(lambda: &Lambda, description: &str) {
    let input = UpdateFunctionConfigurationRequest {
        function_name: text("orders"),
        description: text(description),
        ..Default::default()
    };
    lambda.update_function_configuration(&caller(), input).await.expect("a change");
}

fn told(error: LambdaError) -> String {
    Fault::from(error).message.unwrap_or_default().into_owned()
}

#[tokio::test]
async fn a_call_resolves_to_a_version() {
    let lambda = with_orders().await;
    let resolve = |reference: &str, qualifier: Option<&str>| {
        lambda.resolve("000000000000", "us-east-1", reference, qualifier).map_err(told)
    };
    assert_eq!(publish(&lambda).await, "1");
    let latest = resolve("orders", None).expect("the function");
    assert_eq!((latest.version.version.as_str(), latest.invoked_arn.as_str()), (LATEST, ARN));
    let first = resolve(ARN, Some("1")).expect("a version");
    assert_eq!((first.version.version.as_str(), first.invoked_arn), ("1", format!("{ARN}:1")));
    assert_eq!(first.version.settings.timeout_s, 3);
    assert_eq!(resolve("orders:9", None).map(drop), Err(format!("Function not found: {ARN}:9")));
    assert_eq!(
        resolve("orders:01", None).map(drop),
        Err(format!("Function not found: {ARN}:01")),
        "numbers have one form"
    );
}

#[tokio::test]
async fn an_alias_gives_another_version_its_share() {
    let lambda = with_orders().await;
    publish(&lambda).await;
    describe_as(&lambda, "second").await;
    publish(&lambda).await;
    let weights = [("2".to_owned(), 0.25)].into_iter().collect();
    let input = CreateAliasRequest {
        function_name: text("orders"),
        name: text("live"),
        function_version: text("1"),
        routing_config: Some(AliasRoutingConfiguration { additional_version_weights: Some(weights) }),
        ..Default::default()
    };
    lambda.create_alias(&caller(), input).await.expect("an alias");
    let named = Named::of("000000000000", "us-east-1", "orders:live", None).expect("a name");
    let function = lambda.function(&named).expect("the function");
    let drawn = |draw| function.drawn(Some("live"), draw).map(|version| version.version.clone()).ok();
    assert_eq!((drawn(0.0), drawn(0.24), drawn(0.25)), (text("2"), text("2"), text("1")));
    assert_eq!(function.at(Some("live")).map(|version| version.version.clone()).ok(), text("1"));
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    let lambda = with_orders().await;
    let sha = |lambda: &Lambda| {
        let found = lambda.resolve("000000000000", "us-east-1", "orders", None).expect("the function");
        (found.version.code.sha256.clone(), found.version.revision_id.clone())
    };
    let before = sha(&lambda);
    let input = |dry_run| UpdateFunctionCodeRequest {
        function_name: text("orders"),
        zip_file: Some(zip("2")),
        dry_run: Some(dry_run),
        ..Default::default()
    };
    let told = lambda.update_function_code(&caller(), input(true)).await.expect("what would be");
    assert_ne!(told.code_sha256.as_deref(), Some(before.0.as_str()));
    assert_eq!(sha(&lambda), before);
    lambda.update_function_code(&caller(), input(false)).await.expect("a change");
    assert_eq!(Some(sha(&lambda).0), told.code_sha256);
}

#[tokio::test]
async fn code_can_be_had_where_it_is_said_to_be() {
    let lambda = with_orders().await;
    let input = GetFunctionRequest { function_name: text("orders"), ..Default::default() };
    let answer = lambda.get_function(&caller(), input).await.expect("the function");
    let location = answer.code.and_then(|code| code.location).expect("a place");
    let path = location.strip_prefix("http://localhost:4566").expect("our own host");
    assert_eq!(lambda.archive(path), Some(zip("1")));
    assert_eq!(lambda.archive("/_ruststack/lambda/code/000000000000/us-east-1/orders/7"), None);
    assert_eq!(lambda.archive("/_ruststack/lambda/../x"), None);
}

#[tokio::test]
async fn a_folder_is_run_from_where_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let code =
        |key: String| FunctionCode { s3_bucket: text("hot-reload"), s3_key: Some(key), ..Default::default() };
    let lambda = lambda();
    let missing = lambda.create_function(&caller(), orders(code("relative".to_owned()))).await.map(drop);
    assert_eq!(
        told(missing.expect_err("no folder")),
        "The folder relative does not exist, or is not absolute."
    );
    let path = folder.path().display().to_string();
    lambda.create_function(&caller(), orders(code(path.clone()))).await.expect("a function");
    let found = lambda.resolve("000000000000", "us-east-1", "orders", None).expect("the function");
    assert!(found.version.code.is_live());
    let input = GetFunctionRequest { function_name: text("orders"), ..Default::default() };
    let answer = lambda.get_function(&caller(), input).await.expect("the function");
    assert_eq!(answer.code.and_then(|code| code.location), Some(format!("file://{path}")));
}

#[tokio::test]
async fn an_image_is_refused() {
    let code = FunctionCode { image_uri: text("repo:latest"), ..Default::default() };
    let refused = lambda().create_function(&caller(), orders(code)).await.map(drop).map_err(told);
    assert!(refused.expect_err("an image").contains("no container images"));
}

#[tokio::test]
async fn an_archive_that_comes_with_a_request_is_50_mb_at_most() {
    let zip_file = Some(Bytes::from(vec![0; 52_428_801]));
    let code = FunctionCode { zip_file, ..Default::default() };
    let refused = lambda().create_function(&caller(), orders(code)).await.map(drop);
    let fault = Fault::from(refused.expect_err("too large"));
    assert_eq!((fault.code.as_ref(), fault.status.as_u16()), ("RequestEntityTooLargeException", 413));
    assert_eq!(fault.message.as_deref(), Some("Zipped size must be smaller than 52428800 bytes"));
}

#[tokio::test]
async fn who_has_a_function_sees_it_as_it_was() {
    let lambda = with_orders().await;
    let before = lambda.resolve("000000000000", "us-east-1", "orders", None).expect("the function");
    describe_as(&lambda, "changed").await;
    let input = DeleteFunctionRequest { function_name: text("orders"), ..Default::default() };
    lambda.delete_function(&caller(), input).await.expect("it is gone");
    assert_eq!(before.version.settings.description, "");
    assert!(lambda.resolve("000000000000", "us-east-1", "orders", None).is_err());
}

#[test]
fn numbers_are_never_given_twice() {
    let code = Code::of_zip(zip("1")).expect("an archive");
    let mut function = Function::new(Version {
        function_name: "orders".to_owned(),
        function_arn: ARN.to_owned(),
        version: LATEST.to_owned(),
        revision_id: String::new(),
        last_modified: Timestamp::default(),
        settings: Settings::of("orders"),
        code: Arc::new(code),
        layers: Vec::new(),
    });
    let publish = |function: &mut Function| {
        let version = function.publish(None, || "r".to_owned(), Timestamp::default());
        version.version.clone()
    };
    assert_eq!((publish(&mut function), publish(&mut function)), ("1".to_owned(), "1".to_owned()));
    function.versions.clear();
    assert_eq!(publish(&mut function), "2", "a version that was deleted is not given again");
}
