-- Notices that are about an account, and so about no incident.
create table notice_next (
    id blob not null primary key,
    person_id blob not null references person (id),
    seq integer not null references journal (seq),
    at integer not null,
    kind text not null,
    what text not null,
    incident_id blob references incident (id),
    noun text not null,
    noun_id blob not null,
    by_person blob references person (id),
    read_at integer,
    mail_id blob references mail (id),
    constraint notice_once unique (person_id, seq)
) strict;
insert into notice_next (id, person_id, seq, at, kind, what, incident_id, noun, noun_id, by_person, read_at, mail_id)
    select id, person_id, seq, at, kind, what, incident_id, noun, noun_id, by_person, read_at, mail_id from notice;
drop table notice;
alter table notice_next rename to notice;
create index notice_unread on notice (person_id, seq) where read_at is null;
create index notice_change on notice (seq);
create index notice_at on notice (at);
create index notice_mail on notice (mail_id) where mail_id is not null;
