//! Structure, explosion and bucketed netting of recipe B; chains and rings that have to be refused.

use crate::plans::planned;
use crate::{Ask, Outcome, expect};
use headstock::run::RunControl;
use headstock_benches::measure::{Figures, median, took};
use headstock_benches::recipe_b::{self, Netted, Structure, leaves, root_numbers};

/// `bom_csr`.
pub(crate) fn recipe_b(ask: &Ask, figures: &mut Figures) -> Outcome {
    structure(ask, figures)?;
    netting(ask, figures)
}

fn structure(ask: &Ask, figures: &mut Figures) -> Outcome {
    let Ask { items, name, .. } = ask;
    let ((facts, builder, structure), load) = took(|| recipe_b::bills(*items));
    expect("lines and check sum", Structure::published(*items), &structure)?;
    figures.seconds(&format!("{name}.bills_cpu"), load.cpu);
    let (book, time) = took(|| builder.finish(&facts));
    let book = book.map_err(|faults| format!("{faults:?}"))?;
    // Names sorted, rows laid out, circles looked for and low-level codes given.
    figures.seconds(&format!("{name}.book_cpu"), time.cpu);
    figures.peak(&format!("{name}.book_peak"), &[("item", *items as u64), ("bom_line", structure.lines)]);
    let roots = root_numbers(recipe_b::roots(*items));
    let (total, time) = took(|| leaves(&facts, &book, &roots, true).1);
    expect("the sum of leaf requirements", recipe_b::published_leaves(*items).map(str::to_owned), &total)?;
    figures.seconds(&format!("{name}.leaves_with_sums_cpu"), time.cpu);
    let mut rows = 0;
    let times = (0..ask.rounds).map(|_| {
        let (found, time) = took(|| leaves(&facts, &book, &roots, false).0);
        rows = found;
        time.cpu
    });
    let middle = median(times.collect());
    figures.seconds(&format!("{name}.leaves_cpu"), middle);
    figures.tell(&format!("{name}.leaves"), rows, "rows");
    figures.nanos_each(&format!("{name}.leaves_per_row"), middle, rows);
    Ok(())
}

fn netting(ask: &Ask, figures: &mut Figures) -> Outcome {
    let Ask { items, name, .. } = ask;
    let (snapshot, structure) = recipe_b::snapshot(*items);
    expect("lines and check sum", Structure::published(*items), &structure)?;
    let control = RunControl::new().with_threads(ask.threads);
    let policy = recipe_b::policy();
    let mut times = Vec::new();
    let mut orders = 0;
    for round in 0..ask.rounds {
        let (plan, time) = took(|| planned(&snapshot, &policy, &control));
        times.push(time.cpu);
        if round == 0 {
            figures.peak(&format!("{name}.netting_peak"), &[("item", *items as u64)]);
            let netted = Netted::of(&plan);
            orders = netted.orders;
            expect("orders and units released", Netted::published(*items), &netted)?;
        }
    }
    let middle = median(times);
    figures.seconds(&format!("{name}.netting_cpu"), middle);
    figures.tell(&format!("{name}.netting_orders"), orders, "orders");
    figures.nanos_each(&format!("{name}.netting_per_order"), middle, orders);
    Ok(())
}

/// A chain or a ring of so many items, each bill of which is fine by itself.
pub(crate) fn refused(ask: &Ask, ring: bool, figures: &mut Figures) -> Outcome {
    let Ask { items, name, .. } = ask;
    let ((facts, builder), load) = took(|| recipe_b::chain(*items, ring));
    figures.seconds(&format!("{name}.bills_cpu"), load.cpu);
    let (book, time) = took(|| builder.finish(&facts));
    figures.seconds(&format!("{name}.refused_cpu"), time.cpu);
    figures.seconds(&format!("{name}.refused_wall"), time.wall);
    figures.peak(&format!("{name}.peak"), &[("item", *items as u64)]);
    let codes: Vec<String> = match book {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(|fault| format!("{:?}", fault.code())).collect(),
    };
    let wanted = if ring { "BomLoop" } else { "DepthLimit" };
    expect("the fault", Some(vec![wanted.to_owned()]), &codes)
}
