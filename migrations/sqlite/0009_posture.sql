-- What an organisation does about an incident under its own policies, as it stands now. The note, and all of
-- it while it is not published, is for that organisation alone.

create table posture (
    id blob not null primary key,
    incident_id blob not null references incident (id),
    organisation_id blob not null references organisation (id),
    version integer not null,
    posture text not null,
    note text not null,
    stated_by blob not null references person (id),
    stated_at integer not null,
    published_at integer,
    constraint posture_once unique (incident_id, organisation_id)
) strict;
