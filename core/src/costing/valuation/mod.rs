//! Valuation of stock (`C17`): what every issue costs, what is left, and what a late document changes.
//!
//! Owns the movements of one item, or of one item at one place, in order, and the arithmetic of the methods. It
//! does not know documents, ids or currencies: the caller numbers its movements and names them again. Amounts are
//! in the smallest unit of the currency, quantities in grains of the stock unit ([`Scales`]); both fit 63 bits for
//! one item, or are refused.
//!
//! | method | an issue costs |
//! |---|---|
//! | moving average ★ | stock value × quantity ÷ stock, when it leaves |
//! | period average | the same, with everything that came in during its month or day counted first |
//! | FIFO, LIFO | what the first, the last receipts cost, each to its last grain |
//! | specific | what the receipt cost that it names |
//! | standard | quantity × standard; the rest of a receipt is a variance |
//!
//! An amount is rounded once for each issue, and the issue that empties a layer or the stock takes what is left of
//! it: no residue is lost, and nothing in stock is worth nothing (promises 3 and 12). A unit cost rounded before it
//! is multiplied is a choice, with a place for its residue ([`ResiduePlace`]).

mod book;
mod error;
mod ledger;
mod movement;
mod plain;
mod policy;
mod state;
mod step;

#[cfg(test)]
mod tests;

pub use book::Scales;
pub use error::ValuationError;
pub use ledger::ValueLedger;
pub use movement::{Balance, Change, LayerLeft, Movement, MovementKind, Note};
pub use policy::{
    AveragePeriod, ChargeRule, DayOrder, Method, NegativeStock, Policy, ResiduePlace, Uninvoiced,
};
