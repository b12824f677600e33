-- What each person wants to be told, and how; the kinds that they did not choose go their usual way.

create table notice_choice (
    person_id blob not null references person (id),
    kind text not null,
    way text not null,
    primary key (person_id, kind)
) strict;

-- Minutes of the day in a zone between which no e-mail is sent.
create table quiet_hours (
    person_id blob not null primary key references person (id),
    from_minute integer not null,
    to_minute integer not null,
    zone text not null
) strict;

-- E-mails on their way: written with the notices that they tell of, and composed only when they are sent.
create table mail (
    id blob not null primary key,
    person_id blob not null references person (id),
    -- It gathers more until it is due: a digest, or what came in quiet hours.
    gathers integer not null,
    due_at integer not null,
    tries integer not null,
    state text not null,
    ended_at integer
) strict;
create index mail_due on mail (due_at) where state = 'waiting';
create index mail_person on mail (person_id, due_at);
create index mail_ended on mail (ended_at) where ended_at is not null;

alter table notice add column mail_id blob references mail (id);
create index notice_mail on notice (mail_id) where mail_id is not null;
