//! Signing keys, derived once for a day, a region and a service.

use std::sync::{Mutex, PoisonError};

use crate::sign::canonical::SigningKey;
use crate::sign::credential::CredentialScope;

/// The keys that were derived last: deriving one takes several times as long as signing with it. Shared between
/// threads. Its `Debug` keeps the secrets.
#[derive(Default)]
pub struct SigningKeys(Mutex<Vec<(String, CredentialScope, SigningKey)>>);

/// More scopes than one run signs for in a day.
const MOST_KEYS: usize = 64;

impl SigningKeys {
    pub(super) fn get(&self, secret_access_key: &str, scope: &CredentialScope) -> SigningKey {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = keys.iter().find(|(secret, own, _)| own == scope && secret == secret_access_key);
        if let Some((_, _, key)) = known {
            return key.clone();
        }
        let key = SigningKey::derive(secret_access_key, scope);
        if keys.len() == MOST_KEYS {
            keys.clear();
        }
        keys.push((secret_access_key.to_owned(), scope.clone(), key.clone()));
        key
    }
}

impl std::fmt::Debug for SigningKeys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SigningKeys(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_that_of_its_secret_and_scope() {
        let keys = SigningKeys::default();
        let scope = |day: usize| CredentialScope {
            access_key_id: "AK".to_owned(),
            date: format!("{day:08}"),
            region: "us-east-1".to_owned(),
            service: "s3".to_owned(),
        };
        for _ in 0..2 {
            for day in 0..=MOST_KEYS {
                for secret in ["one", "two"] {
                    let derived = SigningKey::derive(secret, &scope(day));
                    assert_eq!(keys.get(secret, &scope(day)).sign("text"), derived.sign("text"));
                }
            }
        }
        assert!(keys.0.lock().unwrap().len() <= MOST_KEYS);
    }
}
