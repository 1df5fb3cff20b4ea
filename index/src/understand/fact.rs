//! What an item states that can be looked up: acts and documents it refers to, and days that mean something.

use crate::understand::{
    company::{self, Company, speak},
    date::{Written, dates, first_from},
    pattern::Patterns,
    reading::Reading,
    reference::read_references,
};
use jiff::{civil::Date, tz::TimeZone};
use regex::Regex;
use std::{collections::BTreeMap, sync::LazyLock};
use utkik_sources::{Cue, Dated, DatedFact, FactKind, Language, Place, Reference};

/// Names this way to read facts.
pub(crate) const VERSION: &str = "fact-3";

/// Texts are read for dates and references this far, in bytes; a longer one is a report whose own lists would drown the item.
const FAR: usize = 200_000;

const REPORTS: &str = include_str!("reports.txt");

/// What closes on a day is told by a cue beside it, up to so many bytes away when they stand in a table.
const NEAR: usize = 60;

/// The cues for dates, compiled.
pub(crate) struct Facts {
    cues: Patterns,
    uses: Vec<(Language, FactKind, bool)>,
    reports: Company,
    asking: Company,
    sending: Company,
    never: Company,
    job: Company,
    longer: Company,
}

/// A dated fact with how plainly it was said: of several deadlines, the plainest are the page's.
struct Told {
    fact: DatedFact,
    plainness: u8,
}

/// One part of an item with what decides about its dates, looked up once.
struct Page<'a> {
    part: &'a Reading<'a>,
    days: Vec<Written>,
    asking: Vec<usize>,
    reports: Vec<usize>,
    sending: Vec<usize>,
    never: Vec<usize>,
}

/// A cue as it stands in a text: bytes from and to, and which.
type Stand = (usize, usize, usize);

impl Facts {
    /// Compiles the cues.
    pub(crate) fn new(cues: &[Cue]) -> Facts {
        let general: Vec<(Language, String)> = company::words("general");
        let told = |cue: &Cue| {
            let same = |(language, phrase): &(Language, String)| {
                *language == cue.language && *phrase == cue.phrase
            };
            (cue.language.clone(), cue.kind, general.iter().any(same))
        };
        Facts {
            cues: Patterns::new(cues.iter().map(|cue| (cue.phrase.as_str(), false))),
            uses: cues.iter().map(told).collect(),
            reports: Company::of_lists(REPORTS),
            asking: Company::of("asking"),
            sending: Company::of("sending"),
            never: Company::of("never"),
            job: Company::of("job"),
            longer: Company::of("longer"),
        }
    }

    /// The references in order of appearance and the dates in order of time, each once.
    pub(crate) fn find(
        &self,
        parts: &[Reading],
        language: Option<&Language>,
        dated: Dated,
    ) -> (Vec<Reference>, Vec<DatedFact>) {
        let mut references: Vec<Reference> = Vec::new();
        let mut told: Vec<Told> = Vec::new();
        let day = dated.at().to_zoned(TimeZone::UTC).date();
        let published = matches!(dated, Dated::Published(_)).then_some(day);
        let is_asked = |part: &Reading| {
            part.place == Place::Title && !self.asking.places(part, language).is_empty()
        };
        let asks = parts.iter().any(is_asked);
        let offers_job = parts
            .iter()
            .any(|part| part.place == Place::Title && !self.job.places(part, language).is_empty());
        for part in parts {
            for reference in read_references(within(part.text)) {
                if !references.iter().any(|known| known.normal == reference.normal) {
                    references.push(reference);
                }
            }
            told.extend(self.dates(part, language, (published, day), asks, offers_job && !asks));
        }
        let is_longer = |fact: &DatedFact| {
            let reading = Reading::new(Place::Text, &fact.sentence, 0);
            !self.longer.places(&reading, None).is_empty()
        };
        (references, chosen(told, published, is_longer))
    }

