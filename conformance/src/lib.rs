//! Replays cassettes and says what differs.
