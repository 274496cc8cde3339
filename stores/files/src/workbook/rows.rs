//! One row of the sheet: every bad cell is told, and a good row becomes a record.

use headstock::cost::{Base, Charge, OverheadRow};
use headstock::id::Id;
use headstock::num::{DecimalText, parse_decimal, to_scaled_i128};
use headstock::time::Date;
use rust_decimal::RoundingStrategy;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};

use super::WorkbookOptions;
use super::cells::{Content, SheetRow};
use super::columns::{BASES, COLUMNS, SHEET, at};
use crate::cell::{bad_number, choice};
use crate::errors::{Errors, Fault, Place};

/// Digits that Excel keeps.
const EXCEL_DIGITS: u32 = 15;

/// What a row becomes.
pub(super) enum Made {
    Overhead(OverheadRow),
    Charge(Charge),
}

impl Made {
    pub(super) fn id(&self) -> &Id {
        match self {
            Made::Overhead(row) => &row.id,
            Made::Charge(charge) => &charge.id,
        }
    }
}

/// Reads a row; none when a cell that must be filled is bad or empty, which is then told.
pub(super) fn make(row: &SheetRow, options: &WorkbookOptions, errors: &mut Errors) -> Option<Made> {
    let mut cells = Cells { row, errors };
    let id = cells.id(at::ID);
    cells.date(options.period);
    let (centre, expense, order) = (cells.id(at::CENTRE), cells.id(at::EXPENSE), cells.id(at::ORDER));
    let element = cells.id(at::ELEMENT);
    let amount = cells.amount(options.amount_scale);
    let base = cells.base();
    if order.is_some() && base.is_some() {
        let fault = Fault::say(
            "a row with an order is not shared: leave base empty",
            "已指定任务单,不参与分配,分配标准应为空",
        );
        cells.told(at::BASE, fault);
    }
    let id = match id {
        Some(id) => id,
        None => Id::new(&format!("R{}", row.number)).ok()?,
    };
    let (element, amount) = (element?, amount?);
    Some(match order {
        Some(order) => Made::Charge(Charge { id, order, element, amount, accrued: false }),
        None => Made::Overhead(OverheadRow { id, centre, expense, element, amount, base }),
    })
}

/// The cells of a row and where what is wrong with them goes.
struct Cells<'r, 'e> {
    row: &'r SheetRow,
    errors: &'e mut Errors,
}

impl<'r> Cells<'r, '_> {
    fn told(&mut self, column: usize, fault: Fault) {
        let place = Place { table: SHEET, row: self.row.number, column: COLUMNS[column].name };
        self.errors.fault(place, fault);
    }

    /// The text of a cell; what must be filled and is not is told.
    fn text(&mut self, column: usize) -> Option<&'r str> {
        match self.row.cells[column].text() {
            Ok(Some(text)) => Some(text),
            Ok(None) if COLUMNS[column].must => {
                self.told(column, Fault::say("the cell is empty", "单元格为空"));
                None
            }
            Ok(None) => None,
            Err(fault) => {
                self.told(column, fault);
                None
            }
        }
    }

    fn read<T>(&mut self, column: usize, read: impl FnOnce(&'r str) -> Result<T, Fault>) -> Option<T> {
        match read(self.text(column)?) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.told(column, fault);
                None
            }
        }
    }

    fn id(&mut self, column: usize) -> Option<Id> {
        self.read(column, |text| Id::new(text).map_err(|error| error.finding().into()))
    }

    fn date(&mut self, period: Option<(Date, Date)>) {
        self.read(at::DATE, |text| {
            let date = Date::parse(text).map_err(|error| Fault::from(error.finding()))?;
            match period {
                Some((from, to)) if date < from || date > to => Err(Fault::say(
                    format!("{date} is not in the period from {from} to {to}"),
                    format!("{date}不在期间{from}至{to}内"),
                )),
                _ => Ok(()),
            }
        });
    }

    fn amount(&mut self, scale: u32) -> Option<DecimalText> {
        let own = matches!(self.row.cells[at::AMOUNT], Content::Number(_));
        if matches!(self.row.cells[at::AMOUNT], Content::Date(_)) {
            self.told(at::AMOUNT, Fault::say("the cell holds a date", "单元格为日期"));
            return None;
        }
        self.read(at::AMOUNT, |text| {
            let mut value = parse_decimal(text).map_err(|error| bad_number(text, &error))?;
            if own {
                let shown =
                    value.round_sf_with_strategy(EXCEL_DIGITS, RoundingStrategy::MidpointAwayFromZero);
                value = shown.unwrap_or(value).normalize();
            }
            to_scaled_i128(value, scale).map_err(|error| bad_number(text, &error))?;
            Ok(DecimalText(value))
        })
    }

    fn base(&mut self) -> Option<Base> {
        self.read(at::BASE, |text| {
            let word: StrDeserializer<'_, Error> = choice(text, &BASES)?.into_deserializer();
            Base::deserialize(word).map_err(|error| Fault::say(error.to_string(), error.to_string()))
        })
    }
}
