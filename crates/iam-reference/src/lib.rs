//! Facts about AWS: every service, action and resource type, as typed constants and a lookup table.

mod action;

pub use action::Action;
