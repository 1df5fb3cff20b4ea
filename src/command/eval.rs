//! `utkik eval`: how good are tags, search, stories and facts, by labelled files?

use super::{Context, Ending};
use crate::{
    app::{faulty, read_data},
    eval::{Answered, Counts, Measure, Search, answered, macro_f1, means},
    import::IMPORT,
};
use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};
use utkik_index::{Archive, Finder, Query, Understander, stories};
use utkik_sources::{
    AreaId, Catalogue, Entry, Frameworks, Item, ItemId, Known, Language, Provenance, SourceId,
};

#[derive(Debug, Args)]
pub(super) struct Eval {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Goal areas and relevance
    Tagging {
        /// Labelled publications, as lines of JSON: id, language, title, summary, text, labels
        file: PathBuf,
    },
    /// Queries with graded answers
    Search {
        /// Publications, as lines of JSON
        items: PathBuf,
        /// Queries, as lines of JSON: query, kind, filters, relevant
        queries: PathBuf,
    },
    /// Items about the same event
    Stories {
        /// Labelled publications, as lines of JSON: …, dup_group, series
        file: PathBuf,
    },
    /// Deadlines and references
    Facts {
        /// Labelled publications, as lines of JSON: …, refs, deadline
        file: PathBuf,
    },
}

/// A labelled publication; what a measure does not need may be missing.
#[derive(Deserialize)]
struct Row {
    id: String,
    title: String,
    summary: Option<String>,
    text: Option<String>,
    language: Option<String>,
    #[serde(alias = "organisation")]
    source_organisation: Option<String>,
    published: Option<String>,
    #[serde(default)]
    labels: Vec<String>,
    dup_group: Option<String>,
    series: Option<String>,
    #[serde(default)]
    refs: Vec<String>,
    deadline: Option<Date>,
}

/// A labelled query.
#[derive(Deserialize)]
struct Asked {
    query: String,
    #[serde(default)]
    kind: Vec<String>,
    filters: Option<Filters>,
    relevant: BTreeMap<String, i32>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Filters {
    source_organisation: Vec<String>,
    language: Vec<String>,
    areas: Vec<String>,
    published_from: Option<Date>,
    published_to: Option<Date>,
    has_deadline: Option<bool>,
    deadline_from: Option<Date>,
    deadline_to: Option<Date>,
    relevant: Option<bool>,
}

#[derive(Serialize)]
struct Tagging {
    items: usize,
    micro: Measure,
    macro_f1: f64,
    relevance: Measure,
    areas: BTreeMap<String, Measure>,
    languages: BTreeMap<String, Measure>,
}

#[derive(Serialize)]
struct Searching {
    #[serde(flatten)]
    all: Search,
    kinds: BTreeMap<String, Search>,
}

#[derive(Serialize)]
struct Grouping {
    items: usize,
    pairs: Measure,
    merged_in_series: usize,
}

#[derive(Serialize)]
struct Facts {
    items: usize,
    deadlines: Measure,
    references: Measure,
}

impl Eval {
    pub(super) async fn run(self, context: &Context) -> Result<Ending> {
        let (catalogue, frameworks) = read_data(&context.config()?).map_err(faulty)?;
        let bench = Bench { understander: Understander::new(&frameworks), frameworks, catalogue };
        match &self.what {
            What::Tagging { file } => tell(context, &bench.tagging(&read(file)?)),
            What::Stories { file } => tell(context, &bench.stories(&read(file)?)),
            What::Facts { file } => tell(context, &bench.facts(&read(file)?)),
            What::Search { items, queries } => {
                tell(context, &bench.search(&read(items)?, &read(queries)?).await?)
            }
        }
    }
}

fn tell(context: &Context, measures: &impl Serialize) -> Result<Ending> {
    if context.json {
        context.print_json(measures)?;
    } else {
        super::print(&(serde_json::to_string_pretty(measures)? + "\n"))?;
    }
    Ok(Ending::Done)
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    let text = fs::read_to_string(path);
    let text = text.with_context(|| format!("could not read `{}`", path.display()))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| {
            let place = || format!("`{}`, line {}", path.display(), index + 1);
            serde_json::from_str(line).with_context(place)
        })
        .collect()
}

/// What the measuring needs.
struct Bench {
    understander: Understander,
    frameworks: Frameworks,
    catalogue: Catalogue,
}

impl Bench {
    /// As `tag` does it: without a known source, so that the domain gate applies.
    fn known(&self, row: &Row) -> (Item, Known) {
        let item = item(row);
        let known = self.understander.understand(&item, true, None);
        (item, known)
    }

    fn tagging(&self, rows: &[Row]) -> Tagging {
        let leaves = self.frameworks.leaves().map(|area| (area.id.clone(), Counts::default()));
        let mut areas: BTreeMap<AreaId, Counts> = leaves.collect();
        let mut languages: BTreeMap<String, Counts> = BTreeMap::new();
        let mut relevance = Counts::default();
        for row in rows {
            let labels: BTreeSet<AreaId> =
                row.labels.iter().map(|label| AreaId::parse(label)).collect();
            let (_, known) = self.known(row);
            let ours: BTreeSet<AreaId> = known.tags.into_iter().map(|tag| tag.area).collect();
            for (area, counts) in &mut areas {
                counts.add(labels.contains(area), ours.contains(area));
            }
            let language = row.language.clone().unwrap_or_default();
            languages.entry(language).or_default().add_all(&labels, &ours);
            relevance.add(!labels.is_empty(), !ours.is_empty());
        }
        let all = areas.values().fold(Counts::default(), |sum, counts| sum.and(*counts));
        Tagging {
            items: rows.len(),
            micro: all.measure(),
            macro_f1: macro_f1(areas.values()),
            relevance: relevance.measure(),
            areas: areas.into_iter().map(|(area, counts)| (area.0, counts.measure())).collect(),
            languages: languages
                .into_iter()
                .map(|(code, counts)| (code, counts.measure()))
                .collect(),
        }
    }

