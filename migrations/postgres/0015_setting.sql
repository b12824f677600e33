-- The room's settings, version by version: the newest of a kind stands; where there is none, what ships with the
-- program does.

create table setting (
    id uuid not null primary key,
    kind text not null,
    version bigint not null,
    seq bigint not null references journal (seq),
    -- JSON of the whole section.
    body text not null,
    reason text not null,
    -- What the program says about it: back to which version, holds nothing.
    remark text not null,
    person_id uuid not null references person (id),
    organisation_id uuid not null references organisation (id),
    at bigint not null,
    constraint setting_version_key unique (kind, version),
    constraint setting_seq_key unique (seq)
);

create trigger setting_refuses_change before update or delete on setting
    for each row execute function refuse_change();
create trigger setting_refuses_truncate before truncate on setting
    for each statement execute function refuse_change();

-- A playbook that was begun on an incident, and which of its steps a task is.

create table incident_playbook (
    incident_id uuid not null references incident (id),
    playbook text not null,
    title text not null,
    begun_by uuid not null references person (id),
    begun_at bigint not null,
    primary key (incident_id, playbook)
);

alter table task add column playbook text;
alter table task add column step bigint;
