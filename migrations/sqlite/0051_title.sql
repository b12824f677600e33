-- The title in small letters, for the search: as Rust lowers it, since SQLite lowers ASCII alone, and PostgreSQL what its locale
-- knows. Empty is not lowered yet: the server fills it as it opens a database that it has migrated.
alter table incident add column title_lower text not null default '';
-- Those that wait for it: none, once it has run.
create index incident_title_waits on incident (title_lower) where title_lower = '';
