//! How fast is the whole path? The program itself, as a child, and its finder.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use tokio::runtime::Runtime;
use utkik_index::{Finder, Query};

/// What an import took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(crate) time: Duration,
    /// The most memory that was resident at once, in bytes; 0 where the system does not tell.
    pub(crate) memory: u64,
}

/// Imports `lines` into the data folder `folder` with the real program.
pub(crate) fn import(lines: &Path, folder: &Path) -> Run {
    let started = Instant::now();
    let child = Command::new(env!("CARGO_BIN_EXE_utkik"))
        .arg("import")
        .arg(lines)
        .arg("--data-dir")
        .arg(folder)
        .current_dir(folder.parent().expect("it lies in a folder"))
        .stdout(Stdio::null())
        .spawn()
        .expect("the program was built");
    ended(child, started)
}

fn ended(mut child: Child, started: Instant) -> Run {
    let status = format!("/proc/{}/status", child.id());
    let mut memory = 0;
    loop {
        let told = fs::read_to_string(&status).unwrap_or_default();
        let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes =
            line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        memory = memory.max(kilobytes.unwrap_or(0) * 1024);
        if let Some(ending) = child.try_wait().expect("it is our child") {
            assert!(ending.success(), "the import ended with {ending}");
            return Run { time: started.elapsed(), memory };
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Our finder, over what an import left.
pub(crate) struct Ours {
    runtime: Runtime,
    finder: Finder,
}

impl Ours {
    pub(crate) fn open(folder: &Path) -> Ours {
        let runtime = Runtime::new().expect("threads can be started");
        let finder = Finder::open(&folder.join("finder")).expect("the import made it");
        Ours { runtime, finder }
    }

    /// How many hits there are, after making the first twenty ready to be shown, with their passages.
    pub(crate) fn search(&self, words: &str, days: Option<(&str, &str)>) -> usize {
        let day = |text: &str| text.parse().expect("the queries' days are right");
        let query = Query {
            text: words.to_owned(),
            from: days.map(|(from, _)| day(from)),
            to: days.map(|(_, to)| day(to)),
            limit: 20,
            ..Query::default()
        };
        let hits = self.runtime.block_on(self.finder.search(&query)).expect("it can be read");
        hits.total
    }
}
