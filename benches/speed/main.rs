//! What does the whole path cost beside its engines alone? All figures come from one run, alternating, so that they can
//! be compared on a machine that others use, too.
//!
//! `cargo bench` measures 20,000 documents of the corpus named by `UTKIK_BENCH_CORPUS` (lines of JSON, gzip), and
//! prints ratios with what is required of them; `cargo bench -- searching` fills once and measures the searches only. Not a place for figures in themselves: those belong to a machine and a day.

mod alone;
mod ours;
mod texts;

use alone::Tantivy;
use ours::{Ours, Run};
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use texts::Text;

const MEASURED: usize = 20_000;
const FEW: usize = 5_000;
const MANY: usize = 40_000;

/// How often each is measured; the middle one counts.
const TURNS: usize = 3;
/// How often each query is asked.
const ASKED: usize = 25;

const QUERIES: &str = include_str!("queries.txt");

fn main() {
    // `cargo test --all-targets` starts benchmarks, too, but then nobody waits for figures.
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("nothing measured; `cargo bench` does");
        return;
    }
    let (texts, what) = texts::texts(MANY);
    println!("measured on {what}; middle of {TURNS} turns, in turn\n");
    let folder = tempfile::tempdir().expect("there is room for temporary files");
    let only_searching = std::env::args().any(|argument| argument == "searching");
    let turns = if only_searching { 1 } else { TURNS };
    let filled = filling(&texts[..MEASURED.min(texts.len())], folder.path(), turns);
    if !only_searching {
        growth(&texts, folder.path());
    }
    searching(&filled);
}

/// What filling left behind, for searching.
struct Filled {
    alone: Tantivy,
    ours: Ours,
    _folder: TempDir,
}

fn filling(texts: &[Text], above: &Path, turns: usize) -> Filled {
    let lines = above.join("texts.jsonl");
    fs::write(&lines, texts::lines(texts)).expect("there is room");
    let runtime = tokio::runtime::Runtime::new().expect("threads can be started");
    let (mut tantivy, mut sqlite, mut whole) = (Vec::new(), Vec::new(), Vec::new());
    let mut last = None;
    for _ in 0..turns {
        let folder = tempfile::tempdir_in(above).expect("there is room");
        let dir = folder.path();
        fs::create_dir(dir.join("tantivy")).expect("the folder is new");
        let (alone, took) = Tantivy::fill(&dir.join("tantivy"), texts);
        tantivy.push(took);
        let run = ours::import(&lines, &dir.join("ours"));
        whole.push(run);
        let (shape, tables) = runtime.block_on(alone::rows_of(&dir.join("ours/utkik.db")));
        sqlite.push(runtime.block_on(alone::sqlite(&dir.join("alone.db"), &shape, &tables)));
        let ours = Ours::open(&dir.join("ours"));
        last = Some(Filled { alone, ours, _folder: folder });
    }
    let count = texts.len();
    println!("filling with {count} documents");
    let alone = told("tantivy alone, commit included", count, &tantivy);
    told("SQLite alone, the same rows", count, &sqlite);
    let whole_times: Vec<Duration> = whole.iter().map(|run| run.time).collect();
    let ours = told("the whole path, `utkik import`", count, &whole_times);
    let share = alone.as_secs_f64() / ours.as_secs_f64();
    required("  share of tantivy alone", share, share >= 0.25, "at least 0.25");
    println!("  memory {} MB\n", megabytes(&whole));
    last.expect("there was a turn")
}

