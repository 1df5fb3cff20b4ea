//! Hundreds of hostile answers, served all at once on loopback: each ends in words within its caps, and none costs
//! another source its items.

#[expect(clippy::too_many_lines, reason = "flat tables of answers and their ends")]
mod codings;
#[expect(clippy::too_many_lines, reason = "flat tables of answers and their ends")]
mod feeds;
mod server;
#[expect(clippy::too_many_lines, reason = "flat tables of answers and their ends")]
mod services;
#[expect(clippy::too_many_lines, reason = "flat tables of answers and their ends")]
mod wires;

use crate::crawler::{now, words};
use futures::StreamExt;
use server::{Server, Wire};
use std::{collections::BTreeMap, fmt::Display, sync::Arc, time::Duration};
use utkik_crawler::{Crawler, Manners};
use utkik_sources::{Due, Kind, Outcome, Recipe, Visit};

const MAX_BYTES: usize = 1_500_000;
const MAX_ENTRIES: usize = 500;
/// One in so many sources is a good one.
const GOOD: usize = 8;

/// What an answer must end in.
#[derive(Clone, Debug)]
enum Ends {
    /// So many entries.
    Entries(usize),
    /// So many entries, and these words among the troubles.
    Told(usize, &'static str),
    /// No entries, and these words.
    Words(&'static str),
}

type Script = Arc<dyn Fn(&str) -> Wire + Send + Sync>;

struct Case {
    name: String,
    kind: Kind,
    recipe: Recipe,
    path: String,
    answers: Script,
    ends: Ends,
}

#[derive(Default)]
struct Corpus {
    cases: Vec<Case>,
}

impl Corpus {
    /// A case that answers every path but robots.txt alike.
    fn add(&mut self, family: &str, label: impl Display, wire: Wire, ends: Ends) {
        self.script(family, label, Kind::Feed, move |_| wire.clone(), ends);
    }

    fn kind(&mut self, family: &str, label: impl Display, kind: Kind, wire: Wire, ends: Ends) {
        self.script(family, label, kind, move |_| wire.clone(), ends);
    }

    fn script(
        &mut self,
        family: &str,
        label: impl Display,
        kind: Kind,
        answers: impl Fn(&str) -> Wire + Send + Sync + 'static,
        ends: Ends,
    ) {
        let answers = move |path: &str| match path {
            "/robots.txt" => Wire::status(404),
            _ => answers(path),
        };
        self.raw(family, label, kind, answers, ends);
    }

    /// A case that answers robots.txt, too.
    fn raw(
        &mut self,
        family: &str,
        label: impl Display,
        kind: Kind,
        answers: impl Fn(&str) -> Wire + Send + Sync + 'static,
        ends: Ends,
    ) {
        let name = format!("{family}: {label}");
        assert!(self.cases.iter().all(|case| case.name != name), "two cases are called {name}");
        let (recipe, path) = (Recipe::default(), "/feed".to_owned());
        self.cases.push(Case { name, kind, recipe, path, answers: Arc::new(answers), ends });
    }

    fn last(&mut self) -> &mut Case {
        self.cases.last_mut().unwrap()
    }
}

fn feed() -> String {
    server::rss(&server::item("One"))
}

fn good() -> Wire {
    let items: String = (1..=3).map(|n| server::item(&format!("Good {n}"))).collect();
    Wire::xml(&server::rss(&items))
}

fn due(id: &str, host: &str, case: Option<&Case>) -> Due {
    let mut due = crate::crawler::due(id);
    let path = case.map_or("/feed", |case| case.path.as_str());
    let scheme = if id.starts_with("tls:") { "https" } else { "http" };
    due.source.address = format!("{scheme}://{host}{path}");
    if let Some(case) = case {
        (due.source.kind, due.source.recipe) = (case.kind, case.recipe.clone());
    }
    due
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_of_hundreds_of_hostile_answers_ends_in_words_and_every_good_source_keeps_its_items() {
    let mut corpus = Corpus::default();
    wires::add(&mut corpus);
    codings::add(&mut corpus);
    feeds::add(&mut corpus);
    services::add(&mut corpus);
    assert!(corpus.cases.len() >= 300, "only {} cases", corpus.cases.len());

    let mut scripts: BTreeMap<String, Script> = BTreeMap::new();
    let mut visits = Vec::new();
    for (number, case) in corpus.cases.iter().enumerate() {
        let host = format!("bad{number}.example");
        scripts.insert(host.clone(), Arc::clone(&case.answers));
        visits.push(due(&case.name, &host, Some(case)));
        if number % GOOD == 0 {
            let host = format!("good{number}.example");
            scripts.insert(
                host.clone(),
                Arc::new(|path| if path == "/feed" { good() } else { Wire::status(404) }),
            );
            visits.push(due(&host, &host, None));
        }
    }
    let server = Server::start(scripts).await;
    let manners = manners(&server);
    let asked = visits.len();
    let crawler = Crawler::new(manners);
    let visits: Vec<Visit> = crawler.visits(visits, now()).collect().await;
    assert_eq!(visits.len(), asked, "a visit was lost");
    let visits: BTreeMap<&str, &Visit> =
        visits.iter().map(|visit| (visit.source.0.as_str(), visit)).collect();
    let mut wrong = Vec::new();
    for case in &corpus.cases {
        let visit = visits[case.name.as_str()];
        if let Some(what) = judged(visit, &case.ends).or_else(|| untrustworthy(visit)) {
            let words: String = words(visit).chars().take(300).collect();
            wrong.push(format!("{}: {what}; wanted {:?}; {words}", case.name, case.ends));
        }
    }
    for (name, visit) in visits.iter().filter(|(name, _)| name.starts_with("good")) {
        let words = words(visit);
        if !words.starts_with("fresh: Good 1, Good 2, Good 3;") {
            wrong.push(format!("{name} lost its items: {words}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} ended badly:\n{}",
        wrong.len(),
        corpus.cases.len(),
        wrong.join("\n")
    );
}

fn manners(server: &Server) -> Manners {
    Manners {
        pause: Duration::ZERO,
        hosts: server.hosts(),
        at_once: 400,
        max_bytes: MAX_BYTES,
        max_entries: MAX_ENTRIES,
        max_crawl_delay: Duration::from_secs(1),
        max_time: Duration::from_secs(8),
        max_wait: Duration::from_secs(5),
        texts_per_visit: 0,
        pdf_reader: Some(crate::pdfs::reader()),
        ..Manners::default()
    }
}

fn judged(visit: &Visit, ends: &Ends) -> Option<String> {
    let words = words(visit);
    let found = match &visit.outcome {
        Outcome::Fresh(harvest) => Some(harvest.finds.len()),
        _ => None,
    };
    let good = match ends {
        Ends::Entries(count) => found == Some(*count),
        Ends::Told(count, part) => found == Some(*count) && words.contains(part),
        Ends::Words(part) => found.is_none() && words.contains(part),
    };
    (!good).then(|| format!("found {found:?}"))
}

/// What must hold of everything that is brought home.
fn untrustworthy(visit: &Visit) -> Option<String> {
    let Outcome::Fresh(harvest) = &visit.outcome else {
        return words(visit)
            .split_once(": ")
            .is_none_or(|(_, why)| why.trim().is_empty())
            .then(|| "no words".into());
    };
    if harvest.finds.len() > MAX_ENTRIES {
        return Some(format!("{} entries", harvest.finds.len()));
    }
    if harvest.troubles.len() > 2 * MAX_ENTRIES
        || harvest.troubles.iter().any(|what| what.len() > 3_000)
    {
        return Some("endless troubles".into());
    }
    harvest.finds.iter().find_map(|find| {
        let entry = &find.entry;
        let hidden = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
        let is_web =
            |address: &String| address.starts_with("http://") || address.starts_with("https://");
        let summary = entry.summary.as_deref().unwrap_or_default();
        let why = if entry.title.trim().is_empty() || entry.guid.is_empty() {
            "no title or guid"
        } else if entry.title.chars().count() > 501 || summary.chars().count() > 5_001 {
            "too long"
        } else if entry.title.contains(hidden) || summary.contains(hidden) {
            "control characters"
        } else if entry
            .link
            .iter()
            .chain(&entry.enclosures)
            .any(|address| !is_web(address) || address.len() > 8_000)
        {
            "a link that is none of the web"
        } else if (summary.contains("<script") || entry.title.contains("<script"))
            && !visit.source.0.contains("twice escaped")
        {
            "markup"
        } else {
            return None;
        };
        Some(format!("{why}: {entry:?}").chars().take(400).collect())
    })
}
