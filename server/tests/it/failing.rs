//! Writes that the database refuses, as it does when something is wrong with it.

use crate::base::Base;

/// What it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// No room is left.
    Full,
    /// Something that nobody foresaw.
    Broken,
}

impl Base {
    /// From here on each `insert` or `update` of this table fails.
    pub(crate) async fn refuse(&self, event: &str, table: &str, fault: Fault) {
        self.allow(event, table).await;
        let name = format!("refused_{event}_{table}");
        let sql = if self.is_sqlite() {
            let says = match fault {
                // The last number of such a table is used up: SQLite answers as if the disk were full.
                Fault::Full => "insert into last_number (id) values (null)",
                Fault::Broken => "select raise(abort, 'it broke')",
            };
            format!(
                "create table if not exists last_number (id integer primary key autoincrement); \
                 insert or ignore into last_number (id) values (9223372036854775807); \
                 create trigger {name} before {event} on {table} begin {says}; end"
            )
        } else {
            let code = match fault {
                Fault::Full => "53100",
                Fault::Broken => "XX000",
            };
            format!(
                "create or replace function {name}() returns trigger language plpgsql as \
                 $$ begin raise exception 'it broke' using errcode = '{code}'; end $$; \
                 create trigger {name} before {event} on {table} for each row execute function {name}()"
            )
        };
        self.execute(&sql).await.expect("refused from here on");
    }

    /// It works again.
    pub(crate) async fn allow(&self, event: &str, table: &str) {
        let on = if self.is_sqlite() { String::new() } else { format!(" on {table}") };
        self.execute(&format!("drop trigger if exists refused_{event}_{table}{on}"))
            .await
            .expect("allowed again");
    }
}
