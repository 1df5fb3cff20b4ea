//! `utkik sources add`: what could be watched at an address, and shall it be?

use super::super::{Context, Ending, print, say};
use crate::{
    app::{WrongUse, crawler, faulty, read_data},
    own,
};
use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde::Serialize;
use std::{
    fmt::Write as _,
    io::{IsTerminal, Write as _},
    path::PathBuf,
    time::Duration,
};
use utkik_crawler::{ProbeEntry, Proposal};
use utkik_digest::stockholm;
use utkik_sources::{
    AreaId, Catalogue, Frameworks, Guess, Kind, Language, Level, Source, SourceId, every_for,
    source_to_toml,
};

/// So many entries are shown.
const SHOWN: usize = 10;

#[derive(Debug, Args)]
pub(super) struct Add {
    /// A feed, a page that lists publications or announces a feed, a sitemap, a repository, a page or PDF to watch
    address: String,
    /// Short and stable [default: made of the address]
    #[arg(long)]
    id: Option<String>,
    /// What the portal calls it [default: what it calls itself]
    #[arg(long)]
    name: Option<String>,
    /// Who publishes there [default: as the catalogue or the page says]
    #[arg(long)]
    organisation: Option<String>,
    /// Which of the ways to watch it: feed, html-listing, sitemap, oai-pmh, page or manual [default: the best]
    #[arg(long)]
    kind: Option<Kind>,
    /// local, national, nordic, eu or international
    #[arg(long)]
    level: Option<Level>,
    /// Two capitals, or EU, or XX for nobody's
    #[arg(long)]
    country: Option<String>,
    /// A code such as sv, nb or en
    #[arg(long)]
    language: Option<String>,
    /// What sort of publisher: agency, government, research, …
    #[arg(long)]
    category: Option<String>,
    /// The usual time between two visits, until its rhythm is known: 30m, 6h, 1d [default: by how often it publishes]
    #[arg(long)]
    every: Option<String>,
    /// Goal areas that it is chosen for
    #[arg(long = "area", value_name = "AREA")]
    areas: Vec<String>,
    /// Why it is watched
    #[arg(long)]
    why: Option<String>,
    /// It writes about nothing but health, so that its items need not pass the domain gate
    #[arg(long)]
    health_only: bool,
    /// Save it without asking
    #[arg(long, short)]
    yes: bool,
    /// Only show what would be saved
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
}

/// What is proposed, as JSON.
#[derive(Serialize)]
struct Told<'a> {
    saved: bool,
    file: Option<PathBuf>,
    id: &'a SourceId,
    name: &'a str,
    organisation: &'a str,
    level: Level,
    country: &'a str,
    language: &'a Language,
    kind: Kind,
    address: &'a str,
    homepage: Option<&'a str>,
    category: &'a str,
    because: &'a str,
    guessed: &'a str,
    selector: Option<&'a str>,
    /// As it stands, or would stand, in the catalogue.
    record: String,
    listed: usize,
    entries: &'a [ProbeEntry],
    others: Vec<Other<'a>>,
    troubles: &'a [String],
}

/// Another way to watch the same address.
#[derive(Serialize)]
struct Other<'a> {
    kind: Kind,
    address: &'a str,
    because: &'a str,
    listed: usize,
}

impl Add {
    pub(super) async fn run(self, context: &Context) -> Result<Ending> {
        let config = context.config()?;
        let (catalogue, frameworks) = read_data(&config).map_err(faulty)?;
        let address = whole(&self.address);
        if !address.contains('.') && !self.address.contains("://") {
            bail!(WrongUse(format!(
                "`{}` is no address; https://example.org/news is one",
                self.address
            )));
        }
        refuse_known(&catalogue, &address, self.kind)?;
        let now = context.clock().now();
        let ways = crawler(&config).propose(&address, now).await;
        let mut ways = ways.map_err(|why| anyhow::anyhow!(explained(&address, &why)))?;
        let chosen = self.choose(&mut ways)?;
        refuse_known(&catalogue, &chosen.address, self.kind)?;
        let guess = Guess::of(&catalogue, &chosen.address);
        let source = self.source(&chosen, &guess, &catalogue, &frameworks)?;
        let record = source_to_toml(&source);
        if !context.json {
            print(&shown(&record, &chosen, &guess, &ways))?;
        }
        let mut file = None;
        if self.is_wanted(context) {
            let header = format!(
                "# Added by `utkik sources add` on {}; a person may edit it.\n\n",
                now.strftime("%F")
            );
            file =
                Some(own::save(&config, &frameworks, &source.id.0, &format!("{header}{record}"))?);
        }
        match &file {
            Some(file) => {
                say(&format!("saved as `{}` in {}", source.id, file.display()));
                say(&format!(
                    "`utkik crawl --source {}` visits it now; a running `utkik run` knows it from its next start",
                    source.id
                ));
            }
            None if self.dry_run => say("nothing was saved"),
            None => say("nothing was saved; --yes saves it"),
        }
        if context.json {
            context.print_json(&told(&source, &chosen, &guess, &ways, record, file))?;
        }
        Ok(Ending::Done)
    }

