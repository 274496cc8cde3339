//! A commit as a task without input or output: it is asked for its next step and given the answers.
//!
//! Locks come in one order for everybody, so that two commits never wait for each other: who may be at work at all;
//! rows that must not be there; keys; rows that are there, by table and key; the end of the ledger. Rows are compared
//! under their locks and row counts before the commit.

use std::collections::{BTreeMap, VecDeque};

use headstock::changeset::{ChangeSet, RowKey};
use headstock::id::Id;
use headstock::repository::{Commit, StoreError};
use postgres::Row;

use crate::ask::{Question, Step, Value};
use crate::batch::{Batch, Held, Lying};
use crate::cells::{Cell, count, get, get_id, scale, text};
use crate::errors::{Done, corrupt, failed};
use crate::table::{Kind, Lock, Spot};
use crate::{ledger, read, rows};

/// Starts a transaction of a commit.
pub const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// Held by every commit, together with others or alone: `hdst` and a number.
pub(crate) const AT_WORK: i64 = 0x6864_7374_0000_0001;

/// Above so many rows that must not be there, a commit works alone instead of holding a lock for each.
const MANY_ABSENT: usize = 64;

/// At most so many rows in one statement.
pub(crate) const CHUNK: usize = 4_096;

const TOGETHER: &str = "SELECT pg_advisory_xact_lock_shared($1::bigint)
    UNION ALL SELECT pg_advisory_xact_lock(n) FROM unnest($2::bigint[]) AS n";
pub(crate) const ALONE: &str = "SELECT pg_advisory_xact_lock($1::bigint)";
const KEYS: &str = "INSERT INTO headstock.request (key, digest, at, reply)
    SELECT key, digest, at, reply FROM unnest($1::text[], $2::text[], $3::bigint[], $4::json[])
    AS n (key, digest, at, reply) ON CONFLICT DO NOTHING RETURNING key";
const SCALES: &str = "SELECT item, scale FROM headstock.item WHERE item = ANY($1::text[])";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Locks,
    Keys,
    Look,
    Write,
    Ledger,
    End,
}

/// What the answer to a question is for.
#[derive(Debug)]
enum Purpose {
    Nothing,
    Keys,
    Known,
    Scales,
    Look(Kind),
    Changed(usize),
    Added(Vec<Spot>),
    /// The last sequence.
    End,
    Copied,
}

/// Stores changesets that follow each other: all of them or nothing.
///
/// ```no_run
/// # use headstock::repository::{Commit, StoreError};
/// # use headstock_postgres::{BEGIN, Committing, Step};
/// # fn run(client: &mut postgres::Client, changes: &headstock::changeset::ChangeSet) -> Result<Commit, StoreError> {
/// let mut committing = Committing::new(std::slice::from_ref(changes))?;
/// client.batch_execute(BEGIN).unwrap();
/// loop {
///     match committing.next()? {
///         Step::Ask(question) => {
///             let rows = client.query(question.sql(), &question.parameters()).unwrap();
///             committing.give(&rows)?;
///         }
///         Step::RollBack(answer) => {
///             client.batch_execute("ROLLBACK").unwrap();
///             return Ok(answer);
///         }
///         Step::Commit(answer) => {
///             let sent = client.batch_execute("COMMIT");
///             return Ok(if sent.is_ok() { answer } else { Commit::Unknown });
///         }
///     }
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct Committing<'c> {
    batch: Batch<'c>,
    phase: Phase,
    queue: VecDeque<(Purpose, Question)>,
    asked: Option<Purpose>,
    alone: bool,
    taken: usize,
    scales: BTreeMap<Id, u32>,
    lines: Vec<Vec<Cell>>,
    watermark: u64,
    stopped: Option<Commit>,
}

