-- The steps of a room that was founded by its one-time link: what its admin has not decided yet, or left as shipped.
-- What was changed stands in the settings.

create table set_up (
    step text not null primary key,
    state text not null,
    by_person blob references person (id),
    at integer
) strict;
