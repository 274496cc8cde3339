//! Whole-process runner: makes a plant, checks the answer, then says what the work costs in CPU seconds and memory.
//!
//! ```text
//! whole weekly N [threads]     whole daily N [threads]     whole real N [threads]
//! whole pegs N                 whole reasons N             whole netchange N
//! whole bom N                  whole chain N               whole ring N
//! whole close N                whole costloop N            whole rollup N
//! whole late N
//! ```
//!
//! Every figure is one line `figure <name> <value> <unit>`; a table follows. The command ends with 1 when a
//! count or check sum is not the published one. `HEADSTOCK_ROUNDS` sets how often the work is timed (5).
#![expect(clippy::print_stderr, reason = "a command that says what is wrong")]

mod asked;
mod bom;
mod change;
mod closing;
mod plans;
mod value;

use headstock_benches::measure::Figures;
use std::fmt::Debug;
use std::num::NonZeroUsize;
use std::process::ExitCode;

/// What the command was asked for.
struct Ask {
    items: usize,
    threads: NonZeroUsize,
    rounds: usize,
    /// Name of the figures: command and size.
    name: String,
}

/// What is wrong with an answer.
type Outcome = Result<(), String>;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let items = args.next().and_then(|arg| arg.parse().ok());
    let threads = args.next().and_then(|arg| arg.parse().ok()).unwrap_or(NonZeroUsize::MIN);
    let rounds = std::env::var("HEADSTOCK_ROUNDS").ok().and_then(|text| text.parse().ok());
    let Some(items) = items else { return usage() };
    let name = match threads.get() {
        1 => format!("{command}.{items}"),
        threads => format!("{command}.{items}.threads_{threads}"),
    };
    let ask = Ask { items, threads, rounds: rounds.unwrap_or(5).max(1), name };
    let mut figures = Figures::default();
    let done = match command.as_str() {
        "weekly" => plans::recipe_a(&ask, false, &mut figures),
        "daily" => plans::recipe_a(&ask, true, &mut figures),
        "real" => plans::recipe_c(&ask, &mut figures),
        "pegs" => asked::pegs(&ask, &mut figures),
        "reasons" => asked::reasons(&ask, &mut figures),
        "netchange" => change::net_change(&ask, &mut figures),
        "bom" => bom::recipe_b(&ask, &mut figures),
        "chain" => bom::refused(&ask, false, &mut figures),
        "ring" => bom::refused(&ask, true, &mut figures),
        "close" => closing::period(&ask, &mut figures),
        "costloop" => closing::cost_loop(&ask, &mut figures),
        "rollup" => value::roll_up(&ask, &mut figures),
        "late" => value::late(&ask, &mut figures),
        _ => return usage(),
    };
    figures.table();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(wrong) => {
            eprintln!("wrong: {wrong}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!(
        "whole weekly|daily|real|pegs|reasons|netchange|bom|chain|ring|close|costloop|rollup|late N [threads]"
    );
    ExitCode::from(2)
}

/// Compares an answer with what is published; where nothing is, it is shown instead.
fn expect<T: PartialEq + Debug>(what: &str, known: Option<T>, got: &T) -> Outcome {
    match known {
        Some(known) if known == *got => {
            eprintln!("{what}: as published");
            Ok(())
        }
        Some(known) => Err(format!("{what}: {got:?} instead of {known:?}")),
        None => {
            eprintln!("{what}: nothing is published for this size; {got:?}");
            Ok(())
        }
    }
}

/// A law that an answer keeps.
fn hold(what: &str, left: i128, right: i128) -> Outcome {
    match left == right {
        true => Ok(()),
        false => Err(format!("{what}: {left} is not {right}")),
    }
}
