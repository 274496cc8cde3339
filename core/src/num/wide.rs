//! 256-bit intermediate results, so that a product of two large numbers can be divided exactly.

/// `a · b` as high and low half.
fn widening_mul(a: u128, b: u128) -> (u128, u128) {
    const LOW: u128 = u64::MAX as u128;
    let (a1, a0) = (a >> 64, a & LOW);
    let (b1, b0) = (b >> 64, b & LOW);
    let low = a0 * b0;
    // Neither sum can overflow: each partial product is at most (2^64 - 1)^2.
    let middle = a1 * b0 + (low >> 64);
    let middle_low = a0 * b1 + (middle & LOW);
    (a1 * b1 + (middle >> 64) + (middle_low >> 64), (middle_low << 64) | (low & LOW))
}

/// Quotient and remainder of `a · b / d`; nothing when `d` is zero or the quotient does not fit.
pub(super) fn mul_div(a: u128, b: u128, d: u128) -> Option<(u128, u128)> {
    if d == 0 {
        return None;
    }
    if let Some(product) = a.checked_mul(b) {
        return Some(match (u64::try_from(product), u64::try_from(d)) {
            (Ok(product), Ok(d)) => (u128::from(product / d), u128::from(product % d)),
            _ => (product / d, product % d),
        });
    }
    let (high, low) = widening_mul(a, b);
    if high >= d {
        return None;
    }
    // Schoolbook division by one bit at a time; rare enough (products past 128 bits) to keep it plain.
    let (mut rest, mut quotient) = (high, 0u128);
    for bit in (0..128).rev() {
        let carry = rest >> 127 != 0;
        rest = (rest << 1) | ((low >> bit) & 1);
        quotient <<= 1;
        if carry || rest >= d {
            rest = rest.wrapping_sub(d);
            quotient |= 1;
        }
    }
    Some((quotient, rest))
}

/// Greatest common divisor; `gcd(0, b) = b`.
pub(super) fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        if let (Ok(x), Ok(y)) = (u64::try_from(a), u64::try_from(b)) {
            return u128::from(gcd_small(x, y));
        }
        (a, b) = (b, a % b);
    }
    a
}

fn gcd_small(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
