//! What does the archive hold about this?

use super::{Parts, fault::Fault, rendered, words};
use crate::{app::App, demo};
use askama::Template;
use axum::{
    extract::{Query as Asked, State},
    response::Html,
};
use serde::Deserialize;
use utkik_digest::stockholm;
use utkik_index::{Hit, Query, Sort};
use utkik_sources::{AreaId, Language};

/// Hits on a page.
const PER_PAGE: usize = 20;

/// Nobody turns pages further than this.
const LAST_PAGE: usize = 10_000;

/// The whole state of a search, as it stands in the address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    q: String,
    omrade: String,
    niva: String,
    sprak: String,
    ordning: String,
    sida: usize,
}

#[derive(Template)]
#[template(path = "search.html")]
struct Page {
    wish: Wish,
    total: usize,
    first: usize,
    remarks: Vec<String>,
    rows: Vec<Row>,
    areas: Vec<Choice>,
    levels: Vec<Choice>,
    languages: Vec<Choice>,
    previous: Option<String>,
    next: Option<String>,
    demo: bool,
}

/// One value of a filter, with how many hits it would leave.
struct Choice {
    value: String,
    name: String,
    count: u64,
    chosen: bool,
}

/// A hit as a page shows it.
pub(super) struct Row {
    pub(super) title: String,
    pub(super) lang: Option<String>,
    pub(super) link: Option<String>,
    pub(super) facts: String,
    pub(super) snippet: String,
    pub(super) areas: Vec<String>,
}

pub(super) async fn page(
    State(app): Parts,
    Asked(wish): Asked<Wish>,
) -> Result<Html<String>, Fault> {
    let today = stockholm(app.clock.now()).date();
    let (query, remarks) = wish.query().with_fields(today);
    let hits = app.finder.search(&query).await?;
    let first = wish.offset();
    let more = first + hits.hits.len() < hits.total;
    let facets = hits.facets.unwrap_or_default();
    let areas: Vec<_> = facets.areas.iter().map(|(id, count)| (id.0.clone(), *count)).collect();
    let areas = facet(&areas, &wish.omrade, |id| {
        app.frameworks
            .area(&AreaId(id.to_owned()))
            .map_or(id.to_owned(), |area| area.name_sv.clone())
    });
    let page = Page {
        areas,
        levels: facet(&facets.levels, &wish.niva, |word| words::level(word).to_owned()),
        languages: facet(&facets.languages, &wish.sprak, |code| words::language(code).to_owned()),
        previous: (wish.page() > 1).then(|| wish.address(wish.page() - 1)),
        next: more.then(|| wish.address(wish.page() + 1)),
        total: hits.total,
        first,
        remarks: remarks.iter().map(words::remark).collect(),
        rows: rows(&app, &hits.hits),
        wish,
        demo: demo::made(&app),
    };
    rendered(&page)
}

impl Wish {
    fn query(&self) -> Query {
        Query {
            text: self.q.chars().take(500).collect(),
            areas: some(&self.omrade).map(AreaId::parse).into_iter().collect(),
            levels: some(&self.niva).and_then(|level| level.parse().ok()).into_iter().collect(),
            languages: some(&self.sprak).and_then(Language::parse).into_iter().collect(),
            sort: if self.ordning == "datum" { Sort::Date } else { Sort::Relevance },
            limit: PER_PAGE,
            facets: true,
            offset: self.offset(),
            ..Query::default()
        }
    }

    /// The page that is meant, counted from one.
    fn page(&self) -> usize {
        self.sida.clamp(1, LAST_PAGE)
    }

    fn offset(&self) -> usize {
        (self.page() - 1) * PER_PAGE
    }

    fn address(&self, page: usize) -> String {
        let page = page.to_string();
        let parts = [
            ("q", self.q.as_str()),
            ("omrade", &self.omrade),
            ("niva", &self.niva),
            ("sprak", &self.sprak),
            ("ordning", &self.ordning),
            ("sida", &page),
        ];
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(parts.iter().filter(|(_, value)| !value.is_empty()));
        format!("/sok?{}", query.finish())
    }
}

fn some(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

fn facet(counts: &[(String, u64)], chosen: &str, name: impl Fn(&str) -> String) -> Vec<Choice> {
    let choice = |(value, count): &(String, u64)| Choice {
        name: name(value),
        chosen: value == chosen,
        value: value.clone(),
        count: *count,
    };
    counts.iter().map(choice).collect()
}

/// Hits as pages show them.
pub(super) fn rows(app: &App, hits: &[Hit]) -> Vec<Row> {
    hits.iter().map(|hit| row(app, hit)).collect()
}

fn row(app: &App, hit: &Hit) -> Row {
    let publisher = if hit.organisation.is_empty() { &hit.source.0 } else { &hit.organisation };
    let mut facts = vec![publisher.clone()];
    facts.push(words::dated(hit.dated));
    let foreign = hit.language.as_ref().filter(|language| language.code() != "sv");
    facts.extend(foreign.map(|language| words::language(language.code()).to_owned()));
    let name = |area: &AreaId| app.frameworks.area(area).map(|area| area.name_sv.clone());
    Row {
        title: hit.title.clone(),
        lang: foreign.map(|language| language.code().to_owned()),
        link: hit.link.as_deref().map(|link| words::link(link, demo::made(app))),
        facts: facts.join(" · "),
        snippet: hit.marked.clone(),
        areas: hit.areas.iter().filter_map(name).collect(),
    }
}
