//! Stories of the control plane.
