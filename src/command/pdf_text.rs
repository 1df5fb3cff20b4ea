//! `utkik pdf-text`: the process in which a PDF is read, so that no PDF harms another.

use super::{Context, Ending};
use anyhow::{Context as _, Result, bail};
use std::io::Read;

/// The most bytes that a PDF may have.
const MAX_BYTES: u64 = 100_000_000;

/// Reads a PDF on standard input, and prints what it says as JSON.
pub(super) fn run(context: &Context) -> Result<Ending> {
    limit();
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes);
    read.context("could not read standard input")?;
    if bytes.len() as u64 > MAX_BYTES {
        bail!("the PDF is larger than {} MB", MAX_BYTES / 1_000_000);
    }
    context.print_json(&utkik_crawler::pdf_text(&bytes))?;
    Ok(Ending::Done)
}

/// Whoever asks for more ends here, and only here.
#[cfg(unix)]
fn limit() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    const MEMORY: u64 = 1_500_000_000;
    const SECONDS: u64 = 50;
    let most = |most| Rlimit { current: Some(most), maximum: Some(most) };
    // A system that knows no such limit still has the time that the caller waits.
    let _ = setrlimit(Resource::As, most(MEMORY));
    let _ = setrlimit(Resource::Cpu, most(SECONDS));
    let _ = setrlimit(Resource::Core, most(0));
}

#[cfg(not(unix))]
fn limit() {}
