//! An order of a product, from what its template says.

use crate::execution::orders::{check_line, check_numbers};
use crate::execution::refused::Refused;
use crate::execution::split::lines_for;
use crate::execution::work::Work;
use crate::execution::{GoodsRow, OrderTemplate};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::num::Rounding;
use crate::order::ProductionOrder;
use crate::time::Date;

/// The template of a row: of the item, of the BOM version named, in force on the date.
pub(super) fn template_of<'t>(
    templates: &'t [OrderTemplate],
    goods: &GoodsRow,
    date: Date,
) -> Result<&'t OrderTemplate, Finding> {
    let of_item = || templates.iter().filter(|row| row.item == goods.item);
    if of_item().any(|row| row.disabled) {
        return Err(Finding::new(Code::ItemDisabled).with("item", &goods.item));
    }
    if of_item().next().is_some() && !of_item().any(|row| row.made) {
        return Err(Finding::new(Code::ItemNotMake).with("item", &goods.item));
    }
    let fits = |row: &&OrderTemplate| {
        row.made
            && goods.bom.as_ref().is_none_or(|bom| row.bom.as_ref() == Some(bom))
            && row.valid_from.is_none_or(|from| from <= date)
            && row.valid_to.is_none_or(|to| date <= to)
    };
    let missing = || Finding::new(Code::BomNotFound).with("item", &goods.item).with("date", date);
    of_item().find(fits).ok_or_else(missing)
}

/// The order for a row: the template's list scaled to the quantity.
pub(super) fn order_of(
    work: &Work<'_>,
    template: &OrderTemplate,
    goods: &GoodsRow,
    id: Id,
) -> Result<ProductionOrder, Refused> {
    let scale = work.item(&goods.item)?.scale;
    let quantity = goods.quantity.at_scale(scale)?;
    let mut like = ProductionOrder::new(id, goods.item.clone(), template.good.at_scale(scale)?);
    if !like.good.is_positive() {
        let finding = Finding::new(Code::QtyNotPositive).with("item", &goods.item);
        return Err(finding.with("value", like.good).into());
    }
    like.lines.clone_from(&template.lines);
    for line in &mut like.lines {
        check_line(work, line)?;
    }
    check_numbers(&like)?;
    let input = match template.input {
        Some(input) => input.at_scale(scale)?.share(quantity, like.good, Rounding::Up)?,
        None => quantity,
    };
    let lines = lines_for(&like, quantity)?;
    Ok(ProductionOrder {
        good: quantity,
        input,
        lines,
        key: goods.key.clone(),
        bom: template.bom.clone(),
        workshop: goods.workshop.clone().or_else(|| template.workshop.clone()),
        due: goods.due,
        remark: goods.remark.clone(),
        policy: template.policy,
        ..like
    })
}
