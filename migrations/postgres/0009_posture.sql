-- What an organisation does about an incident under its own policies, as it stands now. The note, and all of
-- it while it is not published, is for that organisation alone.

create table posture (
    id uuid not null primary key,
    incident_id uuid not null references incident (id),
    organisation_id uuid not null references organisation (id),
    version bigint not null,
    posture text not null,
    note text not null,
    stated_by uuid not null references person (id),
    stated_at bigint not null,
    published_at bigint,
    constraint posture_once unique (incident_id, organisation_id)
);
