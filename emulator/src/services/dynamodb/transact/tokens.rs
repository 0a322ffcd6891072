//! Client request tokens: a transaction that comes again is not done again.
//!
//! Source: API reference, TransactWriteItems, `ClientRequestToken`: a token is valid for ten minutes after the request that
//! used it has finished.

use crate::services::dynamodb::DynamoDbError;
use ruststack_wire::Timestamp;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

/// How long a token is known.
const KNOWN_FOR_MS: i64 = 10 * 60 * 1000;

/// The tokens of the last ten minutes, with what came with them.
#[derive(Default)]
pub(in crate::services::dynamodb) struct Tokens(Mutex<HashMap<String, Known>>);

#[derive(Clone)]
struct Known {
    request: [u8; 32],
    at: Timestamp,
}

impl Tokens {
    /// Whether this very request has been done; that another was is an error.
    pub(super) fn has(&self, token: &str, request: [u8; 32], now: Timestamp) -> Result<bool, DynamoDbError> {
        let mut known = self.known();
        known.retain(|_, known| now.millis() - known.at.millis() < KNOWN_FOR_MS);
        match known.get(token) {
            Some(known) if known.request == request => Ok(true),
            Some(_) => Err(DynamoDbError::IdempotentParameterMismatch),
            None => Ok(false),
        }
    }

    /// Remembers a request that has been done.
    pub(super) fn remember(&self, token: &str, request: [u8; 32], at: Timestamp) {
        self.known().insert(token.to_owned(), Known { request, at });
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
