//! How does a digest read, as a page and as plain text? Pure rendering; both say the same.

use crate::{
    Closing, Digest, Entry, Section,
    phrase::{Words, fill},
};
use askama::Template;
use utkik_sources::Language;

/// A digest, written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The one thing and the number of deadlines, for the subject line.
    pub subject: String,
    /// A whole page that needs nothing from elsewhere.
    pub html: String,
    /// The same in plain text, lines of at most about 76 characters.
    pub text: String,
}

/// What can go wrong with a letter.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A template could not be filled in.
    #[error("could not write the letter: {0}")]
    Template(#[from] askama::Error),
}

/// Writes a digest out.
pub fn letter(digest: &Digest) -> Result<Letter, Error> {
    let view = View::of(digest);
    let html = Page { view: &view }.render()?;
    let text = wrapped(&Plain { view: &view }.render()?);
    Ok(Letter { subject: view.subject, html, text })
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Page<'a> {
    view: &'a View,
}

#[derive(Template)]
#[template(path = "letter.txt", escape = "none")]
struct Plain<'a> {
    view: &'a View,
}

/// Everything that both templates say, as phrases.
struct View {
    words: &'static Words,
    tongue: &'static str,
    title: String,
    subject: String,
    period: String,
    leading: Vec<Line>,
    closing: Vec<Row>,
    closing_more: Option<String>,
    legal: Vec<Line>,
    areas: Vec<Part>,
    coming: Vec<Row>,
    chosen: Vec<String>,
}

/// A story.
struct Line {
    title: String,
    /// The title's language, when it is not the letter's.
    lang: Option<String>,
    link: Option<String>,
    quote: Option<String>,
    /// Source · country · sort · date · language.
    facts: String,
    /// Why it is here.
    why: Vec<String>,
}

/// A day that is coming.
struct Row {
    date: String,
    left: String,
    marks: Vec<String>,
    line: Line,
    /// Where it says more than the day.
    sentence: Option<String>,
}

/// The stories of one area.
struct Part {
    name: String,
    lines: Vec<Line>,
    more: Option<String>,
}

impl View {
    fn of(digest: &Digest) -> View {
        let words = Words::of(digest.language);
        let (year, week) = digest.week.year_and_number();
        let title = fill(&words.title, &[("week", &week), ("year", &year)]);
        let writer = Writer { words, tongue: digest.language.code() };
        let chosen = writer.chosen(digest);
        View {
            words,
            tongue: digest.language.code(),
            subject: writer.subject(digest),
            title,
            period: writer.period(digest),
            leading: digest.leading.iter().map(|entry| writer.line(entry, true)).collect(),
            closing: digest.closing.iter().map(|closing| writer.closing(closing)).collect(),
            closing_more: Some(digest.closing_left_out)
                .filter(|count| *count > 0)
                .map(|count| words.closing_more(count)),
            legal: digest.legal.iter().map(|entry| writer.line(entry, false)).collect(),
            areas: digest.areas.iter().map(|section| writer.part(section)).collect(),
            coming: digest.coming.iter().map(|closing| writer.coming(closing)).collect(),
            chosen,
        }
    }
}

/// The longest first sentence that is shown of a story that does not lead, in characters.
const SENTENCE: usize = 130;

/// How many words it takes to say "The last day to answer is 8 December 2026" in any of the languages.
const BARE: usize = 11;

/// The longest sentence around a day, in characters.
const AROUND: usize = 110;

struct Writer {
    words: &'static Words,
    tongue: &'static str,
}

impl Writer {
    /// At most about 70 characters: the one thing, cut at a word, and the number of deadlines.
    fn subject(&self, digest: &Digest) -> String {
        let first =
            digest.leading.first().map_or(self.words.subject_empty.as_str(), |entry| &entry.title);
        let mut subject = cut(first, 48);
        if !digest.closing.is_empty() {
            subject += " · ";
            subject += &self.words.deadlines(digest.closing.len() + digest.closing_left_out);
        }
        subject
    }

    fn period(&self, digest: &Digest) -> String {
        let (monday, sunday) = (digest.week.monday(), digest.week.sunday());
        let same_month = monday.month() == sunday.month();
        let from = if same_month { monday.day().to_string() } else { self.words.day(monday) };
        let to = self.words.day_and_year(sunday);
        fill(&self.words.period, &[("from", &from), ("to", &to)])
    }

