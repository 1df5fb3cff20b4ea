//! What do the examples that ship with the project teach? Writes it to the file that is compiled in.
//!
//! To be run after a change of the examples, of the frameworks' terms or of how words are cut:
//! `cargo run --release --example learn`

use std::{fs, io, path::Path};
use utkik_index::Understander;
use utkik_sources::{Example, Frameworks};

fn main() -> io::Result<()> {
    let examples: Vec<&Example> = Example::built_in().iter().collect();
    let learnt = Understander::taught(&Frameworks::built_in(), &examples, &[]).learnt();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("index/learnt.bin");
    fs::write(&path, &learnt)?;
    println!("{} examples, {} bytes: {}", examples.len(), learnt.len(), path.display());
    Ok(())
}
