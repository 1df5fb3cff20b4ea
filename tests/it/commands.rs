//! The program as people use it: what each command takes, prints and says, and how it ends.

mod adding;
mod asking;
mod digesting;
mod importing;
mod running;
mod saying;

use crate::world::{Program, Told};
use serde_json::Value;

/// The day on which these stories happen.
const NOW: &str = "2026-11-18T08:00:00Z";

/// The names in an object, in order of the alphabet.
fn keys(object: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// Whether an object holds at least what the command contract names.
fn holds(object: &Value, contract: &str) {
    for name in contract.split_whitespace() {
        assert!(object.get(name).is_some(), "`{name}` is missing in {object}");
    }
}

/// Imports lines of JSON.
fn import(program: &Program, lines: &[Value]) -> Told {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    program.write("items.jsonl", text);
    program.call(&["import", "items.jsonl", "--json", "--now", NOW])
}
