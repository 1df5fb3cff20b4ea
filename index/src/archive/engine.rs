//! Where the two databases differ, so that nothing else needs to know which one it speaks to.
//!
//! One SQL text with `$1`, `$2`, … serves both; values are text or integers.

use super::schema::migrator;
use crate::{Error, Result};
use sqlx::{
    AssertSqlSafe, Column, ConnectOptions, Connection, PgConnection, PgPool, Postgres, Row as _,
    SqlSafeStr, Sqlite, SqlitePool, Transaction,
    migrate::MigrateError,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions, PgRow},
    sqlite::{
        SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
    },
};
use std::{fs, path::Path, str::FromStr, sync::Arc, time::Duration};
use tokio::sync::{Mutex, OnceCell};

/// How long one process waits for another that writes.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long PostgreSQL may take to answer at all.
const ANSWER: Duration = Duration::from_secs(10);

/// A database.
#[derive(Clone, Debug)]
pub(super) enum Engine {
    /// SQLite allows one writer at a time; in memory, both pools are the same single connection.
    Sqlite { write: SqlitePool, read: SqlitePool },
    /// PostgreSQL allows many; `alive` is a connection that shows the others that we are still there.
    Postgres { pool: PgPool, alive: Arc<OnceCell<Mutex<PgConnection>>> },
}

impl Engine {
    pub(super) async fn open(address: &str) -> Result<Engine> {
        if address == "sqlite::memory:" {
            return in_memory().await;
        }
        if let Some(path) = address.strip_prefix("sqlite:") {
            return sqlite(Path::new(path.strip_prefix("//").unwrap_or(path))).await;
        }
        if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            return postgres(address).await;
        }
        Err(Error::Address(without_password(address)))
    }

    /// Begins to read; sees no half-made change.
    pub(super) async fn read(&self) -> Result<Session> {
        Ok(match self {
            Engine::Sqlite { read, .. } => begun(read, "BEGIN").await?,
            Engine::Postgres { pool, .. } => Session::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?,
            ),
        })
    }

    /// Begins to write; without [`Session::commit`] nothing has happened.
    pub(super) async fn write(&self) -> Result<Session> {
        Ok(match self {
            // Immediately, since SQLite cannot wait for a lock in the middle of a transaction.
            Engine::Sqlite { write, .. } => begun(write, "BEGIN IMMEDIATE").await?,
            Engine::Postgres { pool, .. } => Session::Postgres(pool.begin().await?),
        })
    }

    pub(super) async fn shut(&self) {
        match self {
            Engine::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Engine::Postgres { pool, alive } => {
                if let Some(connection) = alive.get() {
                    let mut connection = connection.lock().await;
                    // Fails only when the server is gone, and our claims with it.
                    let unlock = sqlx::query("SELECT pg_advisory_unlock_all()");
                    let _ = unlock.execute(&mut *connection).await;
                }
                pool.close().await;
            }
        }
    }

    /// From now on, until this process ends however it ends, others see that `holder` is there; see [`Session::is_gone`].
    pub(super) async fn stay(&self, holder: i64) -> Result<()> {
        let Engine::Postgres { pool, alive } = self else { return Ok(()) };
        let connect = async || {
            let mut connection = pool.connect_options().connect().await?;
            // Held by the connection: the server lets go when it breaks.
            let lock = sqlx::query("SELECT pg_advisory_lock($1)").bind(holder);
            lock.execute(&mut connection).await?;
            Ok::<_, Error>(Mutex::new(connection))
        };
        alive.get_or_try_init(connect).await.map(|_| ())
    }

    /// Whether only one process at a time can write, so that what another one holds is left from a crash.
    pub(super) fn has_one_writer(&self) -> bool {
        matches!(self, Engine::Sqlite { .. })
    }
}

/// One transaction.
pub(super) enum Session {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

async fn begun(pool: &SqlitePool, how: &'static str) -> Result<Session> {
    let mut connection = pool.acquire().await?;
    sqlx::query(how).execute(&mut *connection).await?;
    Ok(Session::Sqlite(connection))
}

/// A pool whose connections come back without an open transaction. sqlx's own transactions would not do: SQLite ends one
/// by itself when the disk is full, and sqlx would believe for ever that it is still open.
fn sqlite_pool(connections: u32) -> SqlitePoolOptions {
    let pool = SqlitePoolOptions::new().max_connections(connections).acquire_timeout(PATIENCE);
    pool.after_release(|connection, _| {
        Box::pin(async move {
            // Fails when there is nothing to undo, as after a commit.
            let _ = sqlx::query("ROLLBACK").execute(connection).await;
            Ok(true)
        })
    })
}

/// A query with its values; a macro, since the two engines' queries are different types with the same methods.
macro_rules! bound {
    ($sql:expr, $values:expr) => {{
        let mut query = sqlx::query($sql);
        for value in $values {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Number(number) => query.bind(number),
            };
        }
        query
    }};
}

