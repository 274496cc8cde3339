//! The kernel, called: tables to a snapshot, a snapshot to a plan, the plan as records.

use headstock::finding::{Finding, Reason};
use headstock::planning::{Message, Peg, Plan, PlannedOrder, Shortage, plan as run_mrp};
use headstock::run::RunControl;
use headstock::snapshot::{Snapshot, Tables};
use headstock::time::Date;
use headstock_files::PlanSettings;

/// A plan as the report and the files want it.
pub(crate) struct Planned {
    pub(crate) plan: Plan,
    pub(crate) orders: Vec<PlannedOrder>,
    pub(crate) messages: Vec<Message>,
    pub(crate) shortages: Vec<Shortage>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) pegs: Vec<Peg>,
}

/// Plans the tables.
pub(crate) fn plan(
    tables: &Tables,
    settings: &PlanSettings,
    run_date: Date,
    control: &RunControl<'_>,
) -> Result<Planned, Vec<Finding>> {
    let snapshot =
        Snapshot::from_tables(tables.clone(), control).map_err(|rejected| rejected.findings().to_vec())?;
    let plan =
        run_mrp(&snapshot, &settings.policy, run_date, control).map_err(|error| vec![error.finding()])?;
    Ok(Planned {
        orders: plan.orders().collect(),
        messages: plan.messages(),
        shortages: plan.shortages(),
        findings: plan.findings(),
        pegs: plan.pegs().collect(),
        plan,
    })
}

impl Planned {
    /// Why a planned order exists.
    pub(crate) fn reason(&self, id: &str) -> Option<Reason> {
        self.plan.reasons(id)
    }
}
