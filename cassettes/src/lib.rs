//! Recorded conversations with AWS.
