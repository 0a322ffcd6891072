//! Tells functions what happened elsewhere: what a bucket notifies of, what a subscription of logs lets through, how an
//! invocation of another function ended.

use super::Emulator;
use crate::events::Event;
use std::sync::Arc;
use tokio::sync::broadcast::error::RecvError;

impl Emulator {
    /// Hands events for functions to Lambda until the emulator is gone.
    pub(super) fn hear(&self) {
        let mut bus = self.0.services.events.subscribe();
        let inner = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            loop {
                match bus.recv().await {
                    Ok(event) => {
                        let Some(inner) = inner.upgrade() else { return };
                        Emulator(inner).tell(&event);
                    }
                    Err(RecvError::Lagged(count)) => {
                        tracing::warn!("{count} events were lost, since more happened than can be told");
                    }
                    Err(RecvError::Closed) => return,
                }
            }
        });
    }

    fn tell(&self, event: &Event) {
        let inner = &*self.0;
        let parts: Vec<&str> = event.target.split(':').collect();
        let [_, _, "lambda", region, account, "function", _, ..] = parts.as_slice() else { return };
        let service = &ruststack_models::lambda::SERVICE;
        let mut caller = inner.ids.caller(&inner.config, service, None, Some(region), self.clock().now());
        caller.account = (*account).to_owned();
        if let Err(error) = inner.services.lambda.accept(&caller, &event.target, &event.body) {
            tracing::warn!("{} could not be told by {}: {error:?}", event.target, event.source);
        }
    }
}
