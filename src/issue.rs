//! How is one issue of the digest made? From the archive to two files.

use crate::{app::App, schedule::goes_out};
use anyhow::{Context, Result};
use jiff::{Timestamp, ToSpan};
use std::{
    fs,
    path::{Path, PathBuf},
};
use utkik_digest::{Basis, Brief, Digest, Tongue, Week, compose, letter};
use utkik_sources::{AreaId, Item, Known, Level};

/// How far ahead deadlines are shown.
const AHEAD_DAYS: i64 = 45;

/// How long after its week a publication may still come in a digest, marked as found late.
const LATE_DAYS: i64 = 28;

/// Which issue is wanted.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) week: Week,
    pub(crate) areas: Vec<AreaId>,
    pub(crate) levels: Vec<Level>,
    pub(crate) language: Option<Tongue>,
    pub(crate) out: Option<PathBuf>,
}

/// An issue, and where it lies.
pub(crate) struct Written {
    pub(crate) digest: Digest,
    pub(crate) html: PathBuf,
    pub(crate) text: PathBuf,
}

impl Wish {
    /// The whole issue of `week`, as everybody reads it.
    pub(crate) fn whole(week: Week) -> Wish {
        Wish { week, areas: Vec::new(), levels: Vec::new(), language: None, out: None }
    }

    /// Where the issue of the digests' folder lies, without its ending. Only the whole issue of a week that is over is
    /// called by the week alone: a preview or a choice must not stand in for it.
    fn name(&self, language: Tongue, now: Timestamp) -> String {
        let mut name = self.week.to_string();
        if language == Tongue::En {
            name += "-en";
        }
        let chosen = self.areas.iter().map(|area| area.0.trim_start_matches("ST.").to_owned());
        for part in chosen.chain(self.levels.iter().map(|level| level.to_string())) {
            name += &format!("-{part}");
        }
        if now < self.week.bounds().1 {
            name += "-preview";
        }
        name
    }
}

/// Whether the whole issue of `week` lies in the digests' folder.
pub(crate) fn is_written(app: &App, week: Week, now: Timestamp) -> bool {
    let language = app.config.digest_language.parse().unwrap_or(Tongue::Sv);
    let name = Wish::whole(week).name(language, now);
    app.digests().join(format!("{name}.html")).exists()
}

/// Composes the issue that is wished for, and writes it.
pub(crate) async fn issue(app: &App, wish: &Wish, now: Timestamp) -> Result<Written> {
    let language = match wish.language {
        Some(language) => language,
        None => app.config.digest_language.parse().map_err(anyhow::Error::msg)?,
    };
    let basis = basis(app, wish.week, now).await?;
    let brief = Brief { areas: wish.areas.clone(), levels: wish.levels.clone(), language };
    let digest = compose(&basis, &brief);
    let letter = letter(&digest)?;
    let folder = wish.out.clone().unwrap_or_else(|| app.digests());
    let name = wish.name(language, now);
    let html = folder.join(format!("{name}.html"));
    let text = folder.join(format!("{name}.txt"));
    fs::create_dir_all(&folder)
        .with_context(|| format!("could not make `{}`", folder.display()))?;
    write_whole(&html, &letter.html)?;
    write_whole(&text, &letter.text)?;
    Ok(Written { digest, html, text })
}

async fn basis<'a>(app: &'a App, week: Week, now: Timestamp) -> Result<Basis<'a>> {
    let (from, to) = week.bounds();
    let of_week = app.archive.items_in(from, to).await?;
    let (listed_before, mut items): (Vec<_>, Vec<_>) =
        of_week.into_iter().partition(|(item, _)| item.backfill);
    items.extend(found_late(app, week).await?);
    let today = week.read_on(now);
    let upcoming = app.archive.upcoming(today, today.saturating_add(AHEAD_DAYS.days())).await?;
    Ok(Basis {
        week,
        written_at: now,
        items,
        upcoming,
        listed_before: listed_before.len(),
        sources: app.archive.states().await?.len(),
        catalogue: &app.catalogue,
        frameworks: &app.frameworks,
    })
}

/// What was found between the digest before and this one although it had been published in an earlier week.
async fn found_late(app: &App, week: Week) -> Result<Vec<(Item, Known)>> {
    let (from, _) = week.bounds();
    let earliest = from - (LATE_DAYS * 24).hours();
    let mut found = app.archive.kept_between(goes_out(week.previous()), goes_out(week)).await?;
    found.retain(|(item, _)| {
        let at = item.dated().at();
        !item.backfill && at < from && at >= earliest
    });
    Ok(found)
}

/// Writes a file so that a reader sees the old one or the new one, never half of either.
fn write_whole(path: &Path, content: &str) -> Result<()> {
    let beside = path.with_extension("part");
    fs::write(&beside, content)
        .and_then(|()| fs::rename(&beside, path))
        .with_context(|| format!("could not write `{}`", path.display()))
}
