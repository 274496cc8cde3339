//! The cluster of the tests, and the store as the suite opens it.

pub mod cluster;
pub mod proxy;

use std::time::Duration;

use cluster::Cluster;
use headstock::execution::Request;
use headstock::repository::{Driven, DriverError, Repository, Retries, execute};
use headstock::snapshot::ExecutionSnapshot;
use headstock_postgres::PostgresRepository;
use headstock_store_suite::Home;
pub use headstock_store_suite::crash::{commands, plant};
pub use headstock_store_suite::{now, request};
use postgres::{Client, NoTls};
use serde_json::json;

impl Home for Cluster {
    type Store = PostgresRepository;

    fn fill(&self, name: &str, state: &ExecutionSnapshot) {
        self.create(name);
        self.open(name).import(state).unwrap();
    }

    fn open(&self, name: &str) -> PostgresRepository {
        open(&self.address(name))
    }

    fn everything(&self, store: &mut PostgresRepository) -> ExecutionSnapshot {
        store.snapshot().unwrap()
    }

    fn verify(&self, store: &mut PostgresRepository) {
        store.verify().unwrap();
    }

    fn drop_place(&self, name: &str) {
        self.remove(name);
    }
}

/// A store that makes a new connection where one is lost.
pub fn open(address: &str) -> PostgresRepository {
    let address = address.to_owned();
    PostgresRepository::connect(move || Client::connect(&address, NoTls)).unwrap()
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

pub fn pause(milliseconds: u64) {
    std::thread::sleep(Duration::from_millis(milliseconds));
}
