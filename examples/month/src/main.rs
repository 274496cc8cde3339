//! The main job: a folder of CSV files in, the month's material plan out, and the month that follows it.
//!
//! `./run` calls it; `docs/tables.md` says what the files hold. Exit code 0: planned (a plan with shortages is a
//! plan); 1: the input was refused and nothing was written; 2: the command was wrong; 3: the disk.

mod adventureworks;
mod args;
mod engine;
mod progress;
mod shop;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use headstock::finding::{Code, Finding, Lang};
use headstock::run::RunControl;
use headstock::snapshot::Tables;
use headstock::time::Date;
use headstock_files::{PlanFiles, PlanSettings, read_folder, write_plan, write_tables, write_templates};
use headstock_report::{PlanView, finding_text, render_reason, report_html, report_text};

use args::{Args, Job};

/// The plant that is planned when no folder is named.
const PLANT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../plant");

/// Rows of each table in the HTML page; all of them are in the CSV files.
const PAGE_ROWS: usize = 2_000;

/// Why a run ended early.
enum Stop {
    /// The input was refused.
    Refused(Vec<Finding>),
    /// A planned order that is not there.
    NoOrder(String),
    /// Reading or writing failed.
    Disk(String, io::Error),
    /// The plan is there, the month is not.
    Month(shop::Trouble),
    /// The month is there, its costs are not.
    Costs(Vec<Finding>),
}

fn main() -> ExitCode {
    let args = match args::parse(std::env::args().skip(1), (default_folder(), default_store())) {
        Ok(args) => args,
        Err(wrong) => {
            complain(&format!("{wrong}\n\n{}", args::HELP));
            return ExitCode::from(2);
        }
    };
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Refused(findings)) => {
            complain(&refusal(&args, &findings));
            ExitCode::from(1)
        }
        Err(Stop::NoOrder(id)) => {
            complain(&format!("There is no planned order {id}; orders.csv (--out) lists them."));
            ExitCode::from(2)
        }
        Err(Stop::Disk(what, error)) => {
            complain(&format!("{what}: {error}"));
            ExitCode::from(3)
        }
        Err(Stop::Costs(findings)) => {
            let head = match args.lang {
                Lang::En => "The month was run and stored, but it could not be closed:",
                Lang::Zh => "月度已执行并保存,但未能结账:",
            };
            let lines = findings.iter().map(|finding| format!("  {}", finding_text(finding, args.lang)));
            complain(&std::iter::once(head.to_owned()).chain(lines).collect::<Vec<_>>().join("\n"));
            ExitCode::from(1)
        }
        Err(Stop::Month(trouble)) => {
            complain(&no_month(&args, &trouble));
            ExitCode::from(if matches!(trouble, shop::Trouble::Store(..)) { 3 } else { 1 })
        }
    }
}

/// Why there is no month, and what can be done about it.
fn no_month(args: &Args, trouble: &shop::Trouble) -> String {
    let zh = args.lang == Lang::Zh;
    match trouble {
        shop::Trouble::Refused(findings) => {
            let head = if zh { "月度执行未进行:" } else { "The month was not run:" };
            let lines = findings.iter().map(|finding| format!("  {}", finding_text(finding, args.lang)));
            std::iter::once(head.to_owned()).chain(lines).collect::<Vec<_>>().join("\n")
        }
        shop::Trouble::OtherMonth(path) if zh => {
            format!("{}存有另一计划的记录;请删除该文件,或用--store指定其他文件。", path.display())
        }
        shop::Trouble::OtherMonth(path) => format!(
            "{} holds the month of another plan. Nothing of it was changed by what differs. Delete the file, or \
             name another one with --store.",
            path.display()
        ),
        shop::Trouble::Store(path, finding) => {
            format!("{}: {}", path.display(), finding_text(finding, args.lang))
        }
    }
}

/// The shipped plant, wherever the command was started.
fn default_folder() -> PathBuf {
    std::env::var_os("HEADSTOCK_PLANT").map_or_else(|| PathBuf::from(PLANT), PathBuf::from)
}

/// Where the month of the shipped plant is stored; nowhere unless the environment says.
fn default_store() -> Option<PathBuf> {
    std::env::var_os("HEADSTOCK_STORE").filter(|path| !path.is_empty()).map(PathBuf::from)
}

fn complain(text: &str) {
    // Nothing can be said when the error stream is closed.
    let _ = writeln!(io::stderr(), "{text}");
}

/// The findings of a refused input, and that nothing was done.
fn refusal(args: &Args, findings: &[Finding]) -> String {
    let mut lines = vec![match args.lang {
        Lang::En => format!("{} was not planned, and nothing was written:", args.folder.display()),
        Lang::Zh => format!("{}未计划,未写入任何文件:", args.folder.display()),
    }];
    lines.extend(findings.iter().map(|finding| format!("  {}", finding_text(finding, args.lang))));
    lines.join("\n")
}

