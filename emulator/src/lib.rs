//! The emulated AWS.
//!
//! A request comes in through the [`gateway`], which finds its operation, checks who calls, reads its input and
//! writes the answer; what an operation does is its service's own business. Everything lives in memory.

pub mod clock;
pub mod config;
pub mod events;
pub mod gateway;
pub mod policy;
pub mod services;

pub use clock::Clock;
pub use config::{Auth, Config, LambdaExecutor};
pub use events::{Event, Events};
pub use gateway::Emulator;
