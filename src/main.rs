//! The `utkik` program.

use clap::Parser;
use std::process::ExitCode;
use utkik::{
    app::WrongUse,
    command::{Cli, Ending},
};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut builder = match cli.is_small() {
        true => tokio::runtime::Builder::new_current_thread(),
        false => tokio::runtime::Builder::new_multi_thread(),
    };
    let runtime = match builder.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("utkik: could not start: {error}");
            return ExitCode::from(1);
        }
    };
    match runtime.block_on(cli.run()) {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::InPart) => ExitCode::from(3),
        Err(error) => {
            eprintln!("utkik: {error:#}");
            ExitCode::from(if error.is::<WrongUse>() { 2 } else { 1 })
        }
    }
}
