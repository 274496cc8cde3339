//! Whole numbers of any size, as far as an exact solution of linear equations needs them.

use std::cmp::Ordering;

/// A whole number of any size: sign and magnitude in limbs of 32 bits, the lowest first, without leading noughts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Big {
    negative: bool,
    limbs: Vec<u32>,
}

impl Big {
    pub(crate) fn is_zero(&self) -> bool {
        self.limbs.is_empty()
    }

    pub(crate) fn is_negative(&self) -> bool {
        self.negative
    }

    fn new(negative: bool, mut limbs: Vec<u32>) -> Big {
        while limbs.last() == Some(&0) {
            limbs.pop();
        }
        Big { negative: negative && !limbs.is_empty(), limbs }
    }

    pub(crate) fn negated(&self) -> Big {
        Big::new(!self.negative, self.limbs.clone())
    }

    pub(crate) fn add(&self, other: &Big) -> Big {
        if self.negative == other.negative {
            return Big::new(self.negative, add(&self.limbs, &other.limbs));
        }
        match compare(&self.limbs, &other.limbs) {
            Ordering::Less => Big::new(other.negative, subtract(&other.limbs, &self.limbs)),
            Ordering::Equal => Big::default(),
            Ordering::Greater => Big::new(self.negative, subtract(&self.limbs, &other.limbs)),
        }
    }

    pub(crate) fn sub(&self, other: &Big) -> Big {
        self.add(&other.negated())
    }

    pub(crate) fn mul(&self, other: &Big) -> Big {
        let mut limbs = vec![0u32; self.limbs.len() + other.limbs.len()];
        for (at, a) in self.limbs.iter().enumerate() {
            let mut carry = 0u64;
            for (slot, b) in limbs[at..].iter_mut().zip(other.limbs.iter().chain(std::iter::repeat(&0))) {
                let sum = u64::from(*a) * u64::from(*b) + u64::from(*slot) + carry;
                *slot = low(sum);
                carry = sum >> 32;
            }
        }
        Big::new(self.negative != other.negative, limbs)
    }

    /// Quotient and remainder, the quotient rounded down: the remainder has the sign of the divisor. The divisor is not
    /// nought; for one of nought both are nought.
    pub(crate) fn div_floor(&self, divisor: &Big) -> (Big, Big) {
        let (quotient, rest) = divide(&self.limbs, &divisor.limbs);
        let differ = self.negative != divisor.negative;
        let quotient = Big::new(differ, quotient);
        let rest = Big::new(self.negative, rest);
        if differ && !rest.is_zero() {
            (quotient.sub(&Big::from(1i128)), rest.add(divisor))
        } else {
            (quotient, rest)
        }
    }

    /// The number, where it fits.
    pub(crate) fn to_i128(&self) -> Option<i128> {
        let mut value = 0u128;
        for limb in self.limbs.iter().rev() {
            value = value.checked_mul(1 << 32)?.checked_add(u128::from(*limb))?;
        }
        let value = i128::try_from(value).ok()?;
        Some(if self.negative { -value } else { value })
    }

    /// `gcd(|self|, |other|)`.
    pub(crate) fn gcd(&self, other: &Big) -> Big {
        let (mut a, mut b) = (Big::new(false, self.limbs.clone()), Big::new(false, other.limbs.clone()));
        while !b.is_zero() {
            let rest = a.div_floor(&b).1;
            a = b;
            b = rest;
        }
        a
    }
}

impl From<i128> for Big {
    fn from(value: i128) -> Big {
        let magnitude = value.unsigned_abs();
        let limbs = (0..4).map(|at| wide_low(magnitude >> (32 * at))).collect();
        Big::new(value < 0, limbs)
    }
}

impl Ord for Big {
    fn cmp(&self, other: &Big) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => compare(&self.limbs, &other.limbs),
            (true, true) => compare(&other.limbs, &self.limbs),
        }
    }
}

