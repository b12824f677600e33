-- Tables of people that an administrator invited at once: what became of each row. The links are not here.

create table import (
    id uuid not null primary key,
    person_id uuid not null references person (id),
    made_at bigint not null,
    -- What became of each row, as JSON.
    result text not null,
    expires_at bigint not null,
    downloaded_at bigint
);
