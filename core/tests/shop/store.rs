//! The memory store, the driver and the law `load(commit(c)) == apply(c)`.

use headstock::changeset::ChangeSet;
use headstock::execution::{Request, decide};
use headstock::load::{Rows, Want};
use headstock::repository::{
    Commit, CommitChanges, MemoryRepository, ReadRecords, Retries, StoreError, conformance, execute,
};
use headstock::snapshot::{ExecutionSnapshot, ExecutionTables};
use serde_json::json;

use super::{Shop, now};

fn empty() -> ExecutionSnapshot {
    let tables: ExecutionTables = serde_json::from_value(json!({
        "items": [{"item": "A"}, {"item": "B"}], "places": [{"location": {"id": "W", "site": "S"}}]}))
    .unwrap();
    ExecutionSnapshot::from_tables(tables).unwrap()
}

#[test]
fn the_memory_store_conforms() {
    conformance(&mut MemoryRepository::new(empty())).unwrap();
}

/// A store that loses answers, is busy and lets someone else in, by a seed.
struct Troubled {
    store: MemoryRepository,
    dice: u64,
    others: u32,
}

impl Troubled {
    fn roll(&mut self) -> u64 {
        self.dice = self.dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.dice >> 33) % 10
    }
}

impl ReadRecords for Troubled {
    fn read(&mut self, wants: &[Want]) -> Result<Rows, StoreError> {
        self.store.read(wants)
    }
}

impl CommitChanges for Troubled {
    fn commit(&mut self, changes: &ChangeSet) -> Result<Commit, StoreError> {
        match self.roll() {
            0 => Ok(Commit::Busy),
            1 => {
                // Stored, and the answer is lost.
                self.store.commit(changes)?;
                Ok(Commit::Unknown)
            }
            2 => Ok(Commit::Unknown),
            3 | 4 => {
                self.others += 1;
                let text = format!(
                    r#"{{"key": "other {n}", "command": {{"do": "stock", "document": "X{n}", "kind": "stock_in",
                    "lines": [{{"stock": {{"item": "B", "location": "W"}}, "quantity": 1}}]}}}}"#,
                    n = self.others
                );
                let request: Request = serde_json::from_str(&text).unwrap();
                execute(&mut self.store, &request, now(), Retries::default()).unwrap();
                self.store.commit(changes)
            }
            _ => self.store.commit(changes),
        }
    }
}

#[test]
fn the_driver_loses_and_doubles_nothing() {
    let mut store = Troubled { store: MemoryRepository::new(empty()), dice: 7, others: 0 };
    let (mut stored, mut conflicts) = (0_i64, 0);
    for number in 0..500 {
        let text = format!(
            r#"{{"key": "r{number}", "command": {{"do": "stock", "document": "D{number}", "kind": "stock_in",
            "lines": [{{"stock": {{"item": "B", "location": "W"}}, "quantity": 1}}]}}}}"#
        );
        let request: Request = serde_json::from_str(&text).unwrap();
        // A host that gets no answer asks again with the same key, for ever.
        loop {
            match execute(&mut store, &request, now(), Retries::default()) {
                Ok(driven) => {
                    conflicts += driven.conflicts;
                    break;
                }
                Err(error) => assert!(["STORE_UNKNOWN", "STORE_BUSY"].contains(&error.code().as_str())),
            }
        }
        stored += 1;
    }
    let row = store.store.state().to_tables().balances.remove(0);
    assert_eq!(row.quantity.to_string(), (stored + i64::from(store.others)).to_string());
    assert_eq!(store.store.state().ledger.len(), usize::try_from(stored).unwrap() + store.others as usize);
    assert!(conflicts > 50, "the test must see conflicts, it saw {conflicts}");
}

/// A control: a store that does not look at versions loses updates, so the test above can fail.
struct Careless(MemoryRepository);

impl ReadRecords for Careless {
    fn read(&mut self, wants: &[Want]) -> Result<Rows, StoreError> {
        self.0.read(wants)
    }
}

impl CommitChanges for Careless {
    fn commit(&mut self, changes: &ChangeSet) -> Result<Commit, StoreError> {
        let mut changes = changes.clone();
        changes.reads.clear();
        self.0.commit(&changes)
    }
}

#[test]
fn a_store_without_version_checks_fails_the_suite() {
    let fault = conformance(&mut Careless(MemoryRepository::new(empty()))).unwrap_err();
    assert_eq!(fault.step, "conflict");
}

