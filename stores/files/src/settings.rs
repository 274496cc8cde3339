//! The file `settings.csv`: one key a row.

use headstock::finding::Finding;
use headstock::planning::PlanPolicy;
use headstock::time::Date;

use crate::cell::{Value, parse};
use crate::columns::{self, Kind, SETTING_KEYS};
use crate::errors::{Fault, shown};
use crate::load::{At, Loader};
use crate::nearest::nearest;
use crate::row::Row;
use crate::{CostSheets, PlanSettings, costs};

pub(crate) fn read(loader: &mut Loader<'_>) -> Result<PlanSettings, Finding> {
    let rows: Vec<(u64, usize, String)> = loader.load(&columns::SETTINGS, |row| {
        let key = row.text("key").unwrap_or_default();
        let at = SETTING_KEYS.at(key).ok_or_else(|| unknown_key(key))?;
        let value = row.text("value").unwrap_or_default().to_owned();
        parse(SETTING_KEYS.columns[at].kind, &value).map_err(|fault| ("value", fault))?;
        Ok((row.line, at, value))
    })?;
    let mut cells = vec![Value::Empty; SETTING_KEYS.columns.len()];
    let mut last = 0;
    for (line, at, value) in &rows {
        let kind = SETTING_KEYS.columns[*at].kind;
        if let Kind::Ref(target) = kind
            && let Some(fault) = loader.unknown(target, value)
        {
            loader.late_fault(&columns::SETTINGS, *line, ("value", fault));
        }
        if let Ok(value) = parse(kind, value) {
            cells[*at] = value;
        }
        last = *line;
    }
    let row = Row { table: &SETTING_KEYS, line: last, cells };
    let policy = row.build::<PlanPolicy>().unwrap_or_else(|error| {
        let fault = Fault::say(error.to_string(), error.to_string());
        loader.late_fault(&columns::SETTINGS, 0, ("value", fault));
        PlanPolicy::default()
    });
    Ok(PlanSettings {
        title: row.text("title").unwrap_or_default().to_owned(),
        run_date: row.text("run_date").and_then(|text| Date::parse(text).ok()),
        policy,
        costs: CostSheets { controls: costs::controls(&row), ..CostSheets::default() },
    })
}

fn unknown_key(key: &str) -> At {
    let names = || SETTING_KEYS.columns.iter().map(|column| column.name);
    let expected = match nearest(key, names()) {
        Some(near) => near.to_owned(),
        None => names().collect::<Vec<_>>().join(", "),
    };
    let key = shown(key);
    (
        "key",
        Fault::say(
            format!("{key} is not a setting; expected {expected}"),
            format!("{key}不是设置项,应为{expected}"),
        ),
    )
}
