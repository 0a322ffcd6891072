//! State that no request can make: tables of old.

use super::DynamoDb;
use ruststack_wire::Timestamp;
use serde_json::Value as Json;

impl DynamoDb {
    /// Places `{"tables": [{"name", "created"}]}`: when tables that are there were made.
    pub(in crate::services) fn place(&self, state: &Json) -> Result<(), String> {
        let members = state.as_object().ok_or("expected an object")?;
        if let Some(other) = members.keys().find(|name| *name != "tables") {
            return Err(format!("expected tables, found {other}"));
        }
        let tables = state["tables"].as_array().ok_or("expected a list of tables")?;
        for (index, table) in tables.iter().enumerate() {
            self.place_table(table).map_err(|error| format!("tables[{index}]: {error}"))?;
        }
        Ok(())
    }

    fn place_table(&self, state: &Json) -> Result<(), String> {
        let name = state["name"].as_str().ok_or("expected a name")?;
        let created = state["created"].as_str().and_then(Timestamp::parse_any).ok_or("expected a moment")?;
        let mut found = false;
        for space in &self.spaces {
            if let Some(table) = space.tables().get(name) {
                table.settings().created = Some(created);
                found = true;
            }
        }
        if found { Ok(()) } else { Err(format!("there is no table {name}")) }
    }
}
