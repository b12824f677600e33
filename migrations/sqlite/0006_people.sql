-- Organisations that look after their own people: one-time links, suspension, who vouched for whom.

alter table organisation add column watch_contact text not null default '';
alter table organisation add column version integer not null default 1;

alter table person add column version integer not null default 1;
alter table person add column suspended_reason text not null default '';
-- Who let this person in, by the link that they opened.
alter table person add column verified_by blob references person (id);
alter table person add column verified_at integer;

-- Of a link only its SHA-256 is kept: a copy of the table opens no door.
create table invitation (
    id blob not null primary key,
    hash blob not null,
    -- The person whose password it sets; none while it invites somebody who is not there yet.
    person_id blob references person (id),
    organisation_id blob not null references organisation (id),
    email text not null,
    name text not null,
    -- Words of the roles, with commas between them.
    roles text not null,
    made_by blob not null references person (id),
    made_at integer not null,
    expires_at integer not null,
    used_at integer,
    withdrawn_at integer,
    constraint invitation_hash_key unique (hash)
) strict;
create index invitation_organisation on invitation (organisation_id, made_at, id);
create index invitation_email on invitation (email);
create index invitation_person on invitation (person_id) where person_id is not null;