/// Every command of the suites, loaded through the driver's task, decides as it does on the whole state: what is
/// loaded is enough.
#[test]
fn what_is_loaded_is_enough() {
    let mut shop = Shop::new();
    shop.stock("B", "W", "500");
    shop.stock("N", "W", "500");
    shop.order("MO", 100, &[("B", "200"), ("M", "50")], json!({"line": {"method": "backflush"}}));
    shop.good(json!({"do": "receive", "document": "R0", "order": "MO", "lines": [], "draft": true}));
    let mut store = MemoryRepository::new(shop.state.clone());
    let commands = [
        json!({"do": "issue", "document": "I1", "order": "MO", "what": {"scheme": "lines",
            "lines": [{"line": 2, "substitute": "N"}]}}),
        json!({"do": "receive", "document": "R1", "order": "MO", "lines": [{"quantity": 40, "location": "W"}]}),
        json!({"do": "document", "document": "R1", "step": "reverse"}),
        json!({"do": "return", "document": "RT", "order": "MO", "lines": [{"line": 2, "item": "N", "quantity": 6}]}),
        json!({"do": "document", "document": "RT", "step": "unapprove"}),
        json!({"do": "document", "document": "RT", "step": "approve"}),
        json!({"do": "document", "document": "R0", "step": "void"}),
        json!({"do": "split_order", "order": "MO", "split": {"by": "parts", "parts": [{"order": "M2", "quantity": 1}]}}),
        json!({"do": "set_place", "location": {"id": "W", "site": "P", "in_costing": false}}),
        json!({"do": "opening", "document": "OB", "date": "2026-02-28",
            "lines": [{"stock": {"item": "B", "location": "LS"}, "quantity": 5, "unit_cost": 2}],
            "orders": {"rows": [{"order": "M2", "moved": [{"line": 2, "quantity": 1}]}],
                "control_issued": 1, "control_received": 0},
            "wip": {"rows": [{"order": "MO", "element": "material", "amount": "7.00"}], "control_amount": "7.00"},
            "accruals": {"rows": [{"id": "GR", "item": "C", "quantity": 1, "amount": 1}], "control_amount": 1}}),
        json!({"do": "document", "document": "OB", "step": "reverse"}),
        json!({"do": "create_document", "approve": true, "document": {"id": "SO", "kind": "sales",
            "date": "2026-03-02", "lines": [{"number": 1, "item": "A", "quantity": 50}]}}),
        json!({"do": "create_order", "order": {"id": "MP", "item": "A", "good": 10, "plan": "released",
            "lines": [{"number": 1, "item": "S", "required": 10, "location": "W"}],
            "pegs": [{"demand": {"document": "SO", "line": 1}, "quantity": 10}]}}),
        json!({"do": "split_order", "order": "MP", "split": {"by": "parts", "parts": [{"order": "MQ", "quantity": 4}]}}),
        json!({"do": "create_orders", "name": "N", "templates": [{"item": "A"}], "from": {"source": "sales",
            "lines": [{"line": {"document": "SO", "line": 1}}]}}),
        json!({"do": "order_step", "order": "MQ", "step": "close", "reason": "none"}),
        json!({"do": "create_orders", "name": "O", "templates": [{"item": "A"}], "from": {"source": "sales",
            "use_stock": true, "lines": [{"line": {"document": "SO", "line": 1}}]}}),
        json!({"do": "stock", "document": "SI", "kind": "stock_in",
            "lines": [{"stock": {"item": "S", "location": "W"}, "quantity": 2, "serials": ["S1", "S2"]}]}),
        json!({"do": "issue", "document": "IS", "order": "MP", "what": {"scheme": "lines",
            "lines": [{"line": 1, "quantity": 2, "serials": ["S1", "S2"]}]}}),
        json!({"do": "return", "document": "RS", "order": "MP",
            "lines": [{"line": 1, "quantity": 1, "serials": ["S2"]}]}),
    ];
    for (number, command) in commands.iter().enumerate() {
        let request: Request =
            serde_json::from_value(json!({"key": format!("q{number}"), "command": command})).unwrap();
        let whole = decide(store.state(), &request, now()).map(|outcome| outcome.reply);
        let driven = execute(&mut store, &request, now(), Retries::default()).map(|driven| driven.reply);
        match (whole, driven) {
            (Ok(whole), Ok(driven)) => assert_eq!(whole, driven, "{command}"),
            (Err(whole), Err(driven)) => assert_eq!(whole.to_string(), driven.to_string(), "{command}"),
            (whole, driven) => panic!("{command}\n{whole:?}\n{driven:?}"),
        }
        super::laws::check(store.state());
    }
}

/// A name that the kernel makes up is not among what is loaded; where it is taken, that is said.
#[test]
fn x06_a_made_up_name_that_is_taken_is_refused_as_such() {
    let mut shop = Shop::new();
    shop.stock("B", "W", "500");
    shop.order("MO", 90, &[("B", "90")], json!({}));
    shop.order("MO.3", 1, &[("B", "1")], json!({}));
    let mut store = MemoryRepository::new(shop.state.clone());
    let split = json!({"do": "split_order", "order": "MO", "split": {"by": "batch", "size": 30}});
    let request: Request = serde_json::from_value(json!({"key": "split", "command": split})).unwrap();
    let refused = execute(&mut store, &request, now(), Retries::default()).unwrap_err();
    assert_eq!(refused.code().as_str(), "DUPLICATE_ID", "{refused}");
    assert!(refused.to_string().contains("MO.3"), "{refused}");
    assert_eq!(store.state(), &shop.state);
}