    fn dates(
        &self,
        part: &Reading,
        language: Option<&Language>,
        (published, day): (Option<Date>, Date),
        asks: bool,
        offers_job: bool,
    ) -> Vec<Told> {
        let cues = self.cues_in(part, language);
        if cues.is_empty() {
            return Vec::new();
        }
        let page = Page {
            part,
            days: dates(within(part.text), published, day),
            asking: self.asking.places(part, language),
            reports: self.reports.places(part, language),
            sending: self.sending.places(part, language),
            never: self.never.places(part, language),
        };
        let mut taken: BTreeMap<usize, u8> = BTreeMap::new();
        let mut told = Vec::new();
        for (at, cue) in cues.iter().enumerate() {
            let (_, kind, is_general) = &self.uses[cue.2];
            let Some((found, plainness)) = page.read(
                *cue,
                (*kind, *is_general),
                cues.get(at + 1).map(|next| next.0),
                asks,
                published.unwrap_or(day),
            ) else {
                continue;
            };
            if offers_job && found.kind == FactKind::Deadline {
                continue;
            }
            // Of two cues that claim one day, the plainer has it, then the first.
            if taken.get(&found.start).is_some_and(|other| *other >= plainness) {
                continue;
            }
            taken.insert(found.start, plainness);
            told.retain(|(start, _): &(usize, Told)| *start != found.start);
            let fact = DatedFact { date: found.date, kind: found.kind, sentence: found.sentence };
            told.push((found.start, Told { fact, plainness }));
        }
        told.into_iter().map(|(_, told)| told).collect()
    }

    /// The cues of a part, in order. Of overlapping ones the earlier says more: "redovisas senast" holds "senast".
    fn cues_in(&self, part: &Reading, language: Option<&Language>) -> Vec<Stand> {
        let mut cues: Vec<Stand> = Vec::new();
        self.cues.find(part, |hit| {
            let (of, kind, is_general) = &self.uses[hit.term];
            let is_plain = *kind == FactKind::Deadline && !is_general;
            let speaks = is_plain || language.is_none_or(|language| speak(of, language));
            if speaks && part.range(hit.from).start < FAR {
                cues.push((part.range(hit.from).start, part.range(hit.to - 1).end, hit.term));
            }
        });
        let is_plain = |cue: &Stand| !self.uses[cue.2].2;
        cues.sort_by_key(|cue| (cue.0, std::cmp::Reverse(cue.1), !is_plain(cue)));
        let mut reach = 0;
        cues.retain(|cue| {
            let stands_free = cue.0 >= reach;
            reach = reach.max(cue.1);
            stands_free
        });
        cues
    }
}

/// What a cue told.
struct Meant {
    start: usize,
    date: Date,
    kind: FactKind,
    sentence: String,
}

