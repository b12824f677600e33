-- An indicator that somebody may not see refuses nobody the same value: whether an incident has it already is asked of what
-- the asker sees. SQLite drops a constraint only with its table.
create table indicator_of_many (
    id blob not null primary key,
    incident_id blob not null references incident (id),
    seq integer not null references journal (seq),
    kind text not null,
    value text not null,
    note text not null,
    tlp text not null,
    added_by blob not null references person (id),
    organisation_id blob not null references organisation (id),
    added_at integer not null
) strict;
insert into indicator_of_many (id, incident_id, seq, kind, value, note, tlp, added_by, organisation_id, added_at)
select id, incident_id, seq, kind, value, note, tlp, added_by, organisation_id, added_at from indicator;
drop table indicator;
alter table indicator_of_many rename to indicator;
create index indicator_value on indicator (kind, value);
create index indicator_order on indicator (seq);
create index indicator_incident on indicator (incident_id, seq);