fn run(args: &Args) -> Result<(), Stop> {
    let disk = |what: &str, path: &std::path::Path| {
        let what = format!("{what} {}", path.display());
        move |error| Stop::Disk(what, error)
    };
    match &args.job {
        Job::Help => return say(args::HELP),
        Job::Template(folder) => return write_templates(folder).map_err(disk("template", folder)),
        Job::Plan | Job::Tables(_) => {}
    }
    let line = progress::Line::new();
    let report = |progress| line.report(progress);
    let control = RunControl::new().with_threads(args.threads).with_progress(&report);
    let (tables, settings) = read(args, &control).map_err(Stop::Refused)?;
    if let Job::Tables(folder) = &args.job {
        line.clear();
        return write_tables(folder, &tables, &settings).map_err(disk("tables", folder));
    }
    let outcome = compute(args, tables, settings, &control, &line);
    line.clear();
    outcome
}

fn read(args: &Args, control: &RunControl<'_>) -> Result<(Tables, PlanSettings), Vec<Finding>> {
    if args.adventureworks {
        adventureworks::read(&args.folder, args.date, control)
    } else {
        read_folder(&args.folder, control)
    }
}

/// The day the run is for: there is no clock in a plan, so someone must say.
fn run_date(args: &Args, settings: &PlanSettings) -> Result<Date, Stop> {
    args.date.or(settings.run_date).ok_or_else(|| {
        Stop::Refused(vec![
            Finding::new(Code::ParamMissing)
                .with("item", "settings.csv")
                .with("field", "run_date")
                .with("expected", "a row run_date in settings.csv, or --date"),
        ])
    })
}

fn say(text: &str) -> Result<(), Stop> {
    match io::stdout().write_all(text.as_bytes()) {
        // A reader that has seen enough, such as `head`, is no error.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Stop::Disk("standard output".to_owned(), error)),
        Ok(()) => Ok(()),
    }
}

fn compute(
    args: &Args,
    tables: Tables,
    settings: PlanSettings,
    control: &RunControl<'_>,
    line: &progress::Line,
) -> Result<(), Stop> {
    let run_date = run_date(args, &settings)?;
    let planned = engine::plan(&tables, &settings, run_date, control).map_err(Stop::Refused)?;
    let view = PlanView {
        title: &settings.title,
        run_date,
        tables: &tables,
        orders: &planned.orders,
        messages: &planned.messages,
        shortages: &planned.shortages,
        findings: &planned.findings,
        pegs: &planned.pegs,
        rows: args.rows,
    };
    if let Some(out) = &args.out {
        let page = PlanView { rows: args.rows.max(PAGE_ROWS), ..view };
        let files = PlanFiles {
            tables: &tables,
            title: &settings.title,
            run_date,
            policy: &settings.policy,
            orders: &planned.orders,
            messages: &planned.messages,
            shortages: &planned.shortages,
            pegs: &planned.pegs,
            findings: &planned.findings,
            pages: &[("report.html", &report_html(&page, args.lang))],
        };
        write_plan(out, &files).map_err(|error| Stop::Disk(format!("{}", out.display()), error))?;
    }
    let mut text = String::new();
    if args.why.is_empty() {
        text = report_text(&view, args.lang, args.width);
        if args.adventureworks {
            text.push_str("\nAssumed by the adapter:\n");
            for line in adventureworks::ASSUMPTIONS {
                text.push_str(&format!("  - {line}\n"));
            }
        }
    }
    for id in &args.why {
        let reason = planned.reason(id).ok_or_else(|| Stop::NoOrder(id.clone()))?;
        text.push_str(&render_reason(&reason, args.lang));
    }
    line.clear();
    say(&text)?;
    let Some(store) = &args.store else { return Ok(()) };
    let month = shop::Ask {
        tables: &tables,
        costs: &settings.costs,
        title: &settings.title,
        files: args.out.is_some(),
        planned: &planned,
        run_date,
        until: args.until.unwrap_or_else(|| run_date.last_of_month()),
        store,
        lang: args.lang,
        rows: args.rows,
        width: args.width,
    };
    let told = shop::run(&month, line).map_err(Stop::Month)?;
    line.clear();
    tell_month(args, told)
}

/// How the shop stands, and what the month cost.
fn tell_month(args: &Args, told: shop::Told) -> Result<(), Stop> {
    say(&format!("\n{}", told.shop))?;
    let Some(closed) = told.closed else {
        return say(match args.lang {
            Lang::En => "\nNothing to cost: the folder has no cost_elements.csv.\n",
            Lang::Zh => "\n无成本核算:文件夹中没有cost_elements.csv。\n",
        });
    };
    if !closed.refused.is_empty() {
        return Err(Stop::Costs(closed.refused));
    }
    if let Some(out) = &args.out {
        for (name, bytes) in &closed.files {
            let path = out.join(name);
            std::fs::write(&path, bytes).map_err(|error| Stop::Disk(path.display().to_string(), error))?;
        }
    }
    say(&format!("\n{}", closed.text))
}
