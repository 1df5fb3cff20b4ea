//! `utkik search`: find what the archive holds.

use super::{Context, Ending};
use crate::{
    app::{App, Purpose, WrongUse},
    import::IMPORT,
};
use anyhow::Result;
use clap::{Args, ValueEnum, value_parser};
use jiff::{Span, Timestamp, civil::Date};
use serde::Serialize;
use std::collections::BTreeMap;
use utkik_digest::stockholm;
use utkik_index::{Hit, Hits, Query, Sort};
use utkik_sources::{AreaId, Dated, ItemId, Kind, Language, Level, SourceId};

#[derive(Debug, Args)]
pub(super) struct Search {
    /// Words, "phrases", -not, OR, prefix*, and fields: title:, source:, organisation:, area:, level:, country:, language:,
    /// type:, ref:, date:2026-01..2026-03, deadline:<14d (in Swedish, too)
    query: Vec<String>,
    /// Only these goal areas and what lies below them, such as 2.1, G1 or ST.I2
    #[arg(long, value_delimiter = ',')]
    area: Vec<String>,
    /// Only these levels: local, national, nordic, eu, international
    #[arg(long, value_delimiter = ',')]
    level: Vec<Level>,
    /// Only these countries, such as SE
    #[arg(long, value_delimiter = ',')]
    country: Vec<String>,
    /// Only these languages, such as sv; no is both Norwegian ones
    #[arg(long, value_delimiter = ',')]
    language: Vec<String>,
    /// Only publishers whose name holds this
    #[arg(long)]
    organisation: Vec<String>,
    /// Only these sources, by id
    #[arg(long, value_delimiter = ',')]
    source: Vec<String>,
    /// Only these kinds of source (feed, import, …) or of document (REMISS, SOU, …)
    #[arg(long, value_delimiter = ',')]
    kind: Vec<String>,
    /// Published on this day or later
    #[arg(long)]
    from: Option<Date>,
    /// Published on this day or earlier
    #[arg(long)]
    to: Option<Date>,
    /// With a last day to answer on this day or later
    #[arg(long)]
    deadline_from: Option<Date>,
    /// With a last day to answer on this day or earlier
    #[arg(long)]
    deadline_to: Option<Date>,
    /// Only what belongs to a goal area
    #[arg(long)]
    relevant: bool,
    /// Best first or newest first
    #[arg(long, value_enum, default_value_t = Order::Relevance)]
    sort: Order,
    /// How many hits at most
    #[arg(long, default_value_t = 20, value_parser = value_parser!(u32).range(1..))]
    limit: u32,
    /// Show near-duplicates once
    #[arg(long)]
    collapse: bool,
    /// Only the words themselves: no other names, no other languages, nothing that comes near
    #[arg(long, alias = "no-synonyms")]
    literal: bool,
    /// Tell, in one more line, how many hits each area, level, country, language, publisher, source and kind has
    #[arg(long)]
    facets: bool,
    /// Tell, in one more line, how many hits each day, ISO week or month has
    #[arg(long, value_enum)]
    series: Option<Series>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Series {
    Day,
    Week,
    Month,
}

/// What a search tells beside its hits, when asked to.
#[derive(Serialize)]
struct Summed<'a> {
    total: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    facets: Option<BTreeMap<&'static str, BTreeMap<&'a str, u64>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    series: Option<Vec<Point>>,
}

/// How many hits a stretch of time has.
#[derive(Debug, PartialEq, Serialize)]
struct Point {
    from: Date,
    count: u64,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Order {
    Relevance,
    Date,
}

/// A hit, as the command contract names its parts.
#[derive(Serialize)]
struct Told<'a> {
    id: String,
    score: f64,
    title: &'a str,
    link: Option<&'a str>,
    published: Option<Timestamp>,
    source: &'a SourceId,
    organisation: Option<&'a str>,
    language: Option<&'a Language>,
    level: Option<Level>,
    areas: &'a [AreaId],
    snippet: &'a str,
    item: ItemId,
    dated: &'static str,
    also: Vec<ItemId>,
}

