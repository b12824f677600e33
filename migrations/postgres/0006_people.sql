-- Organisations that look after their own people: one-time links, suspension, who vouched for whom.

alter table organisation add column watch_contact text not null default '';
alter table organisation add column version bigint not null default 1;

alter table person add column version bigint not null default 1;
alter table person add column suspended_reason text not null default '';
-- Who let this person in, by the link that they opened.
alter table person add column verified_by uuid references person (id);
alter table person add column verified_at bigint;

-- Of a link only its SHA-256 is kept: a copy of the table opens no door.
create table invitation (
    id uuid not null primary key,
    hash bytea not null,
    -- The person whose password it sets; none while it invites somebody who is not there yet.
    person_id uuid references person (id),
    organisation_id uuid not null references organisation (id),
    email text not null,
    name text not null,
    -- Words of the roles, with commas between them.
    roles text not null,
    made_by uuid not null references person (id),
    made_at bigint not null,
    expires_at bigint not null,
    used_at bigint,
    withdrawn_at bigint,
    constraint invitation_hash_key unique (hash)
);
create index invitation_organisation on invitation (organisation_id, made_at, id);
create index invitation_email on invitation (email);
create index invitation_person on invitation (person_id) where person_id is not null;
