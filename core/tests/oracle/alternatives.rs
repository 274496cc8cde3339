//! Substitutes, replacement, use-up and free stock (§7 of the page).

use super::days::{Day, date};
use super::demand::{Asker, Need};
use super::found::Found;
use super::net::{Got, Net, Node, Served};
use super::num::{Q, ceil_to, floor_to, max, min, pos, ratio, show, zero};
use super::world::NodeKey;
use headstock::id::Id;
use headstock::item::SubstituteStock;
use headstock::item::{Substitute, SubstituteMode, Substitution};
use std::collections::BTreeSet;

impl<'a> Net<'a, '_> {
    /// Needs of the day, by place, that a `Replace` row moves to the new item.
    pub fn moved_needs(&mut self, k: &NodeKey, day: Day) -> BTreeSet<usize> {
        let mut moved = BTreeSet::new();
        let needs = self.group[k].needs.get(&day).cloned().unwrap_or_default();
        let rows = self.w.substitutes(&k.item, day);
        for row in rows.into_iter().filter(|r| r.mode == SubstituteMode::Replace) {
            let free = |i: &usize| row.parent.is_none() || row.parent == needs[*i].parent;
            let mine: Vec<usize> = (0..needs.len()).filter(|i| free(i) && !moved.contains(i)).collect();
            let total: Q = mine.iter().map(|i| &needs[*i].qty).sum();
            if total <= zero() {
                continue;
            }
            if row.ratio.is_none() {
                continue;
            }
            self.send(k, row, day, &total);
            moved.extend(mine);
        }
        moved
    }

    /// The needs of a day that stay with a node, as far as is known today.
    pub fn staying(&self, n: &Node<'a>, day: Day) -> Vec<Need> {
        let mut needs = n.needs.get(&day).cloned().unwrap_or_default();
        if n.switched && self.w.use_up(&n.key.item, day).is_some() {
            needs.clear();
        }
        for row in self.w.substitutes(&n.key.item, day) {
            if row.mode == SubstituteMode::Replace && row.ratio.is_some() {
                needs.retain(|x| row.parent.is_some() && row.parent != x.parent);
            }
        }
        needs.sort_by_key(Need::turn);
        needs
    }

    /// A need of the new item instead of `qty` of the old one.
    pub fn send(&mut self, k: &NodeKey, row: &Substitute, day: Day, qty: &Q) {
        if self.trial.is_some() {
            return;
        }
        let to = self.w.node(&row.substitute, &k.site, &k.key);
        let qty = ceil_to(&(qty * ratio(row.ratio.unwrap())), self.w.scale(&row.substitute));
        let asker = Asker::new(k, day, day, 1, k.item.to_string());
        self.emit(to, day, Need::of_order(&asker, qty));
    }

    pub fn send_to_new(&mut self, k: &NodeKey, day: Day, qty: &Q) {
        let row = self.w.use_up(&k.item, day).unwrap();
        self.send(k, row, day, qty);
    }

    pub fn use_up(&mut self, k: &NodeKey, row: &Substitute, day: Day) {
        let n = self.group.get_mut(k).unwrap();
        let mut qty = max(-n.balance(), -n.plain.clone());
        if row.mode == SubstituteMode::UseUpWhole {
            let all: Q = n.needs.get(&day).map(|x| x.iter().map(|y| &y.qty).sum()).unwrap_or_else(zero);
            let replaced: Q = n.got.iter().filter(|g| g.0 == day && g.1 == Got::Replaced).map(|g| &g.2).sum();
            let free: Q = n.got.iter().filter(|g| g.0 == day && g.1 == Got::Substitute).map(|g| &g.2).sum();
            let all = all - &free - replaced;
            n.switched = true;
            if all > qty && free == zero() {
                // Nothing of the day's need is taken from the old item.
                let moved = &n.plain - &n.snap.0;
                n.plain = &n.pre_needs.0 + moved;
                n.lots = n.pre_needs.1.clone();
                n.row(day).planned.0 += &all;
                n.got.push((day, Got::Substitute, all.clone()));
                n.served.iter_mut().filter(|s| s.day == day).for_each(|s| s.draws.clear());
                self.send(k, row, day, &all);
                return;
            }
            qty = max(qty, all);
        }
        self.credit(k, day, &qty, Got::Substitute);
        self.send(k, row, day, &qty);
    }

    /// Free stock of the same item comes before everything else.
    pub fn free_stock(&mut self, k: &NodeKey, day: Day) {
        if self.w.item(&k.item).free_stock && k.key.project.is_some() && !self.w.apart.contains(k) {
            let mut free = k.clone();
            free.key.project = None;
            let want = min(pos(self.short(k, day)), self.group[k].owed());
            let give = min(self.surplus(&free, day), want);
            self.take(k, &free, day, &give, &give);
        }
    }

    pub fn alternatives(&mut self, k: &NodeKey, day: Day) {
        let w = self.w;
        let item = w.item(&k.item);
        let uncovered = |net: &Self| min(pos(net.short(k, day)), net.group[k].owed());
        let mut rows = w.substitutes(&k.item, day);
        rows.retain(|r| r.mode == SubstituteMode::Alternative);
        rows.retain(|r| r.parent.as_ref().is_none_or(|p| self.parent_need(k, day, p) > zero()));
        if rows.is_empty() || w.apart.contains(k) || uncovered(self) <= zero() {
            return;
        }
        rows.retain(|r| r.ratio.is_some());
        if item.substitution == Substitution::Manual {
            for r in rows {
                let (covered, _) = self.mixed(k, r, day, uncovered(self));
                let substitute = r.substitute.to_string();
                let about =
                    [("substitute", substitute), ("qty", show(&covered)), ("date", date(day).to_string())];
                if covered > zero() {
                    self.out.findings.push(Found::new("SUBSTITUTE_MANUAL", k.clone(), &about));
                }
            }
            return;
        }
        if item.substitution != Substitution::Mixed {
            for r in &rows {
                // The substitute serves the whole need, and the main item keeps its stock.
                let want = self.entire(k, r, day, &uncovered(self));
                let need = ceil_to(&(&want * ratio(r.ratio.unwrap())), w.scale(&r.substitute));
                let from = w.node(&r.substitute, &k.site, &k.key);
                if want > zero() && uncovered(self) > zero() && self.surplus(&from, day) >= need {
                    self.take(k, &from, day, &need, &want);
                    self.note_parent(k, r, &want);
                }
            }
        }
        if item.substitution == Substitution::Whole {
            return;
        }
        for r in rows {
            let (covered, given) = self.mixed(k, r, day, uncovered(self));
            let from = w.node(&r.substitute, &k.site, &k.key);
            self.take(k, &from, day, &given, &covered);
            self.note_parent(k, r, &covered);
        }
    }

    /// What a substitute covers with what it has, and gives for it.
    fn mixed(&self, k: &NodeKey, r: &Substitute, day: Day, short: Q) -> (Q, Q) {
        let w = self.w;
        let want = self.limited(k, r, day, short);
        let per = ratio(r.ratio.unwrap());
        let have = self.surplus(&w.node(&r.substitute, &k.site, &k.key), day);
        let covered = min(want, floor_to(&(have / &per), w.scale(&k.item)));
        let given = ceil_to(&(&covered * &per), w.scale(&r.substitute));
        (covered, given)
    }

    /// Tells of a row without a ratio where something is short.
    pub fn unrated(&mut self, k: &NodeKey, day: Day) {
        let owed = min(pos(self.short(k, day)), self.group[k].owed());
        let apart = self.w.apart.contains(k);
        let used = |r: &&Substitute| r.ratio.is_none() && !(apart && r.mode == SubstituteMode::Alternative);
        let row = self.w.substitutes(&k.item, day).into_iter().find(used);
        if let Some(row) = row.filter(|_| owed > zero()) {
            let about = [("substitute", row.substitute.to_string())];
            self.out.findings.push(Found::new("SUBST_RATIO_MISSING", k.clone(), &about));
        }
    }

    pub fn parent_need(&self, k: &NodeKey, day: Day, parent: &Id) -> Q {
        let needs = self.group[k].needs.get(&day);
        needs
            .map(|v| v.iter().filter(|n| n.parent.as_ref() == Some(parent)).map(|n| &n.qty).sum())
            .unwrap_or_else(zero)
    }

    /// The need of the day that a row may serve as a whole, less what other rows served.
    pub fn entire(&self, k: &NodeKey, r: &Substitute, day: Day, short: &Q) -> Q {
        let n = &self.group[k];
        match &r.parent {
            Some(p) => {
                pos(self.parent_need(k, day, p) - n.taken_by_parent.get(p).cloned().unwrap_or_else(zero))
            }
            None => {
                let gross: Q = n.served.iter().filter(|s| s.day == day).map(|s| &s.need.qty).sum();
                let away = |g: &&(Day, Got, Q)| g.0 == day && matches!(g.1, Got::Substitute | Got::Replaced);
                let served: Q = n.got.iter().filter(away).map(|g| &g.2).sum();
                max(pos(gross - served), short.clone())
            }
        }
    }

    pub fn limited(&self, k: &NodeKey, r: &Substitute, day: Day, want: Q) -> Q {
        let Some(p) = &r.parent else { return want };
        let taken = self.group[k].taken_by_parent.get(p).cloned().unwrap_or_else(zero);
        pos(min(want, self.parent_need(k, day, p) - taken))
    }

    pub fn note_parent(&mut self, k: &NodeKey, r: &Substitute, covered: &Q) {
        if let Some(p) = &r.parent {
            *self.group.get_mut(k).unwrap().taken_by_parent.entry(p.clone()).or_insert_with(zero) += covered;
        }
    }

    /// The free surplus of a node on a day.
    pub fn surplus(&self, from: &NodeKey, day: Day) -> Q {
        let Some(n) = self.group.get(from) else { return zero() };
        let mut n = n.clone();
        // What was planned or moved for it today is there for others too.
        if n.done < day {
            self.roll(&mut n, day);
        }
        if self.w.p.substitute_stock == SubstituteStock::ShortFirst {
            return pos(n.balance() - n.late(day));
        }
        let there =
            |n: &Node, day: Day| n.balance() - n.late(day) - self.w.safety(&from.item, &from.site, day);
        let mut least = there(&n, day);
        let mut at = day;
        while let Some(next) = self.next_event(&n, at) {
            self.roll(&mut n, next);
            least = min(least, there(&n, next));
            at = next;
        }
        pos(least)
    }

    /// Only the flows of a node up to and including a day.
    pub fn roll(&self, n: &mut Node<'a>, to: Day) {
        while let Some(day) = self.next_event(n, n.done).filter(|d| *d <= to) {
            for l in n.lots.iter_mut().filter(|l| l.until < day) {
                l.qty = zero();
            }
            n.receive(day);
            n.plain += n.pending.remove(&day).unwrap_or_else(zero);
            for x in self.staying(n, day) {
                n.consume(day, &x.qty, x.life);
            }
            n.done = day;
        }
    }

    pub fn take(&mut self, k: &NodeKey, from: &NodeKey, day: Day, given: &Q, covered: &Q) {
        if *given <= zero() || *covered <= zero() {
            return;
        }
        let n = self.group.get_mut(from).unwrap();
        if n.done >= day {
            let draws = n.consume(day, given, 0);
            let need = Need::taken(k, given.clone());
            n.served.push(Served { day, need, draws });
            let live = (n.plain.clone(), n.lots.clone());
            (n.plain, n.lots) = n.snap.clone();
            n.consume(day, given, 0);
            n.snap = (n.plain.clone(), n.lots.clone());
            (n.plain, n.lots) = live;
            n.touched = Some(day);
            let row = n.row(day);
            row.gross.0 += given;
            row.before.0 -= given;
        } else {
            let need = Need::taken(k, given.clone());
            n.needs.entry(day).or_default().push(need);
        }
        self.credit(k, day, covered, Got::Substitute);
    }
}
