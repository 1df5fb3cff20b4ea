//! How a data file is read, so that every fault in it is told at once and with its line.
//!
//! Not for what a file means: that is said by [`crate::Catalogue`] and [`crate::Frameworks`].

use std::{
    cell::{OnceCell, RefCell},
    fmt, fs,
    ops::Range,
    path::Path,
    rc::Rc,
    str::FromStr,
};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};
use url::Url;

/// Something wrong in a data file, told so that a person can mend it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file, as the caller named it.
    pub file: String,
    /// The line, counted from 1; 0 when the fault is the file as a whole.
    pub line: usize,
    /// What is wrong, and with which value; lower case, no full stop.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.file, self.line, self.what)
    }
}

/// Where a reader puts what it finds wrong.
#[derive(Clone, Default)]
pub(crate) struct Faults(Rc<RefCell<Vec<Fault>>>);

impl Faults {
    pub(crate) fn add(&self, file: &str, line: usize, what: impl Into<String>) {
        self.0.borrow_mut().push(Fault { file: file.to_owned(), line, what: what.into() });
    }

    /// All of them, file by file and line by line.
    pub(crate) fn told(self) -> Vec<Fault> {
        let mut faults = self.0.take();
        faults.sort();
        faults.dedup();
        faults
    }
}

/// A data file.
#[derive(Clone)]
pub(crate) struct File {
    /// As faults tell it.
    pub(crate) name: String,
    text: String,
    /// The text without the tables that the syntax spoils, when there are any.
    sound: OnceCell<String>,
}

impl File {
    pub(crate) fn of(name: &str, text: &str) -> File {
        File { name: name.to_owned(), text: text.to_owned(), sound: OnceCell::new() }
    }

    /// As it was read.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The file as a table. Tables that the syntax spoils are told and left out; the rest is read.
    pub(crate) fn whole(&self, faults: &Faults) -> Record<'_> {
        let table = DeTable::parse(&self.text).unwrap_or_else(|error| {
            let sound = self.sound.get_or_init(|| self.without_spoilt_tables(&error, faults));
            DeTable::parse(sound).expect("each of its tables was parsed alone, or it is empty")
        });
        let (lines, faults) = (Lines::of(&self.text), faults.clone());
        Record { file: &self.name, line: 1, lines, table: table.into_inner(), faults }
    }

    /// Each table is tried alone, since one that is spoilt would spoil those after it.
    fn without_spoilt_tables(&self, error: &toml::de::Error, faults: &Faults) -> String {
        let no_toml = |error: &toml::de::Error| format!("no valid TOML: {}", error.message());
        let tell = |line, error: &toml::de::Error, text: &str| {
            let at = error.span().map_or(1, |span| Lines::of(text).at(&span));
            faults.add(&self.name, line + at - 1, no_toml(error));
        };
        let (mut sound, mut line, mut spoilt) = (String::new(), 1, false);
        for table in tables(&self.text) {
            match DeTable::parse(table) {
                Ok(_) => sound.push_str(table),
                Err(error) => {
                    tell(line, &error, table);
                    // Blank, so that what follows keeps its place.
                    let blank = |byte| if byte == b'\n' { '\n' } else { ' ' };
                    sound.extend(table.bytes().map(blank));
                    spoilt = true;
                }
            }
            line += table.matches('\n').count();
        }
        if spoilt && DeTable::parse(&sound).is_ok() {
            return sound;
        }
        tell(1, error, &self.text);
        String::new()
    }
}

/// The text cut before each line that opens a table.
fn tables(text: &str) -> Vec<&str> {
    let starts = text.match_indices("\n[").map(|(place, _)| place + 1);
    let mut tables = Vec::new();
    let mut from = 0;
    for start in starts.chain([text.len()]) {
        tables.push(&text[from..start]);
        from = start;
    }
    tables
}

