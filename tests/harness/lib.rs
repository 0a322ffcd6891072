//! What the tests share: where things are, and a whole emulator of one's own.

pub mod places;
