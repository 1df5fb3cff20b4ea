//! What is the main text of each of these pages, and how long does it take? A JSON line for each.
//!
//! `cargo run --release -p utkik-crawler --example main_text -- FILE…`; `--guess` shows what dom_smoothie alone finds.

use serde_json::json;
use std::{env, fs, time::Instant};
use utkik_crawler::{Transport, main_text};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let alone = env::args().any(|argument| argument == "--guess");
    for file in env::args().skip(1).filter(|argument| !argument.starts_with("--")) {
        let bytes = fs::read(&file)?;
        let start = Instant::now();
        let answer =
            if alone { guess(&bytes) } else { json!(main_text(&bytes, &Transport::default())) };
        let micros = u64::try_from(start.elapsed().as_micros())?;
        println!("{}", json!({"file": file, "micros": micros, "reading": answer}));
    }
    Ok(())
}

fn guess(bytes: &[u8]) -> serde_json::Value {
    let config = dom_smoothie::Config {
        text_mode: dom_smoothie::TextMode::Formatted,
        ..dom_smoothie::Config::default()
    };
    let html = String::from_utf8_lossy(bytes);
    let article = dom_smoothie::Readability::new(html.as_ref(), None, Some(config))
        .and_then(|mut page| page.parse());
    json!({"text": article.map(|article| article.text_content.to_string()).unwrap_or_default()})
}
