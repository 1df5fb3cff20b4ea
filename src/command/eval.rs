//! `utkik eval`: how good are tags, search, stories and facts, by labelled files?

use super::{Context, Ending};
use crate::{
    app::{Purpose, faulty, read_data},
    eval::{Answered, Counts, Measure, Search, answered, b_cubed, macro_f1, means},
    import::IMPORT,
};
use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};
use utkik_index::{Archive, Finder, Query, Understander, stories};
use utkik_sources::{
    AreaId, Catalogue, Entry, Example, Frameworks, Item, ItemId, Known, Language, Provenance,
    SourceId,
};

/// So many unknown areas are told one by one.
const TOLD: usize = 20;

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
    /// Goal areas and relevance on the examples that ship with the project, each judged by what the others teach
    Examples {
        /// Leave out all of one writer at a time, or all of one batch of writing
        #[arg(long, value_enum, default_value_t = LeftOut::Writer)]
        leave_out: LeftOut,
    },
    /// Goal areas against what people have decided about the archive's items, as if they had not been learnt from
    Decisions,
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

/// What of the examples is judged without having been learnt from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LeftOut {
    /// All that one writer wrote.
    Writer,
    /// What was written in one go.
    Batch,
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

/// How far we agree with people.
#[derive(Default, Serialize)]
struct Decisions {
    items: usize,
    decisions: usize,
    micro: Option<Measure>,
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
    /// B-cubed F1 over the items that belong to a labelled group.
    b_cubed: Option<f64>,
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
            What::Tagging { file } => tell(context, &bench.tagging(&bench.labelled(file)?)),
            What::Examples { leave_out } => tell(context, &bench.examples(*leave_out)),
            What::Decisions => tell(context, &bench.decisions(context).await?),
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
    Ok(numbered(path)?.into_iter().map(|(_, row)| row).collect())
}

