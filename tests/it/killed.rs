//! The program is killed from outside, again and again, while it crawls: nothing is lost, nothing comes twice.

use crate::{
    archive::engines::{fresh_address, named_engines, run},
    world::{Post, Program, Running, Web, article, feed_source, rss},
};
use jiff::{Timestamp, ToSpan};
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{BuildHasher, RandomState},
    sync::mpsc::RecvTimeoutError,
    time::{Duration, Instant},
};
use utkik_index::{Archive, Finder, Query};
use utkik_sources::{ItemId, SourceId};

const FEEDS: usize = 20;
/// The feeds from this one on list entries without a page of their own, so that a visit brings many at once.
const BULLETINS: usize = 10;
const KILLS: usize = 50;
/// Entries of each feed before the first kill, and after the last.
const FIRST: usize = 10;
const LAST: usize = 110;
/// Every feed lists this entry under another title from this kill on.
const REWORDED: usize = 3;
const REWORDED_AT: usize = KILLS / 2;

#[test]
fn killed_fifty_times_it_loses_no_item_and_has_none_twice() {
    for engine in named_engines().iter().filter(|engine| *engine != "sqlite::memory:") {
        let (address, _folder) = fresh_address(engine);
        let scheme = address.split(':').next().unwrap().to_owned();
        let story = Story::new(address);
        let (tally, old) = story.kill_often();
        println!("{scheme}: {tally}");
        story.finish(&old);
    }
}

#[test]
fn an_import_killed_ten_times_keeps_each_line_once_with_its_areas() {
    const LINES: usize = 3000;
    let program = Program::new();
    let line = |number| {
        let url = format!("https://www.example.org/{number}");
        let title = format!("Decision {number} on digital health services");
        json!({"id": number, "url": url, "title": title, "areas": ["2.3"]})
    };
    program.write(
        "items.jsonl",
        (0..LINES).map(|number| format!("{}\n", line(number))).collect::<String>(),
    );
    let mut chance = Chance::new();
    println!("UTKIK_TEST_SEED={}", chance.0);
    for _ in 0..10 {
        until_killed(
            program.start(&["import", "items.jsonl"]),
            Duration::from_secs(3).mul_f64(chance.draw()),
        );
    }
    let told = program.call(&["import", "items.jsonl", "--json"]).ended(0).json();
    assert_eq!(
        told["kept"].as_u64().unwrap() + told["already"].as_u64().unwrap(),
        LINES as u64,
        "{told}"
    );
    let search = ["search", "--area", "2.3", "--limit", "9999", "--json"];
    let found = program.call(&search).ended(0).lines();
    let ids: BTreeSet<&str> = found.iter().map(|hit| hit["id"].as_str().unwrap()).collect();
    assert_eq!((found.len(), ids.len()), (LINES, LINES));
}

struct Story {
    web: Web,
    program: Program,
    archive: String,
}

/// How many kills fell into each phase.
#[derive(Default)]
struct Tally {
    seed: u64,
    phases: BTreeMap<&'static str, usize>,
    ended_before: usize,
    seconds: f64,
}

impl std::fmt::Display for Tally {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kills: usize = self.phases.values().sum();
        write!(out, "{kills} kills in {:.0} s (UTKIK_TEST_SEED={}):", self.seconds, self.seed)?;
        for (phase, count) in &self.phases {
            write!(out, " {phase} {count},")?;
        }
        write!(out, " and {} rounds were over before their kill", self.ended_before)
    }
}

impl Story {
    fn new(archive: String) -> Story {
        let web = Web::start();
        let hosts: Vec<String> = (0..FEEDS).map(host).collect();
        let sources: String = (0..FEEDS).map(|feed| feed_source(&id(feed), &host(feed))).collect();
        let mut program = Program::with(&sources, &web.config(&hosts));
        program.set("UTKIK_ARCHIVE", &archive);
        for feed in 0..BULLETINS {
            for entry in 0..LAST {
                let title = title(feed, entry, 0);
                let text = format!("What {title} is about");
                web.put(&format!("{}/{entry}", host(feed)), article(&title, &text));
            }
        }
        Story { web, program, archive }
    }

    /// The feeds as they stand after so many kills.
    fn publish(&self, kills: usize) {
        for feed in 0..FEEDS {
            let entries = FIRST + kills * (LAST - FIRST) / KILLS;
            let posts: Vec<Post> =
                (0..entries).rev().map(|entry| post(feed, entry, kills)).collect();
            self.web.put(&format!("{}/rss.xml", host(feed)), rss(&posts));
        }
    }

