//! Everything between bytes and values. Knows no service.
