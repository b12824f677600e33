//! Embeds what `cargo run -p xtask -- site` built; without it the server still compiles and serves pages.

use std::fs;

fn main() {
    // The folder is embedded at compile time and may not be built yet.
    let _ = fs::create_dir_all("../dist/site");
    for watched in ["../dist/site", "../migrations", "build.rs"] {
        println!("cargo:rerun-if-changed={watched}");
    }
}
