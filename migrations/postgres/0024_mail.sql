-- What each person wants to be told, and how; the kinds that they did not choose go their usual way.

create table notice_choice (
    person_id uuid not null references person (id),
    kind text not null,
    way text not null,
    primary key (person_id, kind)
);

-- Minutes of the day in a zone between which no e-mail is sent.
create table quiet_hours (
    person_id uuid not null primary key references person (id),
    from_minute bigint not null,
    to_minute bigint not null,
    zone text not null
);

-- E-mails on their way: written with the notices that they tell of, and composed only when they are sent.
create table mail (
    id uuid not null primary key,
    person_id uuid not null references person (id),
    -- It gathers more until it is due: a digest, or what came in quiet hours.
    gathers boolean not null,
    due_at bigint not null,
    tries bigint not null,
    state text not null,
    ended_at bigint
);
create index mail_due on mail (due_at) where state = 'waiting';
create index mail_person on mail (person_id, due_at);
create index mail_ended on mail (ended_at) where ended_at is not null;

alter table notice add column mail_id uuid references mail (id);
create index notice_mail on notice (mail_id) where mail_id is not null;