impl Page<'_> {
    fn read(
        &self,
        (start, end, _): Stand,
        (kind, is_general): (FactKind, bool),
        next_cue: Option<usize>,
        asks: bool,
        day: Date,
    ) -> Option<(Meant, u8)> {
        let text = self.part.text;
        let (from, to) = sentence(text, start, end);
        let is_deadline = kind == FactKind::Deadline;
        let found = self
            .in_table(start, end)
            .or_else(|| self.beside(start, end, (from, to), is_deadline && !is_general, next_cue))
            .or_else(|| bare(text, start, end, day).filter(|_| is_deadline))?;
        let (from, to) = (from.min(found.start), to.max(found.end));
        let has = |places: &[usize]| places.iter().any(|at| (from..to).contains(at));
        let (kind, plainness) = match kind {
            FactKind::Deadline if has(&self.never) => return None,
            FactKind::Deadline if !is_general => (FactKind::Deadline, 3),
            FactKind::Deadline if has(&self.reports) => (FactKind::Report, 1),
            FactKind::Deadline if has(&self.asking) => (FactKind::Deadline, 2),
            FactKind::Deadline if self.is_sent((from, to)) => (FactKind::Deadline, 1),
            FactKind::Deadline if asks && to - from <= 2 * NEAR => (FactKind::Deadline, 1),
            FactKind::Deadline => return None,
            kind => (kind, 1),
        };
        let sentence = text[from..to].trim().to_owned();
        Some((Meant { start: found.start, date: found.date, kind, sentence }, plainness))
    }

    /// Whether the sentence tells where to send what the one before it asks for.
    fn is_sent(&self, (from, to): (usize, usize)) -> bool {
        let before = from.saturating_sub(4 * NEAR);
        self.sending.iter().any(|at| (from..to).contains(at))
            && self.asking.iter().any(|at| (before..from).contains(at))
    }

    /// The day that a cue speaks of: the next one in its sentence or right after it, else the last before it in its sentence.
    fn beside(
        &self,
        start: usize,
        end: usize,
        (from, to): (usize, usize),
        is_plain: bool,
        next_cue: Option<usize>,
    ) -> Option<Written> {
        let text = self.part.text;
        let is_told = |day: &&Written| !is_marked(text, day.start);
        let next = self.days.iter().position(|day| {
            (day.start + 1 >= end || (day.start >= start && day.end > end)) && is_told(&day)
        });
        let in_reach = next.filter(|place| {
            let at = self.days[*place].start;
            let is_free = next_cue.is_none_or(|next| at < next || at < end + NEAR / 4);
            let reach = if is_plain { to.max(end + NEAR) } else { to };
            (at < reach && (is_free || !is_plain)) || is_right_after(text, end, at)
        });
        if let Some(place) = in_reach {
            return Some(self.last_of_range(place));
        }
        let before = self.days.iter().rfind(|day| day.end <= start)?;
        (before.start >= from && is_told(&before)).then_some(*before)
    }

    /// Of "1–15 mars" and "from 1 February to 15 March", the last.
    fn last_of_range(&self, place: usize) -> Written {
        let (first, next) = (self.days[place], self.days.get(place + 1));
        let joins = |next: &&Written| {
            let between = self.part.text.get(first.end..next.start).unwrap_or_default();
            next.date >= first.date && between.len() <= NEAR / 2 && range().is_match(between)
        };
        next.filter(joins).copied().unwrap_or(first)
    }

    /// In a row of headings ("Publicerad  Sista svarsdatum") above a row of values, the day in the cue's own column.
    fn in_table(&self, start: usize, end: usize) -> Option<Written> {
        let text = self.part.text;
        let low = text.floor_char_boundary(start.saturating_sub(NEAR));
        let before =
            self.days.iter().rfind(|day| day.end <= start).map_or(low, |day| low.max(day.end));
        let headings = &text[before.min(start)..start];
        let headings = headings.rsplit(['.', '!', '?']).next().unwrap_or_default();
        let columns = mark().find_iter(headings).count();
        if columns == 0 {
            return None;
        }
        let after: Vec<&Written> =
            self.days.iter().filter(|day| day.start >= end).take(columns + 1).collect();
        let near = after.last().is_some_and(|day| day.start < end + 3 * NEAR);
        let values = after.get(columns).filter(|_| near)?;
        let first = after[0];
        // A heading of its own right before the second day means that these are no columns.
        let between = &text[first.end..values.start];
        let is_row = !between.contains(char::is_alphabetic) && !is_marked(text, values.start);
        is_row.then_some(**values)
    }
}

/// Facts in order of time, each once; of deadlines only the plainest, and none that had passed when the item was
/// published unless it says so in as many words. What was made longer ends on its last day.
fn chosen(
    mut told: Vec<Told>,
    published: Option<Date>,
    is_longer: impl Fn(&DatedFact) -> bool,
) -> Vec<DatedFact> {
    let is_deadline = |told: &Told| told.fact.kind == FactKind::Deadline;
    told.retain(|told| {
        let is_past = published.is_some_and(|published| told.fact.date < published);
        !(is_deadline(told) && is_past && told.plainness < 3)
    });
    // A day gone by at publication is the page's only when no other is left to answer.
    let is_open = |told: &Told| published.is_none_or(|published| told.fact.date >= published);
    if told.iter().any(|told| is_deadline(told) && is_open(told)) {
        told.retain(|told| !is_deadline(told) || is_open(told));
    }
    let plainest =
        told.iter().filter(|told| is_deadline(told)).map(|told| told.plainness.min(2)).max();
    told.retain(|told| !is_deadline(told) || Some(told.plainness.min(2)) == plainest);
    let longer = told.iter().filter(|told| is_deadline(told) && is_longer(&told.fact));
    if let Some(last) = longer.map(|told| told.fact.date).max() {
        told.retain(|told| !is_deadline(told) || told.fact.date >= last);
    }
    let mut facts: Vec<DatedFact> = Vec::new();
    for told in told {
        let is_known =
            facts.iter().any(|known| known.date == told.fact.date && known.kind == told.fact.kind);
        if !is_known {
            facts.push(told.fact);
        }
    }
    facts.sort_by_key(|fact| fact.date);
    facts
}