impl Search {
    pub(super) async fn run(self, context: &Context) -> Result<Ending> {
        let app = context.open(Purpose::Read).await?;
        app.freshen().await?;
        let (query, remarks) = self.query(&app)?.with_fields(stockholm(app.clock.now()).date());
        for remark in remarks {
            super::say(&remark.to_string());
        }
        let hits = app.finder.search(&query).await?;
        for hit in &hits.hits {
            if context.json {
                context.print_json(&told(hit))?;
            } else {
                super::print(&in_words(hit))?;
            }
        }
        if self.facets || self.series.is_some() {
            let summed = self.summed(&hits);
            if context.json {
                context.print_json(&summed)?;
            } else {
                super::print(&in_lines(&summed))?;
            }
        }
        if !context.json {
            super::say(&format!("{} of {} hits", hits.hits.len(), hits.total));
        }
        Ok(Ending::Done)
    }

    fn query(&self, app: &App) -> Result<Query> {
        let names = |name: &String| {
            let others = app.catalogue.other_names(name).into_iter().map(str::to_owned);
            std::iter::once(name.clone()).chain(others).collect::<Vec<_>>()
        };
        let (of_source, of_document) = self.kinds();
        let mut sources: Vec<SourceId> = self.source.iter().cloned().map(SourceId).collect();
        if !of_source.is_empty() {
            let mut ids = sources_of(app, &of_source);
            ids.retain(|id| sources.is_empty() || sources.contains(id));
            // A source of no such kind must find nothing, not everything.
            ids.push(SourceId(String::new()));
            sources = ids;
        }
        Ok(Query {
            text: self.query.join(" "),
            areas: app.areas(&self.area)?,
            levels: self.level.clone(),
            countries: self.country.iter().map(|country| country.to_uppercase()).collect(),
            languages: languages(&self.language)?,
            organisations: self.organisation.iter().flat_map(names).collect(),
            sources,
            kinds: of_document,
            from: self.from,
            to: self.to,
            deadline_from: self.deadline_from,
            deadline_to: self.deadline_to,
            relevant: self.relevant.then_some(true),
            sort: match self.sort {
                Order::Relevance => Sort::Relevance,
                Order::Date => Sort::Date,
            },
            limit: usize::try_from(self.limit).unwrap_or(usize::MAX),
            collapse: self.collapse,
            literal: self.literal,
            facets: self.facets || self.series.is_some(),
            ..Query::default()
        })
    }

    fn summed<'a>(&self, hits: &'a Hits) -> Summed<'a> {
        let facets = hits.facets.as_ref().filter(|_| self.facets).map(|facets| {
            let areas =
                facets.areas.iter().map(|(area, count)| (area.0.as_str(), *count)).collect();
            let named = [
                ("level", &facets.levels),
                ("country", &facets.countries),
                ("language", &facets.languages),
                ("organisation", &facets.organisations),
                ("source", &facets.sources),
                ("kind", &facets.kinds),
            ];
            let named = named.into_iter().map(|(name, counts)| {
                (name, counts.iter().map(|(value, count)| (value.as_str(), *count)).collect())
            });
            named.chain([("area", areas)]).collect()
        });
        let series = self.series.map(|by| series(&hits.days, by));
        Summed { total: hits.total, facets, series }
    }

    /// What was asked for as kinds of source, and as codes of document types.
    fn kinds(&self) -> (Vec<Kind>, Vec<String>) {
        let of_source = self.kind.iter().filter_map(|word| word.parse().ok()).collect();
        let others = self.kind.iter().filter(|word| word.parse::<Kind>().is_err());
        (of_source, others.map(|word| word.to_uppercase()).collect())
    }
}

fn sources_of(app: &App, kinds: &[Kind]) -> Vec<SourceId> {
    let all = app.catalogue.sources().iter();
    let of_kind = all.filter(|source| kinds.contains(&source.kind)).map(|source| source.id.clone());
    let imported = kinds.contains(&Kind::Import).then(|| SourceId(IMPORT.to_owned()));
    of_kind.chain(imported).collect()
}