    fn line(&self, entry: &Entry, leads: bool) -> Line {
        Line {
            title: entry.title.clone(),
            lang: self.foreign(entry.language.as_ref()),
            link: entry.link.clone(),
            quote: entry.quote.as_deref().and_then(|quote| {
                if leads { Some(quote.to_owned()) } else { first_sentence(quote) }
            }),
            facts: self.facts(entry),
            why: self.why(entry, leads),
        }
    }

    fn foreign(&self, language: Option<&Language>) -> Option<String> {
        language.map(|language| language.code().to_owned()).filter(|code| code != self.tongue)
    }

    fn facts(&self, entry: &Entry) -> String {
        let words = self.words;
        let mut facts = vec![entry.origin.organisation.clone()];
        facts.extend(
            entry.origin.country.clone().filter(|country| !matches!(country.as_str(), "SE" | "XX")),
        );
        facts.extend(entry.document.iter().map(|(_, name)| name.clone()));
        let day = words.day(entry.day);
        facts.push(match entry.day_is_published {
            true => day,
            false => fill(&words.undated, &[("date", &day)]),
        });
        let language = entry.language.as_ref().filter(|language| language.code() != self.tongue);
        facts.extend(language.map(|language| words.language(language).to_owned()));
        facts.extend(entry.late.then(|| words.late.clone()));
        facts.retain(|fact| !fact.is_empty());
        facts.join(" · ")
    }

    /// Why it is here, built from facts and nothing else.
    fn why(&self, entry: &Entry, leads: bool) -> Vec<String> {
        let words = self.words;
        let mut why = Vec::new();
        if leads && let Some((date, left)) = &entry.deadline {
            let date = words.day(*date);
            why.push(fill(&words.answer_by, &[("date", &date), ("left", &words.days_left(*left))]));
        }
        match entry.also.len() {
            0 => {}
            1 => why.push(fill(&words.also_one, &[("who", &entry.also[0])])),
            count if leads => {
                let mut who = vec![entry.origin.organisation.as_str()];
                who.extend(entry.also.iter().map(String::as_str));
                why.push(fill(&words.told_by, &[("n", &(count + 1)), ("who", &who.join(", "))]));
            }
            _ => why.push(fill(&words.also_one, &[("who", &entry.also.join(", "))])),
        }
        if leads && !entry.references.is_empty() {
            why.push(fill(&words.refers, &[("references", &entry.references.join(", "))]));
        }
        if leads && !entry.areas.is_empty() {
            let areas: Vec<&str> = entry.areas.iter().map(|(_, name)| name.as_str()).collect();
            let areas = areas.join(", ");
            why.push(if entry.terms.is_empty() {
                fill(&words.touches, &[("areas", &areas)])
            } else {
                let terms = entry.terms.join(", ");
                fill(&words.touches_because, &[("areas", &areas), ("terms", &terms)])
            });
        }
        why
    }

    /// A last day: how near and how new it is, and its sentence where that says more than the day.
    fn closing(&self, closing: &Closing) -> Row {
        let words = self.words;
        let mut marks = Vec::new();
        if closing.new {
            marks.push(words.new.clone());
        }
        if closing.last_call {
            marks.push(words.last_call.clone());
        }
        let row = self.coming(closing);
        Row { marks, sentence: row.sentence.filter(|_| says_more(&closing.sentence)), ..row }
    }

    /// A day to come, with the sentence that says what happens.
    fn coming(&self, closing: &Closing) -> Row {
        let words = self.words;
        let sentence = around(&closing.sentence, &closing.date.day().to_string(), AROUND);
        Row {
            date: words.day(closing.date),
            left: words.days_left(closing.days_left),
            marks: Vec::new(),
            line: Line { quote: None, why: Vec::new(), ..self.line(&closing.entry, false) },
            sentence: Some(fill(&words.sentence, &[("sentence", &sentence)])),
        }
    }

    fn part(&self, section: &Section) -> Part {
        Part {
            name: section.name.clone(),
            lines: section.entries.iter().map(|entry| self.line(entry, false)).collect(),
            more: Some(section.left_out)
                .filter(|count| *count > 0)
                .map(|count| self.words.area_more(count)),
        }
    }

