//! Compiles `app` for the browser (docs/decisions/0002).
//!
//! Three ways, the first that this machine has: the toolchain's own wasm target; the toolchain's library
//! sources; Debian's compiler, which comes with them as packages.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::workspace::{Workspace, output, run, variable};

const TARGET: &str = "wasm32-unknown-unknown";

struct Toolchain {
    cargo: PathBuf,
    rustc: PathBuf,
    /// Set when the standard library has to be built as well: the linker to use.
    sources: Option<PathBuf>,
}

/// The wasm file that cargo made, or `None` where nothing here can make one.
pub(crate) fn compile(workspace: &Workspace, required: bool) -> Result<Option<PathBuf>> {
    let Some(toolchain) = find(workspace) else {
        let message = "no compiler for the browser half: neither `rustup target add wasm32-unknown-unknown` \
             nor Debian's rustc-web, cargo-web, rust-web-src and lld-22 are here";
        if required {
            bail!("{message}");
        }
        println!("{message}. The site is built without it: pages work, live parts stand still.");
        return Ok(None);
    };
    // A folder of its own: another compiler and other flags would otherwise rebuild the server's half.
    let target = workspace.target.join("browser");
    let mut cargo = Command::new(&toolchain.cargo);
    cargo.current_dir(&workspace.root).args(["build", "--package", "app", "--lib", "--locked"]);
    cargo.args(["--no-default-features", "--features", "hydrate", "--profile", "wasm", "--target", TARGET]);
    // RUSTUP_TOOLCHAIN stays: without it rustup would obey the toolchain files that some crates ship.
    for meant_for_the_outer_build in ["LD_LIBRARY_PATH", "RUSTFLAGS", "CARGO_BUILD_TARGET"] {
        cargo.env_remove(meant_for_the_outer_build);
    }
    cargo.env("CARGO_TARGET_DIR", &target).env("RUSTC", &toolchain.rustc);
    cargo.env("CARGO_ENCODED_RUSTFLAGS", same_paths_everywhere().join("\u{1f}"));
    if let Some(linker) = &toolchain.sources {
        // Building the standard library is an unstable flag of cargo; nothing unstable is compiled.
        cargo.args(["-Z", "build-std=std,panic_abort"]).env("RUSTC_BOOTSTRAP", "1");
        cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    }
    run(&mut cargo)?;
    Ok(Some(target.join(TARGET).join("wasm/app.wasm")))
}

/// Panic messages carry the paths of dependencies: without this the same source would give other bytes
/// elsewhere. Our own crates are compiled by paths relative to the workspace.
fn same_paths_everywhere() -> Vec<String> {
    let home = variable("HOME").map(PathBuf::from).unwrap_or_default();
    let cargo_home = variable("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
    let registries = std::fs::read_dir(cargo_home.join("registry/src")).into_iter().flatten().flatten();
    let mut registries: Vec<_> = registries.map(|entry| entry.path()).collect();
    registries.sort();
    registries.iter().map(|dir| format!("--remap-path-prefix={}=crates", dir.display())).collect()
}

fn find(workspace: &Workspace) -> Option<Toolchain> {
    let rustc = variable("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from);
    let query =
        |rustc: &Path, what: &[&str]| output(Command::new(rustc).args(what).current_dir(&workspace.root));
    let libraries = query(&rustc, &["--print", "target-libdir", "--target", TARGET]);
    if libraries.is_some_and(|dir| Path::new(dir.trim()).is_dir()) {
        return Some(Toolchain { cargo: workspace.cargo.clone(), rustc, sources: None });
    }
    let debian = (PathBuf::from("/usr/bin/cargo"), PathBuf::from("/usr/bin/rustc"));
    [(workspace.cargo.clone(), rustc), debian].into_iter().find_map(|(cargo, rustc)| {
        let sysroot = query(&rustc, &["--print", "sysroot"])?;
        let sysroot = Path::new(sysroot.trim());
        let version = query(&rustc, &["-vV"]).filter(|version| recent_enough(version))?;
        let linker = linker(&version, sysroot)?;
        let complete = sysroot.join("lib/rustlib/src/rust/library/std").is_dir() && cargo_answers(&cargo);
        complete.then_some(Toolchain { cargo, rustc, sources: Some(linker) })
    })
}

fn cargo_answers(cargo: &Path) -> bool {
    output(Command::new(cargo).arg("--version")).is_some()
}

/// At least the `rust-version` of the workspace; the first line is `rustc 1.96.0 (...)`.
fn recent_enough(version: &str) -> bool {
    let minor = version.strip_prefix("rustc 1.").and_then(|rest| rest.split('.').next());
    minor.and_then(|minor| minor.parse::<u32>().ok()).is_some_and(|minor| minor >= 95)
}

/// The linker of the compiler's own LLVM version before any other.
fn linker(version: &str, sysroot: &Path) -> Option<PathBuf> {
    let llvm = version.lines().find_map(|line| line.strip_prefix("LLVM version: "));
    let major = llvm.and_then(|llvm| llvm.split('.').next()).unwrap_or_default();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
    let bundled = sysroot.join("lib/rustlib").join(host).join("bin/rust-lld");
    let named = [format!("wasm-ld-{major}"), "wasm-ld".to_owned(), "wasm-ld-22".to_owned()];
    let mut candidates = named.into_iter().map(PathBuf::from).chain([bundled]);
    candidates.find(|linker| output(Command::new(linker).args(["-flavor", "wasm", "--version"])).is_some())
}
