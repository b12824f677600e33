-- Tables of people that an administrator invited at once: what became of each row. The links are not here.

create table import (
    id blob not null primary key,
    person_id blob not null references person (id),
    made_at integer not null,
    -- What became of each row, as JSON.
    result text not null,
    expires_at integer not null,
    downloaded_at integer
) strict;
