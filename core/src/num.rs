//! Exact numbers: decimals, ratios, named rounding and the split that returns exactly the total (`F01`).
//!
//! Owns every place where a number is rounded or shared out. It does not know units, currencies or what is
//! counted. No floats, no epsilon: zero means zero (promises 1 to 3).

mod convert;
mod error;
mod quantity;
mod ratio;
mod rounding;
mod split;
pub mod text;
mod wide;

#[cfg(test)]
mod tests;

pub use convert::{
    MAX_SCALE, POW10, from_scaled, from_scaled_i128, parse_decimal, to_scaled, to_scaled_i128,
};
pub use error::NumError;
pub use quantity::Quantity;
pub use ratio::Ratio;
pub use rounding::{Rounding, div_round, round_decimal};
pub use split::{Residue, split, split_decimal};
pub use text::DecimalText;
