//! Bills of material: records, graph, explosion and where-used. The only module that names petgraph.

mod record;

pub use record::*;
