//! The shipped plant shows every kind of thing a planner has to decide, and the command keeps its promises.

#![allow(clippy::unwrap_used, reason = "a command that does not start fails the test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const PLANT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../plant");

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_headstock-month")).args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A folder of its own that is gone when the test ends.
struct Temporary(PathBuf);

impl Temporary {
    fn new(name: &str) -> Temporary {
        let path = std::env::temp_dir().join(format!("headstock-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Temporary(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// One column of a written table.
fn column(folder: &Path, file: &str, name: &str) -> Vec<String> {
    let mut csv = csv::Reader::from_path(folder.join(file)).unwrap();
    let at = csv.headers().unwrap().iter().position(|column| column == name).unwrap();
    csv.records().map(|row| row.unwrap()[at].to_owned()).collect()
}

#[test]
fn p18_the_plant_shows_every_kind_of_message() {
    let out = Temporary::new("plant");
    let done = run(&["--out", out.path()]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let messages: BTreeSet<String> = column(&out.0, "messages.csv", "message").into_iter().collect();
    for kind in
        ["expedite", "defer", "increase", "decrease", "cancel", "past_due", "inside_fence", "below_safety"]
    {
        assert!(messages.contains(kind), "{kind} is not among {messages:?}");
    }
    let kinds: BTreeSet<String> = column(&out.0, "orders.csv", "kind").into_iter().collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["buy", "make", "subcontract", "transfer"]);
    let codes: BTreeSet<String> = column(&out.0, "findings.csv", "code").into_iter().collect();
    for code in ["DEMAND_NO_DATE", "HORIZON_EXCEEDED", "INSIDE_FENCE", "LOT_EXPIRES_UNUSED", "NO_SOURCE"] {
        assert!(codes.contains(code), "{code} is not among {codes:?}");
    }
    let pegs: BTreeSet<String> = column(&out.0, "pegs.csv", "supply_kind").into_iter().collect();
    for kind in ["stock", "supply", "planned", "output", "substitute", "short"] {
        assert!(pegs.contains(kind), "{kind} is not among {pegs:?}");
    }
    let page: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(out.0.join("plan.json")).unwrap()).unwrap();
    assert_eq!(page["format"], "headstock.plan");
    assert_eq!(page["orders"].as_array().unwrap().len(), column(&out.0, "orders.csv", "order").len());
}

#[test]
fn p17_the_urgent_order_is_late_and_the_report_says_why() {
    let done = run(&[]);
    let report = text(&done.stdout);
    let urgent =
        report.lines().skip_while(|line| !line.contains("SO-1043-1")).take(4).collect::<Vec<_>>().join(" ");
    for said in ["late", "GATE-SET", "LOCK-55", "CYL-30", "Cyltec"] {
        assert!(urgent.contains(said), "{said}: {report}");
    }
    assert!(report.lines().all(|line| line.chars().count() <= 110), "{report}");
    let zh = text(&run(&["--lang", "zh"]).stdout);
    assert!(zh.contains("延误") && zh.contains("采购"));
}

#[test]
fn promise_06_two_runs_give_the_same_bytes_whatever_the_threads() {
    let (one, two) = (Temporary::new("one"), Temporary::new("two"));
    let first = run(&["--out", one.path(), "--threads", "1"]);
    let second = run(&["--out", two.path(), "--threads", "4"]);
    assert_eq!(first.stdout, second.stdout);
    for file in std::fs::read_dir(&one.0).unwrap() {
        let name = file.unwrap().file_name();
        let read = |folder: &Temporary| std::fs::read(folder.0.join(&name)).unwrap();
        assert!(read(&one) == read(&two), "{name:?}");
    }
}

#[test]
fn f09_a_wrong_folder_is_refused_and_nothing_is_written() {
    let (folder, out) = (Temporary::new("wrong"), Temporary::new("wrong-out"));
    std::fs::create_dir_all(&folder.0).unwrap();
    for file in std::fs::read_dir(PLANT).unwrap() {
        let path = file.unwrap().path();
        std::fs::copy(&path, folder.0.join(path.file_name().unwrap())).unwrap();
    }
    let stock = folder.0.join("stock.csv");
    let spoilt = std::fs::read_to_string(&stock).unwrap().replace("N-001,GATE-SET", "N-001,GATE-SETT");
    std::fs::write(&stock, spoilt).unwrap();
    let done = run(&[folder.path(), "--out", out.path()]);
    assert_eq!(done.status.code(), Some(1));
    let said = text(&done.stderr);
    assert!(said.contains("stock.csv, row 2, column item") && said.contains("GATE-SET"), "{said}");
    assert!(done.stdout.is_empty() && !out.0.exists());
    // A table that is fine by itself and makes no sense: the kernel refuses it.
    std::fs::write(folder.0.join("bom_lines.csv"), "product,component,quantity\nPIN-8,PIN-8,1\n").unwrap();
    assert_eq!(run(&[folder.path()]).status.code(), Some(1));
}

/// The month, and how many commands its last line says were stored.
fn month(args: &[&str], store: &str) -> (String, String) {
    let done = run(&[args, &["--store", store]].concat());
    assert!(done.status.success(), "{}", text(&done.stderr));
    let told = text(&done.stdout);
    let told = &told[told.find("The month from").unwrap()..];
    let last = told.lines().find(|line| line.contains(" applied; ")).unwrap();
    (told.replace(last, ""), last.to_owned())
}

#[test]
fn promise_08_the_month_is_stored_once_and_told_the_same_again() {
    let folder = Temporary::new("month");
    std::fs::create_dir_all(&folder.0).unwrap();
    let store = folder.0.join("month.db");
    let store = store.to_str().unwrap();
    // Two weeks first: what goes on later is the same month.
    let (_, early) = month(&["--until", "2026-03-13"], store);
    assert!(early.ends_with("applied; 0 stored before."), "{early}");
    let (first, said) = month(&[], store);
    let (again, nothing) = month(&[], store);
    assert_eq!(first, again);
    let stored = |line: &str| line.split(' ').find_map(|word| word.parse::<u32>().ok()).unwrap();
    let all: u32 = nothing.split("; ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    assert_eq!(stored(&nothing), 0, "{nothing}");
    assert_eq!(stored(&early) + stored(&said), all);
    assert!(all > 300, "{nothing}");
    // A month that never was interrupted is told in the same words.
    let whole = folder.0.join("whole.db");
    assert_eq!(month(&[], whole.to_str().unwrap()).0, first);
    for said in [
        "Orders that need attention",
        "Production orders not finished",
        "Sales lines not shipped",
        "Stock not used for",
    ] {
        assert!(first.contains(said), "{said}: {first}");
    }
    assert!(first.lines().all(|line| line.chars().count() <= 120), "{first}");
    let zh = text(&run(&["--lang", "zh", "--store", store]).stdout);
    assert!(zh.contains("本次执行命令0条") && zh.contains("未完成的生产订单"), "{zh}");
    // The file of another month is told from damage and from a folder that is not there; none is overwritten.
    let other = run(&["--date", "2026-03-03", "--store", store]);
    assert_eq!(other.status.code(), Some(1));
    assert!(text(&other.stderr).contains("holds the month of another plan"), "{other:?}");
    assert_eq!(month(&[], store).1, nothing);
    let letter = folder.0.join("letter.db");
    std::fs::write(&letter, "not a database").unwrap();
    let refused = run(&["--store", letter.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(text(&refused.stderr).contains("STORE_CORRUPT"), "{refused:?}");
    assert_eq!(std::fs::read_to_string(&letter).unwrap(), "not a database");
}

/// A copy of the plant without some of its files.
fn plant_without(name: &str, files: &[&str]) -> Temporary {
    let folder = Temporary::new(name);
    std::fs::create_dir_all(&folder.0).unwrap();
    for file in std::fs::read_dir(PLANT).unwrap() {
        let path = file.unwrap().path();
        let own = path.file_name().unwrap();
        if !files.iter().any(|left_out| own == *left_out) {
            std::fs::copy(&path, folder.0.join(own)).unwrap();
        }
    }
    folder
}

#[test]
fn c11_the_month_is_closed_and_every_difference_is_nought() {
    let (folder, out) = (Temporary::new("close"), Temporary::new("close-out"));
    std::fs::create_dir_all(&folder.0).unwrap();
    let store = folder.0.join("month.db");
    let done = run(&["--store", store.to_str().unwrap(), "--out", out.path(), "--rows", "500"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let told = text(&done.stdout);
    let costs = &told[told.find("Where the cost is").unwrap()..];
    // Every row of an order, and the sum of all, ends with its difference.
    let ledger = &costs[costs.find("Orders by element").unwrap()..costs.find("Finished products").unwrap()];
    let rows: Vec<&str> = ledger.lines().skip(3).filter(|line| !line.trim().is_empty()).collect();
    assert!(rows.len() > 80, "{ledger}");
    assert!(rows.iter().all(|row| row.ends_with(" 0.00")), "{ledger}");
    // The opening work in process of SC-52: 606 leaves for 187.86, and 600 × 0.22 of fee.
    let sc = rows.iter().filter(|row| row.trim_start().starts_with("SC-52"));
    let sc: Vec<Vec<&str>> = sc.map(|row| row.split_whitespace().skip(1).collect()).collect();
    assert_eq!(sc[0], ["fee", "0.00", "132.00", "132.00", "0.00", "0.00", "0.00"]);
    assert_eq!(sc[1], ["material", "187.86", "0.00", "187.86", "0.00", "0.00", "0.00"]);
    // All of the workbook is shared or borne by its order: 620 + 410 + 380 + 145.30 − 20 + 260 + 110 + 45.
    let overhead = costs.lines().find(|line| line.trim_start().starts_with("overhead ")).unwrap();
    assert!(overhead.contains("1,950.30") && overhead.ends_with(" 0.00"), "{overhead}");
    let page = std::fs::read_to_string(out.0.join("costs.html")).unwrap();
    assert!(page.contains("<svg class=\"fall\""));
    assert!(std::fs::read(out.0.join("costs.xlsx")).unwrap().starts_with(b"PK"));
}

#[test]
fn c03_a_folder_without_costs_says_so_and_one_that_does_not_add_up_is_not_closed() {
    let store = Temporary::new("no-costs-db");
    std::fs::create_dir_all(&store.0).unwrap();
    let db = |name: &str| store.0.join(name).to_str().unwrap().to_owned();
    let tables = [
        "cost_elements.csv",
        "item_costs.csv",
        "prices.csv",
        "opening_values.csv",
        "opening_wip.csv",
        "overhead.xlsx",
    ];
    let folder = plant_without("no-costs", &tables);
    let done = run(&[folder.path(), "--store", &db("none.db")]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    assert!(text(&done.stdout).contains("Nothing to cost: the folder has no cost_elements.csv."), "{done:?}");
    let folder = plant_without("off", &["opening_wip.csv"]);
    let done = run(&[folder.path(), "--store", &db("off.db")]);
    assert_eq!(done.status.code(), Some(1));
    let said = text(&done.stderr);
    assert!(said.contains("could not be closed") && said.contains("OPENING_TOTAL"), "{said}");
}

#[test]
fn p17_reasons_of_an_order_are_told() {
    let done = run(&["--why", "CYL-30@NORTH#2026-02-26.1"]);
    assert!(text(&done.stdout).contains("LOCK-55"), "{done:?}");
    assert_eq!(run(&["--why", "nothing"]).status.code(), Some(2));
}

#[test]
fn f09_the_plant_survives_being_written_and_read() {
    let copy = Temporary::new("copy");
    assert!(run(&["--tables", copy.path()]).status.success());
    let (ours, theirs) = (run(&[]), run(&[copy.path()]));
    assert_eq!(ours.stdout, theirs.stdout, "{}", text(&theirs.stderr));
}

#[test]
fn p10_adventureworks_is_planned() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/adventureworks");
    if !Path::new(folder).is_dir() {
        println!("skipped: ../shared/data/adventureworks is not there");
        return;
    }
    let out = Temporary::new("adventureworks");
    let done = run(&[folder, "--adapter", "adventureworks", "--out", out.path()]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let report = text(&done.stdout);
    // 504 products and 3 733 open sales lines on 2013-10-01: counted from the tables by another program.
    assert!(report.contains("504 items") && report.contains("3733 demands"), "{report}");
    assert!(report.contains("Assumed by the adapter"));
    let made: BTreeSet<String> = column(&out.0, "orders.csv", "item").into_iter().collect();
    assert!(made.contains("532") && made.contains("533"), "every frame has seat stays and a seat tube");
    assert_eq!(column(&out.0, "shortages.csv", "code"), [""; 0], "everything has a source and a BOM");
}
