//! ImportTable.
//!
//! Source: aws-controllers-k8s/dynamodb-controller, DDB-IMPORT-009 and 012 to 019.

use super::arn::Kind;
use super::csv::Csv;
use super::failure::Failure;
use super::imported::Import;
use super::jobs;
use super::source::{Counts, Format, LARGEST_OBJECT};
use crate::gateway::Caller;
use crate::services::dynamodb::tables::{Plan, plan};
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use crate::services::s3::Source;
use bytes::Bytes;
use ruststack_models::dynamodb::shapes;
use ruststack_models::dynamodb::types::{
    CreateTableInput, ImportTableInput, ImportTableOutput, TableCreationParameters,
};
use ruststack_wire::Fault;
use ruststack_wire::value::copy;
use std::sync::Arc;

/// How many bytes are loaded before others get their turn.
const TURN: usize = 4 << 20;

impl DynamoDb {
    /// Makes a table of what is in a bucket.
    pub(in crate::services::dynamodb) async fn import_table(
        &self,
        caller: &Caller,
        mut input: ImportTableInput,
    ) -> Result<ImportTableOutput, DynamoDbError> {
        let format = format(&input)?;
        if input.input_compression_type.as_deref() == Some("ZSTD") {
            return Err(DynamoDbError::NotImplemented("ImportTable with InputCompressionType ZSTD"));
        }
        let plan =
            plan(caller, table(input.table_creation_parameters.as_ref().map(copy).unwrap_or_default()))?;
        if let Some(known) = self.imported_before(caller, &input, &plan.name)? {
            return Ok(ImportTableOutput { import_table_description: Some(known.description(caller.now)) });
        }
        let is_gzip = input.input_compression_type.get_or_insert_with(|| "NONE".to_owned()) == "GZIP";
        let source = input.s3_bucket_source.get_or_insert_default();
        source.s3_bucket_owner.get_or_insert_with(|| caller.account.clone());
        let table_arn = format!("arn:aws:dynamodb:{}:{}:table/{}", caller.region, caller.account, plan.name);
        let arn = jobs::new_arn(caller, &table_arn, Kind::Import);
        let end = jobs::end(caller, self.transition_ms);
        let objects = self.import_objects(caller, &input).await;
        let mut import = Import::new(caller, arn, (table_arn, caller.fresh.uuid()), end, input);
        match objects {
            Ok(objects) => {
                let (id, counts) = self.load(caller, plan, &format, &objects, is_gzip).await?;
                import.table_id = id;
                import.counts = counts;
                import.failure = (counts.errors > 0).then(Failure::of_items);
            }
            Err(fault) => import.failure = Some(Failure::of_s3(caller, &fault)),
        }
        let output = ImportTableOutput { import_table_description: Some(import.begun()) };
        let space = self.space(&caller.account, &caller.region);
        space.imports_mut().insert(import.arn.clone(), Arc::new(import));
        Ok(output)
    }

    /// The import that a request with the same token has begun: it has to be of the same table, whatever else it says. Once
    /// the import is over a table that is there is told first.
    fn imported_before(
        &self,
        caller: &Caller,
        input: &ImportTableInput,
        name: &str,
    ) -> Result<Option<Arc<Import>>, DynamoDbError> {
        let space = self.space(&caller.account, &caller.region);
        let known = input.client_token.as_ref().and_then(|token| {
            let imports = space.imports_mut();
            let is_known =
                |import: &&Arc<Import>| import.token == *token && jobs::knows_token(import.ended, caller.now);
            imports.values().find(is_known).cloned()
        });
        let is_over = known.as_ref().is_none_or(|import| !import.goes_on(caller.now));
        if is_over && self.living(&space, name, caller.now).is_some() {
            return Err(DynamoDbError::ResourceInUse(format!("Table already exists: {name}").into()));
        }
        match known {
            Some(import) if import.table_name() != Some(name) => Err(DynamoDbError::Modelled(
                &shapes::IMPORT_CONFLICT_EXCEPTION,
                "Import conflict: Duplicate request detected with conflicting parameters".into(),
            )),
            known => Ok(known),
        }
    }

    /// All objects that an import is made of. One that cannot be read is none, and an error.
    async fn import_objects(
        &self,
        caller: &Caller,
        input: &ImportTableInput,
    ) -> Result<Vec<Option<Bytes>>, Fault> {
        let said = input.s3_bucket_source.as_ref();
        let text = |member: Option<&String>| member.cloned().unwrap_or_default();
        let bucket = text(said.and_then(|said| said.s3_bucket.as_ref()));
        let owner = text(said.and_then(|said| said.s3_bucket_owner.as_ref()));
        let prefix = text(said.and_then(|said| said.s3_key_prefix.as_ref()));
        let source = Source { bucket: &bucket, owner: &owner, prefix: &prefix };
        let mut objects = Vec::new();
        for key in self.s3.keys_for(caller, &source).await? {
            match self.s3.read_for(caller, &source, key, LARGEST_OBJECT).await {
                Err(fault) if fault.code == "AccessDenied" => return Err(fault),
                read => objects.push(read.ok()),
            }
        }
        Ok(objects)
    }

    /// Makes the table and puts into it what the objects are: its id, and how that went.
    async fn load(
        &self,
        caller: &Caller,
        plan: Plan,
        format: &Format,
        objects: &[Option<Bytes>],
        is_gzip: bool,
    ) -> Result<(String, Counts), DynamoDbError> {
        let (table, _) = self.install(caller, plan)?;
        let mut counts = Counts::default();
        let mut since_turn = 0;
        for object in objects {
            let Some(object) = object else {
                counts.processed += 1;
                counts.errors += 1;
                continue;
            };
            counts.load(&table, format, object, is_gzip, caller.now);
            since_turn += object.len();
            if since_turn > TURN {
                since_turn = 0;
                tokio::task::yield_now().await;
            }
        }
        Ok((table.id.clone(), counts))
    }
}

/// What the objects are. Only CSV has options.
fn format(input: &ImportTableInput) -> Result<Format, DynamoDbError> {
    let said = input.input_format.as_deref().unwrap_or_default();
    let csv = input.input_format_options.as_ref().and_then(|options| options.csv.as_ref());
    if csv.is_some() && said != "CSV" {
        return Err(DynamoDbError::validation(format!(
            "Invalid Request: Unsupported InputFormatOptions for the given input format: {said}."
        )));
    }
    Ok(match said {
        "CSV" => Format::Csv(Csv {
            delimiter: csv.and_then(|csv| csv.delimiter.as_ref()?.bytes().next()).unwrap_or(b','),
            header: csv.and_then(|csv| csv.header_list.clone()),
        }),
        "ION" => Format::Ion,
        _ => Format::Json,
    })
}

/// The table that is to be made, as CreateTable would be asked for it.
fn table(said: TableCreationParameters) -> CreateTableInput {
    CreateTableInput {
        table_name: said.table_name,
        attribute_definitions: said.attribute_definitions,
        key_schema: said.key_schema,
        billing_mode: said.billing_mode,
        provisioned_throughput: said.provisioned_throughput,
        on_demand_throughput: said.on_demand_throughput,
        sse_specification: said.sse_specification,
        global_secondary_indexes: said.global_secondary_indexes,
        ..CreateTableInput::default()
    }
}
