//! The services' descriptions and the types generated from them.
