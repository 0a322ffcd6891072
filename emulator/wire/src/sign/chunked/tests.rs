//! The examples of AWS's documentation, and bodies that are cut, changed or invented.
