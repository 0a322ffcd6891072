//! Everything between bytes and values. Knows no service.

pub mod sign;