    async fn search(&self, rows: &[Row], queries: &[Asked]) -> Result<Searching> {
        let archive = Archive::open("sqlite::memory:").await?;
        let items: Vec<(Item, Known)> = rows.iter().map(|row| self.known(row)).collect();
        archive.keep_all(&items).await?;
        let folder = tempfile::tempdir()?;
        let finder = Finder::open(folder.path())?;
        finder.catch_up(&archive, &self.catalogue).await?;
        let mut all = Vec::new();
        let mut kinds: BTreeMap<String, Vec<Answered>> = BTreeMap::new();
        for asked in queries {
            let hits = finder.search(&asked.query()).await?;
            let found: Vec<String> = hits.hits.into_iter().filter_map(|hit| hit.guid).collect();
            let answered = answered(&found, &asked.relevant);
            all.push(answered);
            for kind in &asked.kind {
                kinds.entry(kind.clone()).or_default().push(answered);
            }
        }
        let kinds = kinds.into_iter().map(|(kind, answered)| (kind, means(&answered)));
        Ok(Searching { all: means(&all), kinds: kinds.collect() })
    }

    fn stories(&self, rows: &[Row]) -> Grouping {
        let items: Vec<(Item, Known)> = rows.iter().map(|row| self.known(row)).collect();
        let mut story_of: BTreeMap<ItemId, usize> = BTreeMap::new();
        for (number, story) in stories(&items).into_iter().enumerate() {
            story_of.extend(story.items.into_iter().map(|id| (id, number)));
        }
        let mut pairs = Counts::default();
        let mut merged_in_series = 0;
        for (at, one) in rows.iter().enumerate() {
            for (further, other) in rows[at + 1..].iter().enumerate() {
                let labelled = one.dup_group.is_some() && one.dup_group == other.dup_group;
                let ours = story_of[&items[at].0.id] == story_of[&items[at + 1 + further].0.id];
                pairs.add(labelled, ours);
                let in_series = one.series.is_some() && one.series == other.series;
                merged_in_series += usize::from(ours && !labelled && in_series);
            }
        }
        Grouping { items: rows.len(), pairs: pairs.measure(), merged_in_series }
    }

    fn facts(&self, rows: &[Row]) -> Facts {
        let (mut deadlines, mut references) = (Counts::default(), Counts::default());
        for row in rows {
            let (_, known) = self.known(row);
            let ours: BTreeSet<Date> = known.deadline().map(|fact| fact.date).into_iter().collect();
            deadlines.add_all(&row.deadline.into_iter().collect(), &ours);
            let labelled: BTreeSet<String> = row
                .refs
                .iter()
                .filter(|reference| row.mentions(reference))
                .map(|reference| plain(reference))
                .collect();
            let ours = known.references.iter().map(|reference| plain(&reference.normal)).collect();
            references.add_all(&labelled, &ours);
        }
        Facts {
            items: rows.len(),
            deadlines: deadlines.measure(),
            references: references.measure(),
        }
    }
}

impl Row {
    /// Whether the number of a reference stands in the text: labels also name what is only meant.
    fn mentions(&self, reference: &str) -> bool {
        let number = reference.split_whitespace().last().unwrap_or_default();
        let parts = [Some(&self.title), self.summary.as_ref(), self.text.as_ref()];
        parts.into_iter().flatten().any(|part| part.contains(number))
    }
}

/// A reference without regard to case and spaces.
fn plain(reference: &str) -> String {
    reference.to_lowercase().split_whitespace().collect()
}

impl Asked {
    fn query(&self) -> Query {
        let mut query = Query { text: self.query.clone(), limit: 20, ..Query::default() };
        let Some(filters) = &self.filters else { return query };
        query.organisations = filters.source_organisation.clone();
        query.languages = filters.language.iter().filter_map(|tag| Language::parse(tag)).collect();
        query.areas = filters.areas.iter().map(|area| AreaId::parse(area)).collect();
        (query.from, query.to) = (filters.published_from, filters.published_to);
        (query.deadline_from, query.deadline_to) = (filters.deadline_from, filters.deadline_to);
        if filters.has_deadline == Some(true) {
            query.deadline_from = query.deadline_from.or(Some(Date::MIN));
        }
        query.relevant = filters.relevant;
        query
    }
}

/// A labelled publication as `import` would have made it.
fn item(row: &Row) -> Item {
    let source = SourceId(IMPORT.to_owned());
    // Long after every labelled publication, so that none of them lies in the future.
    let seen = Timestamp::from_second(4_000_000_000).expect("the year 2096 is a time");
    let published = row.published.as_deref().and_then(crate::import::moment);
    Item {
        id: ItemId::of_guid(&source, &row.id),
        source: source.clone(),
        entry: Entry {
            guid: row.id.clone(),
            title: row.title.clone(),
            summary: row.summary.clone(),
            published,
            language: row.language.as_deref().and_then(Language::parse),
            ..Entry::default()
        },
        text: row.text.clone(),
        first_seen: seen,
        backfill: false,
        provenance: vec![Provenance {
            source,
            guid: row.id.clone(),
            organisation: row.source_organisation.clone(),
            at: seen,
        }],
    }
}
