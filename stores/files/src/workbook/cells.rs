//! Cells of a sheet, row by row, without holding the sheet: a cell far out costs nothing.

use std::io::Cursor;

use calamine::{DataRef, Dimensions, Reader, Xlsx, XlsxCellReader};
use headstock::finding::{Code, Finding, abbreviate};

use super::columns::{COLUMNS, SHEET, SHEET_ZH};
use crate::errors::Fault;

/// The largest file that is opened, and the most that it may unpack to: a small file can hold a lot of nothing.
const MAX_BYTES: usize = 256 << 20;
const MAX_UNPACKED: u64 = 2 << 30;

/// A workbook whose sheet is known to be there.
pub(super) struct Workbook<'b> {
    xlsx: Xlsx<Cursor<&'b [u8]>>,
    sheet: String,
    merged: Vec<Dimensions>,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Content {
    #[default]
    Empty,
    /// Text or a number as text.
    Text(String),
    /// A number of Excel's own, as text.
    Number(String),
    /// A date cell.
    Date(String),
    /// What cannot be taken.
    Bad(&'static str, &'static str),
}

/// One row below the header.
#[derive(Debug, Default)]
pub(super) struct SheetRow {
    /// Number that Excel shows.
    pub(super) number: u64,
    /// By column of [`COLUMNS`].
    pub(super) cells: [Content; COLUMNS.len()],
}

fn missing(expected: &str) -> Finding {
    Finding::new(Code::TableMissing).with("table", SHEET).with("expected", expected)
}

/// Opens a workbook and finds its sheet.
pub(super) fn open<'b>(bytes: &'b [u8], sheet: Option<&str>) -> Result<Workbook<'b>, Finding> {
    if bytes.len() > MAX_BYTES {
        let finding = Finding::new(Code::LimitExceeded).with("what", "bytes of a workbook");
        return Err(finding.with("limit", MAX_BYTES));
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(missing("an .xlsx workbook; this one is encrypted or an old .xls"));
    }
    let damaged = |_| missing("an .xlsx workbook; this file is none or is damaged");
    let mut packed = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged(()))?;
    let sizes: Option<Vec<u64>> =
        (0..packed.len()).map(|number| packed.by_index_raw(number).ok().map(|file| file.size())).collect();
    let unpacked = sizes.ok_or_else(|| damaged(()))?.iter().fold(0u64, |sum, size| sum.saturating_add(*size));
    if unpacked > MAX_UNPACKED {
        let finding = Finding::new(Code::LimitExceeded).with("what", "unpacked bytes of a workbook");
        return Err(finding.with("limit", MAX_UNPACKED));
    }
    let mut xlsx: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| damaged(()))?;
    let names = xlsx.sheet_names();
    let wanted = |name: &&String| match sheet {
        Some(sheet) => name.as_str() == sheet,
        None => name.eq_ignore_ascii_case(SHEET) || name.as_str() == SHEET_ZH,
    };
    let Some(found) = names.iter().find(wanted).cloned() else {
        let wanted = sheet.map_or_else(|| format!("{SHEET} or {SHEET_ZH}"), str::to_owned);
        return Err(missing(&format!(
            "a sheet named {wanted}; the workbook has {}",
            abbreviate(&names.join(", "))
        )));
    };
    let merged = xlsx.merge_cells_by_sheet_name(&found).map_err(|_| damaged(()))?;
    Ok(Workbook { xlsx, sheet: found, merged })
}

/// A sheet that is being read, its header understood.
pub(super) struct Sheet<'w, 'b> {
    reader: XlsxCellReader<'w, Cursor<&'b [u8]>>,
    merged: &'w [Dimensions],
    /// Column of [`COLUMNS`] by column of the sheet.
    order: Vec<Option<usize>>,
    /// The first cell of the next row, already read.
    ahead: Option<Raw>,
    /// The end was read; the reader must not be asked again.
    ended: bool,
}

/// A cell with its place, rows and columns from 0.
#[derive(Debug)]
struct Raw {
    row: u32,
    column: u32,
    content: Content,
}

impl<'w, 'b> Sheet<'w, 'b> {
    pub(super) fn start(workbook: &'w mut Workbook<'b>) -> Result<Sheet<'w, 'b>, Finding> {
        let reader = workbook.xlsx.worksheet_cells_reader(&workbook.sheet).map_err(|_| torn(0))?;
        let mut sheet =
            Sheet { reader, merged: &workbook.merged, order: Vec::new(), ahead: None, ended: false };
        let header = sheet.next_cells()?;
        sheet.order = order_of(&header)?;
        Ok(sheet)
    }

    /// The next row that is not empty.
    pub(super) fn next_row(&mut self) -> Result<Option<SheetRow>, Finding> {
        loop {
            let cells = self.next_cells()?;
            let Some(first) = cells.first() else { return Ok(None) };
            let mut row = SheetRow { number: u64::from(first.row) + 1, ..SheetRow::default() };
            let mut filled = false;
            for cell in cells {
                let Some(Some(at)) = self.order.get(cell.column as usize) else { continue };
                filled |= cell.content != Content::Empty;
                row.cells[*at] = cell.content;
            }
            if filled {
                self.mark_merged(&mut row);
                return Ok(Some(row));
            }
        }
    }

