//! Whose account a call touches that is not signed anew: what its access key says, as STS knows it.

use std::collections::HashMap;
use tokio::sync::Mutex;

use crate::courier::Courier;
use crate::identity;

/// The accounts that calls may touch, and those of the keys that were seen.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    /// None where any may be touched.
    pub(crate) allowed: Vec<String>,
    pub(crate) of_keys: Mutex<HashMap<String, String>>,
}

impl Accounts {
    /// Lets a call pass that is signed with this key, or says why not.
    pub(crate) async fn check(&self, key: &str, own: &str, courier: &Courier) -> Result<(), String> {
        if self.allowed.is_empty() {
            return Ok(());
        }
        // Held while STS is asked, so that many calls at once ask once.
        let mut of_keys = self.of_keys.lock().await;
        let account = match of_keys.get(key) {
            Some(account) => account.clone(),
            None => {
                let account = identity::of_key(courier, key, own).await.map_err(|error| error.to_string())?;
                of_keys.insert(key.to_owned(), account.clone());
                account
            }
        };
        match self.allowed.contains(&account) {
            true => Ok(()),
            false => {
                Err(format!("The call is signed for account {account}, which --allow-account does not name."))
            }
        }
    }
}
