//! What stands on the sample web, and since when?

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp, ToSpan, civil};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::atomic::{AtomicI64, Ordering},
};
use utkik_digest::stockholm;
use utkik_sources::{Language, Level, SourceId};

macro_rules! sites {
    ($($name:literal)+) => {
        &[$(($name, include_str!(concat!("web/", $name, ".toml")))),+]
    };
}

/// Every site, by name and text.
const SITES: &[(&str, &str)] = sites![
    "dk-digst" "dk-medcom" "dk-sundhedsdatastyrelsen"
    "eu-cnect" "eu-edpb" "eu-ema" "eu-enisa" "eu-eurlex" "eu-jrc" "eu-sante" "eu-tehdas2"
    "fi-findata" "fi-kanta" "fi-thl"
    "int-hl7" "int-oecd" "int-snomed" "int-who-europe"
    "is-landlaeknir"
    "no-datatilsynet" "no-helsedirektoratet" "no-nhn"
    "nordic-welfare"
    "se-digg" "se-ehalsomyndigheten" "se-fohm" "se-imy" "se-inera" "se-ivo" "se-lakemedelsverket"
    "se-mcf" "se-region-skane" "se-riksdagen-sou" "se-scb" "se-sis" "se-skr" "se-socialdepartementet"
    "se-socialstyrelsen" "se-statskontoret" "se-tlv" "se-vardanalys" "se-vinnova"
];

/// How each language writes a day, by code.
const DAYS: &str = include_str!("days.toml");

/// The sample web: many sites, one clock.
pub(super) struct Web {
    sites: Vec<Site>,
    clock: AtomicI64,
}

/// One site, with its texts as they read today.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Site {
    pub(super) id: SourceId,
    pub(super) name: String,
    pub(super) organisation: String,
    pub(super) level: Level,
    pub(super) country: String,
    pub(super) language: Language,
    pub(super) format: Format,
    pub(super) host: String,
    category: String,
    gate: bool,
    every: String,
    why: String,
    #[serde(rename = "entry")]
    pub(super) entries: Vec<Post>,
}

/// What a feed is written in.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Format {
    Rss2,
    Rss1,
    Atom,
    Json,
}

/// One publication.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Post {
    pub(super) slug: String,
    days: i64,
    time: String,
    pub(super) title: String,
    pub(super) summary: String,
    pub(super) text: String,
    /// Which other posts tell of the same; for tests, never for the program.
    #[expect(dead_code, reason = "the tests read it from the file")]
    #[serde(default)]
    event: Option<String>,
    /// What a careful analyst would say; for tests, never for the program.
    #[expect(dead_code, reason = "the tests read it from the file")]
    #[serde(default)]
    area: Vec<String>,
    #[serde(skip)]
    pub(super) published: Timestamp,
}

impl Web {
    /// The sample web as it reads at `now`.
    pub(super) fn built_in(now: Timestamp) -> Result<Web> {
        let days: BTreeMap<String, Day> = toml::from_str(DAYS).context("days.toml")?;
        let today = stockholm(now).date();
        let mut sites = Vec::new();
        for (name, text) in SITES {
            let mut site: Site = toml::from_str(text).with_context(|| format!("{name}.toml"))?;
            let day = &days[site.language.code()];
            for post in &mut site.entries {
                post.date(today, day).with_context(|| format!("{name}.toml, {}", post.slug))?;
            }
            site.entries.sort_by_key(|post| std::cmp::Reverse(post.published));
            sites.push(site);
        }
        Ok(Web { sites, clock: AtomicI64::new(now.as_second()) })
    }

    /// From now on only what was published by `at` is there.
    pub(super) fn set_clock(&self, at: Timestamp) {
        self.clock.store(at.as_second(), Ordering::Relaxed);
    }

    pub(super) fn sites(&self) -> &[Site] {
        &self.sites
    }

    pub(super) fn hosts(&self) -> impl Iterator<Item = String> {
        self.sites.iter().map(|site| site.host.clone())
    }

    /// The site at a host, ignoring a port.
    pub(super) fn site(&self, host: &str) -> Option<&Site> {
        let name = host.split(':').next().unwrap_or_default();
        self.sites.iter().find(|site| site.host == name)
    }

    /// What a site has published so far, newest first.
    pub(super) fn posts<'a>(&self, site: &'a Site) -> impl Iterator<Item = &'a Post> {
        let clock = self.clock.load(Ordering::Relaxed);
        site.entries.iter().filter(move |post| post.published.as_second() <= clock)
    }

    /// The sites as a catalogue that the program reads like any other.
    pub(super) fn catalogue(&self) -> String {
        let mut toml = String::from(
            "# The sample web of `utkik demo`; its hosts exist on this machine only.\n",
        );
        for site in &self.sites {
            let text = |text: &str| toml::Value::from(text).to_string();
            let _ = write!(
                toml,
                "\n[[source]]\nid = {}\nname = {}\norganisation = {}\nlevel = \"{}\"\ncountry = {}\n\
                 language = \"{}\"\nkind = \"feed\"\naddress = {}\nhomepage = {}\ncategory = {}\n\
                 every = {}\ngate = {}\nwhy = {}\n",
                text(&site.id.0),
                text(&site.name),
                text(&site.organisation),
                site.level,
                text(&site.country),
                site.language,
                text(&site.feed()),
                text(&format!("http://{}/", site.host)),
                text(&site.category),
                text(&site.every),
                site.gate,
                text(&site.why),
            );
        }
        toml
    }
}

