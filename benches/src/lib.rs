//! Recipes of the benchmarks, made by a stated generator, and the right answers to check before timing.

pub mod measure;
pub mod plants;
