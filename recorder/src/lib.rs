//! A proxy that records real AWS as cassettes.
