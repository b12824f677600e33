//! Both databases have one schema.

use std::collections::BTreeMap;

use crate::base::Base;

/// Table and column, with type, whether it may be null, and its place in the primary key.
type Columns = BTreeMap<(String, String), (String, bool, bool)>;

fn plain(kind: &str) -> &'static str {
    match kind.to_lowercase().as_str() {
        "uuid" | "bytea" | "blob" => "bytes",
        "bigint" | "integer" | "boolean" => "number",
        "text" => "text",
        other => panic!("a type that only one database has: {other}"),
    }
}

async fn sqlite(base: &Base) -> (Columns, Vec<String>) {
    let sql = "select m.name || '.' || p.name, p.type || ',' || (p.\"notnull\" = 0 and p.pk = 0) || ',' || (p.pk > 0) \
               from sqlite_master m join pragma_table_info(m.name) p where m.type = 'table'";
    let indexes = "select name, tbl_name from sqlite_master where type = 'index' and sql is not null";
    (columns(base.pairs(sql).await), base.pairs(indexes).await.into_iter().map(|(name, _)| name).collect())
}

async fn postgres(base: &Base) -> (Columns, Vec<String>) {
    let sql = "select c.table_name || '.' || c.column_name, c.data_type || ',' || (c.is_nullable = 'YES')::int || ',' \
               || (exists (select 1 from information_schema.table_constraints t join \
               information_schema.key_column_usage k on k.constraint_name = t.constraint_name \
               where t.constraint_type = 'PRIMARY KEY' and k.table_name = c.table_name \
               and k.column_name = c.column_name and t.table_schema = 'public'))::int \
               from information_schema.columns c where c.table_schema = 'public'";
    let indexes = "select indexname::text, tablename::text from pg_indexes where schemaname = 'public' and indexname \
                   not in (select conname from pg_constraint)";
    (columns(base.pairs(sql).await), base.pairs(indexes).await.into_iter().map(|(name, _)| name).collect())
}

fn columns(pairs: Vec<(String, String)>) -> Columns {
    let ours =
        pairs.into_iter().filter(|(name, _)| !name.starts_with("_sqlx") && !name.starts_with("sqlite_"));
    ours.map(|(name, facts)| {
        let (table, column) = name.split_once('.').expect("a table and a column");
        let mut facts = facts.split(',');
        let mut next = || facts.next().expect("three facts");
        let (kind, nullable, key) = (plain(next()).to_owned(), next() == "1", next() == "1");
        ((table.to_owned(), column.to_owned()), (kind, nullable, key))
    })
    .collect()
}

#[tokio::test]
async fn both_databases_have_the_same_tables_columns_keys_and_indexes() {
    let Some(theirs) = Base::postgres().await else { return };
    let ours = Base::sqlite();
    ours.open().await.close().await;
    theirs.open().await.close().await;
    let (here, mut here_indexes) = sqlite(&ours).await;
    let (there, mut there_indexes) = postgres(&theirs).await;
    assert!(here.len() > 100, "the schema was read");
    for (name, facts) in &here {
        assert_eq!(Some(facts), there.get(name), "{}.{} (type, nullable, key)", name.0, name.1);
    }
    assert_eq!(here.keys().collect::<Vec<_>>(), there.keys().collect::<Vec<_>>());
    here_indexes.sort();
    there_indexes.sort();
    assert_eq!(here_indexes, there_indexes);
    theirs.end().await;
}

#[test]
fn the_migrations_have_the_same_names() {
    let names = |folder: &str| {
        let path = format!("{}/../migrations/{folder}", env!("CARGO_MANIFEST_DIR"));
        let files = std::fs::read_dir(path).expect("a folder").map(|file| file.expect("a file").file_name());
        let mut names: Vec<_> = files.collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
}
