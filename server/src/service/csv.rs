//! Comma-separated values (RFC 4180), so that no spreadsheet takes a cell for a formula.

/// One line, with its end.
pub(crate) fn line<T: AsRef<str>>(fields: impl IntoIterator<Item = T>) -> String {
    let cells: Vec<String> = fields.into_iter().map(|field| cell(field.as_ref())).collect();
    format!("{}\r\n", cells.join(","))
}

/// A cell that begins like a formula gets an apostrophe before it. So does one that would then look as if it
/// had got one: whoever takes one apostrophe off again before such a beginning has the text as it was.
fn cell(text: &str) -> String {
    let formula = text
        .trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let guarded = if formula { format!("'{text}") } else { text.to_owned() };
    // Some spreadsheets take cells apart at semicolons or tabs.
    if guarded.contains([',', ';', '\t', '"', '\n', '\r', '\'']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn no_cell_of_an_export_is_a_formula() {
        assert_eq!(cell("=1+1"), "\"'=1+1\"");
        assert_eq!(cell("\n=1"), "\"'\n=1\"");
        assert_eq!(cell("＝1"), "\"'＝1\"");
        assert_eq!(cell("a, \"b\""), "\"a, \"\"b\"\"\"");
        assert_eq!(cell("a;=1"), "\"a;=1\"");
        assert_eq!(cell("plain"), "plain");
    }

    #[test]
    fn what_was_guarded_can_be_told_from_what_was_written_so() {
        assert_eq!(cell("'=1"), "\"''=1\"");
        assert_eq!(cell("'tis true"), "\"'tis true\"");
    }
}
