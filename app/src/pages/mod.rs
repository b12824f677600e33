//! One file per noun: a value in, finished HTML out. Everything works without JavaScript.

pub mod exhibit;
pub mod incident;
pub mod me;
pub mod new_incident;
pub mod problem;
