-- Marks of an incident that make two people look before it crosses, and shares that are passed on.

alter table incident add column candidate_or_party_content integer not null default 0;
alter table incident add column contains_personal_data integer not null default 0;

-- What an organisation that takes part wants to pass on, until the lead approves or refuses. The share that an
-- approval makes has the same id.
create table onward (
    id blob not null primary key,
    incident_id blob not null references incident (id),
    seq integer not null references journal (seq),
    version integer not null,
    from_person blob not null references person (id),
    from_organisation blob not null references organisation (id),
    to_organisation blob not null references organisation (id),
    purpose text not null,
    body text not null,
    tlp text not null,
    foreign_nexus text not null,
    -- Ids of exhibits, entries and people, as JSON.
    cited text not null,
    state text not null,
    comment text not null,
    asked_at integer not null,
    decided_at integer,
    decided_by blob references person (id)
) strict;
create index onward_asked on onward (from_organisation, state, seq);
create index onward_state on onward (state, seq);
create index onward_incident on onward (incident_id, seq);

-- Who of the lead organisation let it be passed on, and for which organisation.
alter table share add column approved_by blob references person (id);
alter table share add column approved_organisation blob references organisation (id);
create index share_approved on share (approved_organisation, seq);

-- Whether it gives its recipient a part in the incident. What others than the lead tell each other of what both see
-- does not.
alter table share add column admits integer not null default 1;

-- To whom the recipient's organisation handed a share, among its own people: nobody else learns of it.
alter table share add column assigned_to blob references person (id);

-- The acts of one request.
create index journal_onward on journal (noun_id, seq) where noun = 'onward';