    /// Crawls and kills; says, too, what was kept when the rewording came.
    fn kill_often(&self) -> (Tally, BTreeSet<ItemId>) {
        let started = Instant::now();
        let mut chance = Chance::new();
        let mut tally = Tally { seed: chance.0, ..Tally::default() };
        let mut length = Duration::from_millis(500);
        let (mut kills, mut kept, mut old) = (0, BTreeSet::new(), BTreeSet::new());
        while kills < KILLS {
            self.publish(kills);
            let is_before_rewording = kills < REWORDED_AT;
            let delay = length.mul_f64(chance.draw());
            let attempt = kills + tally.ended_before;
            match self.crawl_until(delay, attempt) {
                Ended::Killed(phase) => {
                    *tally.phases.entry(phase).or_default() += 1;
                    kills += 1;
                    length = length.mul_f64(1.05);
                }
                Ended::ByItself(lasted) => {
                    tally.ended_before += 1;
                    length = lasted;
                }
            }
            assert!(attempt < 4 * KILLS, "it is hardly ever killed: {tally}");
            kept = self.kept_more_than(kept, &tally);
            if is_before_rewording {
                old.clone_from(&kept);
            }
        }
        tally.seconds = started.elapsed().as_secs_f64();
        self.publish(KILLS);
        (tally, old)
    }

    /// One round that is killed when `delay` is over.
    fn crawl_until(&self, delay: Duration, attempt: usize) -> Ended {
        let arguments = self.crawl(attempt);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        until_killed(self.program.start(&arguments), delay)
    }

    fn crawl(&self, attempt: usize) -> Vec<String> {
        let now: Timestamp = "2026-11-01T08:00:00Z".parse().unwrap();
        let now = now + i64::try_from(attempt).unwrap().hours();
        let ids = (0..FEEDS).map(id).collect::<Vec<_>>().join(",");
        ["crawl", "-v", "--json", "--now", &now.to_string(), "--source", &ids]
            .map(str::to_owned)
            .to_vec()
    }

    /// What is kept now, which is at least what was kept `before`.
    fn kept_more_than(&self, before: BTreeSet<ItemId>, tally: &Tally) -> BTreeSet<ItemId> {
        let mut kept = BTreeSet::new();
        run(async {
            let archive = Archive::open(&self.archive).await.unwrap();
            let changes = archive.changes_since(0, 1 << 20).await.unwrap();
            kept.extend(changes.iter().map(|change| change.item.id));
            assert_eq!(kept.len(), changes.len(), "{tally}");
            assert!(kept.is_superset(&before), "an item is gone; {tally}");
            let finder = Finder::open(&self.program.data_dir().join("finder")).unwrap();
            assert!(finder.cursor().unwrap() <= archive.cursor().await.unwrap(), "{tally}");
            archive.shut().await;
        });
        kept
    }

