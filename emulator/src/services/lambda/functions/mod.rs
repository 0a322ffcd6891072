//! CreateFunction, GetFunction, UpdateFunctionCode, UpdateFunctionConfiguration, ListFunctions and DeleteFunction.

mod create;
mod delete;
mod get;
mod list;
mod update;
