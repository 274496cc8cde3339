//! Locations as the ledger sees them: flags, kind, and whether anything may move there (`F05`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::partner::{Location, LocationKind};

/// Whether stock may move at a location.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaceState {
    /// Stock may move (the default).
    #[default]
    Enabled,
    /// Being counted: nothing moves but the count.
    Counting,
    /// No movement.
    Frozen,
    /// Out of use; only at nought stock.
    Disabled,
}

/// A location with its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The location and its flags.
    pub location: Location,
    /// Whether stock may move.
    #[serde(default)]
    pub state: PlaceState,
    /// Row version.
    #[serde(default)]
    pub version: u64,
}

impl Place {
    /// Whether good material of an order may be issued from here: ordinary, line-side, at the subcontractor or a
    /// customer's stock; a rework order also from defective stock.
    #[must_use]
    pub fn issues(&self, rework: bool) -> bool {
        match self.location.kind {
            LocationKind::Normal
            | LocationKind::LineSide
            | LocationKind::AtSubcontractor
            | LocationKind::CustomerOwned => true,
            LocationKind::Defective => rework,
            LocationKind::Inspection | LocationKind::Scrap => false,
        }
    }
}
