-- Indicators and tasks cross by being written, too: who of the other organisations could read one when it was written.

create table item_crossed (
    -- The indicator or the task.
    id blob not null primary key,
    seq integer not null references journal (seq),
    noun text not null,
    incident_id blob not null references incident (id),
    person_id blob not null references person (id),
    organisation_id blob not null references organisation (id),
    at integer not null,
    tlp text not null,
    -- `all`: every organisation of the room; `some`: those of item_crossed_to.
    crossed text not null
) strict;
create index item_crossed_from on item_crossed (organisation_id, seq);
create index item_crossed_all on item_crossed (seq) where crossed = 'all';
create index item_crossed_order on item_crossed (seq);

create table item_crossed_to (
    item_id blob not null references item_crossed (id),
    organisation_id blob not null references organisation (id),
    seq integer not null references journal (seq),
    primary key (item_id, organisation_id)
) strict;
create index item_crossed_to_organisation on item_crossed_to (organisation_id, seq);
create index item_crossed_to_order on item_crossed_to (seq);

-- What was GREEN or CLEAR when it was written everybody could read. Of the rest nobody wrote down who had a part in the
-- incident at that moment, and nothing is made up. A task's label is from later where its incident's was ever changed.
insert into item_crossed (id, seq, noun, incident_id, person_id, organisation_id, at, tlp, crossed)
select d.id, d.seq, 'indicator', d.incident_id, d.added_by, d.organisation_id, d.added_at, d.tlp, 'all'
from indicator d
where d.tlp in ('clear', 'green');

insert into item_crossed (id, seq, noun, incident_id, person_id, organisation_id, at, tlp, crossed)
select t.id, j.seq, 'task', t.incident_id, t.created_by, j.organisation_id, t.created_at, t.tlp, 'all'
from task t
join journal j on j.noun = 'task' and j.action = 'added' and j.noun_id = t.id
where t.tlp in ('clear', 'green') and j.organisation_id is not null
and not exists (select 1 from entry e where e.incident_id = t.incident_id and e.field = 'tlp');

create trigger item_crossed_refuses_update before update on item_crossed
begin
    select raise(abort, 'item_crossed is append-only');
end;

create trigger item_crossed_refuses_delete before delete on item_crossed
begin
    select raise(abort, 'item_crossed is append-only');
end;

create trigger item_crossed_to_refuses_update before update on item_crossed_to
begin
    select raise(abort, 'item_crossed_to is append-only');
end;

create trigger item_crossed_to_refuses_delete before delete on item_crossed_to
begin
    select raise(abort, 'item_crossed_to is append-only');
end;
