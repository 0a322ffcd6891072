//! DynamoDB.
#![expect(dead_code, unused_imports, reason = "the operations that use these come with the tables")]

mod expression;
mod legacy;
mod value;
