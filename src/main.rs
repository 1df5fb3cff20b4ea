//! The `utkik` program.

fn main() {}
