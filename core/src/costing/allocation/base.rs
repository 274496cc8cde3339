//! The bases of an allocation and the figure that an order has in each (`C04`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::num::{NumError, Ratio};

/// What overhead is shared in proportion to (`C04`).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AllocationBase {
    /// Quantity finished.
    #[default]
    FinishedQuantity,
    /// Cost of material that is in what was finished.
    MaterialCost,
    /// Hours of labour worked.
    LabourHours,
    /// Hours machines ran.
    MachineHours,
    /// Standard hours per unit · quantity.
    StandardHours,
    /// Coefficient per unit · quantity.
    Coefficient,
    /// Quantity started.
    InputQuantity,
    /// Not shared: all of it belongs to one order.
    Direct,
    /// Weights typed in; weights that add up to the amount are the amounts.
    Manual,
}

impl AllocationBase {
    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            AllocationBase::FinishedQuantity => "finished_quantity",
            AllocationBase::MaterialCost => "material_cost",
            AllocationBase::LabourHours => "labour_hours",
            AllocationBase::MachineHours => "machine_hours",
            AllocationBase::StandardHours => "standard_hours",
            AllocationBase::Coefficient => "coefficient",
            AllocationBase::InputQuantity => "input_quantity",
            AllocationBase::Direct => "direct",
            AllocationBase::Manual => "manual",
        }
    }
}

/// Whether work in process bears overhead too (`C04`).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum BaseScope {
    /// Finished goods and the equivalent units (or the material) in process.
    #[default]
    FinishedAndWip,
    /// Finished goods only.
    Finished,
}

/// The figures of one order in one period that bases are taken from. What is absent is missing, not nought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BaseFigures {
    /// Quantity finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished: Option<Ratio>,
    /// Equivalent units in process at the end; absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wip_equivalents: Option<Ratio>,
    /// Cost of material in what was finished: own-level purchased material at issue cost by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub material: Option<Ratio>,
    /// Cost of material in process at the end; absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wip_material: Option<Ratio>,
    /// Hours of labour worked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labour_hours: Option<Ratio>,
    /// Hours machines ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine_hours: Option<Ratio>,
    /// Standard hours of one unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standard_hours: Option<Ratio>,
    /// Coefficient of one unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coefficient: Option<Ratio>,
    /// Quantity started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<Ratio>,
}

impl BaseFigures {
    /// The figure of a base; nothing when the order lacks it, and for `direct` and `manual`, which stand on the row.
    ///
    /// ```
    /// use headstock::costing::{AllocationBase, BaseFigures, BaseScope};
    /// use headstock::num::Ratio;
    ///
    /// let order = BaseFigures {
    ///     finished: Some(Ratio::from_int(80)),
    ///     wip_equivalents: Some(Ratio::from_int(10)),
    ///     standard_hours: Some(Ratio::new(1, 2).unwrap()),
    ///     ..BaseFigures::default()
    /// };
    /// let base = |scope| order.base(AllocationBase::StandardHours, scope);
    /// assert_eq!(base(BaseScope::Finished), Ok(Some(Ratio::from_int(40))));
    /// assert_eq!(base(BaseScope::FinishedAndWip), Ok(Some(Ratio::from_int(45))));
    /// ```
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW`.
    pub fn base(&self, base: AllocationBase, scope: BaseScope) -> Result<Option<Ratio>, NumError> {
        let with_wip = |finished: Option<Ratio>, wip: Option<Ratio>| match (finished, wip, scope) {
            (Some(finished), Some(wip), BaseScope::FinishedAndWip) => finished.checked_add(wip).map(Some),
            (finished, _, _) => Ok(finished),
        };
        let quantity = with_wip(self.finished, self.wip_equivalents)?;
        let per_unit = |each: Option<Ratio>| match (each, quantity) {
            (Some(each), Some(quantity)) => each.checked_mul(quantity).map(Some),
            _ => Ok(None),
        };
        match base {
            AllocationBase::FinishedQuantity => Ok(quantity),
            AllocationBase::MaterialCost => with_wip(self.material, self.wip_material),
            AllocationBase::LabourHours => Ok(self.labour_hours),
            AllocationBase::MachineHours => Ok(self.machine_hours),
            AllocationBase::StandardHours => per_unit(self.standard_hours),
            AllocationBase::Coefficient => per_unit(self.coefficient),
            AllocationBase::InputQuantity => Ok(self.input),
            AllocationBase::Direct | AllocationBase::Manual => Ok(None),
        }
    }
}
