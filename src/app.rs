//! Which parts does a command need, and who else is using them?

use crate::{
    clock::Clock,
    config::{Config, Flags, password},
};
use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use std::{
    collections::BTreeMap,
    fmt,
    fs::{self, File, TryLockError},
    io::{Read, Seek, Write},
    path::{Path, PathBuf},
    sync::Arc,
};
use utkik_crawler::{Crawler, Login, Manners, PdfReader};
use utkik_index::{Archive, Finder, Understander};
use utkik_sources::{
    AreaId, Catalogue, Due, Example, Fault, Frameworks, Item, ItemId, Known, Source, SourceId,
};

/// Where what was learnt from people's decisions lies, below the data folder.
const LEARNT: &str = "learnt.bin";

/// The parts, put together.
pub struct App {
    /// What the user has set.
    pub config: Config,
    /// The time.
    pub clock: Clock,
    /// Where we look.
    pub catalogue: Arc<Catalogue>,
    /// What we look for.
    pub frameworks: Arc<Frameworks>,
    /// Understands items by the frameworks' rules.
    pub understander: Arc<Understander>,
    /// The record.
    pub archive: Archive,
    /// The search, derived from the record.
    pub finder: Finder,
    _lock: Option<Lock>,
}

/// Something was asked for that cannot be meant: the fault is in the asking.
#[derive(Debug)]
pub struct WrongUse(pub String);

impl fmt::Display for WrongUse {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for WrongUse {}

/// What a command will do to the data folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Only read; any number at once, also while another writes.
    Read,
    /// Write; one at a time. Holds the words that tell a second writer who it is.
    Write(&'static str),
}

impl App {
    /// Opens everything that `config` names.
    pub async fn open(config: Config, clock: Clock, purpose: Purpose) -> Result<App> {
        let (catalogue, frameworks) = read_data(&config).map_err(faulty)?;
        fs::create_dir_all(&config.data_dir).with_context(|| {
            format!("could not make the data folder `{}`", config.data_dir.display())
        })?;
        let lock = match purpose {
            Purpose::Read => None,
            Purpose::Write(who) => Some(Lock::take(&config.data_dir, who)?),
        };
        let archive = Archive::open(&config.archive).await?.resting(config.night);
        let finder = Finder::open(&config.finder)?;
        let (catalogue, frameworks) = (Arc::new(catalogue), Arc::new(frameworks));
        let understander = Arc::new(knowing(&config, &frameworks));
        Ok(App { config, clock, catalogue, frameworks, understander, archive, finder, _lock: lock })
    }

    /// A crawler that behaves as configured.
    pub fn crawler(&self) -> Crawler {
        let logins = self.catalogue.sources().iter().filter_map(login).collect();
        Crawler::new(Manners { logins, ..manners(&self.config) })
    }

    /// The sources that can be visited: of a kind that is read, and not paused in the catalogue.
    pub fn visitable(&self) -> Vec<Source> {
        let open = |source: &&Source| why_paused(source).is_none();
        self.catalogue.sources().iter().filter(open).cloned().collect()
    }

    /// The source of this id, or an error that helps to find it.
    pub fn source(&self, id: &str) -> Result<&Source> {
        if let Some(source) = self.catalogue.get(&SourceId(id.to_owned())) {
            return Ok(source);
        }
        let in_common = |other: &str| {
            id.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count()
        };
        let nearest = self.catalogue.sources().iter().max_by_key(|source| in_common(&source.id.0));
        let hint = nearest.filter(|source| in_common(&source.id.0) > 3);
        let hint = hint.map_or_else(String::new, |source| format!(" (there is `{}`)", source.id));
        bail!("there is no source `{id}`{hint}; `utkik sources` lists them")
    }

    /// Claims those of `sources` whose turn it is, with `force` all. What an earlier round of this data folder
    /// claimed and never closed, since it was killed or broke off, is given back first.
    pub async fn claim_due(
        &self,
        sources: &[Source],
        now: Timestamp,
        force: bool,
    ) -> Result<Vec<Due>> {
        self.archive.release().await?;
        Ok(self.archive.claim_due(sources, now, force).await?)
    }