impl Site {
    /// The address of the feed.
    pub(super) fn feed(&self) -> String {
        format!("http://{}{}", self.host, self.feed_path())
    }

    /// The path of the feed.
    pub(super) fn feed_path(&self) -> &'static str {
        match self.format {
            Format::Json => "/feed.json",
            Format::Rss2 | Format::Rss1 => "/rss.xml",
            Format::Atom => "/atom.xml",
        }
    }
}

impl Post {
    fn date(&mut self, today: civil::Date, day: &Day) -> Result<()> {
        let time: civil::Time = self.time.parse().context("time")?;
        let date = today.checked_sub(self.days.days())?;
        self.published = date.to_datetime(time).in_tz("Europe/Stockholm")?.timestamp();
        for text in [&mut self.title, &mut self.summary, &mut self.text] {
            *text = dated(text.trim(), today, day)?;
        }
        Ok(())
    }

    /// When it was published, to the minute.
    pub(super) fn rfc3339(&self) -> String {
        self.published.to_string()
    }

    /// When it was published, as RSS 2.0 writes it (RFC 822 with four-digit years).
    pub(super) fn rfc822(&self) -> String {
        stockholm(self.published).strftime("%a, %d %b %Y %H:%M:%S %z").to_string()
    }
}

/// How a language writes a day: `{d}`, `{month}`, `{y}`.
#[derive(Deserialize)]
struct Day {
    form: String,
    months: [String; 12],
}

impl Day {
    fn write(&self, date: civil::Date) -> String {
        let month = &self.months[usize::from(date.month().unsigned_abs()) - 1];
        self.form
            .replace("{d}", &date.day().to_string())
            .replace("{month}", month)
            .replace("{y}", &date.year().to_string())
    }
}

/// Replaces `{+21}`, `{-12}`, `{y}`, `{y-1}` and `{y+1}` by days and years seen from `today`.
fn dated(text: &str, today: civil::Date, day: &Day) -> Result<String> {
    let mut parts = text.split('{');
    let mut dated = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (mark, rest) =
            part.split_once('}').with_context(|| format!("`{{{part}` is not closed"))?;
        if let Some(years) = mark.strip_prefix('y') {
            let years: i16 = if years.is_empty() { 0 } else { years.parse().context("years")? };
            let _ = write!(dated, "{}", today.year() + years);
        } else {
            let days: i64 = mark.parse().with_context(|| format!("`{{{mark}}}`"))?;
            let shift = SignedDuration::from_hours(24 * days);
            dated += &day.write(today.checked_add(shift)?);
        }
        dated += rest;
    }
    Ok(dated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeSet, fs};

    fn web() -> Web {
        Web::built_in("2026-11-22T12:00:00Z".parse().unwrap()).unwrap()
    }

    #[test]
    fn every_site_in_the_folder_is_served() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/demo/web");
        let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        let names: BTreeSet<String> =
            files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
        let served: BTreeSet<String> = SITES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(names, served);
    }

    #[test]
    fn the_sample_web_is_as_wide_as_it_promises() {
        let web = web();
        let of = |level: Level| web.sites().iter().filter(|site| site.level == level).count();
        let national = of(Level::National) + of(Level::Local);
        assert!(national >= 14 && of(Level::Nordic) >= 8, "{national} {}", of(Level::Nordic));
        assert!(of(Level::Eu) >= 6 && of(Level::International) >= 2);
        assert!(web.sites().iter().map(|site| site.entries.len()).sum::<usize>() >= 400);
        for format in [Format::Rss2, Format::Rss1, Format::Atom, Format::Json] {
            assert!(web.sites().iter().any(|site| site.format == format), "{format:?}");
        }
        for language in ["sv", "nb", "da", "fi", "en"] {
            assert!(web.sites().iter().any(|site| site.language.code() == language), "{language}");
        }
    }

    #[test]
    fn no_two_posts_share_a_title_or_an_address() {
        let web = web();
        let mut seen = BTreeSet::new();
        for site in web.sites() {
            for post in &site.entries {
                assert!(seen.insert(post.title.clone()), "{}: {}", site.id, post.title);
                assert!(seen.insert(format!("{}/{}", site.host, post.slug)), "{}", post.slug);
                assert!(!post.text.contains(['{', '}']), "{}: {}", site.id, post.slug);
            }
        }
    }

    #[test]
    fn a_post_is_there_from_its_hour_on() {
        let web = web();
        let site = &web.sites()[0];
        let newest = site.entries[0].published;
        web.set_clock(newest - SignedDuration::from_secs(1));
        let before = web.posts(site).count();
        web.set_clock(newest);
        assert!(web.posts(site).count() > before);
    }

    #[test]
    fn dates_are_written_from_today_in_the_language_of_the_site() {
        let days: BTreeMap<String, Day> = toml::from_str(DAYS).unwrap();
        let today = civil::date(2026, 11, 22);
        let write = |code: &str| dated("{+21} {y-1}", today, &days[code]).unwrap();
        assert_eq!(write("sv"), "13 december 2026 2025");
        assert_eq!(write("nb"), "13. desember 2026 2025");
        assert_eq!(write("fi"), "13. joulukuuta 2026 2025");
        assert_eq!(write("en"), "13 December 2026 2025");
    }
}
