-- Each time a room admin broke the glass over an incident, or tried to.

create table glass (
    id uuid not null primary key,
    person_id uuid not null references person (id),
    -- Neither where nothing was found under what was typed.
    incident_id uuid references incident (id),
    lead_id uuid references organisation (id),
    reason text not null,
    begun_at bigint not null,
    ends_at bigint not null,
    ended_at bigint
);
create index glass_person on glass (person_id, begun_at);
create index glass_lead on glass (lead_id, begun_at);
create index glass_incident on glass (incident_id, begun_at);
