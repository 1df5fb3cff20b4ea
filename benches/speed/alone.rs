//! How fast could it be at best? The engines by themselves, doing nothing but their own part of the work.

use crate::texts::Text;
use sqlx::{
    Connection, QueryBuilder, Row, Sqlite, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{
    hint::black_box,
    path::Path,
    time::{Duration, Instant},
};
use tantivy::{
    Index, IndexReader, TantivyDocument, Term,
    collector::{Count, TopDocs},
    query::{BooleanQuery, Occur, Query, QueryParser, RangeQuery},
    schema::{
        FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing,
        TextOptions,
    },
    snippet::SnippetGenerator,
    tokenizer::{Language, LowerCaser, SimpleTokenizer, Stemmer, TextAnalyzer},
};

/// Threads and memory of tantivy alone: as many threads as ours, more memory than it needs.
const THREADS: usize = 2;
const MEMORY: usize = 200_000_000;

struct Fields {
    link: Field,
    title: Field,
    summary: Field,
    text: Field,
    published: Field,
    source: Field,
}

/// Tantivy alone, with its default Swedish analysis.
pub(crate) struct Tantivy {
    index: Index,
    fields: Fields,
}

impl Tantivy {
    fn begin(folder: &Path) -> Tantivy {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("swedish")
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let words = TextOptions::default().set_indexing_options(indexing).set_stored();
        let fields = Fields {
            link: schema.add_text_field("link", STRING | STORED),
            title: schema.add_text_field("title", words.clone()),
            summary: schema.add_text_field("summary", words.clone()),
            text: schema.add_text_field("text", words),
            published: schema.add_i64_field("published", FAST | INDEXED | STORED),
            source: schema.add_text_field("source", STRING | FAST | STORED),
        };
        let index = Index::create_in_dir(folder, schema.build()).expect("the folder is empty");
        let analyser = TextAnalyzer::builder(SimpleTokenizer::default())
            .filter(LowerCaser)
            .filter(Stemmer::new(Language::Swedish))
            .build();
        index.tokenizers().register("swedish", analyser);
        Tantivy { index, fields }
    }

    /// Adds and commits `texts` in an empty folder; says how long that took.
    pub(crate) fn fill(folder: &Path, texts: &[Text]) -> (Tantivy, Duration) {
        let started = Instant::now();
        let alone = Tantivy::begin(folder);
        let writer = alone.index.writer_with_num_threads(THREADS, MEMORY);
        let mut writer = writer.expect("nobody else writes");
        for text in texts {
            let mut document = TantivyDocument::default();
            document.add_text(alone.fields.link, &text.url);
            document.add_text(alone.fields.title, &text.title);
            if let Some(summary) = &text.summary {
                document.add_text(alone.fields.summary, summary);
            }
            if let Some(text) = &text.text {
                document.add_text(alone.fields.text, text);
            }
            if let Some(published) = &text.published {
                document.add_i64(alone.fields.published, day(published));
            }
            document.add_text(alone.fields.source, "regeringen");
            writer.add_document(document).expect("there is room");
        }
        writer.commit().expect("there is room");
        let took = started.elapsed();
        writer.wait_merging_threads().expect("there is room");
        (alone, took)
    }

    pub(crate) fn reader(&self) -> IndexReader {
        self.index.reader().expect("it was just written")
    }

    /// How many hits there are for all of `words`, after reading the first twenty with all that is stored; with their
    /// passages if `marked`.
    pub(crate) fn search(
        &self,
        reader: &IndexReader,
        words: &str,
        days: Option<(&str, &str)>,
        marked: bool,
    ) -> usize {
        let searcher = reader.searcher();
        let Fields { title, summary, text, published, .. } = self.fields;
        let mut parser = QueryParser::for_index(&self.index, vec![title, summary, text]);
        parser.set_conjunction_by_default();
        let mut query: Box<dyn Query> = parser.parse_query(words).expect("the queries are plain");
        if let Some((from, to)) = days {
            let bound =
                |text| std::ops::Bound::Included(Term::from_field_i64(published, day(text)));
            let range: Box<dyn Query> = Box::new(RangeQuery::new(bound(from), bound(to)));
            query = Box::new(BooleanQuery::new(vec![(Occur::Must, query), (Occur::Must, range)]));
        }
        let top = TopDocs::with_limit(20).order_by_score();
        let (found, total) = searcher.search(&query, &(top, Count)).expect("it can be read");
        let passages = marked.then(|| SnippetGenerator::create(&searcher, &query, text));
        let passages = passages.transpose().expect("the text has positions");
        for (_, address) in found {
            let hit: TantivyDocument = searcher.doc(address).expect("it is stored");
            if let Some(passages) = &passages {
                black_box(passages.snippet_from_doc(&hit).to_html());
            }
            black_box(hit);
        }
        total
    }
}

/// A day as a number, such as 20261122.
fn day(text: &str) -> i64 {
    let digits: String = text.chars().filter(char::is_ascii_digit).take(8).collect();
    digits.parse().unwrap_or_default()
}

/// The rows of a table that our archive wrote, to be written again by SQLite alone.
pub(crate) struct Table {
    name: String,
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
}

#[derive(Clone)]
enum Value {
    Number(Option<i64>),
    Text(Option<String>),
}

/// The shape of our archive, and the rows that keeping items filled.
pub(crate) async fn rows_of(archive: &Path) -> (Vec<String>, Vec<Table>) {
    let options = SqliteConnectOptions::new().filename(archive);
    let mut open = SqliteConnection::connect_with(&options).await.expect("we just wrote it");
    let sql = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY rowid";
    let shape = sqlx::query_scalar(sql).fetch_all(&mut open).await.expect("we just wrote it");
    let mut tables = Vec::new();
    for name in ["items", "provenance"] {
        let sql =
            sqlx::AssertSqlSafe(format!("SELECT name, type FROM pragma_table_info('{name}')"));
        let columns: Vec<(String, String)> =
            sqlx::query_as(sql).fetch_all(&mut open).await.expect("we just wrote it");
        let sql = sqlx::AssertSqlSafe(format!("SELECT * FROM {name}"));
        let rows = sqlx::query(sql).fetch_all(&mut open).await.expect("we just wrote it");
        let value = |row: &sqlx::sqlite::SqliteRow, place: usize| match columns[place].1.as_str() {
            "BIGINT" => Value::Number(row.get(place)),
            _ => Value::Text(row.get(place)),
        };
        let rows =
            rows.iter().map(|row| (0..columns.len()).map(|place| value(row, place)).collect());
        let rows = rows.collect();
        tables.push(Table {
            name: name.to_owned(),
            rows,
            columns: columns.into_iter().map(|(name, _)| name).collect(),
        });
    }
    (shape, tables)
}

/// Inserts the same rows into an empty file, five hundred items a transaction; says how long that took.
pub(crate) async fn sqlite(file: &Path, shape: &[String], tables: &[Table]) -> Duration {
    const A_TRANSACTION: usize = 500;
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true);
    let mut open = SqliteConnection::connect_with(&options).await.expect("the folder is empty");
    for sql in shape {
        sqlx::query(sqlx::AssertSqlSafe(sql.clone())).execute(&mut open).await.expect("it is ours");
    }
    let started = Instant::now();
    let count = tables[0].rows.len();
    for from in (0..count).step_by(A_TRANSACTION) {
        let mut transaction = open.begin_with("BEGIN IMMEDIATE").await.expect("nobody else writes");
        for table in tables {
            let to = table.rows.len().min(from + A_TRANSACTION);
            for rows in table.rows[from.min(to)..to].chunks(50) {
                let what = format!("INSERT INTO {} ({}) ", table.name, table.columns.join(", "));
                let mut query = QueryBuilder::<Sqlite>::new(what);
                query.push_values(rows, |mut row, values| {
                    for value in values.clone() {
                        match value {
                            Value::Number(number) => row.push_bind(number),
                            Value::Text(text) => row.push_bind(text),
                        };
                    }
                });
                query.build().execute(&mut *transaction).await.expect("the rows were valid");
            }
        }
        transaction.commit().await.expect("there is room");
    }
    started.elapsed()
}
