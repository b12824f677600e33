-- Shares that wait for counsel before they are delivered. A row of its own table, so that no list of what was
-- delivered can reach it: the recipient learns nothing.

create table hold (
    id uuid not null primary key,
    incident_id uuid not null references incident (id),
    seq bigint not null references journal (seq),
    version bigint not null,
    from_person uuid not null references person (id),
    from_organisation uuid not null references organisation (id),
    to_organisation uuid not null references organisation (id),
    purpose text not null,
    body text not null,
    tlp text not null,
    foreign_nexus text not null,
    -- Ids of exhibits and what the rules found, as JSON.
    exhibits text not null,
    reasons text not null,
    state text not null,
    comment text not null,
    held_at bigint not null,
    decided_at bigint,
    decided_by uuid references person (id)
);
create index hold_inbox on hold (from_organisation, state, seq);

-- Who released it, where it was held.
alter table share add column reviewed_by uuid references person (id);
