//! A reason tree drawn with branches.

use std::fmt::Write;

use headstock::finding::{Lang, Reason, Why};

/// Beyond this depth branches are no longer moved to the right, so that the text stays linear in the tree.
const MAX_DEPTH: usize = 40;

/// The tree as text, one statement a line, with branches showing what rests on what. Ends with a line end.
///
/// ```
/// use headstock::finding::{Lang, Reason, Why};
/// use headstock_report::render_reason;
///
/// let reason = Reason::new(Why::Safety).with("qty", 40).child(Reason::new(Why::Stock).with("qty", 10));
/// assert_eq!(render_reason(&reason, Lang::En), "40 refills the safety stock.\n└─ 10 comes from stock.\n");
/// ```
#[must_use]
pub fn render_reason(reason: &Reason, lang: Lang) -> String {
    struct Open<'a> {
        text: String,
        reason: Option<&'a Reason>,
        /// What stands before the branch.
        before: String,
        /// The branch; none at the root.
        branch: &'static str,
        depth: usize,
    }
    let mut out = String::new();
    let root =
        Open { text: reason.line(lang), reason: Some(reason), before: String::new(), branch: "", depth: 0 };
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}{}{}", node.before, node.branch, node.text);
        let Some(reason) = node.reason else { continue };
        let mut below = node.before;
        if node.depth < MAX_DEPTH {
            below.push_str(match node.branch {
                "" => "",
                "└─ " => "   ",
                _ => "│  ",
            });
        }
        let mut last = "└─ ";
        let depth = node.depth + 1;
        if reason.more() > 0 {
            let text = Reason::new(Why::More).with("n", reason.more()).line(lang);
            open.push(Open { text, reason: None, before: below.clone(), branch: last, depth });
            last = "├─ ";
        }
        for child in reason.children().iter().rev() {
            let text = child.line(lang);
            open.push(Open { text, reason: Some(child), before: below.clone(), branch: last, depth });
            last = "├─ ";
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p17_branches_show_what_rests_on_what() {
        let stock = |qty| Reason::new(Why::Stock).with("qty", qty);
        let tree = Reason::new(Why::Safety)
            .with("qty", 1)
            .child(Reason::new(Why::Safety).with("qty", 2).child(stock(3)))
            .child(stock(4))
            .and_more(7);
        let text = render_reason(&tree, Lang::Zh);
        let branches: Vec<String> = text.lines().map(|line| line.chars().take(6).collect()).collect();
        assert_eq!(branches.len(), 5);
        assert!(branches[1].starts_with("├─ "));
        assert!(branches[2].starts_with("│  └─ "));
        assert!(branches[4].starts_with("└─ "));
    }

    #[test]
    fn p17_a_deep_tree_is_rendered_without_a_deep_stack() {
        let mut tree = Reason::new(Why::Stock).with("qty", 1);
        for _ in 0..100_000 {
            tree = Reason::new(Why::Safety).with("qty", 1).child(tree);
        }
        assert_eq!(render_reason(&tree, Lang::En).lines().count(), 100_001);
    }
}