fn languages(tags: &[String]) -> Result<Vec<Language>> {
    let read = |tag: &String| {
        Language::parse(tag).ok_or_else(|| {
            WrongUse(format!("`{tag}` is no language code, such as sv or en")).into()
        })
    };
    tags.iter().map(read).collect()
}

/// Days with their counts as days, weeks or months, each told by its first day; those without any are told, too.
fn series(days: &[(Date, u64)], by: Series) -> Vec<Point> {
    let start = |day: Date| match by {
        Series::Day => day,
        Series::Week => day.saturating_sub(Span::new().days(day.weekday().to_monday_zero_offset())),
        Series::Month => day.first_of_month(),
    };
    let next = |day: Date| match by {
        Series::Day => day.saturating_add(Span::new().days(1)),
        Series::Week => day.saturating_add(Span::new().weeks(1)),
        Series::Month => day.saturating_add(Span::new().months(1)),
    };
    let mut points: Vec<Point> = Vec::new();
    for (day, count) in days {
        let from = start(*day);
        while let Some(last) = points.last().filter(|last| last.from < from) {
            let between = next(last.from);
            if between <= last.from {
                break;
            }
            points.push(Point { from: between, count: 0 });
        }
        match points.last_mut() {
            Some(last) if last.from == from => last.count += count,
            _ => points.push(Point { from, count: *count }),
        }
    }
    points
}

fn in_lines(summed: &Summed) -> String {
    let mut lines = String::new();
    for (name, counts) in summed.facets.iter().flatten() {
        let counts: Vec<String> =
            counts.iter().map(|(value, count)| format!("{value} {count}")).collect();
        lines += &format!("{name}: {}\n", counts.join(", "));
    }
    for point in summed.series.iter().flatten() {
        lines += &format!("{} {}\n", point.from, point.count);
    }
    lines
}

fn told(hit: &Hit) -> Told<'_> {
    Told {
        id: hit.guid.clone().unwrap_or_else(|| hit.id.to_string()),
        score: hit.score,
        title: &hit.title,
        link: hit.link.as_deref(),
        published: hit.published(),
        source: &hit.source,
        organisation: Some(hit.organisation.as_str()).filter(|name| !name.is_empty()),
        language: hit.language.as_ref(),
        level: hit.level,
        areas: &hit.areas,
        snippet: &hit.snippet,
        item: hit.id,
        dated: if hit.published().is_some() { "published" } else { "first-seen" },
        also: hit.also.iter().map(|also| also.id).collect(),
    }
}

fn in_words(hit: &Hit) -> String {
    let day = |at: Timestamp| stockholm(at).date().to_string();
    let dated = match hit.dated {
        Dated::Published(at) => day(at),
        Dated::FirstSeen(at) => format!("undated, first seen {}", day(at)),
    };
    let areas: Vec<_> = hit.areas.iter().map(|area| area.0.as_str()).collect();
    let mut told = format!("{}\n  {dated} · ", hit.title);
    told += if hit.organisation.is_empty() { &hit.source.0 } else { &hit.organisation };
    for part in [hit.language.as_ref().map(Language::code), Some(areas.join(" ").as_str())] {
        if let Some(part) = part.filter(|part| !part.is_empty()) {
            told += &format!(" · {part}");
        }
    }
    if let Some(link) = &hit.link {
        told += &format!("\n  {link}");
    }
    told + &format!("\n  {}\n\n", hit.snippet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_has_no_holes() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let days = [(day("2026-01-05"), 1), (day("2026-01-07"), 2), (day("2026-01-19"), 4)];
        let point = |from: &str, count| Point { from: day(from), count };
        assert_eq!(
            series(&days, Series::Week),
            [point("2026-01-05", 3), point("2026-01-12", 0), point("2026-01-19", 4)]
        );
        assert_eq!(series(&days, Series::Month), [point("2026-01-01", 7)]);
    }
}
