//! The page of what was attacked names tests that exist.

use std::{collections::BTreeSet, path::Path};

fn functions(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            functions(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(&path).expect("text");
            let names = text.split("fn ").skip(1).filter_map(|rest| rest.split(['(', '<']).next());
            found.extend(names.map(str::to_owned));
        }
    }
}

#[test]
fn each_attack_that_is_written_down_has_its_test() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(here.join("../docs/attacks.md")).expect("the page");
    let mut known = BTreeSet::new();
    functions(&here.join("tests"), &mut known);
    let rows: Vec<_> = page
        .lines()
        .filter(|line| line.starts_with("| ") && line.matches('|').count() == 4)
        .skip(1)
        .collect();
    assert!(rows.len() > 20, "{} rows", rows.len());
    for row in rows {
        let cell = row.rsplit('|').nth(1).expect("a cell");
        let names: Vec<_> = cell.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "{row}");
        for name in names {
            assert!(known.contains(name), "{name}: {row}");
        }
    }
}