    /// The best way, or the one that was asked for; the others stay.
    fn choose(&self, ways: &mut Vec<Proposal>) -> Result<Proposal> {
        let Some(wanted) = self.kind else { return Ok(ways.remove(0)) };
        let same = |way: &Proposal| way.kind == wanted;
        if let Some(place) = ways.iter().position(same) {
            return Ok(ways.remove(place));
        }
        let last = ways.last().filter(|_| matches!(wanted, Kind::Page | Kind::Manual));
        if let Some(last) = last {
            let because = if wanted == Kind::Page {
                "the address is watched for change"
            } else {
                "the address is read once"
            };
            let address =
                if last.kind == Kind::Feed { last.address.clone() } else { whole(&self.address) };
            return Ok(Proposal {
                kind: wanted,
                address,
                because: because.into(),
                entries: Vec::new(),
                ..last.clone()
            });
        }
        let known: Vec<&str> = ways.iter().map(|way| way.kind.word()).collect();
        bail!("`{}` cannot be watched as {wanted}, only as {}", self.address, known.join(" or "));
    }

    fn is_wanted(&self, context: &Context) -> bool {
        if self.yes || self.dry_run {
            return self.yes;
        }
        let can_ask =
            !context.json && std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        can_ask && asked("Save it? [y/N] ")
    }

    fn source(
        &self,
        chosen: &Proposal,
        guess: &Guess,
        catalogue: &Catalogue,
        frameworks: &Frameworks,
    ) -> Result<Source> {
        let is_taken = |id: &str| catalogue.get(&SourceId(id.to_owned())).is_some();
        let id = match &self.id {
            Some(id) if is_taken(id) => bail!(WrongUse(format!(
                "there is a source `{id}` already; --id gives another name"
            ))),
            Some(id) => SourceId(id.clone()),
            None => guess.id(&chosen.address, is_taken),
        };
        let language = match &self.language {
            Some(code) => Language::parse(code).with_context(|| {
                format!("`{code}` is no language: a code such as sv, nb or en is")
            })?,
            None => chosen
                .language
                .clone()
                .or_else(|| Language::parse(&guess.language))
                .context("no language is known")?,
        };
        let publisher = chosen
            .publisher
            .clone()
            .or_else(|| chosen.title.clone())
            .unwrap_or_else(|| id.0.clone());
        let organisation =
            self.organisation.clone().or_else(|| guess.organisation.clone()).unwrap_or(publisher);
        let published: Vec<_> =
            chosen.entries.iter().filter_map(|entry| entry.published.or(entry.updated)).collect();
        let source = Source {
            name: self
                .name
                .clone()
                .or_else(|| chosen.title.clone())
                .unwrap_or_else(|| organisation.clone()),
            organisation,
            level: self.level.unwrap_or(guess.level),
            country: self.country.clone().unwrap_or_else(|| guess.country.clone()),
            language,
            kind: chosen.kind,
            address: chosen.address.clone(),
            recipe: chosen.recipe.clone(),
            homepage: chosen.homepage.clone().filter(|homepage| homepage != &chosen.address),
            category: self.category.clone().unwrap_or_else(|| guess.category.clone()),
            every: every_for(&published),
            areas: self.areas.iter().map(|area| AreaId(area.clone())).collect(),
            gate: guess.gate && !self.health_only,
            why: self.why.clone(),
            paused: None,
            id,
        };
        self.checked(source, frameworks)
    }

    /// The source as it would be read again, with `--every` in the words of the catalogue.
    fn checked(&self, mut source: Source, frameworks: &Frameworks) -> Result<Source> {
        for text in [&mut source.name, &mut source.organisation] {
            *text = text.trim().to_owned();
        }
        if let Some(every) = &self.every {
            source.every = Duration::from_secs(60);
            let record = source_to_toml(&source).replace(
                "every = \"1m\"",
                &format!("every = {}", toml::Value::from(every.as_str())),
            );
            return read_again(&record, frameworks);
        }
        read_again(&source_to_toml(&source), frameworks)
    }
}

