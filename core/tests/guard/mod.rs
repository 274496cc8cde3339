//! Reads the project's own text: files, Rust code without comments and strings, functions, documentation.

pub mod functions;
pub mod lexer;
pub mod tree;
