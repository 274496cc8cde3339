//! The command line.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use headstock::finding::Lang;
use headstock::time::Date;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Args {
    pub(crate) folder: PathBuf,
    pub(crate) adventureworks: bool,
    pub(crate) out: Option<PathBuf>,
    pub(crate) lang: Lang,
    pub(crate) date: Option<Date>,
    pub(crate) threads: NonZeroUsize,
    pub(crate) rows: usize,
    pub(crate) width: usize,
    /// Planned orders whose reasons are asked for.
    pub(crate) why: Vec<String>,
    /// The file in which the month is stored; absent: there is only a plan.
    pub(crate) store: Option<PathBuf>,
    /// Last day of the month.
    pub(crate) until: Option<Date>,
    pub(crate) job: Job,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Job {
    Plan,
    Help,
    Template(PathBuf),
    /// Write the tables as read, for instance those of an adapter.
    Tables(PathBuf),
}

/// Reads the command line; the text of an error says what would be right.
///
/// `shipped` is the folder and the store that are used when no folder is named.
pub(crate) fn parse(
    args: impl IntoIterator<Item = String>,
    shipped: (PathBuf, Option<PathBuf>),
) -> Result<Args, String> {
    let mut out = Args {
        folder: shipped.0,
        adventureworks: false,
        out: None,
        lang: Lang::En,
        date: None,
        threads: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        rows: 25,
        width: 100,
        why: Vec::new(),
        store: None,
        until: None,
        job: Job::Plan,
    };
    let (mut folder, mut month) = (None, true);
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
        match arg.as_str() {
            "-h" | "--help" => out.job = Job::Help,
            "--out" => out.out = Some(value()?.into()),
            "--template" => out.job = Job::Template(value()?.into()),
            "--tables" => out.job = Job::Tables(value()?.into()),
            "--store" => out.store = Some(value()?.into()),
            "--no-month" => month = false,
            "--until" => {
                let text = value()?;
                out.until = Some(Date::parse(&text).map_err(|error| format!("--until: {error}"))?);
            }
            "--why" => out.why.push(value()?),
            "--lang" => {
                out.lang = match value()?.as_str() {
                    "en" => Lang::En,
                    "zh" => Lang::Zh,
                    other => return Err(format!("--lang {other}: en or zh")),
                }
            }
            "--date" => {
                let text = value()?;
                out.date = Some(Date::parse(&text).map_err(|error| format!("--date: {error}"))?);
            }
            "--threads" => out.threads = number(&arg, &value()?)?,
            "--rows" => out.rows = number::<NonZeroUsize>(&arg, &value()?)?.get(),
            "--width" => out.width = number::<NonZeroUsize>(&arg, &value()?)?.get(),
            "--adapter" => match value()?.as_str() {
                "adventureworks" => out.adventureworks = true,
                other => return Err(format!("--adapter {other}: there is adventureworks")),
            },
            other if other.starts_with('-') => {
                return Err(format!("{other} is not an option; see --help"));
            }
            other => match folder {
                None => folder = Some(PathBuf::from(other)),
                Some(_) => return Err(format!("{other}: only one folder can be planned")),
            },
        }
    }
    // A plant of somebody's own is only planned unless a file is named: the month is one that never happened.
    if folder.is_none() && out.store.is_none() {
        out.store = shipped.1;
    }
    out.store = out.store.filter(|_| month && out.why.is_empty() && !out.adventureworks);
    out.folder = folder.unwrap_or(out.folder);
    Ok(out)
}

fn number<T: std::str::FromStr>(option: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{option} {text}: a whole number above 0"))
}

/// How to use the command.
pub(crate) const HELP: &str = "\
./run [folder] [options]      plans the CSV files of a folder (docs/tables.md); without one, examples/plant,
                              and then runs the month that follows the plan, stored in target/month.db, and
                              closes it: what everything cost

  --out folder                write orders, messages, shortages and findings as CSV, plan.json, report.html,
                              and of a month that is closed costs.html and costs.xlsx
  --lang en|zh                language of the report
  --date 2026-03-02           date of the run; else run_date in settings.csv
  --why ORDER                 why a planned order exists; may be repeated
  --rows n                    rows shown of each table (25)
  --width n                   columns of the terminal (100)
  --store file.db             run the month on a folder too, and store it in this SQLite file; running it again
                              stores nothing twice
  --until 2026-03-31          last day of the month; else the last of the run's month
  --no-month                  only plan
  --threads n                 threads to use (all)
  --adapter adventureworks    the folder holds the AdventureWorks tables
  --template folder           write empty CSV files with their headers
  --tables folder             write the tables as they were read, and plan nothing
";

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Args, String> {
        parse(line.split_whitespace().map(str::to_owned), ("plant".into(), Some("m.db".into())))
    }

    #[test]
    fn p10_options_are_read_in_any_order() {
        let args = read("--lang zh data --out x --date 2026-03-02 --threads 2 --why A --why B").unwrap();
        assert_eq!((args.folder, args.out), ("data".into(), Some("x".into())));
        assert_eq!((args.lang, args.threads.get(), args.why.len()), (Lang::Zh, 2, 2));
        assert_eq!(read("").unwrap().folder, PathBuf::from("plant"));
    }

    #[test]
    fn the_month_runs_on_the_shipped_plant_and_where_a_file_is_named() {
        let store = |line: &str| read(line).unwrap().store;
        assert_eq!(store(""), Some("m.db".into()));
        assert_eq!(store("--store x.db"), Some("x.db".into()));
        assert_eq!(store("data --store x.db"), Some("x.db".into()));
        for line in ["data", "--no-month", "--why A", "data --store x.db --no-month"] {
            assert_eq!(store(line), None, "{line}");
        }
    }

    #[test]
    fn p10_wrong_options_say_what_would_be_right() {
        for line in
            ["--lang fr", "--date 1.3.26", "--threads 0", "--out", "--nothing", "a b", "--adapter sap"]
        {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