    /// Learns from what people have decided, beside the examples that ship with the program, and keeps what was learnt in
    /// the data folder. Without decisions the shipped lessons stand.
    pub async fn learn(&mut self) -> Result<()> {
        let path = self.config.data_dir.join(LEARNT);
        if self.relearn().await? {
            let shipped = Understander::new(&self.frameworks).version().to_owned();
            let bytes = [shipped.into_bytes(), vec![b'\n'], self.understander.learnt()].concat();
            // Written beside and moved, so that a crash leaves the old lessons whole.
            let beside = self.config.data_dir.join("learnt.new");
            fs::write(&beside, bytes)
                .and_then(|()| fs::rename(&beside, &path))
                .with_context(|| format!("could not write `{}`", path.display()))?;
        } else if path.exists() {
            fs::remove_file(&path)
                .with_context(|| format!("could not remove `{}`", path.display()))?;
        }
        Ok(())
    }

    /// As [`App::learn`], without keeping it; says whether people have decided anything to learn from.
    pub async fn relearn(&mut self) -> Result<bool> {
        let decided = self.decided().await?;
        if !decided.is_empty() {
            let examples: Vec<&Example> = Example::built_in().iter().collect();
            let taught = Understander::taught(&self.frameworks, &examples, &decided);
            self.understander = Arc::new(taught);
        }
        Ok(!decided.is_empty())
    }

    /// The items that people decided about, each with what they decided last about each area.
    pub async fn decided(&self) -> Result<Vec<(Item, BTreeMap<AreaId, bool>)>> {
        let mut decisions = self.archive.decisions().await?;
        let ids: Vec<ItemId> = decisions.keys().copied().collect();
        let items = self.archive.items(&ids).await?.into_iter();
        let with = items.map(|(item, _)| {
            let decided = decisions.remove(&item.id).unwrap_or_default();
            (item, decided)
        });
        Ok(with.collect())
    }

    /// What the rules make of `item`.
    pub fn understand(&self, item: &Item) -> Known {
        let source = self.catalogue.get(&item.source);
        let gate = source.is_none_or(|source| source.gate);
        self.understander.understand(item, gate, source.map(|source| &source.language))
    }

    /// The areas that items are tagged with for what people ask for: a goal or an area of an older framework
    /// stands for the areas below it or after it.
    pub fn areas(&self, words: &[String]) -> Result<Vec<AreaId>> {
        let mut areas = Vec::new();
        for word in words {
            let tagged = self.frameworks.tagged_as(&AreaId::parse(word));
            if tagged.is_empty() {
                bail!(WrongUse(format!(
                    "there is no goal area `{word}` that items are tagged with; 2.1, G1 and ST.I2 are some"
                )));
            }
            areas.extend(tagged);
        }
        Ok(areas)
    }

    /// Makes the search as good as the archive before it is asked, unless another process is about to: after a
    /// crash, or when another version of the program has made it.
    pub async fn freshen(&self) -> Result<()> {
        if self.finder.cursor()? < self.archive.cursor().await?
            && let Ok(_lock) = Lock::take(&self.config.data_dir, "search")
            && let Err(error) = self.catch_up().await
        {
            // Old answers are better than none, for instance when the disk is full.
            eprintln!("the latest cannot be found yet: {error}");
        }
        Ok(())
    }

    /// Makes everything that was kept searchable; returns how many items came in.
    pub async fn catch_up(&self) -> Result<usize> {
        Ok(self.finder.catch_up(&self.archive, &self.catalogue).await?)
    }

