//! What the finder stores of an item, and in which fields.

use crate::{
    finder::{
        analyser::{self, marked},
        snippet,
    },
    understand::words::{Analysis, fold, tidy},
};
use jiff::{
    Timestamp,
    civil::{Date, date},
    tz::TimeZone,
};
use serde::Deserialize;
use tantivy::{
    TantivyDocument,
    schema::{
        FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing,
        TextOptions,
        document::{DeserializeError, DocumentDeserialize, DocumentDeserializer},
    },
};
use utkik_sources::{AreaId, Dated, Item, ItemId, Known, Language, Level, Origin, SourceId};

/// Names this layout; a change makes the finder build itself anew.
pub(crate) const VERSION: &str = "finder-6";

/// The fields, by what they hold.
#[derive(Clone)]
pub(crate) struct Fields {
    pub(crate) schema: Schema,
    pub(crate) id: Field,
    pub(crate) title: Field,
    pub(crate) summary: Field,
    pub(crate) text: Field,
    pub(crate) area: Field,
    pub(crate) level: Field,
    pub(crate) country: Field,
    pub(crate) language: Field,
    pub(crate) organisation: Field,
    pub(crate) publisher: Field,
    pub(crate) source: Field,
    pub(crate) kind: Field,
    pub(crate) at: Field,
    pub(crate) day: Field,
    pub(crate) deadline: Field,
    pub(crate) relevant: Field,
    pub(crate) stored: Field,
    /// The beginning of the text of [`Stored`] by itself, as far as passages are looked for: as part of its JSON it would
    /// cost each search a fifth more.
    pub(crate) body: Field,
}

impl Fields {
    pub(crate) fn new() -> Fields {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(analyser::NAME)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let words = TextOptions::default().set_indexing_options(indexing);
        let word = STRING | FAST;
        let number = FAST | INDEXED;
        Fields {
            id: schema.add_text_field("id", STRING),
            title: schema.add_text_field("title", words.clone()),
            summary: schema.add_text_field("summary", words.clone()),
            text: schema.add_text_field("text", words),
            area: schema.add_text_field("area", word.clone()),
            level: schema.add_text_field("level", word.clone()),
            country: schema.add_text_field("country", word.clone()),
            language: schema.add_text_field("language", word.clone()),
            organisation: schema.add_text_field("organisation", word.clone()),
            publisher: schema.add_text_field("publisher", STRING),
            source: schema.add_text_field("source", word.clone()),
            kind: schema.add_text_field("kind", word),
            at: schema.add_i64_field("at", number.clone()),
            day: schema.add_i64_field("day", number.clone()),
            deadline: schema.add_i64_field("deadline", number.clone()),
            relevant: schema.add_u64_field("relevant", number),
            stored: schema.add_text_field("stored", STORED),
            body: schema.add_text_field("body", STORED),
            schema: schema.build(),
        }
    }

    /// What the engine is given of an item.
    pub(crate) fn document(&self, item: &Item, known: &Known, origin: &Origin) -> TantivyDocument {
        let stored = Stored::of(item, known, origin);
        let text = tidy(item.text.as_deref().unwrap_or_default());
        let analysis = Analysis::of(known.language.as_ref());
        let mut document = TantivyDocument::default();
        document.add_text(self.id, item.id.to_string());
        document.add_text(self.title, marked(&stored.title, analysis));
        if !stored.summary.is_empty() {
            document.add_text(self.summary, marked(&stored.summary, analysis));
        }
        if !text.is_empty() {
            document.add_text(self.text, marked(&text, analysis));
        }
        document.add_text(self.text, marked(&origin.organisation, Analysis::of(None)));
        for area in with_ancestors(&stored.areas) {
            document.add_text(self.area, area);
        }
        if let Some(level) = origin.level {
            document.add_text(self.level, level.word());
        }
        if let Some(country) = &origin.country {
            document.add_text(self.country, country.to_uppercase());
        }
        if let Some(language) = &known.language {
            document.add_text(self.language, language.code());
        }
        if !origin.organisation.is_empty() {
            document.add_text(self.organisation, &origin.organisation);
            document.add_text(self.publisher, fold(&origin.organisation));
        }
        document.add_text(self.source, &item.source.0);
        if let Some(kind) = &known.document {
            document.add_text(self.kind, kind.to_uppercase());
        }
        document.add_i64(self.at, stored.at.as_second());
        document.add_i64(self.day, day_number(stored.at.to_zoned(stockholm()).date()));
        if let Some(deadline) = stored.deadline {
            document.add_i64(self.deadline, day_number(deadline));
        }
        document.add_u64(self.relevant, u64::from(!known.tags.is_empty()));
        // In this order [`Kept`] reads them.
        document.add_text(self.stored, stored.row());
        if !text.is_empty() {
            let text = &text[..text.floor_char_boundary(snippet::FAR)];
            document.add_text(self.body, text);
        }
        document
    }
}

