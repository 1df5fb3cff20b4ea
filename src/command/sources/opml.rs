//! `utkik sources import` and `export`: lists of feeds as other programs keep them (OPML 2.0).

use super::super::{Context, Ending, print, say};
use crate::{
    app::{faulty, read_data, told},
    import::Bad,
    own,
};
use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};
use utkik_crawler::{Outline, opml, opml_of};
use utkik_sources::{
    Catalogue, Frameworks, Guess, Kind, Language, Level, Source, SourceId, source_to_toml,
};

/// No list that people keep is longer, in bytes.
const MAX_BYTES: u64 = 20_000_000;
/// What we write beside OPML's own attributes, and read again. What leads to passwords is never among them.
const OWN: &[&str] =
    &["id", "organisation", "level", "country", "kind", "category", "every", "why", "paused"];
const SECRET: &[&str] = &["user", "password-env", "password-file"];

#[derive(Debug, Args)]
pub(super) struct Import {
    /// An OPML file; `-` reads standard input
    file: PathBuf,
    /// Only tell what would be added
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
pub(super) struct Export {
    /// The file to write; `-`, or none, writes to standard output
    file: Option<PathBuf>,
    /// Only sources of this level
    #[arg(long)]
    level: Vec<Level>,
    /// Only sources of this country, such as SE or EU
    #[arg(long)]
    country: Vec<String>,
}

/// What came of an import, in the words of `utkik import`.
#[derive(Default, Serialize)]
struct Imported {
    read: usize,
    kept: usize,
    already: usize,
    added: Vec<Added>,
    bad: Vec<Bad>,
    file: Option<PathBuf>,
}

#[derive(Serialize)]
struct Added {
    id: SourceId,
    name: String,
    kind: Kind,
    address: String,
}

impl Import {
    pub(super) fn run(self, context: &Context) -> Result<Ending> {
        let config = context.config()?;
        let (catalogue, frameworks) = read_data(&config).map_err(faulty)?;
        let read = opml(&self.bytes()?)
            .map_err(|why| anyhow::anyhow!("`{}`: {why}", self.file.display()))?;
        let mut imported = Imported { read: read.outlines.len(), ..Imported::default() };
        let mut taker = Taker::new(&catalogue, &frameworks);
        for outline in &read.outlines {
            match taker.take(outline) {
                Ok(source) => imported.added.push(Added {
                    id: source.id,
                    name: source.name,
                    kind: source.kind,
                    address: source.address,
                }),
                Err(NotTaken::Already(id)) => {
                    imported.already += 1;
                    if context.verbose {
                        say(&format!(
                            "line {}: `{}` is there already, as `{id}`",
                            outline.line, outline.text
                        ));
                    }
                }
                Err(NotTaken::Bad(what)) => imported.bad.push(Bad { line: outline.line, what }),
            }
        }
        imported.kept = imported.added.len();
        if imported.kept > 0 && !self.dry_run {
            let day = context.clock().now().strftime("%F").to_string();
            let header = format!(
                "# From an OPML file, by `utkik sources import` on {day}; a person may edit it.\n\n"
            );
            let name = format!("opml-{day}");
            imported.file =
                Some(own::save(&config, &frameworks, &name, &(header + &taker.records))?);
        }
        for trouble in &read.troubles {
            say(trouble);
        }
        for bad in &imported.bad {
            say(&format!("line {}: {}", bad.line, bad.what));
        }
        self.tell(context, &imported)?;
        let whole = imported.bad.is_empty() && read.troubles.is_empty();
        Ok(if whole { Ending::Done } else { Ending::InPart })
    }

    fn tell(&self, context: &Context, imported: &Imported) -> Result<()> {
        if context.json {
            return context.print_json(imported);
        }
        let Imported { read, kept, already, added, bad, file } = imported;
        let mut words: String = added
            .iter()
            .map(|one| format!("{:<36} {:<14} {}\n", one.id.0, one.kind.word(), one.address))
            .collect();
        let would = if self.dry_run { "would be added" } else { "added" };
        words += &format!(
            "{read} sources read: {kept} {would}, {already} there already, {} bad\n",
            bad.len()
        );
        if let Some(file) = file {
            words += &format!("They stand in {}\n", file.display());
        }
        print(&words)
    }