    /// Where the written digests lie.
    pub fn digests(&self) -> PathBuf {
        self.config.data_dir.join("digests")
    }
}

/// Catalogue and frameworks with what the data folder lays over them, or every fault in them.
pub fn read_data(config: &Config) -> Result<(Catalogue, Frameworks), Vec<Fault>> {
    let (frameworks, mut faults) =
        Frameworks::read(folder(&config.data_dir, "frameworks").as_deref());
    let overlay = folder(&config.data_dir, "catalogue");
    let (catalogue, more) = Catalogue::read_for(overlay.as_deref(), &frameworks);
    faults.extend(more);
    if faults.is_empty() { Ok((catalogue, frameworks)) } else { Err(faults) }
}

/// What was learnt from decisions, unless rules or shipped lessons are others since; else what ships.
fn knowing(config: &Config, frameworks: &Frameworks) -> Understander {
    let shipped = Understander::new(frameworks);
    let kept = fs::read(config.data_dir.join(LEARNT)).ok();
    let learnt = kept
        .as_ref()
        .and_then(|bytes| bytes.strip_prefix(shipped.version().as_bytes())?.strip_prefix(b"\n"));
    learnt.and_then(|learnt| Understander::knowing(frameworks, learnt)).unwrap_or(shipped)
}

fn folder(data_dir: &Path, name: &str) -> Option<PathBuf> {
    Some(data_dir.join(name)).filter(|folder| folder.is_dir())
}

/// Why `source` is not visited, when it is not.
pub fn why_paused(source: &Source) -> Option<String> {
    source.paused.clone().or_else(|| {
        let unread = !utkik_crawler::reads(source.kind);
        unread.then(|| format!("sources of kind {} are not read yet", source.kind))
    })
}

/// All faults as one error, each on its line.
pub fn faulty(faults: Vec<Fault>) -> anyhow::Error {
    let lines: Vec<String> = faults.iter().map(|fault| format!("  {}", told(fault))).collect();
    anyhow::anyhow!("nothing was started, since there are faults:\n{}", lines.join("\n"))
}

/// A fault as `file:line: what`.
pub fn told(fault: &Fault) -> String {
    match fault.line {
        0 => format!("{}: {}", fault.file, fault.what),
        line => format!("{}:{line}: {}", fault.file, fault.what),
    }
}

/// Reads the configuration, or says everything that is wrong with it.
pub fn configured(flags: &Flags) -> Result<Config> {
    Config::read(flags).map_err(faulty)
}

/// A crawler that behaves as `config` says.
pub fn crawler(config: &Config) -> Crawler {
    Crawler::new(manners(config))
}

/// The login of a source whose record names a password, or why there is none.
fn login(source: &Source) -> Option<(String, Result<Login, String>)> {
    let user = source.recipe.user.clone()?;
    let password = match (&source.recipe.password_env, &source.recipe.password_file) {
        (Some(name), _) => password(name)
            .ok_or_else(|| format!("wants a password in the variable {name}, which is not set")),
        (None, Some(file)) => fs::read_to_string(file)
            .map(|text| text.lines().next().unwrap_or_default().trim_end().to_owned())
            .map_err(|error| {
                format!("wants a password from `{file}`, which cannot be read: {error}")
            }),
        (None, None) => Err("wants a password, and its record names none".to_owned()),
    };
    let address = source.address.clone();
    let login = password.map(|password| Login { address, user, password });
    Some((source.id.0.clone(), login))
}

fn manners(config: &Config) -> Manners {
    Manners {
        contact: config.contact.clone(),
        pause: config.pause,
        pauses: config.pauses.clone(),
        hosts: config.hosts.clone(),
        allowed: config.private_hosts.clone(),
        at_once: config.at_once,
        texts_per_visit: config.texts_per_visit,
        max_time: config.max_time,
        mail_dir: Some(config.mail_dir.clone()),
        pdf_reader: pdf_reader(),
        ..Manners::default()
    }
}

/// This very program, which reads PDFs in a process of their own.
pub fn pdf_reader() -> Option<PdfReader> {
    let program = std::env::current_exe().ok()?;
    Some(PdfReader {
        program,
        arguments: vec!["pdf-text".into()],
        max_time: std::time::Duration::from_secs(60),
    })
}

/// Keeps other writers out of a data folder for as long as it lives; the system lets go when the
/// process ends, however it ends.
pub(crate) struct Lock(#[expect(dead_code, reason = "held, not read")] File);

impl Lock {
    pub(crate) fn take(folder: &Path, who: &str) -> Result<Lock> {
        let path = folder.join("writer.lock");
        let open = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = open.with_context(|| format!("could not open `{}`", path.display()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                bail!(
                    "`{}` is being written by {}; wait for it or stop it",
                    folder.display(),
                    holder.trim()
                );
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("could not lock `{}`", path.display()));
            }
        }
        file.set_len(0)?;
        file.rewind()?;
        write!(file, "`utkik {who}` (process {})", std::process::id())?;
        Ok(Lock(file))
    }
}
