-- Each time a room admin broke the glass over an incident, or tried to.

create table glass (
    id blob not null primary key,
    person_id blob not null references person (id),
    -- Neither where nothing was found under what was typed.
    incident_id blob references incident (id),
    lead_id blob references organisation (id),
    reason text not null,
    begun_at integer not null,
    ends_at integer not null,
    ended_at integer
) strict;
create index glass_person on glass (person_id, begun_at);
create index glass_lead on glass (lead_id, begun_at);
create index glass_incident on glass (incident_id, begun_at);
