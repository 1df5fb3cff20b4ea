//! Which shape the tables have, and how an older archive gets it.

use sqlx::{
    SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

/// Every step from nothing to today, compiled in. Only ever added to: an archive remembers what each step said.
const STEPS: &[(i64, &str, &str)] = &[
    (1, "archive", include_str!("../../migrations/0001_archive.sql")),
    (2, "rhythm", include_str!("../../migrations/0002_rhythm.sql")),
];

/// The steps as sqlx takes them.
pub(super) fn migrator() -> Migrator {
    let step = |&(version, name, sql): &(i64, &'static str, &'static str)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(STEPS.iter().map(step).collect())
}