    fn chosen(&self, digest: &Digest) -> Vec<String> {
        let (words, left) = (self.words, &digest.chosen);
        let counted = match (left.stories, digest.left_out) {
            (0, _) => &words.counted_none,
            (1, 0) => &words.counted_one,
            (_, 0) => &words.counted_all,
            _ => &words.counted,
        };
        let mut chosen = vec![fill(
            counted,
            &[
                ("shown", &digest.items()),
                ("stories", &left.stories),
                ("left_out", &digest.left_out),
                ("relevant", &left.relevant),
                ("items", &left.items),
                ("sources", &left.sources),
            ],
        )];
        if !left.levels.is_empty() {
            let levels: Vec<String> = left
                .levels
                .iter()
                .map(|(level, count)| format!("{} {count}", words.level(*level)))
                .collect();
            chosen.push(fill(&words.by_level, &[("levels", &levels.join(", "))]));
        }
        if left.listed_before > 0 {
            chosen.push(words.listed_before(left.listed_before));
        }
        if left.stories > 1 {
            chosen.push(words.ranked.clone());
        }
        let date = words.day_and_year(crate::stockholm(digest.written_at).date());
        chosen.push(fill(&words.written, &[("date", &date)]));
        chosen
    }
}

/// `text` in about `room` characters, cut at words so that `mark` stays in it, with more of what stands before it.
fn around(text: &str, mark: &str, room: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    // Short sentences stay whole.
    if text.chars().count() <= room {
        return words.join(" ");
    }
    let width = |word: &&str| word.chars().count() + 1;
    let bare = |word: &str| word.trim_matches(|letter: char| !letter.is_alphanumeric()) == mark;
    let at = words.iter().position(|word| bare(word)).unwrap_or(words.len());
    let mut end = (at + 3).min(words.len());
    let mut left = room.saturating_sub(words[at.min(end)..end].iter().map(width).sum());
    let mut from = at.min(end);
    while from > 0 && width(&words[from - 1]) <= left {
        from -= 1;
        left -= width(&words[from]);
    }
    while end < words.len() && width(&words[end]) <= left {
        left -= width(&words[end]);
        end += 1;
    }
    let (before, after) =
        (if from > 0 { "… " } else { "" }, if end < words.len() { " …" } else { "" });
    format!("{before}{}{after}", words[from..end].join(" "))
}

/// Whether a sentence says more than its day, which stands beside it already.
fn says_more(sentence: &str) -> bool {
    sentence.split_whitespace().count() > BARE
}

/// The first sentence of a quote, where it is short: enough for a story that does not lead. Half of a long one would
/// only make its reader guess.
fn first_sentence(quote: &str) -> Option<String> {
    let end = quote.match_indices(". ").map(|(at, _)| at + 1).find(|at| *at > 40);
    let sentence = &quote[..end.unwrap_or(quote.len())];
    let is_whole = sentence.chars().count() <= SENTENCE && !sentence.ends_with('…');
    is_whole.then(|| sentence.to_owned())
}

/// `text` in at most `room` characters, cut at a word.
fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let start: String = text.chars().take(room.saturating_sub(1)).collect();
    let whole = start.rsplit_once(' ').map_or(start.as_str(), |(words, _)| words);
    format!("{}…", whole.trim_end_matches([',', ':', ';', '.', ' ', '–']))
}

/// Plain text with lines of at most about 76 characters; indented lines stay indented.
fn wrapped(text: &str) -> String {
    let mut wrapped = String::new();
    let mut blank = 0;
    for line in text.lines() {
        if line.trim().is_empty() {
            blank += 1;
            continue;
        }
        if !wrapped.is_empty() {
            wrapped += if blank > 0 { "\n\n" } else { "\n" };
        }
        blank = 0;
        let indent: String = line.chars().take_while(|letter| *letter == ' ').collect();
        let mut column = 0;
        for word in line.split_whitespace() {
            let width = word.chars().count();
            if column == 0 {
                wrapped += &indent;
                column = indent.len();
            } else if column + 1 + width > 76 {
                wrapped.push('\n');
                wrapped += &indent;
                column = indent.len();
            } else {
                wrapped.push(' ');
                column += 1;
            }
            wrapped += word;
            column += width;
        }
    }
    wrapped.push('\n');
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_sentence_is_cut_around_its_date() {
        let sentence = format!(
            "{} The last day is 8 December 2026. {}",
            "before ".repeat(40),
            "after ".repeat(40)
        );
        let shown = around(&sentence, "8", 80);
        assert!(shown.contains("8 December 2026.") && shown.chars().count() < 90, "{shown}");
        assert_eq!(around("Answer by 8 May.", "8", 80), "Answer by 8 May.");
    }

    #[test]
    fn lines_of_plain_text_fit_and_keep_their_indent() {
        let text = wrapped(&format!("a\n\n\n\n   {}\n", "word ".repeat(60)));
        assert!(text.lines().all(|line| line.chars().count() <= 76), "{text}");
        assert!(text.starts_with("a\n\n   word"), "{text}");
        assert!(text.lines().skip(2).all(|line| line.starts_with("   word")), "{text}");
    }
}
