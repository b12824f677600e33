-- Marks of an incident that make two people look before it crosses, and shares that are passed on.

alter table incident add column candidate_or_party_content boolean not null default false;
alter table incident add column contains_personal_data boolean not null default false;

-- What an organisation that takes part wants to pass on, until the lead approves or refuses. The share that an
-- approval makes has the same id.
create table onward (
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
    -- Ids of exhibits, entries and people, as JSON.
    cited text not null,
    state text not null,
    comment text not null,
    asked_at bigint not null,
    decided_at bigint,
    decided_by uuid references person (id)
);
create index onward_asked on onward (from_organisation, state, seq);
create index onward_state on onward (state, seq);
create index onward_incident on onward (incident_id, seq);

-- Who of the lead organisation let it be passed on, and for which organisation.
alter table share add column approved_by uuid references person (id);
alter table share add column approved_organisation uuid references organisation (id);
create index share_approved on share (approved_organisation, seq);

-- Whether it gives its recipient a part in the incident. What others than the lead tell each other of what both see
-- does not.
alter table share add column admits boolean not null default true;

-- To whom the recipient's organisation handed a share, among its own people: nobody else learns of it.
alter table share add column assigned_to uuid references person (id);

-- The acts of one request.
create index journal_onward on journal (noun_id, seq) where noun = 'onward';