impl Session {
    /// Does `sql`; returns how many rows it touched.
    pub(super) async fn run(&mut self, sql: &str, values: Vec<Value>) -> Result<u64> {
        let sql = AssertSqlSafe(sql).into_sql_str();
        Ok(match self {
            Session::Sqlite(open) => {
                bound!(sql, values).execute(&mut **open).await?.rows_affected()
            }
            Session::Postgres(open) => {
                bound!(sql, values).execute(&mut **open).await?.rows_affected()
            }
        })
    }

    /// The rows that `sql` asks for.
    pub(super) async fn rows(&mut self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>> {
        let sql = AssertSqlSafe(sql).into_sql_str();
        Ok(match self {
            Session::Sqlite(open) => {
                let rows = bound!(sql, values).fetch_all(&mut **open).await?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            Session::Postgres(open) => {
                let rows = bound!(sql, values).fetch_all(&mut **open).await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// As [`Session::rows`], and holds the rows until the end; those that another process holds are left out.
    pub(super) async fn rows_nobody_holds(
        &mut self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>> {
        match self {
            Session::Sqlite(_) => self.rows(sql, values).await,
            Session::Postgres(_) => {
                self.rows(&format!("{sql} FOR UPDATE SKIP LOCKED"), values).await
            }
        }
    }

    /// As [`Session::rows`], and holds the rows until the end, waiting for them if need be.
    pub(super) async fn rows_held(&mut self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>> {
        match self {
            Session::Sqlite(_) => self.rows(sql, values).await,
            Session::Postgres(_) => self.rows(&format!("{sql} FOR UPDATE"), values).await,
        }
    }

    /// Whether the process that called itself `holder` has ended. SQLite cannot tell.
    pub(super) async fn is_gone(&mut self, holder: i64) -> Result<bool> {
        match self {
            Session::Sqlite(_) => Ok(false),
            Session::Postgres(_) => {
                let sql =
                    "SELECT CASE WHEN pg_try_advisory_xact_lock($1) THEN 1::BIGINT ELSE 0 END";
                let rows = self.rows(sql, vec![holder.into()]).await?;
                rows.first().map_or(Ok(false), |row| Ok(row.number(0)? == 1))
            }
        }
    }

    /// Makes everything that was done last.
    pub(super) async fn commit(self) -> Result<()> {
        match self {
            Session::Sqlite(mut open) => {
                sqlx::query("COMMIT").execute(&mut *open).await?;
            }
            Session::Postgres(open) => open.commit().await?,
        }
        Ok(())
    }
}

/// What goes into a database.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(Option<String>),
    Number(Option<i64>),
}

impl From<&str> for Value {
    // PostgreSQL keeps no text with a zero character; nobody misses it.
    fn from(text: &str) -> Value {
        Value::Text(Some(text.replace('\0', "")))
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Value {
        text.map_or(Value::Text(None), Value::from)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Number(Some(number))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Value {
        Value::Number(number)
    }
}

/// What comes out of a database; columns are asked for by their place.
pub(super) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    pub(super) fn text(&self, column: usize) -> Result<String> {
        self.maybe_text(column)?.ok_or_else(|| self.absent(column))
    }

    pub(super) fn number(&self, column: usize) -> Result<i64> {
        self.maybe_number(column)?.ok_or_else(|| self.absent(column))
    }

    pub(super) fn maybe_text(&self, column: usize) -> Result<Option<String>> {
        Ok(match self {
            Row::Sqlite(row) => row.try_get(column)?,
            Row::Postgres(row) => row.try_get(column)?,
        })
    }

    pub(super) fn maybe_number(&self, column: usize) -> Result<Option<i64>> {
        Ok(match self {
            Row::Sqlite(row) => row.try_get(column)?,
            Row::Postgres(row) => row.try_get(column)?,
        })
    }

    fn absent(&self, column: usize) -> Error {
        let name = match self {
            Row::Sqlite(row) => row.column(column).name().to_owned(),
            Row::Postgres(row) => row.column(column).name().to_owned(),
        };
        Error::Unreadable { what: format!("column `{name}`"), why: "it is empty".into() }
    }
}

/// `$1, $2, …` for so many values, the first being `$first`.
pub(super) fn places(first: usize, count: usize) -> String {
    let names: Vec<String> = (first..first + count).map(|place| format!("${place}")).collect();
    names.join(", ")
}

async fn in_memory() -> Result<Engine> {
    // One connection that is never given up: with it the archive would be gone.
    let options = SqliteConnectOptions::new().in_memory(true).foreign_keys(true);
    let pool = sqlite_pool(1).idle_timeout(None).max_lifetime(None).connect_with(options).await?;
    migrator().run(&pool).await.map_err(|error| not_migrated("sqlite::memory:", error))?;
    Ok(Engine::Sqlite { write: pool.clone(), read: pool })
}

async fn sqlite(path: &Path) -> Result<Engine> {
    let which = path.display().to_string();
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|why| Error::Unreachable {
            which: which.clone(),
            why: format!("folder `{}`: {why}", folder.display()),
        })?;
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(PATIENCE)
        .foreign_keys(true)
        .disable_statement_logging();
    let write = sqlite_pool(1).connect_with(options.clone()).await;
    let write = write.map_err(|error| not_opened(&which, error))?;
    refuse_strangers(&write, &which).await?;
    migrate_sqlite(&write, &which).await?;
    Ok(Engine::Sqlite { write, read: sqlite_pool(4).connect_lazy_with(options) })
}

/// A database of another program is left alone.
async fn refuse_strangers(pool: &SqlitePool, which: &str) -> Result<()> {
    let tables = sqlx::query("SELECT name FROM sqlite_master WHERE type = 'table'").fetch_all(pool);
    let tables = tables.await.map_err(|error| not_opened(which, error))?;
    let names: Vec<String> = tables.iter().map(|row| row.get(0)).collect();
    if names.is_empty() || names.iter().any(|name| name == "_sqlx_migrations") {
        return Ok(());
    }
    let why = format!("it is the database of another program, with tables {}", names.join(", "));
    Err(Error::NotAnArchive { which: which.to_owned(), why })
}

/// Several processes may open a new archive at once, and SQLite does not take turns in this by itself.
async fn migrate_sqlite(pool: &SqlitePool, which: &str) -> Result<()> {
    let mut turns = 20;
    loop {
        match migrator().run(pool).await {
            Err(MigrateError::Execute(_) | MigrateError::ExecuteMigration(..)) if turns > 0 => {
                turns -= 1;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            result => return result.map_err(|error| not_migrated(which, error)),
        }
    }
}

async fn postgres(address: &str) -> Result<Engine> {
    let which = without_password(address);
    let options = PgConnectOptions::from_str(address).map_err(|error| Error::Unreachable {
        which: which.clone(),
        // The parser's own words may repeat the password.
        why: match error {
            sqlx::Error::Configuration(_) => "the address is malformed".into(),
            other => other.to_string(),
        },
    })?;
    let options = options.disable_statement_logging();
    // Once by ourselves, since the pool would go on asking a server that is not there.
    let answer = tokio::time::timeout(ANSWER, options.connect()).await;
    let answer = answer.unwrap_or(Err(sqlx::Error::PoolTimedOut));
    let first = answer.map_err(|error| not_opened(&which, error))?;
    first.close().await.map_err(|error| not_opened(&which, error))?;
    let pool = PgPoolOptions::new().max_connections(8).acquire_timeout(PATIENCE);
    let pool = pool.connect_lazy_with(options);
    make_schema(&pool).await.map_err(|error| not_opened(&which, error))?;
    migrator().run(&pool).await.map_err(|error| not_migrated(&which, error))?;
    Ok(Engine::Postgres { pool, alive: Arc::default() })
}

/// Makes the schema that the address asks for (`?options=-csearch_path%3DNAME`), when it is not there yet.
async fn make_schema(pool: &PgPool) -> sqlx::Result<()> {
    let sql = "SELECT current_schema()::text, quote_ident(current_setting('search_path'))";
    let row = sqlx::query(sql).fetch_one(pool).await?;
    let (Option::<String>::None, name) = (row.try_get(0)?, row.try_get::<String, _>(1)?) else {
        return Ok(());
    };
    let sql = format!("CREATE SCHEMA IF NOT EXISTS {name}");
    sqlx::query(AssertSqlSafe(sql)).execute(pool).await.map(|_| ())
}

fn not_opened(which: &str, error: sqlx::Error) -> Error {
    const NOT_A_DATABASE: &str = "26";
    let which = which.to_owned();
    let code = error.as_database_error().and_then(|fault| fault.code());
    if code.as_deref() == Some(NOT_A_DATABASE) {
        return Error::NotAnArchive { which, why: "it is no SQLite database".into() };
    }
    let why = match error {
        sqlx::Error::PoolTimedOut => format!("no answer within {} seconds", ANSWER.as_secs()),
        other => other.to_string(),
    };
    Error::Unreachable { which, why }
}

fn not_migrated(which: &str, error: MigrateError) -> Error {
    let which = which.to_owned();
    match error {
        MigrateError::VersionMissing(version) => {
            Error::TooNew { which, why: format!("its tables have reached version {version}") }
        }
        MigrateError::VersionMismatch(version) => {
            Error::TooNew { which, why: format!("its tables differ from our version {version}") }
        }
        MigrateError::Execute(error) => not_opened(&which, error),
        other => Error::Unreachable { which, why: other.to_string() },
    }
}

/// `address` as it may be shown to people: whatever may be a password is left out, also from a malformed one.
fn without_password(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let (user, place) = match rest.rfind('@') {
        Some(at) => (rest[..at].split([':', '/', '?']).next(), &rest[at + 1..]),
        None => (None, rest),
    };
    let place = place.split('?').next().unwrap_or_default();
    user.map_or_else(|| format!("{scheme}://{place}"), |user| format!("{scheme}://{user}@{place}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_disk_is_told_loses_nothing_and_ends_when_there_is_room() {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite:{}", folder.path().join("utkik.db").display());
        let engine = Engine::open(&address).await.unwrap();
        trouble(&engine, "before").await.unwrap();
        room_for(&engine, 1).await;
        let error = trouble(&engine, &"much ".repeat(100_000)).await.unwrap_err();
        assert!(matches!(error, Error::DiskFull), "{error:?}");
        assert_eq!(troubles(&engine).await, ["before"]);
        room_for(&engine, 1_000_000).await;
        trouble(&engine, "later").await.unwrap();
        assert_eq!(troubles(&engine).await, ["before", "later"]);
    }

    #[tokio::test]
    async fn an_archive_that_a_newer_program_wrote_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite:{}", folder.path().join("utkik.db").display());
        let engine = Engine::open(&address).await.unwrap();
        let mut session = engine.write().await.unwrap();
        let sql = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                   VALUES (999, 'from the future', 1, '', 0)";
        session.run(sql, Vec::new()).await.unwrap();
        session.commit().await.unwrap();
        let error = Engine::open(&address).await.unwrap_err();
        assert!(matches!(error, Error::TooNew { .. }), "{error:?}");
        assert!(error.to_string().contains("999"), "{error}");
    }

    #[tokio::test]
    async fn the_database_of_another_program_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.db");
        let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
        let mut other = options.connect().await.unwrap();
        sqlx::query("CREATE TABLE recipes (name TEXT)").execute(&mut other).await.unwrap();
        other.close().await.unwrap();
        let error = Engine::open(&format!("sqlite:{}", path.display())).await.unwrap_err();
        assert!(matches!(error, Error::NotAnArchive { .. }), "{error:?}");
        assert!(error.to_string().contains("recipes"), "{error}");
    }

    #[tokio::test]
    async fn several_may_open_a_new_archive_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite:{}", folder.path().join("utkik.db").display());
        let opening = (0..6).map(|_| {
            let address = address.clone();
            tokio::spawn(async move { Engine::open(&address).await.map(|_| ()) })
        });
        for opened in opening.collect::<Vec<_>>() {
            opened.await.unwrap().unwrap();
        }
    }

    #[test]
    fn passwords_are_left_out_of_what_is_shown() {
        for (address, shown) in [
            ("postgres://ada:pw@db.example:5432/utkik", "postgres://ada@db.example:5432/utkik"),
            ("postgres://ada:p@w/x?y@db.example/utkik", "postgres://ada@db.example/utkik"),
            ("postgres://db.example/utkik?password=pw", "postgres://db.example/utkik"),
            ("sqlite:a@b.db", "sqlite:a@b.db"),
        ] {
            assert_eq!(without_password(address), shown);
        }
    }

    async fn trouble(engine: &Engine, what: &str) -> Result<()> {
        let mut session = engine.write().await?;
        let sql = "INSERT INTO troubles (source, what, first_at, last_at, times) VALUES ('test', $1, 1, 1, 1)";
        session.run(sql, vec![what.into()]).await?;
        session.commit().await
    }

    async fn troubles(engine: &Engine) -> Vec<String> {
        let mut session = engine.read().await.unwrap();
        let rows =
            session.rows("SELECT what FROM troubles ORDER BY what", Vec::new()).await.unwrap();
        rows.iter().map(|row| row.text(0).unwrap()).collect()
    }

    /// SQLite treats this limit as it treats a full disk.
    async fn room_for(engine: &Engine, pages: usize) {
        let Engine::Sqlite { write, .. } = engine else {
            unreachable!("these claims are about SQLite")
        };
        let sql = AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
        sqlx::query(sql).fetch_all(write).await.unwrap();
    }
}