impl<'c> Committing<'c> {
    /// A task for one changeset, or for several of which each was decided on what the one before left.
    ///
    /// # Errors
    /// `FORMAT_VERSION` for a changeset of a newer version; `STORE_FAILED` for two with the same key.
    pub fn new(changesets: &'c [ChangeSet]) -> Result<Committing<'c>, StoreError> {
        let batch = Batch::new(changesets).map_err(crate::errors::Fault::store)?;
        Ok(Committing {
            batch,
            phase: Phase::Locks,
            queue: VecDeque::new(),
            asked: None,
            alone: false,
            taken: 0,
            scales: BTreeMap::new(),
            lines: Vec::new(),
            watermark: 0,
            stopped: None,
        })
    }

    /// What to do next. After a question its answer has to be [given](Committing::give) first.
    ///
    /// # Errors
    /// `STORE_FAILED` when the changesets do not add up, `STORE_CORRUPT`; roll back then.
    #[expect(clippy::should_implement_trait, reason = "a task that must be answered between two steps")]
    pub fn next(&mut self) -> Result<Step, StoreError> {
        self.step().map_err(crate::errors::Fault::store)
    }

    fn step(&mut self) -> Done<Step> {
        loop {
            if let Some(answer) = self.stopped.take() {
                self.phase = Phase::End;
                return Ok(Step::RollBack(answer));
            }
            if let Some((purpose, question)) = self.queue.pop_front() {
                self.asked = Some(purpose);
                return Ok(Step::Ask(question));
            }
            self.phase = match self.phase {
                Phase::Locks => self.locks(),
                Phase::Keys => self.keys()?,
                Phase::Look => self.look()?,
                Phase::Write => self.write()?,
                Phase::Ledger => self.ledger()?,
                Phase::End => return Ok(Step::Commit(Commit::Committed { watermark: self.watermark })),
            };
        }
    }

    /// Takes the rows of the answer to the last question; none for a `COPY`.
    ///
    /// # Errors
    /// `STORE_CORRUPT` when they contradict themselves; `STORE_FAILED`; roll back then.
    pub fn give(&mut self, rows: &[Row]) -> Result<(), StoreError> {
        self.take(rows).map_err(crate::errors::Fault::store)
    }

    fn ask(&mut self, purpose: Purpose, question: Question) {
        self.queue.push_back((purpose, question));
    }

    fn locks(&mut self) -> Phase {
        let absent = self.batch.absent();
        let at_work = Value::One(Cell::Number(AT_WORK));
        self.alone = self.batch.writes_settings() || absent.len() > MANY_ABSENT;
        if self.alone {
            self.ask(Purpose::Nothing, Question::new(ALONE, vec![at_work]));
        } else {
            let absent = Value::Column(absent.into_iter().map(Cell::Number).collect());
            self.ask(Purpose::Nothing, Question::new(TOGETHER, vec![at_work, absent]));
        }
        Phase::Keys
    }

    fn keys(&mut self) -> Done<Phase> {
        let all: Vec<Vec<Cell>> = self.batch.requests.values().map(rows::request).collect::<Done<_>>()?;
        for rows in chunks(all) {
            self.ask(Purpose::Keys, Question::over(KEYS, 4, rows));
        }
        Ok(Phase::Look)
    }

    /// Looks at every row under its lock, in the order of locks.
    fn look(&mut self) -> Done<Phase> {
        if self.taken < self.batch.requests.len() {
            let keys = self.batch.requests.keys().map(|key| text(key.as_str())).collect();
            self.ask(Purpose::Known, Question::new(read::REQUESTS, vec![Value::Column(keys)]));
            return Ok(Phase::End);
        }
        if !self.batch.items.is_empty() {
            let items = self.batch.items.iter().map(|item| text(item.as_str())).collect();
            self.ask(Purpose::Scales, Question::new(SCALES, vec![Value::Column(items)]));
        }
        for ((kind, lock), rows) in runs(&self.batch, self.alone) {
            for rows in chunks(rows) {
                let table = kind.table();
                self.ask(Purpose::Look(kind), Question::over(table.look(lock), table.keys, rows));
            }
        }
        Ok(Phase::Write)
    }

    fn write(&mut self) -> Done<Phase> {
        let stale: Vec<RowKey> =
            self.batch.rows.values().filter(|held| held.is_stale()).map(|held| held.key.clone()).collect();
        if !stale.is_empty() {
            self.stop_at(stale);
            return Ok(Phase::End);
        }
        let mut changed: BTreeMap<Kind, Vec<Vec<Cell>>> = BTreeMap::new();
        let mut added: BTreeMap<Kind, Vec<(Spot, Vec<Cell>)>> = BTreeMap::new();
        for (spot, held) in &self.batch.rows {
            let Some(row) = held.write else { continue };
            let cells = rows::cells_of(&spot.1, row, &self.scales)?;
            match held.found {
                Some(_) => changed.entry(spot.0).or_default().push(cells),
                None => added.entry(spot.0).or_default().push((spot.clone(), cells)),
            }
        }
        for (kind, all) in changed {
            let table = kind.table();
            for rows in chunks(all) {
                let purpose = Purpose::Changed(rows.len());
                self.ask(purpose, Question::over(table.update, table.types.len(), rows));
            }
        }
        for (kind, all) in added {
            let table = kind.table();
            for rows in chunks(all) {
                let (spots, rows) = rows.into_iter().unzip();
                let question = Question::over(table.insert, table.types.len(), rows);
                self.ask(Purpose::Added(spots), question);
            }
        }
        Ok(Phase::Ledger)
    }

    fn ledger(&mut self) -> Done<Phase> {
        self.lines = ledger::lines(&self.batch, &self.scales)?;
        let count = self.lines.len();
        let asked = if count > ledger::COPY_FROM {
            // The lines follow once it is known where they start.
            ledger::end(count)?
        } else {
            ledger::append(std::mem::take(&mut self.lines))?
        };
        self.ask(Purpose::End, asked);
        Ok(Phase::End)
    }

    /// Rows that someone else changed, in key order.
    fn stop_at(&mut self, mut rows: Vec<RowKey>) {
        rows.sort();
        self.stopped = Some(Commit::Conflict { rows });
    }

    fn take(&mut self, rows: &[Row]) -> Done<()> {
        match self.asked.take() {
            None => return Err(failed("an answer to nothing")),
            Some(Purpose::Nothing | Purpose::Copied) => {}
            Some(Purpose::Keys) => self.taken += rows.len(),
            Some(Purpose::Known) => self.stopped = Some(self.known(rows)?),
            Some(Purpose::Scales) => {
                for row in rows {
                    let item = get_id(row, 0)?;
                    let decimals = scale(get(row, 1)?, item.as_str())?;
                    self.scales.insert(item, decimals);
                }
                if let Some(item) = self.batch.items.iter().find(|item| !self.scales.contains_key(**item)) {
                    return Err(failed(format!("item {item} is not stored")));
                }
            }
            Some(Purpose::Look(kind)) => rows.iter().try_for_each(|row| self.found(kind, row))?,
            Some(Purpose::Changed(expected)) => changed(rows, expected)?,
            Some(Purpose::Added(spots)) => self.added(spots, rows)?,
            Some(Purpose::End) => self.ended(rows)?,
        }
        Ok(())
    }

    /// Keys that were there before.
    fn known(&self, rows: &[Row]) -> Done<Commit> {
        let mut earlier = None;
        for done in rows.iter().map(read::request) {
            let done = done?;
            if self.batch.requests.get(&done.key).is_some_and(|asked| asked.digest != done.digest) {
                return Ok(Commit::KeyReused);
            }
            earlier = earlier.or(Some(done));
        }
        let done = earlier.ok_or_else(|| failed("a key was taken and is not there"))?;
        Ok(Commit::Replayed { done: Box::new(done) })
    }

    fn found(&mut self, kind: Kind, row: &Row) -> Done<()> {
        let (spot, keys) = spot_of(kind, row)?;
        let Some(held) = self.batch.rows.get_mut(&spot) else { return Ok(()) };
        held.found = Some(count(get(row, keys)?, held.key.name().as_str())?);
        if kind == Kind::Balance {
            held.lying = Some(Lying {
                number: get(row, keys + 1)?,
                grains: get(row, keys + 2)?,
                decimals: get(row, keys + 3)?,
            });
        }
        Ok(())
    }

    /// Rows that were added; one that was not is there all at once.
    fn added(&mut self, mut spots: Vec<Spot>, rows: &[Row]) -> Done<()> {
        let Some(kind) = spots.first().map(|spot| spot.0) else { return Ok(()) };
        if rows.len() < spots.len() {
            for row in rows {
                let (spot, _) = spot_of(kind, row)?;
                spots.retain(|asked| *asked != spot);
            }
            let held = |spot: &Spot| self.batch.rows.get(spot).map(|held: &Held<'_>| held.key.clone());
            let stale = spots.iter().filter_map(held).collect();
            self.stop_at(stale);
            return Ok(());
        }
        if kind == Kind::Balance {
            for row in rows {
                let (spot, keys) = spot_of(kind, row)?;
                let Some(held) = self.batch.rows.get_mut(&spot) else { continue };
                held.lying = Some(Lying { number: get(row, keys)?, grains: 0, decimals: 0 });
            }
        }
        Ok(())
    }

    fn ended(&mut self, rows: &[Row]) -> Done<()> {
        let row = rows.first().ok_or_else(|| corrupt("the end of the ledger is not there"))?;
        self.watermark = count(get(row, 0)?, "watermark")?;
        let copied = std::mem::take(&mut self.lines);
        for question in ledger::copies(copied, self.watermark)? {
            self.ask(Purpose::Copied, question);
        }
        Ok(())
    }
}

/// As many rows must be changed as were found under their locks.
fn changed(rows: &[Row], expected: usize) -> Done<()> {
    let changed: i64 = rows.first().map(|row| get(row, 0)).transpose()?.unwrap_or(0);
    if usize::try_from(changed).is_ok_and(|changed| changed == expected) {
        Ok(())
    } else {
        Err(failed(format!("{changed} of {expected} rows were changed")))
    }
}

/// The key columns of a row, and how many there are.
fn spot_of(kind: Kind, row: &Row) -> Done<(Spot, usize)> {
    let keys = kind.table().keys;
    let cells = (0..keys).map(|at| get::<&str>(row, at).map(text)).collect::<Done<Vec<Cell>>>()?;
    Ok(((kind, cells), keys))
}

/// Rows of one table that are looked at with one lock.
type Run = ((Kind, Lock), Vec<Vec<Cell>>);

/// All rows, those with locks in the order of locks. A row that must not be there is covered by the lock on its
/// number, rows that every command reads by the one on being at work. Who is at work alone may lock more than needed.
fn runs(batch: &Batch<'_>, alone: bool) -> Vec<Run> {
    let mut plain: BTreeMap<Kind, Vec<Vec<Cell>>> = BTreeMap::new();
    let mut runs: Vec<Run> = Vec::new();
    for (spot, held) in &batch.rows {
        let cells = spot.1.clone();
        let lock = if held.write.is_some() || alone { Lock::Write } else { Lock::Share };
        if spot.0 <= Kind::Place || held.is_new() {
            plain.entry(spot.0).or_default().push(cells);
        } else {
            match runs.last_mut() {
                Some((same, rows)) if *same == (spot.0, lock) => rows.push(cells),
                _ => runs.push(((spot.0, lock), vec![cells])),
            }
        }
    }
    runs.extend(plain.into_iter().map(|(kind, rows)| ((kind, Lock::None), rows)));
    runs
}

pub(crate) fn chunks<T>(rows: Vec<T>) -> impl Iterator<Item = Vec<T>> {
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let chunk: Vec<T> = rows.by_ref().take(CHUNK).collect();
        (!chunk.is_empty()).then_some(chunk)
    })
}
