//! How is the whole main job shown to somebody who has just arrived?
//!
//! A sample web on loopback is visited twice by the real crawler: as it stood when last week
//! began, and as it stands now. What it listed at the first visit is backfill; the rest is news.

mod pages;
mod server;
mod web;

use crate::{
    app::{App, Lock},
    command::Progress,
    config::Config,
    issue::{Wish, issue},
    round::{Tally, round},
    schedule::Stop,
};
use anyhow::{Context, Result, bail};
use axum::Router;
use jiff::Timestamp;
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use utkik_digest::Week;
use utkik_sources::{Item, Known, Source};
use web::Web;

/// Says that a data folder was made by the demonstration and may be made anew.
const MARK: &str = "made-by-the-demonstration";

/// The sample web, being served.
pub(crate) struct Sample {
    web: Arc<Web>,
    address: std::net::SocketAddr,
}

/// What the demonstration did.
pub(crate) struct Done {
    pub(crate) sources: usize,
    pub(crate) visited: usize,
    pub(crate) items: usize,
    pub(crate) tagged: usize,
    pub(crate) stories: usize,
    pub(crate) html: PathBuf,
    pub(crate) text: PathBuf,
    week: Week,
    backfill: usize,
    news: usize,
    left_out: usize,
    troubles: usize,
}

impl Sample {
    /// Starts to serve the sample web on a free port of 127.0.0.1, dated relative to `now`.
    pub(crate) async fn start(now: Timestamp) -> Result<Sample> {
        let web = Arc::new(Web::built_in(now)?);
        let address = server::serve(web.clone()).await?;
        Ok(Sample { web, address })
    }

    /// Makes a data folder for the demonstration and points `config` at the sample web.
    pub(crate) fn prepare(&self, config: &mut Config) -> Result<()> {
        let folder = &config.data_dir;
        let mark = folder.join(MARK);
        let catalogue = folder.join("catalogue/sample.toml");
        let anew = ["utkik.db", "utkik.db-wal", "utkik.db-shm", "finder", "digests"];
        let anew = anew.map(|name| folder.join(name));
        let found = anew.iter().chain([&catalogue]).find(|path| path.exists());
        if let Some(found) = found.filter(|_| !mark.exists()) {
            bail!(
                "`{}` is not the demonstration's; choose another folder with --data-dir",
                found.display()
            );
        }
        fs::create_dir_all(folder.join("catalogue"))
            .with_context(|| format!("could not make `{}`", folder.display()))?;
        let _alone = Lock::take(folder, "demo")?;
        for made in &anew {
            remove(made)?;
        }
        fs::write(&mark, "utkik demo makes this folder anew each time.\n")?;
        fs::write(&catalogue, self.web.catalogue())?;
        config.archive = format!("sqlite:{}", folder.join("utkik.db").display());
        config.finder = folder.join("finder");
        config.pause = Duration::ZERO;
        config.at_once = 16;
        config.hosts = self.web.hosts().map(|host| (host, self.address)).collect();
        Ok(())
    }

    /// The sample web as readers of the portal see it, since their browsers do not know its hosts.
    pub(crate) fn shown(&self) -> Router {
        server::shown(self.web.clone())
    }

    fn sources(&self, app: &App) -> Vec<Source> {
        let ids = self.web.sites().iter().map(|site| &site.id);
        ids.filter_map(|id| app.catalogue.get(id).cloned()).collect()
    }
}

/// Visits, keeps, understands, indexes, and writes the digest of last week.
pub(crate) async fn main_job(
    app: &App,
    sample: &Sample,
    stop: &Stop,
    progress: &Progress,
) -> Result<Done> {
    let now = app.clock.now();
    let week = Week::of(now).previous();
    let (last_week_began, _) = week.bounds();
    let first = visit(app, sample, last_week_began, stop, progress).await?;
    let second = visit(app, sample, now, stop, progress).await?;
    let written = issue(app, &Wish::whole(week), now).await?;
    let kept = everything(app).await?;
    Ok(Done {
        sources: sample.web.sites().len(),
        visited: second.visited,
        items: kept.len(),
        tagged: kept.iter().filter(|(_, known)| !known.tags.is_empty()).count(),
        stories: utkik_index::stories(&kept).len(),
        html: written.html,
        text: written.text,
        week,
        backfill: first.items_new,
        news: second.items_new,
        left_out: written.digest.left_out,
        troubles: first.troubles.len() + second.troubles.len(),
    })
}

/// One round over the sample web as it stood at `at`.
async fn visit(
    app: &App,
    sample: &Sample,
    at: Timestamp,
    stop: &Stop,
    progress: &Progress,
) -> Result<Tally> {
    sample.web.set_clock(at);
    let due = app.claim_due(&sample.sources(app), at, true).await?;
    let tally = round(app, &app.crawler(), due, at, stop, progress).await?;
    for (source, what) in &tally.troubles {
        progress.detail(&format!("{source}: {what}"));
    }
    Ok(tally)
}

async fn everything(app: &App) -> Result<Vec<(Item, Known)>> {
    let changes = app.archive.changes_since(0, usize::MAX >> 1).await?;
    Ok(changes.into_iter().map(|change| (change.item, change.known)).collect())
}

impl Done {
    /// What happened, in plain words.
    pub(crate) fn in_words(&self) -> String {
        format!(
            "The sample web has {} sources; all texts in it are written for this demonstration.\n\
             Visited as it stood when last week began: {} items. They were there before we came, \
             so they can be searched but are no news.\n\
             Visited as it stands now: {} new items, {} troubles.\n\
             Understood: {} of {} items belong to a goal area. They tell {} stories.\n\
             The digest of {} ({} items left out of it) lies in\n  {}\n  {}\n",
            self.sources,
            self.backfill,
            self.news,
            self.troubles,
            self.tagged,
            self.items,
            self.stories,
            self.week,
            self.left_out,
            self.html.display(),
            self.text.display(),
        )
    }
}

/// Where readers of the portal find a page of the sample web.
pub(crate) const SHOWN: &str = "/exempel/";

fn remove(path: &Path) -> Result<()> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("could not remove `{}`", path.display()))
        }
        _ => Ok(()),
    }
}

/// Whether an opened data folder was made by the demonstration.
pub(crate) fn made(app: &App) -> bool {
    app.config.data_dir.join(MARK).exists()
}
