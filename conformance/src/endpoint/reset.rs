//! How the emulators of this world are made to forget.

/// Tried one after the other until one answers with success; the first that does is used from then on.
pub(super) const PATHS: &[&str] = &[
    "/_ruststack/reset",
    "/moto-api/reset",
    "/_localstack/state/reset",
    "/_ministack/reset",
    "/_floci/state/reset",
    // fakecloud's.
    "/_reset",
];