/// What the engine keeps of a hit, not yet read, without its text.
pub(crate) struct Kept {
    pub(crate) row: String,
}

/// The text of a hit; copying it is most of a search, and it is needed only where the summary does not answer.
pub(crate) struct Body {
    pub(crate) text: String,
}

impl DocumentDeserialize for Kept {
    fn deserialize<'de, D>(mut document: D) -> Result<Kept, DeserializeError>
    where
        D: DocumentDeserializer<'de>,
    {
        let row = document.next_field()?.map(|(_, row)| row).unwrap_or_default();
        Ok(Kept { row })
    }
}

impl DocumentDeserialize for Body {
    fn deserialize<'de, D>(mut document: D) -> Result<Body, DeserializeError>
    where
        D: DocumentDeserializer<'de>,
    {
        let _row: Option<(_, String)> = document.next_field()?;
        let text = document.next_field()?.map(|(_, text)| text).unwrap_or_default();
        Ok(Body { text })
    }
}

/// What a hit shows; its JSON is a list in the order of the fields, see [`Stored::row`].
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Stored {
    pub(crate) id: ItemId,
    pub(crate) guid: Option<String>,
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) link: Option<String>,
    pub(crate) at: Timestamp,
    pub(crate) is_published: bool,
    pub(crate) source: SourceId,
    pub(crate) organisation: String,
    pub(crate) language: Option<Language>,
    pub(crate) level: Option<Level>,
    pub(crate) country: Option<String>,
    pub(crate) areas: Vec<AreaId>,
    pub(crate) document: Option<String>,
    pub(crate) deadline: Option<Date>,
    pub(crate) backfill: bool,
}

impl Stored {
    fn of(item: &Item, known: &Known, origin: &Origin) -> Stored {
        let handed = item.provenance.iter().find(|found| found.source.0 == "import");
        let dated = item.dated();
        Stored {
            id: item.id,
            guid: handed.map(|found| found.guid.clone()),
            title: tidy(&item.entry.title).into_owned(),
            summary: tidy(item.entry.summary.as_deref().unwrap_or_default()).into_owned(),
            link: item.entry.link.clone(),
            at: dated.at(),
            is_published: matches!(dated, Dated::Published(_)),
            source: item.source.clone(),
            organisation: origin.organisation.clone(),
            language: known.language.clone(),
            level: origin.level,
            country: origin.country.clone(),
            areas: known.tags.iter().map(|tag| tag.area.clone()).collect(),
            document: known.document.clone(),
            deadline: known.deadline().map(|fact| fact.date),
            backfill: item.backfill,
        }
    }

    /// All but the text, without the names of the fields: there are twenty to be read for each search.
    fn row(&self) -> String {
        let row = (
            &self.id,
            &self.guid,
            &self.title,
            &self.summary,
            &self.link,
            &self.at,
            self.is_published,
            &self.source,
            &self.organisation,
            &self.language,
            &self.level,
            &self.country,
            &self.areas,
            &self.document,
            &self.deadline,
            self.backfill,
        );
        serde_json::to_string(&row).expect("plain data has a JSON form")
    }
}

/// Days since 1970, by which days are filtered and counted.
pub(crate) fn day_number(day: Date) -> i64 {
    const EPOCH: Date = date(1970, 1, 1);
    i64::from((day - EPOCH).get_days())
}

/// The day with this number.
pub(crate) fn day_of(number: i64) -> Date {
    const EPOCH: Date = date(1970, 1, 1);
    EPOCH.saturating_add(jiff::Span::new().days(number.clamp(-700_000, 2_900_000)))
}

/// Where the readers' days begin.
fn stockholm() -> TimeZone {
    TimeZone::get("Europe/Stockholm").unwrap_or(TimeZone::UTC)
}

/// The areas and all that they lie below: `ST.I2.3` lies below `ST.I2` and `ST`.
fn with_ancestors(areas: &[AreaId]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for area in areas {
        let mut id = area.0.as_str();
        loop {
            if !all.iter().any(|known| known == id) {
                all.push(id.to_owned());
            }
            let Some((above, _)) = id.rsplit_once('.') else { break };
            id = above;
        }
    }
    all
}
