//! Opening the files of a folder, and reading CSV with a bound on what one row may hold.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::rc::Rc;

use csv::ByteRecord;

/// Where the files are.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Folder<'a> {
    Disk(&'a Path),
    Memory(&'a BTreeMap<String, Vec<u8>>),
}

impl<'a> Folder<'a> {
    /// Names of the files that end in `.csv`, in order.
    pub(crate) fn csv_names(&self) -> io::Result<Vec<String>> {
        let mut names = match self {
            Folder::Memory(files) => files.keys().cloned().collect(),
            Folder::Disk(path) => {
                let mut names = Vec::new();
                for entry in std::fs::read_dir(path)? {
                    names.push(entry?.file_name().to_string_lossy().into_owned());
                }
                names
            }
        };
        names.retain(|name| name.to_ascii_lowercase().ends_with(".csv") && !name.starts_with('.'));
        names.sort();
        Ok(names)
    }

    /// A whole file.
    pub(crate) fn bytes(self, name: &str) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open(name)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn open(self, name: &str) -> io::Result<Box<dyn Read + 'a>> {
        match self {
            Folder::Disk(path) => Ok(Box::new(File::open(path.join(name))?)),
            Folder::Memory(files) => match files.get(name) {
                Some(bytes) => Ok(Box::new(bytes.as_slice())),
                None => Err(io::ErrorKind::NotFound.into()),
            },
        }
    }
}

/// Most bytes that one row may span; a quotation mark that is never closed ends here and not in memory.
const MAX_ROW: u64 = 1 << 20;
/// Bytes read at a time.
const CHUNK: usize = 1 << 16;

/// Counts the bytes handed out since the last finished row and refuses to go on without end.
struct Guard<R> {
    inner: R,
    since: Rc<Cell<u64>>,
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.since.get() > MAX_ROW {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "row"));
        }
        let n = self.inner.read(buffer)?;
        self.since.set(self.since.get() + n as u64);
        Ok(n)
    }
}

/// What stops the reading of a file.
#[derive(Debug)]
pub(crate) enum Broken {
    /// A row without end.
    RowTooLong,
    /// The disk.
    Io(io::Error),
}

/// Rows of one CSV file as bytes.
pub(crate) struct Rows<'a> {
    csv: csv::Reader<Guard<Box<dyn Read + 'a>>>,
    since: Rc<Cell<u64>>,
    record: ByteRecord,
}

impl<'a> Rows<'a> {
    /// Opens the file `name`.
    pub(crate) fn open(folder: Folder<'a>, name: &str) -> io::Result<Rows<'a>> {
        let since = Rc::new(Cell::new(0));
        let source = folder.open(name)?;
        let guard = Guard { inner: source, since: Rc::clone(&since) };
        let csv = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(CHUNK)
            .from_reader(guard);
        Ok(Rows { csv, since, record: ByteRecord::new() })
    }

    /// The next row with the line it starts on.
    pub(crate) fn next(&mut self) -> Result<Option<(u64, &ByteRecord)>, Broken> {
        match self.csv.read_byte_record(&mut self.record) {
            Ok(false) => Ok(None),
            Ok(true) => {
                self.since.set(0);
                Ok(Some((self.record.position().map_or(0, csv::Position::line), &self.record)))
            }
            Err(error) => Err(match error.into_kind() {
                csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                    Broken::RowTooLong
                }
                csv::ErrorKind::Io(error) => Broken::Io(error),
                _ => Broken::Io(io::ErrorKind::InvalidData.into()),
            }),
        }
    }
}