    fn bytes(&self) -> Result<Vec<u8>> {
        let input: Box<dyn Read> = if self.file.as_os_str() == "-" {
            Box::new(std::io::stdin())
        } else {
            let file = File::open(&self.file);
            Box::new(file.with_context(|| format!("could not read `{}`", self.file.display()))?)
        };
        let mut bytes = Vec::new();
        input
            .take(MAX_BYTES + 1)
            .read_to_end(&mut bytes)
            .with_context(|| format!("could not read `{}`", self.file.display()))?;
        if bytes.len() as u64 > MAX_BYTES {
            bail!(
                "`{}` is larger than {} MB, as no list of feeds is",
                self.file.display(),
                MAX_BYTES / 1_000_000
            );
        }
        Ok(bytes)
    }
}

/// Makes sources of outlines, each once.
struct Taker<'a> {
    catalogue: &'a Catalogue,
    frameworks: &'a Frameworks,
    /// What the catalogue and this file have named so far, by normalised address.
    taken: BTreeMap<String, SourceId>,
    ids: BTreeSet<String>,
    records: String,
}

enum NotTaken {
    Already(SourceId),
    Bad(String),
}

impl<'a> Taker<'a> {
    fn new(catalogue: &'a Catalogue, frameworks: &'a Frameworks) -> Taker<'a> {
        let place = |source: &Source| {
            let address = utkik_sources::normalised(&source.address)?;
            Some((address.to_string(), source.id.clone()))
        };
        let taken = catalogue.sources().iter().filter_map(place).collect();
        Taker { catalogue, frameworks, taken, ids: BTreeSet::new(), records: String::new() }
    }

    fn take(&mut self, outline: &Outline) -> Result<Source, NotTaken> {
        let address = outline.feed.as_ref().or(outline.link.as_ref()).cloned().unwrap_or_default();
        let bad = |what: String| NotTaken::Bad(what);
        let whole = utkik_sources::normalised(&address)
            .ok_or_else(|| bad(format!("`{address}` is no http(s) address")))?
            .to_string();
        if let Some(id) = self.taken.get(&whole).cloned() {
            return Err(NotTaken::Already(id));
        }
        let kind = outline.own.get("kind").map_or("feed", String::as_str);
        if outline.feed.is_none() && !outline.own.contains_key("kind") {
            let what =
                format!("`{address}` is a link, not a feed; `utkik sources add` looks at such");
            return Err(bad(what));
        }
        if matches!(kind, "newsletter" | "import") {
            return Err(bad(format!(
                "a source of kind {kind} belongs to one machine and is not taken from a file"
            )));
        }
        let record = self.record(outline, &address, kind);
        let (read, faults) = Catalogue::from_toml_for(&[("the outline", &record)], self.frameworks);
        let source =
            read.sources().first().filter(|_| faults.is_empty()).cloned().ok_or_else(|| {
                let faults: Vec<&str> = faults.iter().map(|fault| fault.what.as_str()).collect();
                bad(format!("`{}`: {}", outline.text, faults.join("; ")))
            })?;
        self.taken.insert(whole, source.id.clone());
        self.ids.insert(source.id.0.clone());
        self.records += &source_to_toml(&source);
        self.records.push('\n');
        Ok(source)
    }

    fn record(&self, outline: &Outline, address: &str, kind: &str) -> String {
        let guess = Guess::of(self.catalogue, address);
        let own = |key: &str| {
            outline
                .own
                .get(key)
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        let is_taken = |id: &str| {
            self.ids.contains(id) || self.catalogue.get(&SourceId(id.to_owned())).is_some()
        };
        let id =
            own("id").filter(|id| !is_taken(id)).unwrap_or_else(|| guess.id(address, is_taken).0);
        let name = if outline.text.is_empty() { id.clone() } else { outline.text.clone() };
        let organisation =
            own("organisation").or(guess.organisation).unwrap_or_else(|| name.clone());
        let language = outline.language.as_deref().and_then(Language::parse);
        let language = language.map_or(guess.language, |language| language.code().to_owned());
        // A file of our own has its folders from what the sources say anyway.
        let is_foreign = !outline.path.is_empty() && !outline.own.contains_key("id");
        let folders =
            is_foreign.then(|| format!("From an OPML file, folder {}.", outline.path.join(" / ")));
        let mut lines = vec!["[[source]]".to_owned()];
        let mut put = |key: &str, value: Option<String>| {
            lines.extend(value.map(|value| format!("{key} = {}", toml::Value::from(value))));
        };
        put("id", Some(id));
        put("name", Some(name));
        put("organisation", Some(organisation));
        put("level", Some(own("level").unwrap_or_else(|| guess.level.word().to_owned())));
        put("country", Some(own("country").unwrap_or(guess.country)));
        put("language", Some(language));
        put("kind", Some(kind.to_owned()));
        put("address", Some(address.to_owned()));
        let homepage = outline
            .homepage
            .clone()
            .filter(|homepage| utkik_sources::normalised(homepage).is_some());
        put("homepage", homepage);
        put("category", Some(own("category").unwrap_or(guess.category)));
        put("every", Some(own("every").unwrap_or_else(|| "6h".to_owned())));
        put("why", own("why").or(folders));
        put("paused", own("paused"));
        lines.push(format!("gate = {}", own("gate").map_or(guess.gate, |gate| gate == "true")));
        let areas: Vec<String> = own("areas")
            .into_iter()
            .flat_map(|areas| areas.split(' ').map(str::to_owned).collect::<Vec<_>>())
            .collect();
        lines.push(format!("areas = {}", toml::Value::from(areas)));
        lines.extend(outline.own.iter().filter_map(|(key, value)| recipe_line(key, value)));
        lines.join("\n") + "\n"
    }
}

