//! AdventureWorks tables as a folder of headstock's: a few dozen lines, and the assumptions they make.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use headstock::finding::{Code, Finding};
use headstock::run::RunControl;
use headstock::snapshot::Tables;
use headstock::time::Date;
use headstock_files::{PlanSettings, read_memory};

/// What is assumed where the data does not say; printed under the report.
pub(crate) const ASSUMPTIONS: [&str; 7] = [
    "sales dates are moved 153 days later, as the tables' description says",
    "open demand was ordered but not shipped on the run date and is wanted on its ship date",
    "the forecast is what was ordered later, with due dates in the next 90 days",
    "work orders give their good quantity on their end date and have their components already",
    "vendor units count 1 : 1 as stock units; the cheapest vendor is used, with its minimum and without its maximum",
    "stock is as counted in 2014; only products that have a bin keep their safety stock",
    "every day works; needs of seven days make one order",
];

/// Days by which the sales table runs before the others.
const SALES_SHIFT: i32 = 153;
/// Days of forecast.
const FORECAST_DAYS: i32 = 90;

type Read<T> = Result<T, Box<Finding>>;

/// Reads the folder for a run on `date`, 2013-10-01 when there is none.
pub(crate) fn read(
    folder: &Path,
    date: Option<Date>,
    run: &RunControl<'_>,
) -> Result<(Tables, PlanSettings), Vec<Finding>> {
    let run_date = date.unwrap_or_else(|| Date::literal(2013, 10, 1));
    let mut sheets = Sheets::default();
    master(folder, &mut sheets)
        .and_then(|()| structure(folder, &mut sheets))
        .and_then(|()| sales(folder, run_date, &mut sheets))
        .and_then(|()| supplies(folder, run_date, &mut sheets))
        .map_err(|finding| vec![*finding])?;
    sheets.add("settings", "key,value", &["run_date".into(), run_date.to_string()]);
    sheets.add("settings", "key,value", &["title".into(), "AdventureWorks Cycles".into()]);
    read_memory(&sheets.finish(), run)
}

/// Items, safety stock and stock.
fn master(folder: &Path, sheets: &mut Sheets) -> Read<()> {
    let lines = rows(folder, "bill_of_materials", ["component_id", "unit_measure"])?;
    let unit: BTreeMap<String, String> = lines.into_iter().map(|[item, unit]| (item, unit)).collect();
    let bins = rows(folder, "product_inventory", ["product_id"])?;
    let stocked: BTreeSet<String> = bins.into_iter().map(|[item]| item).collect();
    for [id, name, level] in rows(folder, "product", ["product_id", "name", "safety_stock_level"])? {
        let unit = unit.get(&id).cloned().unwrap_or_else(|| "EA".into());
        sheets.add("items", "id,name,unit", &[id.clone(), name, unit]);
        let level = if stocked.contains(&id) { level } else { String::new() };
        sheets.add(
            "planning",
            "item,lot_rule,cover_days,safety_stock",
            &[id, "period_days".into(), "7".into(), level],
        );
    }
    let columns = ["product_id", "location_id", "shelf", "bin", "quantity"];
    for [item, location, shelf, bin, quantity] in rows(folder, "product_inventory", columns)? {
        let id = format!("{item}/{location}/{shelf}/{bin}");
        sheets.add("stock", "id,item,quantity", &[id, item, quantity]);
    }
    Ok(())
}

/// BOM lines with their validity; made products by their days, bought ones from the cheapest vendor.
fn structure(folder: &Path, sheets: &mut Sheets) -> Read<()> {
    let columns = ["assembly_id", "bom_id", "component_id", "per_assembly_qty", "start_date", "end_date"];
    for [assembly, line, component, quantity, from, to] in rows(folder, "bill_of_materials", columns)? {
        if !assembly.is_empty() {
            let head = "product,line,component,quantity,valid_from,valid_to";
            sheets.add("bom_lines", head, &[assembly, line, component, quantity, from, to]);
        }
    }
    const SOURCE: &str = "id,item,kind,supplier,lead_days,lot_min";
    for [id, made, days] in rows(folder, "product", ["product_id", "make_flag", "days_to_manufacture"])? {
        if made == "1" {
            sheets.add(
                "sources",
                SOURCE,
                &[format!("make {id}"), id, "make".into(), "".into(), days, "".into()],
            );
        }
    }
    let columns = ["product_id", "standard_price", "vendor_id", "average_lead_time_days", "min_order_qty"];
    let mut cheapest: BTreeMap<String, (rust_decimal::Decimal, [String; 3])> = BTreeMap::new();
    for [id, price, vendor, days, least] in rows(folder, "product_vendor", columns)? {
        let price = headstock::num::parse_decimal(&price).map_err(|error| Box::new(error.finding()))?;
        let offer = (price, [vendor, days, least]);
        if cheapest.get(&id).is_none_or(|known| offer < *known) {
            cheapest.insert(id, offer);
        }
    }
    for (id, (_, [vendor, days, least])) in cheapest {
        sheets.add("sources", SOURCE, &[format!("buy {id}"), id, "buy".into(), vendor, days, least]);
    }
    Ok(())
}

