//! The closest known name to a mistyped one.

/// The name of `known` with the fewest typing errors against `given`; none when nothing is close.
pub(crate) fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given: Vec<char> = given.to_lowercase().chars().take(LONGEST + 1).collect();
    if given.is_empty() || given.len() > LONGEST {
        return None;
    }
    let allowed = given.len().div_ceil(3);
    known
        .into_iter()
        .map(|name| (distance(&given, name), name))
        .filter(|(far, name)| *far <= allowed || starts_alike(&given, name))
        .min_by_key(|(far, _)| *far)
        .map(|(_, name)| name)
}

/// Longer names are not compared.
const LONGEST: usize = 40;

/// Whether one is the beginning of the other, as `qty` and `qty_ordered` are.
fn starts_alike(given: &[char], name: &str) -> bool {
    given.len() >= 3 && name.len() >= 3 && given.iter().copied().zip(name.chars()).all(|(a, b)| a == b)
}

/// Levenshtein distance.
fn distance(a: &[char], b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let keep = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = keep.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn f09_typing_errors_find_the_name_meant() {
        let known = ["items", "bom_lines", "demands", "quantity"];
        assert_eq!(nearest("item", known), Some("items"));
        assert_eq!(nearest("BOM-lines", known), Some("bom_lines"));
        assert_eq!(nearest("quantitiy", known), Some("quantity"));
        assert_eq!(nearest("zzz", known), None);
        assert_eq!(nearest(&"x".repeat(1000), known), None);
    }
}
