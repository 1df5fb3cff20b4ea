//! `utkik tag`: which goal areas do these lines belong to, and why?

use super::{Context, Ending, say};
use crate::app::{faulty, read_data};
use anyhow::{Context as _, Result};
use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
    fs::File,
    io::{BufRead, BufReader, Read, stdin},
    path::{Path, PathBuf},
};
use utkik_index::Understander;
use utkik_sources::{
    AreaId, Catalogue, Entry, Item, ItemId, Judge, Known, Language, Place, SourceId, Tag as Claim,
};

#[derive(Debug, Args)]
pub(super) struct Tag {
    /// Lines of JSON: id, title, summary, text, language, source; standard input when absent or `-`
    file: Option<PathBuf>,
}

/// A publication to be understood, as `tag` and `facts` read it.
#[derive(Deserialize)]
pub(super) struct Line {
    #[serde(default)]
    pub(super) id: Value,
    title: String,
    summary: Option<String>,
    text: Option<String>,
    language: Option<String>,
    source: Option<String>,
    published: Option<String>,
}

/// What we made of a line, as the command contract names it.
#[derive(Serialize)]
struct Told<'a> {
    id: Value,
    language: Option<&'a Language>,
    relevant: bool,
    areas: Vec<ToldArea<'a>>,
    r#type: Option<&'a str>,
    by: String,
}

#[derive(Serialize)]
struct ToldArea<'a> {
    id: &'a AreaId,
    score: f64,
    because: Vec<Because<'a>>,
}

#[derive(Serialize)]
struct Because<'a> {
    term: &'a str,
    place: Place,
    weight: f64,
}

impl Tag {
    pub(super) fn run(self, context: &Context) -> Result<Ending> {
        understand_lines(context, self.file.as_deref(), |id, known, by| {
            self.print(context, id, known, by)
        })
    }

    fn print(&self, context: &Context, id: Value, known: &Known, by: &Understander) -> Result<()> {
        let told = Told {
            id,
            language: known.language.as_ref(),
            relevant: !known.tags.is_empty(),
            areas: known.tags.iter().map(area).collect(),
            r#type: known.document.as_deref(),
            by: Judge::Rules(by.version().to_owned()).to_string(),
        };
        context.print_json(&told)
    }
}

/// Understands each line of a file or of standard input; a bad line is told by its number, and the others are done.
pub(super) fn understand_lines(
    context: &Context,
    file: Option<&Path>,
    tell: impl Fn(Value, &Known, &Understander) -> Result<()>,
) -> Result<Ending> {
    let input: Box<dyn Read> = match file {
        None => Box::new(stdin()),
        Some(path) if path.as_os_str() == "-" => Box::new(stdin()),
        Some(path) => Box::new(
            File::open(path).with_context(|| format!("could not read `{}`", path.display()))?,
        ),
    };
    let (catalogue, frameworks) = read_data(&context.config()?).map_err(faulty)?;
    let understander = Understander::new(&frameworks);
    let now = context.clock().now();
    let mut ending = Ending::Done;
    for (index, line) in BufReader::new(input).split(b'\n').enumerate() {
        let line = line.context("could not read on")?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice::<Line>(&line) {
            Ok(line) => {
                let id = line.id.clone();
                let known = understood(line, &catalogue, &understander, now);
                tell(id, &known, &understander)?;
            }
            Err(error) => {
                say(&format!("line {}: {error}", index + 1));
                ending = Ending::InPart;
            }
        }
    }
    Ok(ending)
}

fn understood(line: Line, catalogue: &Catalogue, by: &Understander, now: jiff::Timestamp) -> Known {
    let source = line.source.as_ref().and_then(|id| catalogue.get(&SourceId(id.clone())));
    let guid = line.id.to_string();
    let entry = Entry {
        guid: guid.clone(),
        title: line.title,
        summary: line.summary,
        language: line.language.as_deref().and_then(Language::parse),
        published: line.published.as_deref().and_then(crate::import::moment),
        ..Entry::default()
    };
    let source_id = SourceId(line.source.unwrap_or_default());
    let item = Item {
        id: ItemId::of_guid(&source_id, &guid),
        source: source_id,
        entry,
        text: line.text,
        first_seen: now,
        backfill: false,
        provenance: Vec::new(),
    };
    // Without a source nothing says that the line is about health, so the domain gate applies.
    let gate = source.is_none_or(|source| source.gate);
    by.understand(&item, gate, source.map(|source| &source.language))
}

fn area(tag: &Claim) -> ToldArea<'_> {
    let because = tag.because.iter().map(|evidence| Because {
        term: &evidence.term,
        place: evidence.place,
        weight: evidence.weight,
    });
    ToldArea { id: &tag.area, score: tag.score, because: because.collect() }
}
