//! Reads the table that somebody pasted or uploaded.

use csv::{ReaderBuilder, StringRecord, Trim};

use crate::service::{Error, Result};

/// Largest table, in bytes.
pub const BYTES: usize = 256 * 1024;
/// Most rows of one table.
pub const ROWS: usize = 500;

/// A row as it was typed.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    pub line: u64,
    pub name: String,
    /// In lower case.
    pub email: String,
    pub roles: Vec<String>,
    /// Slug; empty for one's own.
    pub organisation: String,
}

/// Where each column stands.
struct Columns {
    name: usize,
    email: usize,
    roles: usize,
    organisation: Option<usize>,
}

impl Columns {
    fn of(headings: &StringRecord) -> Option<Self> {
        let find = |names: &[&str]| {
            headings
                .iter()
                .position(|heading| names.contains(&heading.to_lowercase().replace('-', "").as_str()))
        };
        Some(Self {
            name: find(&["name", "full name"])?,
            email: find(&["email", "mail", "email address"])?,
            roles: find(&["roles", "role"])?,
            organisation: find(&["organisation", "organization", "org"]),
        })
    }
}

fn fault(message: impl Into<String>) -> Error {
    Error::invalid("csv", message)
}

/// The rows, or what is wrong with the table as a whole.
pub(super) fn read(text: &str) -> Result<Vec<Typed>> {
    if text.len() > BYTES {
        return Err(fault(format!("At most {} kB", BYTES / 1024)));
    }
    let text = text.trim_start_matches('\u{feff}');
    let heading = text.lines().next().unwrap_or_default();
    let delimiter = [b'\t', b';'].into_iter().find(|mark| heading.as_bytes().contains(mark)).unwrap_or(b',');
    let mut reader =
        ReaderBuilder::new().delimiter(delimiter).flexible(true).trim(Trim::All).from_reader(text.as_bytes());
    let headings = reader.headers().map_err(|_| fault("This is not a table of text"))?.clone();
    let columns = Columns::of(&headings);
    let columns = columns.ok_or_else(|| fault("The first line names the columns: name, email, roles"))?;
    let mut rows = vec![];
    for record in reader.records() {
        let record = record.map_err(|_| fault("This is not a table of text"))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        if rows.len() == ROWS {
            return Err(fault(format!("At most {ROWS} rows at once")));
        }
        let cell = |at: usize| record.get(at).unwrap_or_default().to_owned();
        let separates = |c: char| matches!(c, ',' | ';' | '|' | ' ');
        rows.push(Typed {
            line: record.position().map_or(0, csv::Position::line),
            name: cell(columns.name),
            email: cell(columns.email).to_lowercase(),
            roles: cell(columns.roles)
                .split(separates)
                .filter(|word| !word.is_empty())
                .map(str::to_lowercase)
                .collect(),
            organisation: columns.organisation.map_or_else(String::new, cell).to_lowercase(),
        });
    }
    if rows.is_empty() { Err(fault("There is no row below the headings")) } else { Ok(rows) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_their_names_whatever_separates_them() {
        let rows = read("\u{feff}E-mail;Name;Roles\nDANA@cisa.example;Dana Brook;analyst, liaison\n\n")
            .expect("rows");
        assert_eq!((rows.len(), rows[0].line), (1, 2));
        assert_eq!((rows[0].email.as_str(), rows[0].name.as_str()), ("dana@cisa.example", "Dana Brook"));
        assert_eq!(rows[0].roles, ["analyst", "liaison"]);
        let quoted = read("name,email,roles,organisation\n\"Brook, Dana\",d@x.example,analyst|counsel,FBI\n")
            .expect("rows");
        assert_eq!((quoted[0].name.as_str(), quoted[0].organisation.as_str()), ("Brook, Dana", "fbi"));
        assert_eq!(quoted[0].roles.len(), 2);
    }

    #[test]
    fn a_table_that_is_none_or_too_much_is_refused_as_a_whole() {
        for text in ["", "name,email\nx,y\n", "name,email,roles\n"] {
            assert!(read(text).is_err(), "{text:?}");
        }
        let long = format!("name,email,roles\n{}", "a,b@c.example,analyst\n".repeat(ROWS + 1));
        assert!(read(&long).is_err());
        assert!(read(&"x".repeat(BYTES + 1)).is_err());
    }
}
