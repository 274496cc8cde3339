//! Closing a period, and a cost loop solved exactly.
//!
//! Answers are recomputed from the rows before anything counts: every price from what came into its stock, every
//! order and stock from its lines, and what came into the plant against what left it and what is there.

use crate::{Ask, Outcome, hold};
use headstock::cost::{CostRecords, CostTables, MovementKind};
use headstock::costing::{ClosePolicy, LoopRule, PeriodOutcome, close_period};
use headstock::run::RunControl;
use headstock_benches::closing;
use headstock_benches::measure::{Figures, median, took};
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

/// `close N`: a period of N orders.
pub(crate) fn period(ask: &Ask, figures: &mut Figures) -> Outcome {
    run(ask, closing::period(ask.items), &ClosePolicy::default(), 1, figures)
}

/// `costloop N`: a loop of N items, solved exactly.
pub(crate) fn cost_loop(ask: &Ask, figures: &mut Figures) -> Outcome {
    let policy = ClosePolicy { loops: LoopRule::Exact, ..ClosePolicy::default() };
    // Lines that close a circle are rounded from the exact solution, the others shared from what their stock holds
    // then, one after the other: what rounding adds up to reaches two cents.
    run(ask, closing::cost_loop(ask.items), &policy, 2, figures)
}

/// `HEADSTOCK_ROWS` names a directory into which the rows are written, for the programs beside this one.
fn run(ask: &Ask, tables: CostTables, policy: &ClosePolicy, apart: i128, figures: &mut Figures) -> Outcome {
    let name = &ask.name;
    let rows = std::env::var_os("HEADSTOCK_ROWS");
    if let Some(directory) = &rows {
        closing::write(&tables, directory.as_ref()).map_err(|error| error.to_string())?;
    }
    let (orders, issues) = (tables.orders.len() as u64, tables.issues.len() as u64);
    figures.tell(&format!("{name}.orders"), orders, "");
    figures.tell(&format!("{name}.issues"), issues, "");
    figures.resident(&format!("{name}.rows"));
    let control = RunControl::new();
    let (records, load) = took(|| CostRecords::new(tables, &control));
    let records = records.map_err(|rejected| rejected.to_string())?;
    figures.seconds(&format!("{name}.load_cpu"), load.cpu);
    figures.resident(&format!("{name}.records"));
    let mut times = Vec::new();
    for round in 0..ask.rounds {
        let (outcome, time) = took(|| close_period(&records, policy, &control));
        let outcome = outcome.map_err(|error| format!("{error}: {:?}", error.findings()))?;
        times.push(time.cpu);
        if round > 0 {
            continue;
        }
        figures.peak(&format!("{name}.peak"), &[("issue", issues)]);
        let flow = Flow::of(&outcome);
        flow.right(&records, apart)?;
        if let Some(directory) = &rows {
            flow.totals(directory.as_ref()).map_err(|error| error.to_string())?;
        }
        figures.tell(&format!("{name}.check"), check(&outcome), "");
        let (count, read) = took(|| outcome.events().count());
        figures.tell(&format!("{name}.events"), count, "");
        figures.seconds(&format!("{name}.events_cpu"), read.cpu);
    }
    let middle = median(times);
    figures.seconds(&format!("{name}.close_cpu"), middle);
    figures.nanos_each(&format!("{name}.per_issue"), middle, issues);
    Ok(())
}

fn cents(amount: Decimal) -> i128 {
    let mut amount = amount;
    amount.rescale(2);
    amount.mantissa()
}

/// Σ (row + 1) · cents over receipts, then issues, modulo 2⁶⁴: shows any change of any value.
fn check(outcome: &PeriodOutcome<'_>) -> u64 {
    let tables = outcome.records().tables();
    let receipts = (0..tables.receipts.len()).filter_map(|row| outcome.receipt_value(row));
    let issues = (0..tables.issues.len()).filter_map(|row| outcome.issue_value(row));
    let rows = (1u64..).zip(receipts.chain(issues));
    rows.fold(0, |sum, (row, value)| {
        let cents = u64::try_from(cents(value).rem_euclid(1 << 64)).unwrap_or(0);
        sum.wrapping_add(row.wrapping_mul(cents))
    })
}

/// Values by stock and by order, gathered from rows.
#[derive(Default)]
struct Flow<'a> {
    /// Value and quantity that came into each stock, and that left it.
    stock: HashMap<&'a str, [i128; 4]>,
    /// Material issued to each order, and what its receipts are worth.
    order: HashMap<&'a str, [i128; 2]>,
    /// Item, value, quantity of each issue.
    issues: Vec<(&'a str, i128, i128)>,
    /// What came from outside the plant, and what was sold.
    outside: [i128; 2],
    closing: HashMap<&'a str, i128>,
    /// Opening, input, finished, closing, scrapped of each order, all elements together; input by element.
    ledger: HashMap<&'a str, [i128; 5]>,
    wip: i128,
}