    /// A last round that nobody disturbs, and what must be true then.
    fn finish(&self, old: &BTreeSet<ItemId>) {
        let crawl = |attempt| {
            let arguments = self.crawl(attempt);
            self.program
                .call(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
                .ended(0)
                .json()
        };
        let last = crawl(1000);
        assert_eq!(last["sources"], FEEDS, "what killed rounds had claimed is free again: {last}");
        let again = crawl(1001);
        assert_eq!(
            again["unchanged"], FEEDS,
            "every source showed validators that are in force: {again}"
        );
        assert_eq!(
            (&again["items_new"], &again["items_changed"]),
            (&0.into(), &0.into()),
            "{again}"
        );
        run(async {
            let archive = Archive::open(&self.archive).await.unwrap();
            self.everything_is_kept_once(&archive, old).await;
            self.everything_is_found(&archive).await;
            archive.shut().await;
        });
    }

    async fn everything_is_kept_once(&self, archive: &Archive, old: &BTreeSet<ItemId>) {
        let mut expected: BTreeMap<ItemId, (String, BTreeSet<String>)> = BTreeMap::new();
        for feed in 0..FEEDS {
            for entry in 0..LAST {
                let found = expected.entry(item_id(feed, entry)).or_default();
                found.0 = post(feed, entry, KILLS).title;
                found.1.insert(id(feed));
            }
        }
        let kept = archive.changes_since(0, 1 << 20).await.unwrap();
        let ids: BTreeSet<ItemId> = kept.iter().map(|change| change.item.id).collect();
        assert_eq!(ids.len(), kept.len(), "an item is kept twice");
        assert_eq!(ids, expected.keys().copied().collect(), "not what was published");
        for item in kept.iter().map(|change| &change.item) {
            let (title, finders) = &expected[&item.id];
            assert_eq!(&item.entry.title, title);
            assert_eq!(item.text.is_some(), item.entry.link.is_some(), "the text of `{title}`");
            let found_by: Vec<&str> =
                item.provenance.iter().map(|found| found.source.0.as_str()).collect();
            assert_eq!(found_by.len(), finders.len(), "`{title}` was found by {found_by:?}");
            assert!(
                found_by.iter().all(|id| finders.contains(*id)),
                "`{title}` was found by {found_by:?}"
            );
            let wordings = archive.wordings(item.id).await.unwrap();
            let is_reworded = title.starts_with("Corrected") && old.contains(&item.id);
            assert_eq!(wordings.len(), usize::from(is_reworded), "`{title}`");
        }
    }

    async fn everything_is_found(&self, archive: &Archive) {
        let finder = Finder::open(&self.program.data_dir().join("finder")).unwrap();
        assert_eq!(finder.count().unwrap(), archive.count().await.unwrap());
        assert_eq!(finder.cursor().unwrap(), archive.cursor().await.unwrap());
        let all = Query { text: "decision".into(), limit: FEEDS * LAST, ..Query::default() };
        let found = finder.search(&all).await.unwrap().hits;
        let ids: BTreeSet<ItemId> = found.iter().map(|hit| hit.id).collect();
        assert_eq!(ids.len(), found.len(), "an item is found twice");
        let everything = (0..FEEDS).flat_map(|feed| (0..LAST).map(move |entry| (feed, entry)));
        let everything: Vec<(usize, usize)> = everything.collect();
        assert_eq!(ids, everything.iter().map(|(feed, entry)| item_id(*feed, *entry)).collect());
        // Every item is among them; that a single one is found by its own word is tried on some.
        for (feed, entry) in everything.into_iter().step_by(37) {
            let text = word(first_of(feed, entry), entry);
            let hits = finder.search(&Query { text, ..Query::default() }).await.unwrap().hits;
            let ids: Vec<ItemId> = hits.iter().map(|hit| hit.id).collect();
            assert_eq!(
                ids,
                [item_id(feed, entry)],
                "searching `{}`",
                word(first_of(feed, entry), entry)
            );
        }
    }
}

enum Ended {
    Killed(&'static str),
    ByItself(Duration),
}

/// Waits until `delay` is over, and kills what is then still running.
fn until_killed(mut running: Running, delay: Duration) -> Ended {
    let started = Instant::now();
    let mut last = String::new();
    let is_over = loop {
        match running.lines.recv_timeout(delay.saturating_sub(started.elapsed())) {
            Ok(line) => last = line,
            Err(RecvTimeoutError::Timeout) => break false,
            Err(RecvTimeoutError::Disconnected) => break true,
        }
    };
    if !is_over {
        running.child.kill().unwrap();
    }
    let status = running.child.wait().unwrap();
    if is_over || status.success() {
        assert!(status.success(), "{status}: {last}");
        return Ended::ByItself(started.elapsed());
    }
    Ended::Killed(phase(&running.lines.iter().last().unwrap_or(last)))
}

/// What the program was doing, by the last thing that it said.
fn phase(said: &str) -> &'static str {
    match said {
        "" => "starting",
        said if said.contains(": keeping ") => "keeping",
        said if said.ends_with(": closing the visit") => "closing",
        said if said.starts_with("visiting") || said.ends_with(": done") => "fetching",
        "making what was kept findable" => "indexing",
        "the round is over" => "ending",
        other => panic!("in which phase is this said: `{other}`"),
    }
}

fn id(feed: usize) -> String {
    format!("test-feed-{feed}")
}

fn host(feed: usize) -> String {
    format!("feed{feed}.example")
}

/// At which feed an entry stands: every tenth page of one with an odd number at the feed before it, which lists it, too.
fn first_of(feed: usize, entry: usize) -> usize {
    if feed < BULLETINS && entry % 10 == 9 { feed - feed % 2 } else { feed }
}

fn item_id(feed: usize, entry: usize) -> ItemId {
    let Post { link, guid, .. } = post(feed, entry, KILLS);
    link.map_or_else(
        || ItemId::of_guid(&SourceId(id(feed)), &guid),
        |link| ItemId::of_link(&link).unwrap(),
    )
}

fn word(feed: usize, entry: usize) -> String {
    format!("matter{feed}x{entry}q")
}

fn title(feed: usize, entry: usize, kills: usize) -> String {
    let word = word(feed, entry);
    if entry == REWORDED && kills >= REWORDED_AT {
        return format!("Corrected decision on {word}");
    }
    format!("Decision on {word}")
}

fn post(feed: usize, entry: usize, kills: usize) -> Post {
    let first = first_of(feed, entry);
    Post {
        guid: format!("{feed}-{entry}"),
        title: title(first, entry, kills),
        link: (feed < BULLETINS).then(|| format!("http://{}/{entry}", host(first))),
        published: format!("{} Oct 2026 {:02}:00:00 GMT", 1 + entry % 28, feed % 24),
    }
}

/// Numbers that nobody foresees, and that can be had again by their seed (Marsaglia's xorshift).
struct Chance(u64);

impl Chance {
    fn new() -> Chance {
        #[expect(
            clippy::disallowed_methods,
            reason = "a seed for a test is no business of the configuration"
        )]
        let named = std::env::var("UTKIK_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
        Chance(named.unwrap_or_else(|| RandomState::new().hash_one(0)).max(1))
    }

    /// From 0 up to, not including, 1.
    fn draw(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}
