//! What breaks in here: one enum, a variant only where a caller does something different.

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong when the record or the search is used. What goes wrong out there is an outcome, not this.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address names no archive that we know how to open.
    #[error(
        "`{0}` is no address of an archive: `sqlite:PATH`, `sqlite::memory:` and `postgres://…` are"
    )]
    Address(String),
    /// There is something at the address, but no archive of ours.
    #[error("`{which}` is no archive of utkik: {why}")]
    NotAnArchive {
        /// The address, without any password.
        which: String,
        /// What is there instead.
        why: String,
    },
    /// A newer program has been at this archive.
    #[error("`{which}` was written by a newer utkik ({why}); use that one, or a newer")]
    TooNew {
        /// The address, without any password.
        which: String,
        /// How we can tell.
        why: String,
    },
    /// Nobody answers at the address, or it lets us not in.
    #[error("could not open archive `{which}`: {why}")]
    Unreachable {
        /// The address, without any password.
        which: String,
        /// What the engine said.
        why: String,
    },
    /// Nothing more can be written; what was kept is safe.
    #[error(
        "the disk that holds the archive is full; what was kept is safe, the rest comes again at the next visit"
    )]
    DiskFull,
    /// Another process is writing and did not finish within a minute.
    #[error("the archive is busy: another process has been writing to it for a minute")]
    Busy,
    /// The archive holds something that this program cannot read.
    #[error("could not read {what} in the archive: {why}")]
    Unreadable {
        /// Which record.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// The engine of the archive failed.
    #[error("the archive's engine failed")]
    Archive(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The engine of the finder failed.
    #[error("the finder failed: {what}")]
    Finder {
        /// While doing what.
        what: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Full disks (SQLite 13, PostgreSQL 53100) and long locks (SQLite 5) are told apart, since callers act on them.
impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Error {
        let code = error.as_database_error().and_then(|fault| fault.code());
        // SQLite's extended codes carry the plain one in their lowest byte.
        let plain =
            code.as_deref().and_then(|code| code.parse::<i64>().ok()).map(|code| code & 255);
        let on_sqlite = error
            .as_database_error()
            .is_some_and(|fault| fault.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some());
        match (on_sqlite, code.as_deref(), plain) {
            (true, _, Some(13)) | (false, Some("53100"), _) => Error::DiskFull,
            (true, _, Some(5)) => Error::Busy,
            _ => Error::Archive(Box::new(error)),
        }
    }
}
