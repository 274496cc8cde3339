//! Folders of their own, and the store as the suite opens it.

use std::path::{Path, PathBuf};

use headstock::execution::Request;
use headstock::repository::{Driven, DriverError, Repository, Retries, execute};
use headstock::snapshot::ExecutionSnapshot;
use headstock_sqlite::SqliteRepository;
use headstock_store_suite::Home;
pub use headstock_store_suite::crash::{commands, plant};
pub use headstock_store_suite::{now, request};
use serde_json::json;

/// A folder of its own, gone when the test ends.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("headstock-sqlite-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub fn file(&self) -> PathBuf {
        self.0.join("records.db")
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn named(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.db"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Home for Folder {
    type Store = SqliteRepository;

    fn fill(&self, name: &str, state: &ExecutionSnapshot) {
        self.drop_place(name);
        SqliteRepository::open(&self.named(name)).unwrap().import(state).unwrap();
    }

    fn open(&self, name: &str) -> SqliteRepository {
        SqliteRepository::open(&self.named(name)).unwrap()
    }

    fn everything(&self, store: &mut SqliteRepository) -> ExecutionSnapshot {
        store.snapshot().unwrap()
    }

    fn verify(&self, store: &mut SqliteRepository) {
        store.verify().unwrap();
    }

    fn drop_place(&self, name: &str) {
        for tail in ["db", "db-wal", "db-shm"] {
            let _ = std::fs::remove_file(self.0.join(format!("{name}.{tail}")));
        }
    }
}

pub fn run(store: &mut dyn Repository, request: &Request) -> Result<Driven, DriverError> {
    execute(store, request, now(), Retries::default())
}

/// A purchase of B.
pub fn stock_in(document: &str, quantity: i64) -> Request {
    let line = json!({"stock": {"item": "B", "location": "W"}, "quantity": quantity});
    let command = json!({"do": "stock", "document": document, "kind": "stock_in", "lines": [line]});
    request(document, &command)
}
