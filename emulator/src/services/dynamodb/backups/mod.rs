//! Backups, and tables that are made from them.
//!
//! `backup` is what a backup keeps, `operations` makes, tells and deletes backups, `restore` makes tables. A backup shares its
//! items with the table, which costs no more than their names.
//!
//! Sources: Developer Guide, "Backing up and restoring your DynamoDB tables"; aws-controllers-k8s/dynamodb-controller,
//! docs/api-quirks/backup.md, table-indexes.md (DDB-TABLE-280, 281) and details/DDB-TABLE-442.md, 447.md.

mod backup;
mod operations;
mod restore;

pub(super) use backup::Backup;