    /// Of merged cells only the first holds anything: which of the others were meant nobody can say.
    fn mark_merged(&self, row: &mut SheetRow) {
        let number = u32::try_from(row.number - 1).unwrap_or(u32::MAX);
        for (column, at) in (0u32..).zip(&self.order) {
            if let Some(at) = *at
                && self.merged.iter().any(|merged| merged.contains(number, column))
            {
                row.cells[at] = Content::Bad(
                    "the cell is merged with others; fill each cell by itself",
                    "单元格已合并,请拆分后逐格填写",
                );
            }
        }
    }

    /// All cells of the next row that has any; none at the end.
    fn next_cells(&mut self) -> Result<Vec<Raw>, Finding> {
        let mut cells: Vec<Raw> = Vec::new();
        let mut next = self.ahead.take();
        loop {
            let cell = match next.take() {
                Some(cell) => Some(cell),
                None => self.read(cells.last().map_or(0, |cell| cell.row))?,
            };
            let Some(cell) = cell else { return Ok(cells) };
            if cells.last().is_some_and(|last| last.row != cell.row) {
                self.ahead = Some(cell);
                return Ok(cells);
            }
            cells.push(cell);
        }
    }

    fn read(&mut self, row: u32) -> Result<Option<Raw>, Finding> {
        if self.ended {
            return Ok(None);
        }
        let Some(cell) = self.reader.next_cell_with_formula().map_err(|_| torn(row))? else {
            self.ended = true;
            return Ok(None);
        };
        let (row, column) = cell.pos;
        let content = if cell.formula.is_some() {
            Content::Bad("the cell holds a formula; paste its value", "单元格为公式,请粘贴为数值")
        } else {
            content_of(cell.value)
        };
        Ok(Some(Raw { row, column, content }))
    }
}

fn content_of(value: DataRef<'_>) -> Content {
    let text = |text: &str| match text.trim() {
        "" => Content::Empty,
        text => Content::Text(text.to_owned()),
    };
    match value {
        DataRef::Empty => Content::Empty,
        DataRef::Int(number) => Content::Number(number.to_string()),
        DataRef::Float(number) => Content::Number(number.to_string()),
        DataRef::String(value) => text(&value),
        DataRef::SharedString(value) => text(value),
        DataRef::DateTime(date) => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            Content::Date(format!("{year:04}-{month:02}-{day:02}"))
        }
        DataRef::DateTimeIso(value) => Content::Date(value.chars().take(10).collect()),
        DataRef::DurationIso(_) => Content::Bad("the cell holds a duration", "单元格为时长"),
        DataRef::Bool(_) => Content::Bad("the cell holds TRUE or FALSE", "单元格为TRUE或FALSE"),
        DataRef::Error(_) => Content::Bad("the cell shows an error of Excel", "单元格为错误值"),
    }
}

/// The sheet breaks off.
fn torn(row: u32) -> Finding {
    missing(&format!("an .xlsx workbook; this one is damaged after row {}", u64::from(row) + 1))
}

/// Which column of [`COLUMNS`] stands in each column of the sheet.
fn order_of(header: &[Raw]) -> Result<Vec<Option<usize>>, Finding> {
    let expected = || COLUMNS.iter().map(|column| column.name).collect::<Vec<_>>().join(", ");
    let wrong = |column: &str| {
        let finding = Finding::new(Code::HeaderWrong).with("table", SHEET).with("column", abbreviate(column));
        finding.with("expected", expected())
    };
    let mut order = Vec::new();
    for cell in header {
        let name = match &cell.content {
            Content::Empty => continue,
            Content::Text(name) => name.as_str(),
            _ => "?",
        };
        let known = |column: &super::columns::SheetColumn| {
            column.name.eq_ignore_ascii_case(name) || column.zh == name
        };
        let at = COLUMNS.iter().position(known).ok_or_else(|| wrong(name))?;
        if order.contains(&Some(at)) {
            return Err(wrong(name));
        }
        let place = cell.column as usize;
        if order.len() <= place {
            order.resize(place + 1, None);
        }
        order[place] = Some(at);
    }
    let absent = (0..COLUMNS.len()).find(|at| COLUMNS[*at].must && !order.contains(&Some(*at)));
    match absent {
        Some(at) => Err(wrong(&format!("{} (missing)", COLUMNS[at].name))),
        None => Ok(order),
    }
}

impl Content {
    /// The text of a cell that may hold anything; none when it is empty.
    pub(super) fn text(&self) -> Result<Option<&str>, Fault> {
        match self {
            Content::Empty => Ok(None),
            Content::Text(text) | Content::Number(text) | Content::Date(text) => Ok(Some(text)),
            Content::Bad(en, zh) => Err(Fault::say(*en, *zh)),
        }
    }
}