fn within(text: &str) -> &str {
    &text[..text.floor_char_boundary(FAR)]
}

/// Words before a day that is another one: when the page was published, when an answer could first be given.
fn mark() -> &'static Regex {
    static MARK: LazyLock<Regex> = LazyLock::new(|| {
        let words = company::any("mark").join("|");
        Regex::new(&format!(r"(?i)(?-u:\b)(?:{words})(?-u:\b)"))
            .expect("the pattern is checked by tests")
    });
    &MARK
}

fn is_marked(text: &str, start: usize) -> bool {
    static PLAIN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^[\s:|]*(?:(?:den|on|the|dato|datum|date|d\.)[\s:|]*)?$")
            .expect("the pattern is checked by tests")
    });
    let low = text.floor_char_boundary(start.saturating_sub(NEAR / 2));
    let before = &text[low..start];
    let last = mark().find_iter(before).last();
    last.is_some_and(|last| PLAIN.is_match(&before[last.end()..]))
}

/// What stands between the ends of a range.
fn range() -> &'static Regex {
    static RANGE: LazyLock<Regex> = LazyLock::new(|| {
        let words = company::any("joins").join("|").replace('.', r"\.?");
        let pattern = format!(
            r"(?i)^[\s.,]*(?:(?:kl\.?|klo)?\s*\d{{1,2}}[:.]\d\d\s*)?(?:\(\p{{L}}+\)\s*)?(?:[-\u{{2013}}\u{{2014}}]|{words})\s*:?\s*(?:den\s|the\s)?(?:\p{{L}}{{6,9}}\s)?$"
        );
        Regex::new(&pattern).expect("the pattern is checked by tests")
    });
    &RANGE
}

/// Whether nothing but a colon, a bar or an article stands between a cue and a day, whatever ends between them.
fn is_right_after(text: &str, end: usize, at: usize) -> bool {
    let between = text.get(end..at).unwrap_or_default();
    between.len() <= NEAR / 2
        && between.split_whitespace().all(|word| {
            matches!(word, ":" | "|" | "-" | "–" | "den" | "er" | "\u{e4}r" | "is" | "on")
        })
}

/// A day in figures without its year right beside a cue: "senast 15/3", "15.3. menness\u{e4}". Elsewhere such figures mean other things.
fn bare(text: &str, start: usize, end: usize, from: Date) -> Option<Written> {
    static AFTER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^[\s:]{0,3}(?:(?:den|d\.|er|\u{e4}r|on)\s)?(\d{1,2})[./]\s?(\d{1,2})(?:[^\d/]|$)",
        )
        .expect("the pattern is checked by tests")
    });
    static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:^|[^\d./])(\d{1,2})\.(\d{1,2})\.\s(?:(?:kl|klo)\.?\s[\d.:]+\s)?$")
            .expect("the pattern is checked by tests")
    });
    let low = text.floor_char_boundary(start.saturating_sub(NEAR / 2));
    let high = text.floor_char_boundary((end + NEAR / 2).min(text.len()));
    let (found, offset) = match AFTER.captures(&text[end..high]) {
        Some(found) => (found, end),
        None => (BEFORE.captures(&text[low..start])?, low),
    };
    let (day, month) = (found.get(1)?, found.get(2)?);
    let date = first_from(month.as_str().parse().ok()?, day.as_str().parse().ok()?, from)?;
    Some(Written { start: offset + day.start(), end: offset + month.end(), date })
}

/// The sentence around a range. A full stop ends one when white space and a capital follow.
fn sentence(text: &str, start: usize, end: usize) -> (usize, usize) {
    static END: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"[.!?]\s+[\p{Lu}\u{2013}\u{201d}\x22-]|\n\n\s*\S";
        Regex::new(pattern).expect("the pattern is checked by tests")
    });
    let low = text.floor_char_boundary(start.saturating_sub(600));
    let high = text.floor_char_boundary((end + 600).min(text.len()));
    // The cue itself may be the word that begins the sentence.
    let first = text[start..].chars().next().map_or(start, |first| start + first.len_utf8());
    let before = END.find_iter(&text[low..first]).last();
    let after = END.find(&text[end..high]);
    (
        before.map_or(low, |found| low + found.start() + 1),
        after.map_or(high, |found| end + found.start() + 1),
    )
}