/// Open orders and forecast from the sales lines.
fn sales(folder: &Path, run_date: Date, sheets: &mut Sheets) -> Read<()> {
    let mut forecast: BTreeMap<(String, Date), u64> = BTreeMap::new();
    let columns = ["so_id", "so_line", "product_id", "order_qty", "order_date", "ship_date", "due_date"];
    for [order, line, item, quantity, ordered, shipped, due] in rows(folder, "sales_order_line", columns)? {
        let [ordered, shipped, due] = [&ordered, &shipped, &due].map(|text| day(text, SALES_SHIFT));
        let (ordered, shipped, due) = (ordered?, shipped?, due?);
        if ordered <= run_date && run_date < shipped {
            // They were ordered before the forecast was made and do not consume it.
            let row = [format!("{order}-{line}"), item, quantity, shipped.to_string(), "yes".into()];
            sheets.add("demands", "id,item,quantity,date,abnormal", &row);
        } else if ordered > run_date && due.days_since(run_date) <= FORECAST_DAYS {
            *forecast.entry((item, due)).or_default() += quantity.parse::<u64>().unwrap_or(0);
        }
    }
    for ((item, due), quantity) in forecast {
        let due = due.to_string();
        let row = [format!("{item} {due}"), item, due.clone(), due, quantity.to_string()];
        sheets.add("forecasts", "id,item,from,to,quantity", &row);
    }
    Ok(())
}

/// Work orders under way and purchase lines on order.
fn supplies(folder: &Path, run_date: Date, sheets: &mut Sheets) -> Read<()> {
    const SUPPLY: &str = "id,item,kind,quantity,rejected,due";
    let columns = ["work_order_id", "product_id", "order_qty", "scrapped_qty", "start_date", "end_date"];
    for [id, item, quantity, scrapped, start, end] in rows(folder, "work_order", columns)? {
        if day(&start, 0)? <= run_date && run_date < day(&end, 0)? {
            sheets.add(
                "supplies",
                SUPPLY,
                &[format!("WO{id}"), item, "production".into(), quantity, scrapped, end],
            );
        }
    }
    let mut open = BTreeMap::new();
    for [id, status, ordered, shipped] in
        rows(folder, "purchase_order", ["po_id", "status", "order_date", "ship_date"])?
    {
        let on_the_way = day(&ordered, 0)? <= run_date && run_date <= day(&shipped, 0)?;
        open.insert(id, on_the_way && matches!(status.as_str(), "1" | "2"));
    }
    let columns = ["po_id", "po_line_id", "product_id", "order_qty", "rejected_qty", "due_date"];
    for [order, line, item, quantity, rejected, due] in rows(folder, "purchase_order_line", columns)? {
        if open.get(&order).copied().unwrap_or(false) {
            let row = [format!("PO{order}-{line}"), item, "purchase".into(), quantity, rejected, due];
            sheets.add("supplies", SUPPLY, &row);
        }
    }
    Ok(())
}

fn day(text: &str, later: i32) -> Read<Date> {
    Date::parse(text).and_then(|date| date.add_days(later)).map_err(|error| Box::new(error.finding()))
}

/// The cells of the named columns, row by row.
fn rows<const N: usize>(folder: &Path, name: &str, columns: [&str; N]) -> Read<Vec<[String; N]>> {
    let missing = |expected: String| {
        Box::new(Finding::new(Code::TableMissing).with("table", name).with("expected", expected))
    };
    let path = folder.join(format!("{name}.csv"));
    let mut csv = csv::Reader::from_path(&path).map_err(|error| missing(format!("{name}.csv ({error})")))?;
    let header = csv.headers().map_err(|error| missing(error.to_string()))?.clone();
    let mut at = [0; N];
    for (place, column) in at.iter_mut().zip(columns) {
        let found = header.iter().position(|name| name == column);
        *place = found.ok_or_else(|| missing(format!("a column {column}")))?;
    }
    let mut all = Vec::new();
    for record in csv.records() {
        let record = record.map_err(|error| missing(error.to_string()))?;
        all.push(at.map(|place| record.get(place).unwrap_or_default().to_owned()));
    }
    Ok(all)
}

/// The files of a folder, in the making.
#[derive(Default)]
struct Sheets(BTreeMap<String, csv::Writer<Vec<u8>>>);

impl Sheets {
    /// Adds a row to a table, with its header before the first one.
    fn add(&mut self, table: &str, header: &str, row: &[String]) {
        let sheet = self.0.entry(format!("{table}.csv")).or_insert_with(|| {
            let mut sheet = csv::WriterBuilder::new().from_writer(Vec::new());
            // Writing into memory cannot fail.
            let _ = sheet.write_record(header.split(','));
            sheet
        });
        let _ = sheet.write_record(row);
    }

    fn finish(self) -> BTreeMap<String, Vec<u8>> {
        self.0.into_iter().map(|(name, sheet)| (name, sheet.into_inner().unwrap_or_default())).collect()
    }
}