/// A line of a recipe, when it is one value and nothing else.
fn recipe_line(key: &str, value: &str) -> Option<String> {
    let name = key.strip_prefix("recipe.").filter(|name| !SECRET.contains(name))?;
    let is_name = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let table: toml::Table = format!("value = {value}").parse().ok().filter(|_| is_name)?;
    let value = table.get("value").filter(|value| table.len() == 1 && !value.is_table())?;
    Some(format!("recipe.{name} = {value}"))
}

impl Export {
    pub(super) fn run(self, context: &Context) -> Result<Ending> {
        let (catalogue, _) = read_data(&context.config()?).map_err(|faults| {
            anyhow::anyhow!(faults.iter().map(told).collect::<Vec<_>>().join("\n"))
        })?;
        let has_country = |source: &Source| {
            self.country.iter().any(|country| country.eq_ignore_ascii_case(&source.country))
        };
        let wanted = |source: &&Source| {
            (self.level.is_empty() || self.level.contains(&source.level))
                && (self.country.is_empty() || has_country(source))
                && !matches!(source.kind, Kind::Newsletter | Kind::Import)
        };
        let outlines: Vec<Outline> =
            catalogue.sources().iter().filter(wanted).map(outline).collect();
        let created = context.clock().now().strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
        let text = opml_of("Sources of utkik", &created, &outlines);
        match self.file.as_deref().filter(|file| *file != Path::new("-")) {
            None => print(&text)?,
            Some(file) => {
                std::fs::write(file, text)
                    .with_context(|| format!("could not write `{}`", file.display()))?;
                if context.json {
                    context.print_json(
                        &serde_json::json!({ "file": file, "sources": outlines.len() }),
                    )?;
                } else {
                    print(&format!("{} sources written to {}\n", outlines.len(), file.display()))?;
                }
            }
        }
        Ok(Ending::Done)
    }
}

fn outline(source: &Source) -> Outline {
    let record: toml::Table = source_to_toml(source).parse().unwrap_or_default();
    let record = record.get("source").and_then(|sources| sources.get(0)).cloned();
    let record = record.and_then(|record| record.as_table().cloned()).unwrap_or_default();
    let text = |key: &str| record.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    let mut own: BTreeMap<String, String> =
        OWN.iter().filter_map(|key| Some(((*key).to_owned(), text(key)?))).collect();
    own.insert("gate".into(), source.gate.to_string());
    if !source.areas.is_empty() {
        let areas: Vec<&str> = source.areas.iter().map(|area| area.0.as_str()).collect();
        own.insert("areas".into(), areas.join(" "));
    }
    let recipe = record.get("recipe").and_then(toml::Value::as_table).cloned().unwrap_or_default();
    let open = recipe.into_iter().filter(|(key, _)| !SECRET.contains(&key.as_str()));
    own.extend(open.map(|(key, value)| (format!("recipe.{key}"), value.to_string())));
    let is_feed = source.kind == Kind::Feed;
    Outline {
        line: 0,
        path: vec![source.level.word().to_owned(), source.category.clone()],
        text: source.name.clone(),
        feed: is_feed.then(|| source.address.clone()),
        link: (!is_feed).then(|| source.address.clone()),
        homepage: source.homepage.clone(),
        language: Some(source.language.code().to_owned()),
        own,
    }
}
