//! States that last by the emulator's clock, and what is refused meanwhile.

use crate::Config;
use crate::events::Events;
use crate::gateway::{Caller, Ids};
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodb::types::{
    AttributeDefinition, CreateTableInput, DeleteTableInput, DescribeTableInput, GetItemInput,
    KeySchemaElement, ListTablesInput, StreamSpecification, UpdateTableInput,
};
use ruststack_wire::{Fault, Timestamp};
use std::sync::Arc;

const NAME: &str = "Music";

/// A caller at so many seconds.
fn caller(seconds: i64) -> Caller {
    let service = &ruststack_models::dynamodb::SERVICE;
    let now = Timestamp::from_millis(1_772_618_400_000).plus_seconds(seconds);
    Ids::new(Some(seconds.unsigned_abs())).caller(&Config::default(), service, None, None, now)
}

fn told(error: DynamoDbError) -> String {
    let fault = Fault::from(error);
    format!("{}: {}", fault.code, fault.message.unwrap_or_default())
}

fn name() -> Option<String> {
    Some(NAME.to_owned())
}

fn table() -> CreateTableInput {
    let text = |text: &str| Some(text.to_owned());
    CreateTableInput {
        table_name: name(),
        billing_mode: text("PAY_PER_REQUEST"),
        attribute_definitions: Some(vec![AttributeDefinition {
            attribute_name: text("a"),
            attribute_type: text("S"),
        }]),
        key_schema: Some(vec![KeySchemaElement { attribute_name: text("a"), key_type: text("HASH") }]),
        ..CreateTableInput::default()
    }
}

async fn status(dynamodb: &DynamoDb, seconds: i64) -> String {
    let input = DescribeTableInput { table_name: name() };
    match dynamodb.describe_table(&caller(seconds), input).await {
        Ok(output) => output.table.and_then(|table| table.table_status).unwrap_or_default(),
        Err(error) => told(error),
    }
}

#[tokio::test]
async fn a_table_is_made_changed_and_deleted_in_its_time() {
    let dynamodb = DynamoDb::new(Arc::new(Events::default()), Arc::default(), false, 10_000);
    dynamodb.create_table(&caller(0), table()).await.expect("a table");
    assert_eq!(status(&dynamodb, 1).await, "CREATING");
    let in_use = "ResourceInUseException: Attempt to change a resource which is still in use:";
    let created = dynamodb.create_table(&caller(1), table()).await.map_err(told);
    assert_eq!(created.err(), Some(format!("{in_use} Table is being created: Music")));
    let delete = || DeleteTableInput { table_name: name() };
    let deleted = dynamodb.delete_table(&caller(2), delete()).await.map_err(told);
    assert_eq!(deleted.err(), Some(format!("{in_use} Table is being created: Music")));
    let get =
        GetItemInput { table_name: name(), key: Some([].into_iter().collect()), ..GetItemInput::default() };
    let got = dynamodb.get_item(&caller(3), get).await.map_err(told);
    assert_eq!(got.err().as_deref(), Some("ResourceNotFoundException: Requested resource not found"));

    assert_eq!(status(&dynamodb, 10).await, "ACTIVE");
    let stream =
        StreamSpecification { stream_enabled: Some(true), stream_view_type: Some("NEW_IMAGE".to_owned()) };
    let update = UpdateTableInput {
        table_name: name(),
        stream_specification: Some(stream),
        ..UpdateTableInput::default()
    };
    dynamodb.update_table(&caller(11), update).await.expect("a change");
    assert_eq!(status(&dynamodb, 12).await, "UPDATING");
    let deleted = dynamodb.delete_table(&caller(13), delete()).await.map_err(told);
    let why = format!("{in_use} Cannot delete table while stream is being enabled/disabled.");
    assert_eq!(deleted.err(), Some(why));

    assert_eq!(status(&dynamodb, 21).await, "ACTIVE");
    dynamodb.delete_table(&caller(22), delete()).await.expect("no table");
    assert_eq!(status(&dynamodb, 23).await, "DELETING");
    let deleted = dynamodb.delete_table(&caller(24), delete()).await.map_err(told);
    assert_eq!(deleted.err(), Some(format!("{in_use} Table is being deleted: Music")));
    let created = dynamodb.create_table(&caller(25), table()).await.map_err(told);
    assert_eq!(created.err().as_deref(), Some("ResourceInUseException: Table already exists: Music"));
    let missing = "ResourceNotFoundException: Requested resource not found: Table: Music not found";
    assert_eq!(status(&dynamodb, 32).await, missing);
    let listed = dynamodb.list_tables(&caller(32), ListTablesInput::default()).await.expect("names");
    assert_eq!(listed.table_names, Some(Vec::new()));
    dynamodb.create_table(&caller(33), table()).await.expect("another table");
}