/// The rows of a file, each with where it stands.
fn numbered<T: DeserializeOwned>(path: &Path) -> Result<Vec<(String, T)>> {
    let text = fs::read_to_string(path);
    let text = text.with_context(|| format!("could not read `{}`", path.display()))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| {
            let place = format!("`{}`, line {}", path.display(), index + 1);
            let row = serde_json::from_str(line).with_context(|| place.clone())?;
            Ok((place, row))
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

    /// Labelled publications; every label must be an area that items are tagged with.
    fn labelled(&self, file: &Path) -> Result<Vec<Row>> {
        let rows: Vec<(String, Row)> = numbered(file)?;
        let mut unknown = Vec::new();
        for (place, row) in &rows {
            for label in &row.labels {
                let id = AreaId::parse(label);
                if self.frameworks.area(&id).is_none_or(|area| !area.leaf) {
                    unknown.push(format!("{place}: there is no goal area `{label}`"));
                }
            }
        }
        if unknown.is_empty() {
            return Ok(rows.into_iter().map(|(_, row)| row).collect());
        }
        let more = unknown.len().saturating_sub(TOLD);
        unknown.truncate(TOLD);
        let more = if more > 0 { format!("\nand {more} more") } else { String::new() };
        bail!("{}{more}", unknown.join("\n"))
    }

    fn tagging(&self, rows: &[Row]) -> Tagging {
        let mut sums = Sums::of(&self.frameworks);
        for row in rows {
            let labels = row.labels.iter().map(|label| AreaId::parse(label)).collect();
            let (_, known) = self.known(row);
            sums.add(row.language.as_deref().unwrap_or_default(), &labels, &areas_of(&known));
        }
        sums.told()
    }

    /// What people have decided against what we would say without having learnt from it.
    async fn decisions(&self, context: &Context) -> Result<Decisions> {
        let app = context.open(Purpose::Read).await?;
        let mut told = Decisions::default();
        let mut all = Counts::default();
        let mut areas: BTreeMap<String, Counts> = BTreeMap::new();
        let mut languages: BTreeMap<String, Counts> = BTreeMap::new();
        for (item, decided) in app.decided().await? {
            let source = self.catalogue.get(&item.source);
            let gate = source.is_none_or(|source| source.gate);
            let declared = source.map(|source| &source.language);
            let known = self.understander.understand(&item, gate, declared);
            let ours = areas_of(&known);
            let language = known.language.map(|language| language.to_string()).unwrap_or_default();
            told.items += 1;
            for (area, belongs) in decided {
                told.decisions += 1;
                let says = ours.contains(&area);
                all.add(belongs, says);
                areas.entry(area.0).or_default().add(belongs, says);
                languages.entry(language.clone()).or_default().add(belongs, says);
            }
        }
        let measured = |counts: BTreeMap<String, Counts>| {
            counts.into_iter().map(|(name, counts)| (name, counts.measure())).collect()
        };
        told.micro = Some(all.measure());
        (told.areas, told.languages) = (measured(areas), measured(languages));
        Ok(told)
    }

    /// Each example judged by what the others teach, those left out that were written with it.
    fn examples(&self, leave_out: LeftOut) -> Tagging {
        let group = |example: &'static Example| match leave_out {
            LeftOut::Writer => example.writer(),
            LeftOut::Batch => example.batch.as_str(),
        };
        let examples = Example::built_in();
        let groups: BTreeSet<&str> = examples.iter().map(group).collect();
        let mut sums = Sums::of(&self.frameworks);
        for out in groups {
            let (judged, taught): (Vec<&Example>, Vec<&Example>) =
                examples.iter().partition(|example| group(example) == out);
            let understander = Understander::taught(&self.frameworks, &taught, &[]);
            for example in judged {
                let labels = example.areas.iter().cloned().collect();
                let item = item(&row(example));
                let known = understander.understand(&item, true, None);
                sums.add(example.language.code(), &labels, &areas_of(&known));
            }
        }
        sums.told()
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
        let grouped = rows
            .iter()
            .zip(&items)
            .filter_map(|(row, (item, _))| Some((row.dup_group.as_deref()?, story_of[&item.id])));
        let b_cubed = b_cubed(&grouped.collect::<Vec<_>>());
        Grouping { items: rows.len(), pairs: pairs.measure(), b_cubed, merged_in_series }
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

/// What [`Tagging`] is the shares of.
struct Sums {
    items: usize,
    relevance: Counts,
    areas: BTreeMap<AreaId, Counts>,
    languages: BTreeMap<String, Counts>,
}

impl Sums {
    fn of(frameworks: &Frameworks) -> Sums {
        let leaves = frameworks.leaves().map(|area| (area.id.clone(), Counts::default()));
        let (areas, languages) = (leaves.collect(), BTreeMap::new());
        Sums { items: 0, relevance: Counts::default(), areas, languages }
    }

    fn add(&mut self, language: &str, labels: &BTreeSet<AreaId>, ours: &BTreeSet<AreaId>) {
        self.items += 1;
        for (area, counts) in &mut self.areas {
            counts.add(labels.contains(area), ours.contains(area));
        }
        self.languages.entry(language.to_owned()).or_default().add_all(labels, ours);
        self.relevance.add(!labels.is_empty(), !ours.is_empty());
    }

    fn told(self) -> Tagging {
        let all = self.areas.values().fold(Counts::default(), |sum, counts| sum.and(*counts));
        let languages = self.languages.into_iter();
        Tagging {
            items: self.items,
            micro: all.measure(),
            macro_f1: macro_f1(self.areas.values()),
            relevance: self.relevance.measure(),
            languages: languages.map(|(code, counts)| (code, counts.measure())).collect(),
            areas: self.areas.into_iter().map(|(id, counts)| (id.0, counts.measure())).collect(),
        }
    }
}

fn areas_of(known: &Known) -> BTreeSet<AreaId> {
    known.tags.iter().map(|tag| tag.area.clone()).collect()
}

fn row(example: &Example) -> Row {
    Row {
        id: example.id.clone(),
        title: example.title.clone(),
        summary: Some(example.summary.clone()),
        text: None,
        language: Some(example.language.to_string()),
        source_organisation: example.organisation.clone(),
        published: None,
        labels: Vec::new(),
        dup_group: None,
        series: None,
        refs: Vec::new(),
        deadline: None,
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