/// The `*.toml` files of a folder, in the order of their names; none when there is no such folder.
pub(crate) fn folder(dir: &Path, faults: &Faults) -> Vec<File> {
    let unreadable = |path: &Path, error: &dyn fmt::Display| {
        faults.add(&path.display().to_string(), 0, format!("could not be read: {error}"));
    };
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            unreadable(dir, &error);
            return Vec::new();
        }
    };
    let mut paths = Vec::new();
    for entry in entries {
        match entry {
            Ok(entry) => paths.push(entry.path()),
            Err(error) => unreadable(dir, &error),
        }
    }
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        match fs::read(&path) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => files.push(File::of(&path.display().to_string(), &text)),
                Err(error) => {
                    let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
                    let line = 1 + good.iter().filter(|byte| **byte == b'\n').count();
                    faults.add(&path.display().to_string(), line, "is not UTF-8");
                }
            },
            Err(error) => unreadable(&path, &error),
        }
    }
    files
}

/// A table of a data file whose keys are taken out one by one, so that what is left over is a fault.
pub(crate) struct Record<'a> {
    pub(crate) file: &'a str,
    pub(crate) line: usize,
    lines: Lines,
    table: DeTable<'a>,
    faults: Faults,
}

/// Where the lines of a file begin, in bytes.
#[derive(Clone)]
struct Lines(Rc<[usize]>);

impl Lines {
    fn of(text: &str) -> Lines {
        let after = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Lines(std::iter::once(0).chain(after.map(|(place, _)| place + 1)).collect())
    }

    /// The line that a span begins in, counted from 1.
    fn at(&self, span: &Range<usize>) -> usize {
        self.0.partition_point(|start| *start <= span.start)
    }
}

/// A value with the line it stands in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told<T> {
    pub(crate) line: usize,
    pub(crate) value: T,
}

impl<'a> Record<'a> {
    pub(crate) fn fault(&self, line: usize, what: impl Into<String>) {
        self.faults.add(self.file, line, what);
    }

