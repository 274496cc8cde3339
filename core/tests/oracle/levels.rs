//! What is netted together, and in which order (§1 of the page).

/// Places by number, what leads from one to another, and which share supply.
pub struct Arcs {
    pub places: usize,
    /// From, to, and whether it is an output.
    pub arcs: Vec<(usize, usize, bool)>,
    pub shares: Vec<(usize, usize)>,
}

impl Arcs {
    /// The place that stands for all that share supply with one.
    fn leaders(&self) -> Vec<usize> {
        let mut leader: Vec<usize> = (0..self.places).collect();
        for (a, b) in &self.shares {
            let (x, y) = (leader[*a], leader[*b]);
            leader.iter_mut().filter(|l| **l == y).for_each(|l| *l = x);
        }
        leader
    }

    /// Outputs inside a group come while it is netted.
    fn inner(&self, leader: &[usize], arc: &(usize, usize, bool)) -> bool {
        arc.2 && leader[arc.0] == leader[arc.1]
    }

    /// Where each group leads.
    fn arrows(&self, leader: &[usize]) -> Vec<Vec<usize>> {
        let mut to = vec![Vec::new(); self.places];
        for arc in self.arcs.iter().filter(|arc| !self.inner(leader, arc)) {
            to[leader[arc.0]].push(leader[arc.1]);
        }
        to
    }

    /// Outputs from whose item a way leads back to the product: by-products that are recycled.
    pub fn recycled(&self) -> Vec<(usize, usize)> {
        let leader = self.leaders();
        let arrows = self.arrows(&leader);
        let back = |arc: &&(usize, usize, bool)| {
            arc.2 && !self.inner(&leader, arc) && reached(&arrows, leader[arc.1])[leader[arc.0]]
        };
        self.arcs.iter().filter(back).map(|arc| (arc.0, arc.1)).collect()
    }

    /// Places of groups that would stand in a circle.
    pub fn in_circles(&self) -> Vec<usize> {
        let leader = self.leaders();
        let arrows = self.arrows(&leader);
        let group = |l: usize| leader.iter().filter(|x| **x == l).count() > 1;
        let circle = |l: usize| arrows[l].iter().any(|to| reached(&arrows, *to)[l]);
        (0..self.places).filter(|p| group(leader[*p]) && circle(leader[*p])).collect()
    }

    /// Groups from the top down; none when there is a circle.
    pub fn levels(&self) -> Option<Vec<Vec<usize>>> {
        let leader = self.leaders();
        let arrows = self.arrows(&leader);
        let mut open: Vec<usize> = (0..self.places).filter(|p| leader[*p] == *p).collect();
        let mut levels = Vec::new();
        while !open.is_empty() {
            let first = *open.iter().find(|l| !open.iter().any(|from| arrows[*from].contains(l)))?;
            open.retain(|l| *l != first);
            levels.push((0..self.places).filter(|p| leader[*p] == first).collect());
        }
        Some(levels)
    }
}

/// Every place that a place leads to, itself among them.
fn reached(arrows: &[Vec<usize>], from: usize) -> Vec<bool> {
    let (mut seen, mut open) = (vec![false; arrows.len()], vec![from]);
    while let Some(at) = open.pop() {
        if !seen[at] {
            seen[at] = true;
            open.extend(&arrows[at]);
        }
    }
    seen
}