impl PartialOrd for Big {
    fn partial_cmp(&self, other: &Big) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the low limb is what is wanted")]
const fn low(value: u64) -> u32 {
    value as u32
}

#[expect(clippy::cast_possible_truncation, reason = "the low limb is what is wanted")]
const fn wide_low(value: u128) -> u32 {
    value as u32
}

fn compare(a: &[u32], b: &[u32]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

fn add(a: &[u32], b: &[u32]) -> Vec<u32> {
    let (long, short) = if a.len() < b.len() { (b, a) } else { (a, b) };
    let mut limbs = Vec::with_capacity(long.len() + 1);
    let mut carry = 0u64;
    for (x, y) in long.iter().zip(short.iter().chain(std::iter::repeat(&0))) {
        let sum = u64::from(*x) + u64::from(*y) + carry;
        limbs.push(low(sum));
        carry = sum >> 32;
    }
    limbs.push(low(carry));
    limbs
}

/// `a − b` for `a ≥ b`.
fn subtract(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut limbs = Vec::with_capacity(a.len());
    let mut borrow = 0u64;
    for (x, y) in a.iter().zip(b.iter().chain(std::iter::repeat(&0))) {
        let (x, y) = (u64::from(*x), u64::from(*y) + borrow);
        borrow = u64::from(x < y);
        limbs.push(low((x + (borrow << 32)) - y));
    }
    limbs
}

/// Quotient and remainder of magnitudes: long division in base 2³² (Knuth, volume 2, algorithm D).
fn divide(a: &[u32], b: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let Some(top) = b.last() else { return (Vec::new(), Vec::new()) };
    if compare(a, b) == Ordering::Less {
        return (Vec::new(), a.to_vec());
    }
    if let [only] = b {
        return divide_by_limb(a, *only);
    }
    // Both are shifted until the highest bit of the divisor is set, so that each guess is off by two at most.
    let shift = top.leading_zeros();
    let divisor = shifted(b, shift);
    let mut rest = shifted(a, shift);
    rest.push(0);
    let n = b.len();
    let mut quotient = vec![0u32; a.len() - n + 1];
    for at in (0..quotient.len()).rev() {
        let guess = guess(&rest[at..=at + n], &divisor[..n]);
        quotient[at] = take_away(&mut rest[at..=at + n], &divisor[..n], guess);
    }
    rest.truncate(n);
    (quotient, unshifted(&rest, shift))
}

fn divide_by_limb(a: &[u32], divisor: u32) -> (Vec<u32>, Vec<u32>) {
    let mut quotient = vec![0u32; a.len()];
    let mut rest = 0u64;
    for (slot, limb) in quotient.iter_mut().zip(a).rev() {
        let value = (rest << 32) | u64::from(*limb);
        *slot = low(value / u64::from(divisor));
        rest = value % u64::from(divisor);
    }
    (quotient, vec![low(rest)])
}

/// A guess of one limb of the quotient from the three highest limbs, at most one too large.
fn guess(rest: &[u32], divisor: &[u32]) -> u64 {
    let n = divisor.len();
    let (first, second) = (u64::from(divisor[n - 1]), u64::from(divisor[n - 2]));
    let high = (u64::from(rest[n]) << 32) | u64::from(rest[n - 1]);
    let (mut guess, mut left) = (high / first, high % first);
    while guess > u64::from(u32::MAX) || guess * second > ((left << 32) | u64::from(rest[n - 2])) {
        guess -= 1;
        left += first;
        if left > u64::from(u32::MAX) {
            break;
        }
    }
    guess
}

/// Takes `guess · divisor` from the rest; where that was one too many, gives one back. The limb of the quotient.
fn take_away(rest: &mut [u32], divisor: &[u32], guess: u64) -> u32 {
    let (mut carry, mut borrow) = (0u64, 0u64);
    for (slot, limb) in rest.iter_mut().zip(divisor.iter().chain(std::iter::once(&0))) {
        let product = guess * u64::from(*limb) + carry;
        carry = product >> 32;
        let (x, y) = (u64::from(*slot), u64::from(low(product)) + borrow);
        borrow = u64::from(x < y);
        *slot = low((x + (borrow << 32)) - y);
    }
    if borrow == 0 {
        return low(guess);
    }
    let mut carry = 0u64;
    for (slot, limb) in rest.iter_mut().zip(divisor.iter().chain(std::iter::once(&0))) {
        let sum = u64::from(*slot) + u64::from(*limb) + carry;
        *slot = low(sum);
        carry = sum >> 32;
    }
    low(guess - 1)
}

/// Shifted up by less than 32 bits.
fn shifted(limbs: &[u32], shift: u32) -> Vec<u32> {
    let mut out = Vec::with_capacity(limbs.len() + 1);
    let mut carry = 0u64;
    for limb in limbs {
        let value = (u64::from(*limb) << shift) | carry;
        out.push(low(value));
        carry = value >> 32;
    }
    if carry > 0 {
        out.push(low(carry));
    }
    out
}

fn unshifted(limbs: &[u32], shift: u32) -> Vec<u32> {
    let mut out = vec![0u32; limbs.len()];
    let mut carry = 0u64;
    for (slot, limb) in out.iter_mut().zip(limbs).rev() {
        let value = (carry << 32) | u64::from(*limb);
        *slot = low(value >> shift);
        carry = value & ((1 << shift) - 1);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::{BigInt, Sign};
    use proptest::prelude::*;

    fn other(big: &Big) -> BigInt {
        let sign = if big.negative { Sign::Minus } else { Sign::Plus };
        BigInt::from_slice(sign, &big.limbs)
    }

    /// Limbs that are often all ones or nought, so that guesses go wrong and borrows run far.
    fn any_big() -> impl Strategy<Value = Big> {
        let limb = prop_oneof![Just(0u32), Just(u32::MAX), Just(1 << 31), any::<u32>()];
        (any::<bool>(), proptest::collection::vec(limb, 0..8)).prop_map(|(sign, limbs)| Big::new(sign, limbs))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]

        #[test]
        fn c19_numbers_of_any_size_agree_with_the_slow_ones(a in any_big(), b in any_big(), c in any::<i128>()) {
            let (x, y) = (other(&a), other(&b));
            prop_assert_eq!(other(&a.add(&b)), &x + &y);
            prop_assert_eq!(other(&a.sub(&b)), &x - &y);
            prop_assert_eq!(other(&a.mul(&b)), &x * &y);
            prop_assert_eq!(a.cmp(&b), x.cmp(&y));
            if c != i128::MIN {
                prop_assert_eq!(Big::from(c).to_i128(), Some(c));
            }
            if !b.is_zero() {
                let (quotient, rest) = a.div_floor(&b);
                prop_assert_eq!(other(&quotient) * &y + other(&rest), x.clone());
                prop_assert!(rest.is_zero() || rest.is_negative() == b.is_negative());
                prop_assert!(compare(&rest.limbs, &b.limbs) == Ordering::Less);
                let (_, rest) = a.mul(&b).div_floor(&b);
                prop_assert!(rest.is_zero());
            }
        }
    }
}
