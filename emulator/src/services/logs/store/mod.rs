//! Where log groups, streams and events are kept.

mod group;
mod position;
mod settings;
mod stream;

pub(super) use group::{Contents, DAY_MS, Group};
pub(super) use position::Position;
pub(super) use settings::{Settings, SubscriptionFilter};
pub(super) use stream::{Draft, EVENT_BYTES, Entry, Stream};
