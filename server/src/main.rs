//! The program; everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    match server::cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(line) => {
            eprintln!("watchfloor: {line}");
            ExitCode::FAILURE
        }
    }
}
