//! The evaluator against the IAM User Guide, against properties that must hold, and against another one.

mod another_evaluator;
mod arbitrary;
mod containment;
mod covering;
mod every_operator;
mod explanations;
mod properties;
mod support;
mod user_guide;
mod user_guide_conditions;
