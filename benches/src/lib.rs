//! Recipes of the benchmarks, made by a stated generator, and the right answers to check before timing.
//!
//! `recipe_a` is `mrp_weekly` and `mrp_daily`, `recipe_b` is `bom_csr`, `recipe_c` is `mrp_real`, `movements` is
//! `value`, `closing` is the closing of a period. The figures and the commands that reproduce them are in
//! `docs/benchmarks.md`.

pub mod closing;
pub mod measure;
pub mod movements;
pub mod recipe_a;
pub mod recipe_b;
pub mod recipe_c;
pub mod rows;
pub mod timed;
