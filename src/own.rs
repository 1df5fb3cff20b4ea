//! Which sources have people added to the data folder, and how are they kept and taken away again?
//!
//! Each file under `catalogue/` is a person's: nothing here ever overwrites one, and what is taken away is only the
//! record of one source.

use crate::{app::told, config::Config};
use anyhow::{Context, Result, bail};
use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};
use utkik_sources::{Catalogue, Frameworks, SourceId};

/// Writes `records` (of `[[source]]`) to a new file of the data folder, when the catalogue is still without fault
/// with them; returns where. `name` is what the file would like to be called.
pub(crate) fn save(
    config: &Config,
    frameworks: &Frameworks,
    name: &str,
    records: &str,
) -> Result<PathBuf> {
    let folder = config.data_dir.join("catalogue");
    fs::create_dir_all(&folder)
        .with_context(|| format!("could not make the folder `{}`", folder.display()))?;
    let (path, mut file) = new_file(&folder, name)?;
    let written = file.write_all(records.as_bytes()).and_then(|()| file.sync_all());
    let checked = written
        .with_context(|| format!("could not write `{}`", path.display()))
        .and_then(|()| without_fault(&folder, frameworks));
    if let Err(error) = checked {
        let _ = fs::remove_file(&path);
        return Err(error);
    }
    Ok(path)
}

/// A file that was not there before.
fn new_file(folder: &Path, name: &str) -> Result<(PathBuf, File)> {
    for number in 1..1_000 {
        let name =
            if number == 1 { format!("{name}.toml") } else { format!("{name}-{number}.toml") };
        let path = folder.join(name);
        match File::create_new(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                return Err(error).with_context(|| format!("could not write `{}`", path.display()));
            }
        }
    }
    bail!("`{}` holds a thousand files called {name} already", folder.display())
}

fn without_fault(folder: &Path, frameworks: &Frameworks) -> Result<()> {
    let (_, faults) = Catalogue::read_for(Some(folder), frameworks);
    let faults: Vec<String> = faults.iter().map(told).collect();
    if faults.is_empty() { Ok(()) } else { bail!("nothing was saved: {}", faults.join("; ")) }
}

/// What became of the file that a source was taken out of.
pub(crate) struct Removed {
    pub(crate) file: PathBuf,
    /// Whether nothing else stood there, so that the file is gone too.
    pub(crate) whole: bool,
    /// Whether a built-in source of the same id counts again.
    pub(crate) built_in: bool,
}

/// Takes the record of a source out of the data folder.
pub(crate) fn remove(config: &Config, id: &SourceId) -> Result<Removed> {
    let folder = config.data_dir.join("catalogue");
    let built_in = Catalogue::built_in().get(id).is_some();
    for path in files(&folder)? {
        let text = fs::read_to_string(&path)
            .with_context(|| format!("could not read `{}`", path.display()))?;
        if !ids(&text).contains(&id.0) {
            continue;
        }
        let Some(rest) = without(&text, &id.0) else {
            bail!(
                "`{id}` stands in `{}` in a way that only a person can take apart",
                path.display()
            );
        };
        let whole = rest.lines().all(|line| line.trim().is_empty() || line.starts_with('#'));
        if whole { fs::remove_file(&path) } else { replace(&path, &rest) }
            .with_context(|| format!("could not change `{}`", path.display()))?;
        return Ok(Removed { file: path, whole, built_in });
    }
    if built_in {
        bail!(
            "`{id}` is built in and cannot be removed; `utkik sources pause {id} --why …` stops the visits"
        );
    }
    bail!("there is no source `{id}` in `{}`", folder.display())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            return Err(error).with_context(|| format!("could not read `{}`", folder.display()));
        }
    };
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    Ok(paths)
}

/// So that a crash leaves either the old file or the new one.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let new = path.with_extension("new");
    let mut file = File::create(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, path)
}

fn ids(text: &str) -> Vec<String> {
    let table: toml::Table = text.parse().unwrap_or_default();
    let sources = table.get("source").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    sources.iter().filter_map(|source| Some(source.get("id")?.as_str()?.to_owned())).collect()
}

/// The text without the record of `id`; `None` when it cannot be cut out by lines.
fn without(text: &str, id: &str) -> Option<String> {
    let starts = text.match_indices("\n[").map(|(at, _)| at + 1).collect::<Vec<_>>();
    let starts: Vec<usize> =
        (text.starts_with('[')).then_some(0).into_iter().chain(starts).collect();
    for (place, start) in starts.iter().enumerate() {
        let end = starts.get(place + 1).copied().unwrap_or(text.len());
        let record = &text[*start..end];
        if ids(record) != [id] {
            continue;
        }
        // Comments before the next record are its own.
        let last = record
            .trim_end()
            .lines()
            .rev()
            .take_while(|line| line.starts_with('#') || line.trim().is_empty());
        let kept: Vec<&str> = last.collect::<Vec<_>>().into_iter().rev().collect();
        let kept = kept.join("\n");
        let gap = if kept.is_empty() {
            String::new()
        } else {
            format!("{}\n", kept.trim_start_matches('\n'))
        };
        let rest = format!("{}{gap}{}", &text[..*start], &text[end..]);
        let others =
            |text: &str| ids(text).into_iter().filter(|other| other != id).collect::<Vec<_>>();
        return (others(text) == ids(&rest)).then_some(rest);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_record_is_cut_out_and_everything_else_stays_as_it_was_written() {
        let text = "# mine\n\n[[source]]\nid = \"a\" # first\n\n# about b\n[[source]]\nid = \"b\"\n\n[[source]]\nid = \"c\"\n";
        assert_eq!(
            without(text, "a").as_deref(),
            Some("# mine\n\n# about b\n[[source]]\nid = \"b\"\n\n[[source]]\nid = \"c\"\n")
        );
        assert_eq!(
            without(text, "b").as_deref(),
            Some("# mine\n\n[[source]]\nid = \"a\" # first\n\n# about b\n[[source]]\nid = \"c\"\n")
        );
        assert_eq!(without(text, "d"), None);
    }

    #[test]
    fn a_record_that_lines_cannot_cut_out_is_left_to_a_person() {
        assert_eq!(without("source = [{ id = \"a\" }, { id = \"b\" }]\n", "a"), None);
        assert_eq!(without("[[source]]\nid = \"a\"\nwhy = \"\"\"\n[x]\n\"\"\"\n", "a"), None);
    }
}
