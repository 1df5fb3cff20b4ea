//! How fast is reading feeds, without a process for each?
//!
//! `cargo run --release -p utkik-crawler --example feeds FOLDER [TURNS]` reads every file of a folder in turn, and prints
//! `{files, bytes, entries, seconds}`; `benches/feeds/compare.py` runs it beside others.

use std::{env, fs, process::ExitCode, time::Instant};
use utkik_crawler::{Transport, probe};

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| ".".into());
    let turns: u32 = arguments.next().and_then(|turns| turns.parse().ok()).unwrap_or(1);
    let Ok(folder) = fs::read_dir(&folder) else {
        eprintln!("could not read folder `{folder}`");
        return ExitCode::from(1);
    };
    let mut files: Vec<_> = folder.flatten().map(|file| file.path()).collect();
    files.sort();
    let documents: Vec<Vec<u8>> = files.iter().flat_map(fs::read).collect();
    let transport = Transport { address: None, headers: Vec::new() };
    let (mut entries, mut best) = (0, f64::INFINITY);
    for _ in 0..turns {
        let start = Instant::now();
        entries = documents.iter().map(|document| probe(document, &transport).entries.len()).sum();
        best = best.min(start.elapsed().as_secs_f64());
    }
    let bytes: usize = documents.iter().map(Vec::len).sum();
    println!(
        "{{\"files\": {}, \"bytes\": {bytes}, \"entries\": {entries}, \"seconds\": {best:.6}}}",
        documents.len()
    );
    ExitCode::SUCCESS
}
