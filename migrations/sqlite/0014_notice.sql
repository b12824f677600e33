-- Who follows an incident. Who stopped to follow one stays without it, whatever they do in it later.

create table following (
    person_id blob not null references person (id),
    incident_id blob not null references incident (id),
    active integer not null,
    since integer not null,
    primary key (person_id, incident_id)
) strict;
create index following_incident on following (incident_id, person_id);

-- What a person does not want to make them follow by itself.
create table following_off (
    person_id blob not null references person (id),
    reason text not null,
    primary key (person_id, reason)
) strict;

-- People whom an entry calls with @.
create table mention (
    entry_id blob not null references entry (id),
    person_id blob not null references person (id),
    primary key (entry_id, person_id)
) strict;

create trigger mention_refuses_update before update on mention
begin
    select raise(abort, 'mention is append-only');
end;

create trigger mention_refuses_delete before delete on mention
begin
    select raise(abort, 'mention is append-only');
end;

-- What one person is told of one change: ids and kinds, never content. What it says is read when it is read,
-- from what the person may see at that moment.
create table notice (
    id blob not null primary key,
    person_id blob not null references person (id),
    seq integer not null references journal (seq),
    at integer not null,
    kind text not null,
    what text not null,
    incident_id blob not null references incident (id),
    noun text not null,
    noun_id blob not null,
    by_person blob references person (id),
    read_at integer,
    constraint notice_once unique (person_id, seq)
) strict;
create index notice_unread on notice (person_id, seq) where read_at is null;
create index notice_change on notice (seq);
create index notice_at on notice (at);
