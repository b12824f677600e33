//! Icons are asked for by name; a name that the sprite lacks draws nothing and says nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::workspace::files;

/// Where a page names what it draws: what stands before the name, and what the sprite puts before it.
const NAMED: [(&str, &str); 2] = [("<Icon name=\"", "i-"), (" icon=\"", "i-")];

/// What the pages ask for by a literal name, and the sprite does not have.
pub(crate) fn missing(root: &Path) -> Result<Vec<String>> {
    let sprite = fs::read_to_string(root.join("public/icons.svg"))?;
    let symbols: BTreeSet<&str> = between(&sprite, "<symbol id=\"", "\"").collect();
    let mut problems = Vec::new();
    for file in files(&root.join("app/src"))? {
        if file.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let name = file.strip_prefix(root)?.display().to_string();
        let asked = asked(&fs::read_to_string(&file)?);
        let lacking = asked.into_iter().filter(|symbol| !symbols.contains(symbol.as_str()));
        problems.extend(lacking.map(|symbol| format!("{name}: public/icons.svg has no {symbol}")));
    }
    Ok(problems)
}

/// The symbols that a file names: of icons, of marks, and what a function `icon` answers.
fn asked(source: &str) -> BTreeSet<String> {
    let icons = NAMED.into_iter().flat_map(|(before, prefix)| {
        between(source, before, "\"").map(move |name| format!("{prefix}{name}"))
    });
    let marks = between(source, "mark(\"", ")").filter_map(|arguments| {
        // The class, and the symbol where it is a literal.
        arguments.split_once("\", \"")?.1.strip_suffix('"').map(str::to_owned)
    });
    let answered = ["fn icon(", "fn icon<"].into_iter().flat_map(|name| source.split(name).skip(1)).flat_map(
        |function| {
            let body = function.split("\n}").next().unwrap_or_default();
            between(body, "=> \"", "\"").map(|name| format!("i-{name}"))
        },
    );
    icons.chain(marks).chain(answered).collect()
}

/// Every text between the two, in order.
fn between<'a>(text: &'a str, before: &'a str, after: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(before).skip(1).filter_map(move |rest| rest.split_once(after).map(|(found, _)| found))
}

#[cfg(test)]
mod tests {
    use super::asked;

    #[test]
    fn literal_names_of_every_kind_are_found() {
        let source = r#"
            view! { <Icon name="plus" size="sm" />{mark("status-glyph", "st-todo")}{mark("a", &glyph)} }
            view! { <Callout tone=Tone::Info icon="scale"> }
            const fn icon(state: State) -> &'static str {
                match state { State::Met => "check" }
}"#;
        let names: Vec<_> = asked(source).into_iter().collect();
        assert_eq!(names, ["i-check", "i-plus", "i-scale", "st-todo"]);
    }
}
