//! Writes the schemas of the API documents to a folder: `schema docs/schema`.

use std::path::PathBuf;

use headstock::api::{request_schema, response_schema};

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "docs/schema".into()));
    std::fs::create_dir_all(&folder)?;
    for (name, schema) in [("request", request_schema()), ("response", response_schema())] {
        std::fs::write(folder.join(format!("{name}.schema.json")), format!("{schema:#}\n"))?;
    }
    Ok(())
}