/// Whether a full archive makes keeping dearer. Starting the program is not counted, since it would flatter the large one.
fn growth(texts: &[Text], above: &Path) {
    let mut lines = Vec::new();
    for count in [1, FEW, MANY] {
        let count = count.min(texts.len());
        let path = above.join(format!("{count}.jsonl"));
        fs::write(&path, texts::lines(&texts[..count])).expect("there is room");
        lines.push((count, path));
    }
    let mut runs: [Vec<Run>; 3] = Default::default();
    for _ in 0..TURNS {
        for (run, (_, path)) in runs.iter_mut().zip(&lines) {
            let folder = tempfile::tempdir_in(above).expect("there is room");
            run.push(ours::import(path, &folder.path().join("ours")));
        }
    }
    let middles = runs
        .each_ref()
        .map(|runs| middle(&runs.iter().map(|run| run.time).collect::<Vec<_>>()).as_secs_f64());
    println!("growing");
    println!("  starting, with one document: {:.2} s", middles[0]);
    let cost = |of: usize| (middles[of] - middles[0]) * 1e6 / lines[of].0 as f64;
    for of in [1, 2] {
        let (count, memory) = (lines[of].0, megabytes(&runs[of]));
        println!("  {count} documents: {:.0} \u{b5}s each, memory {memory} MB", cost(of));
    }
    let ratio = cost(2) / cost(1);
    required("  cost of each, many to few", ratio, ratio <= 1.3, "at most 1.30");
    println!();
}

fn searching(filled: &Filled) {
    println!("searching, each query {ASKED} times in turn: microseconds (hits)");
    println!("  {:<45} {:>14} {:>14} {:>14}", "", "tantivy alone", "and passages", "ours");
    let reader = filled.alone.reader();
    let (mut plain, mut marked, mut firsts) = (Vec::new(), Vec::new(), Vec::new());
    for line in QUERIES.lines().filter(|line| !line.starts_with('#')) {
        let (words, days) = match line.split_once(" | ") {
            Some((words, days)) => (words, days.split_once(' ')),
            None => (line, None),
        };
        let mut times: [Vec<Duration>; 3] = Default::default();
        let mut totals = [0; 3];
        for _ in 0..ASKED {
            for (of, (times, total)) in times.iter_mut().zip(&mut totals).enumerate() {
                let started = Instant::now();
                *total = match of {
                    0 => filled.alone.search(&reader, words, days, false),
                    1 => filled.alone.search(&reader, words, days, true),
                    _ => filled.ours.search(words, days),
                };
                times.push(started.elapsed());
            }
        }
        firsts.push(times[2][0].as_secs_f64() / times[0][0].as_secs_f64());
        let times = times.map(|times| middle(&times).as_secs_f64());
        let shown: Vec<String> = times
            .iter()
            .zip(totals)
            .map(|(time, total)| format!("{:>6.0} ({total:>5})", time * 1e6))
            .collect();
        plain.push(times[2] / times[0]);
        marked.push(times[2] / times[1]);
        println!("  {line:<45} {}  {:.2}", shown.join(" "), times[2] / times[0]);
    }
    for (what, mut ratios) in [("", plain), (" with passages", marked)] {
        ratios.sort_by(f64::total_cmp);
        let ratio = ratios[ratios.len() / 2];
        let what = format!("  time beside tantivy alone{what}, the middle query");
        required(&what, ratio, ratio <= 2.0, "at most 2.00");
        println!("    from {:.2} to {:.2}", ratios[0], ratios[ratios.len() - 1]);
    }
    // Ours remembers the words that it looked up.
    firsts.sort_by(f64::total_cmp);
    println!("  when asked for the first time, the middle query: {:.2}", firsts[firsts.len() / 2]);
}

fn told(what: &str, count: usize, times: &[Duration]) -> Duration {
    let all: Vec<String> = times.iter().map(|time| format!("{:.2}", time.as_secs_f64())).collect();
    let middle = middle(times);
    let rate = count as f64 / middle.as_secs_f64();
    println!("  {what:<32} {rate:>7.0} documents/s  ({} s)", all.join(", "));
    middle
}

fn required(what: &str, is: f64, met: bool, wanted: &str) {
    println!("{what}: {is:.2}, required {wanted}: {}", if met { "met" } else { "MISSED" });
}

fn middle(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort();
    times[times.len() / 2]
}

fn megabytes(runs: &[Run]) -> u64 {
    runs.iter().map(|run| run.memory).max().unwrap_or_default() / 1_000_000
}
