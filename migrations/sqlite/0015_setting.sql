-- The room's settings, version by version: the newest of a kind stands; where there is none, what ships with the
-- program does.

create table setting (
    id blob not null primary key,
    kind text not null,
    version integer not null,
    seq integer not null references journal (seq),
    -- JSON of the whole section.
    body text not null,
    reason text not null,
    -- What the program says about it: back to which version, holds nothing.
    remark text not null,
    person_id blob not null references person (id),
    organisation_id blob not null references organisation (id),
    at integer not null,
    constraint setting_version_key unique (kind, version),
    constraint setting_seq_key unique (seq)
) strict;

create trigger setting_refuses_update before update on setting
begin
    select raise(abort, 'setting is append-only');
end;

create trigger setting_refuses_delete before delete on setting
begin
    select raise(abort, 'setting is append-only');
end;

-- A playbook that was begun on an incident, and which of its steps a task is.

create table incident_playbook (
    incident_id blob not null references incident (id),
    playbook text not null,
    title text not null,
    begun_by blob not null references person (id),
    begun_at integer not null,
    primary key (incident_id, playbook)
) strict;

alter table task add column playbook text;
alter table task add column step integer;