fn read_again(record: &str, frameworks: &Frameworks) -> Result<Source> {
    let (catalogue, faults) = Catalogue::from_toml_for(&[("the record", record)], frameworks);
    match catalogue.sources() {
        [source] if faults.is_empty() => Ok(source.clone()),
        _ => {
            let faults: Vec<&str> = faults.iter().map(|fault| fault.what.as_str()).collect();
            bail!(WrongUse(faults.join("; ")))
        }
    }
}

/// People leave out the `https://`.
fn whole(address: &str) -> String {
    let address = address.trim();
    if address.contains("://") { address.to_owned() } else { format!("https://{address}") }
}

/// One address is watched once, unless another kind is asked for.
fn refuse_known(catalogue: &Catalogue, address: &str, kind: Option<Kind>) -> Result<()> {
    match catalogue.at_address(address) {
        Some(source) if kind.is_none_or(|kind| kind == source.kind) => {
            let paused =
                source.paused.as_ref().map_or(String::new(), |why| format!(", paused: {why}"));
            bail!("`{address}` is watched already, as `{}` ({}{paused})", source.id, source.name)
        }
        _ => Ok(()),
    }
}

/// Says of which address it is told, and what to do where something can be done.
fn explained(address: &str, why: &str) -> String {
    let told = if why.contains('`') { why.to_owned() } else { format!("`{address}` {why}") };
    let remedy = if why.contains("not a public address") {
        "if it is meant, name its host in `private_hosts` of the configuration"
    } else if why.contains("robots.txt of") && why.contains("does not let us") {
        "the publisher may know a feed that is open, or can let `utkik` in"
    } else if why.contains("is JSON") || why.contains("XML") {
        "a service is watched by a recipe that a person writes: see docs/recipes.md"
    } else {
        return told;
    };
    format!("{told}; {remedy}")
}

fn asked(question: &str) -> bool {
    let mut answer = String::new();
    let mut out = std::io::stdout();
    let is_asked = out.write_all(question.as_bytes()).and_then(|()| out.flush()).is_ok();
    is_asked
        && std::io::stdin().read_line(&mut answer).is_ok()
        && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "j" | "ja")
}

fn shown(record: &str, chosen: &Proposal, guess: &Guess, others: &[Proposal]) -> String {
    let mut words = format!("{}: {}\n\n{record}\n", chosen.kind, chosen.because);
    let _ = writeln!(words, "# level, country, category and gate are guessed {}", guess.because);
    let listed = chosen.entries.len();
    match listed {
        0 => {}
        1..=SHOWN => words += &format!("\nIt lists {listed}:\n"),
        _ => words += &format!("\nIt lists {listed}; the first {SHOWN}:\n"),
    }
    for entry in chosen.entries.iter().take(SHOWN) {
        let day = entry.published.or(entry.updated).map(|at| stockholm(at).date().to_string());
        let day = day.unwrap_or_else(|| " ".repeat(10));
        let _ = writeln!(words, "  {day}  {}", entry.title);
    }
    for trouble in &chosen.troubles {
        let _ = writeln!(words, "  ! {trouble}");
    }
    for other in others {
        let _ = writeln!(
            words,
            "or --kind {}: {} ({} listed, {})",
            other.kind,
            other.because,
            other.entries.len(),
            other.address
        );
    }
    words
}

fn told<'a>(
    source: &'a Source,
    chosen: &'a Proposal,
    guess: &'a Guess,
    others: &'a [Proposal],
    record: String,
    file: Option<PathBuf>,
) -> Told<'a> {
    let other = |way: &'a Proposal| Other {
        kind: way.kind,
        address: &way.address,
        because: &way.because,
        listed: way.entries.len(),
    };
    Told {
        saved: file.is_some(),
        file,
        id: &source.id,
        name: &source.name,
        organisation: &source.organisation,
        level: source.level,
        country: &source.country,
        language: &source.language,
        kind: source.kind,
        address: &source.address,
        homepage: source.homepage.as_deref(),
        category: &source.category,
        because: &chosen.because,
        guessed: &guess.because,
        selector: source.recipe.entries.as_deref(),
        record,
        listed: chosen.entries.len(),
        entries: &chosen.entries[..chosen.entries.len().min(SHOWN)],
        others: others.iter().map(other).collect(),
        troubles: &chosen.troubles,
    }
}