impl<'a> Flow<'a> {
    fn of(outcome: &'a PeriodOutcome<'a>) -> Flow<'a> {
        let tables = outcome.records().tables();
        let mut flow = Flow::default();
        for row in &tables.stock {
            flow.put(row.item.as_str(), cents(row.amount.0), row.quantity.grains().into());
            flow.outside[0] += cents(row.amount.0);
        }
        for (at, row) in tables.movements.iter().enumerate() {
            let (value, quantity) =
                (outcome.movement_value(at).map_or(0, cents), row.quantity.grains().into());
            let sold = row.kind == MovementKind::Sale;
            flow.outside[usize::from(sold)] += value;
            if sold {
                flow.take(row.item.as_str(), value, quantity)
            } else {
                flow.put(row.item.as_str(), value, quantity)
            }
        }
        for (at, row) in tables.receipts.iter().enumerate() {
            let value = outcome.receipt_value(at).map_or(0, cents);
            flow.put(row.item.as_str(), value, row.quantity.grains().into());
            flow.order.entry(row.order.as_str()).or_default()[1] += value;
        }
        for (at, row) in tables.issues.iter().enumerate() {
            let (value, quantity) = (outcome.issue_value(at).map_or(0, cents), row.quantity.grains().into());
            flow.take(row.item.as_str(), value, quantity);
            flow.order.entry(row.order.as_str()).or_default()[0] += value;
            flow.issues.push((row.item.as_str(), value, quantity));
        }
        for row in
            tables.charges.iter().map(|row| row.amount).chain(tables.overhead.iter().map(|row| row.amount))
        {
            flow.outside[0] += cents(row.0);
        }
        flow.read(outcome);
        flow
    }

    fn put(&mut self, item: &'a str, value: i128, quantity: i128) {
        let stock = self.stock.entry(item).or_default();
        (stock[0], stock[1]) = (stock[0] + value, stock[1] + quantity);
    }

    fn take(&mut self, item: &'a str, value: i128, quantity: i128) {
        let stock = self.stock.entry(item).or_default();
        (stock[2], stock[3]) = (stock[2] + value, stock[3] + quantity);
    }

    /// What the outcome says of stocks and orders.
    fn read(&mut self, outcome: &PeriodOutcome<'a>) {
        for stock in outcome.stocks() {
            self.closing.insert(stock.item, cents(stock.value[3]));
        }
        for row in outcome.ledger() {
            let cells = [row.opening, row.input, row.finished, row.closing, row.scrapped].map(cents);
            self.wip += cells[3];
            let sums = self.ledger.entry(row.order).or_default();
            sums.iter_mut().zip(cells).for_each(|(sum, cell)| *sum += cell);
        }
    }

    /// Writes the sums that another program has to reach.
    fn totals(&self, directory: &Path) -> std::io::Result<()> {
        let mut file = std::fs::File::create(directory.join("totals.csv"))?;
        let issued: i128 = self.issues.iter().map(|issue| issue.1).sum();
        let received: i128 = self.order.values().map(|order| order[1]).sum();
        let stock: i128 = self.closing.values().sum();
        let sums = [
            ("issued", issued),
            ("received", received),
            ("sold", self.outside[1]),
            ("stock", stock),
            ("wip", self.wip),
        ];
        sums.iter().try_for_each(|(name, cents)| writeln!(file, "{name},{}.{:02}", cents / 100, cents % 100))
    }

    /// Whether everything adds up, and every price is that of its stock to `apart` cents.
    fn right(&self, records: &CostRecords, apart: i128) -> Outcome {
        for (item, [came, _, left, _]) in &self.stock {
            hold(item, came - left, self.closing.get(item).copied().unwrap_or(0))?;
        }
        for (item, value, quantity) in &self.issues {
            let [came, whole, ..] = self.stock[item];
            if (value * whole - came * quantity).abs() > apart * whole {
                return Err(format!("an issue of {quantity} {item} is worth {value}: {came} for {whole}"));
            }
        }
        let mut charged = HashMap::<&str, i128>::new();
        for row in &records.tables().charges {
            *charged.entry(row.order.as_str()).or_default() += cents(row.amount.0);
        }
        let mut overhead = 0;
        for (order, [opening, input, finished, closing, scrapped]) in &self.ledger {
            hold(order, opening + input, finished + closing + scrapped)?;
            let [material, received] = self.order[order];
            hold(order, *finished, received)?;
            overhead += input - material - charged.get(order).copied().unwrap_or(0);
        }
        let rows = records.tables().overhead.iter();
        hold("overhead shared", overhead, rows.map(|row| cents(row.amount.0)).sum())?;
        let stock: i128 = self.closing.values().sum();
        hold("value in and out", self.outside[0], self.outside[1] + stock + self.wip)
    }
}
