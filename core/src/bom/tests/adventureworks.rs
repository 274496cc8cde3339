//! The bicycle maker's work orders as an oracle of single-level explosion; skipped where the data is absent.

use std::collections::BTreeMap;
use std::path::Path;

use super::plant::*;
use crate::bom::*;
use crate::item::Item;
use crate::num::Ratio;
use crate::run::{Limits, RunControl};
use crate::unit::{Conversions, Unit};

fn rows(folder: &Path, table: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(folder.join(table)).unwrap();
    // No field of the tables read here holds a comma or a quote.
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

#[test]
fn f02_single_level_explosion_explains_the_work_orders_of_adventureworks() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/adventureworks"));
    if !folder.is_dir() {
        println!("skipped: no AdventureWorks data here");
        return;
    }
    let template = item("I@m");
    let items: Vec<Item> =
        rows(folder, "product.csv").iter().map(|row| Item { id: id(&row[0]), ..template.clone() }).collect();
    let unit = Unit::new(id("m"), 2).unwrap();
    let facts = ItemFacts::new(&items, &[unit], &[], &[], Conversions::new()).unwrap();
    let mut boms: BTreeMap<String, Bom> = BTreeMap::new();
    for row in rows(folder, "bill_of_materials.csv").iter().filter(|row| !row[1].is_empty()) {
        let mut line = line(&row[0], &format!("{} {}", row[2], row[7]));
        line.valid_from = Some(date(&row[3]));
        line.valid_to = (!row[4].is_empty()).then(|| date(&row[4]));
        boms.entry(row[1].clone()).or_insert_with(|| bom(&format!("{}:", row[1]))).lines.push(line);
    }
    let mut builder = BomBookBuilder::new(Limits::default());
    boms.values().for_each(|bom| builder.add(bom, &facts).unwrap());
    let book = builder.finish(&facts).unwrap();

    let mut ordered: BTreeMap<(String, String), Ratio> = BTreeMap::new();
    for row in rows(folder, "work_order.csv") {
        let sum = ordered.entry((row[5].clone(), row[1].clone())).or_default();
        *sum = sum.checked_add(ratio(&row[2])).unwrap();
    }
    let mut exploded: BTreeMap<(String, String), Ratio> = BTreeMap::new();
    for ((day, product), quantity) in &ordered {
        let name = id(product);
        let made = OrderQuantity::Input(quantity.to_decimal_exact().unwrap());
        let ask = ExplosionRequest::new(&name, made, date(day));
        let Ok(explosion) = book.explode(&facts, &ask, 1, &RunControl::new()) else { continue };
        for row in explosion.rows {
            let sum = exploded.entry((day.clone(), row.component.into())).or_default();
            *sum = sum.checked_add(row.quantity).unwrap();
        }
    }
    let components: std::collections::BTreeSet<&String> = exploded.keys().map(|(_, item)| item).collect();
    let cells = ordered.iter().filter(|((_, item), _)| components.contains(item));
    let (mut all, mut exact, mut smaller) = (0, 0, 0);
    for (cell, quantity) in cells {
        let needed = exploded.get(cell).copied().unwrap_or_default();
        all += 1;
        exact += usize::from(*quantity == needed);
        smaller += usize::from(*quantity < needed);
    }
    assert_eq!((all, exact, smaller), (53_677, 52_530, 0));
}