    /// The tables under `[[key]]`, in order.
    pub(crate) fn records(&mut self, key: &str) -> Vec<Record<'a>> {
        let Some((line, value)) = self.take(key) else { return Vec::new() };
        let DeValue::Array(array) = value else {
            self.fault(line, format!("`{key}` must be written `[[{key}]]`"));
            return Vec::new();
        };
        array.into_iter().filter_map(|entry| self.record(key, entry)).collect()
    }

    fn record(&self, key: &str, entry: Spanned<DeValue<'a>>) -> Option<Record<'a>> {
        let line = self.lines.at(&entry.span());
        let DeValue::Table(table) = entry.into_inner() else {
            self.fault(line, format!("`{key}` must be written `[[{key}]]`"));
            return None;
        };
        let (lines, faults) = (self.lines.clone(), self.faults.clone());
        Some(Record { file: self.file, line, lines, table, faults })
    }

    /// The table under `key`, or keys that begin with `key.`; it stands where its first key does.
    pub(crate) fn maybe_record(&mut self, key: &str) -> Option<Record<'a>> {
        let (mut line, value) = self.take(key)?;
        let DeValue::Table(table) = value else {
            self.fault(line, format!("`{key}` must be a table"));
            return None;
        };
        let first = table.keys().map(|key| self.lines.at(&key.span())).min();
        line = first.unwrap_or(line);
        let (lines, faults) = (self.lines.clone(), self.faults.clone());
        Some(Record { file: self.file, line, lines, table, faults })
    }

    /// Whether `key` is there and has not been taken.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// A whole number that may be left out.
    pub(crate) fn maybe_count(&mut self, key: &str) -> Option<usize> {
        let (line, value) = self.take(key)?;
        let number = match &value {
            DeValue::Integer(integer) => integer.as_str().replace('_', "").parse().ok(),
            _ => None,
        };
        if number.is_none() {
            self.fault(line, format!("`{key}` must be a whole number, zero or above"));
        }
        number
    }

    /// A text that must be there and say something.
    pub(crate) fn text(&mut self, key: &str) -> Option<Told<String>> {
        if !self.table.contains_key(key) {
            self.fault(self.line, format!("`{key}` is missing"));
            return None;
        }
        self.maybe_text(key)
    }

    /// A text that may be left out, but may not be empty.
    pub(crate) fn maybe_text(&mut self, key: &str) -> Option<Told<String>> {
        let (line, value) = self.take(key)?;
        self.as_text(key, line, &value)
    }

    /// A text in one of the forms that `T` reads.
    pub(crate) fn word<T: FromStr<Err = String>>(&mut self, key: &str) -> Option<T> {
        let told = self.text(key)?;
        self.parsed(key, &told, |text| text.parse())
    }

    /// `told` as `parse` reads it; otherwise what it says is a fault.
    pub(crate) fn parsed<T>(
        &self,
        key: &str,
        told: &Told<String>,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        match parse(&told.value) {
            Ok(value) => Some(value),
            Err(what) => {
                self.fault(told.line, format!("`{key}`: {what}"));
                None
            }
        }
    }

    /// A list of texts; none when it is left out.
    pub(crate) fn texts(&mut self, key: &str) -> Vec<Told<String>> {
        let Some((line, value)) = self.take(key) else { return Vec::new() };
        let DeValue::Array(array) = value else {
            self.fault(line, format!("`{key}` must be a list of texts"));
            return Vec::new();
        };
        let mut texts = Vec::new();
        for entry in array {
            let line = self.lines.at(&entry.span());
            texts.extend(self.as_text(key, line, entry.get_ref()));
        }
        texts
    }

    /// A number that must be there, and not below zero.
    pub(crate) fn number(&mut self, key: &str) -> Option<f64> {
        let Some((line, value)) = self.take(key) else {
            self.fault(self.line, format!("`{key}` is missing"));
            return None;
        };
        let written = match &value {
            DeValue::Integer(integer) => integer.as_str().to_owned(),
            DeValue::Float(float) => float.as_str().to_owned(),
            _ => String::new(),
        };
        let number = written.replace('_', "").parse().ok();
        let number = number.filter(|number: &f64| number.is_finite() && *number >= 0.0);
        if number.is_none() {
            self.fault(line, format!("`{key}` must be a number, zero or above"));
        }
        number
    }

    /// Yes or no; no when it is left out.
    pub(crate) fn flag(&mut self, key: &str) -> bool {
        match self.take(key) {
            None => false,
            Some((_, DeValue::Boolean(flag))) => flag,
            Some((line, _)) => {
                self.fault(line, format!("`{key}` must be true or false"));
                false
            }
        }
    }

    /// The keys that are left, for tables that anything may stand in.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.table.keys().map(|key| key.get_ref().to_string()).collect()
    }

    /// Whatever has not been taken is unknown.
    pub(crate) fn end(self) {
        for key in self.table.keys() {
            let line = self.lines.at(&key.span());
            self.fault(line, format!("`{}` is no key here", key.get_ref()));
        }
    }

    fn take(&mut self, key: &str) -> Option<(usize, DeValue<'a>)> {
        let value = self.table.remove(key)?;
        Some((self.lines.at(&value.span()), value.into_inner()))
    }

    fn as_text(&self, key: &str, line: usize, value: &DeValue<'_>) -> Option<Told<String>> {
        match value.as_str() {
            None => self.fault(line, format!("`{key}` must be text")),
            Some(text) if text.trim().is_empty() => {
                self.fault(line, format!("`{key}` must not be empty"));
            }
            Some(text) if text.trim() != text => {
                self.fault(line, format!("`{key}` has space around it"));
            }
            Some(text) => return Some(Told { line, value: text.to_owned() }),
        }
        None
    }
}

/// An absolute http(s) address.
pub(crate) fn address(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|error| format!("`{text}` is no address: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(format!("`{text}` is no http(s) address"));
    }
    Ok(text.to_owned())
}

/// The names of the data files in a folder of this crate, sorted.
#[cfg(test)]
pub(crate) fn names(folder: &str) -> Vec<String> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(dir).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| format!("{folder}/{}", entry.unwrap().file_name().to_str().unwrap()))
        .collect();
    names.sort();
    names
}

/// The names of the data files that are compiled in, sorted.
#[cfg(test)]
pub(crate) fn compiled(files: &[(&str, &str)]) -> Vec<String> {
    let mut names: Vec<String> = files.iter().map(|(file, _)| (*file).to_owned()).collect();
    names.sort();
    names
}
