//! Class names and tokens between pages and style: nothing is styled that no page draws, nothing is drawn that neither
//! style nor script nor test knows.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Class names that only the running program puts together. None so far: whole names can be searched for.
const COMPOSED: [&str; 0] = [];

pub(crate) fn unused(root: &Path, tracked: &[&str]) -> Vec<String> {
    let text = |dirs: &[&str], ending: &str| -> String {
        let wanted = |name: &&&str| dirs.iter().any(|dir| name.starts_with(dir)) && name.ends_with(ending);
        tracked.iter().filter(wanted).filter_map(|name| fs::read_to_string(root.join(name)).ok()).collect()
    };
    let style = without(&without(&text(&["style/"], ".css"), "/*", "*/"), "\"", "\"");
    let (pages, scripts) = (text(&["app/src/", "server/src/"], ".rs"), text(&["app/src/islands/"], ".rs"));
    let tests = text(&["end2end/"], ".mjs") + &text(&["server/tests/"], ".rs");

    let (styled, named) = (after(&style, "."), words(&pages));
    let known: BTreeSet<_> =
        styled.iter().copied().chain(after(&scripts, ".")).chain(words(&tests)).collect();
    let drawn: BTreeSet<_> =
        pages.split("class=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let drawn: BTreeSet<_> = drawn.into_iter().flat_map(str::split_whitespace).collect();
    let read = after(&style, "var(--");
    let whole = |name: &&&str| !COMPOSED.contains(*name);

    let classes = styled.difference(&named).filter(whole).map(|name| format!("style: no page draws .{name}"));
    let unknown =
        drawn.difference(&known).filter(whole).map(|name| format!("app: nothing knows the class {name}"));
    let tokens = after(&style, "--")
        .difference(&read)
        .map(|name| format!("style: nothing reads --{name}"))
        .collect::<Vec<_>>();
    classes.chain(unknown).chain(tokens).collect()
}

/// The text without what stands between these marks.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut parts = text.split(open);
    let mut kept = parts.next().unwrap_or_default().to_owned();
    while let Some(part) = parts.next() {
        let rest = if open == close { parts.next() } else { part.split_once(close).map(|(_, rest)| rest) };
        kept.push_str(rest.unwrap_or_default());
    }
    kept
}

fn is_of_a_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-_".contains(letter)
}

/// The names that follow a mark at once; a number is none.
fn after<'a>(text: &'a str, mark: &str) -> BTreeSet<&'a str> {
    let names = text.split(mark).skip(1).filter_map(|rest| rest.split(|c| !is_of_a_name(c)).next());
    names.filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic())).collect()
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split(|c| !is_of_a_name(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::{after, without};

    #[test]
    fn names_are_told_from_numbers_comments_and_strings() {
        let css =
            "/* .old */ .te, .te-vis:hover { width: 0.5rem; content: \".x\"; color: var(--ink); --own: 1 }";
        let css = without(&without(css, "/*", "*/"), "\"", "\"");
        assert_eq!(after(&css, ".").into_iter().collect::<Vec<_>>(), ["te", "te-vis"]);
        assert_eq!(after(&css, "--").difference(&after(&css, "var(--")).collect::<Vec<_>>(), [&"own"]);
    }
}
