//! Exact numbers of the slow planner: everything is a fraction of big integers.

use headstock::num::{Ratio, Rounding};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};
use rust_decimal::Decimal;

pub type Q = BigRational;

pub fn int(n: i64) -> Q {
    Q::from_integer(BigInt::from(n))
}

pub fn zero() -> Q {
    Q::zero()
}

pub fn of(d: Decimal) -> Q {
    Q::new(BigInt::from(d.mantissa()), BigInt::from(10).pow(d.scale()))
}

pub fn opt(d: Option<Decimal>) -> Option<Q> {
    d.map(of)
}

pub fn ratio(r: Ratio) -> Q {
    Q::new(BigInt::from(r.numer()), BigInt::from(r.denom()))
}

pub fn pow10(scale: u32) -> Q {
    Q::from_integer(BigInt::from(10).pow(scale))
}

/// One unit of the last place.
pub fn grain(scale: u32) -> Q {
    Q::one() / pow10(scale)
}

pub fn ceil_to(x: &Q, scale: u32) -> Q {
    (x * pow10(scale)).ceil() / pow10(scale)
}

pub fn floor_to(x: &Q, scale: u32) -> Q {
    (x * pow10(scale)).floor() / pow10(scale)
}

/// Needs are never negative here, so "away from zero" is "up".
pub fn round_to(x: &Q, scale: u32, mode: Rounding) -> Q {
    let y = x * pow10(scale);
    let low = y.floor();
    let rest = &y - &low;
    let half = Q::new(BigInt::from(1), BigInt::from(2));
    let up = match mode {
        Rounding::Up => rest.is_positive(),
        Rounding::Down => false,
        Rounding::HalfUp => rest >= half,
        Rounding::HalfEven => {
            rest > half || (rest == half && (low.to_integer() % BigInt::from(2)) != BigInt::zero())
        }
    };
    (if up { low + Q::one() } else { low }) / pow10(scale)
}

pub fn max(a: Q, b: Q) -> Q {
    if a >= b { a } else { b }
}

pub fn min(a: Q, b: Q) -> Q {
    if a <= b { a } else { b }
}

pub fn pos(a: Q) -> Q {
    max(a, zero())
}

/// √x rounded half up to the grain, exactly: the largest r with (2r − 1)² ≤ 4x in grains.
pub fn sqrt_half_up(x: &Q, scale: u32) -> Q {
    let four = (x * pow10(scale) * pow10(scale) * int(4)).floor().to_integer();
    let root = four.sqrt();
    Q::from_integer((root + BigInt::one()) / BigInt::from(2)) / pow10(scale)
}

/// A decimal text without trailing zeros, or a fraction where there is no end.
pub fn show(x: &Q) -> String {
    for scale in 0..=12 {
        let y = x * pow10(scale);
        if y.is_integer() {
            let n = y.to_integer();
            let sign = if n.is_negative() { "-" } else { "" };
            let digits = format!("{:0>width$}", n.abs().to_string(), width = scale as usize + 1);
            let (whole, part) = digits.split_at(digits.len() - scale as usize);
            return if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") };
        }
    }
    x.to_string()
}

/// Splits `total` over weights by largest remainder at the grain; earlier ones first among equals.
pub fn split(total: &Q, weights: &[Q], scale: u32) -> Vec<Q> {
    let sum: Q = weights.iter().sum();
    let exact: Vec<Q> = weights.iter().map(|w| total * w / &sum).collect();
    let mut shares: Vec<Q> = exact.iter().map(|x| floor_to(x, scale)).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|&a, &b| (&exact[b] - &shares[b]).cmp(&(&exact[a] - &shares[a])).then(a.cmp(&b)));
    let mut left = total - shares.iter().sum::<Q>();
    for i in order {
        if left.is_positive() {
            shares[i] += grain(scale);
            left -= grain(scale);
        }
    }
    shares
}
