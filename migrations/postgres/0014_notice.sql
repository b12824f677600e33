-- Who follows an incident. Who stopped to follow one stays without it, whatever they do in it later.

create table following (
    person_id uuid not null references person (id),
    incident_id uuid not null references incident (id),
    active boolean not null,
    since bigint not null,
    primary key (person_id, incident_id)
);
create index following_incident on following (incident_id, person_id);

-- What a person does not want to make them follow by itself.
create table following_off (
    person_id uuid not null references person (id),
    reason text not null,
    primary key (person_id, reason)
);

-- People whom an entry calls with @.
create table mention (
    entry_id uuid not null references entry (id),
    person_id uuid not null references person (id),
    primary key (entry_id, person_id)
);

create trigger mention_refuses_change before update or delete on mention
    for each row execute function refuse_change();
create trigger mention_refuses_truncate before truncate on mention
    for each statement execute function refuse_change();

-- What one person is told of one change: ids and kinds, never content. What it says is read when it is read,
-- from what the person may see at that moment.
create table notice (
    id uuid not null primary key,
    person_id uuid not null references person (id),
    seq bigint not null references journal (seq),
    at bigint not null,
    kind text not null,
    what text not null,
    incident_id uuid not null references incident (id),
    noun text not null,
    noun_id uuid not null,
    by_person uuid references person (id),
    read_at bigint,
    constraint notice_once unique (person_id, seq)
);
create index notice_unread on notice (person_id, seq) where read_at is null;
create index notice_change on notice (seq);
create index notice_at on notice (at);
