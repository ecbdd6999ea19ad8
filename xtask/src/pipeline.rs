//! The pipeline that runs `cdk deploy`: what is generated of it.

pub mod render;

pub use self::render::render;
