-- What is written in a timeline crosses, too: who of the other organisations could read an entry when it was written.

-- `all`: every organisation of the room (GREEN, CLEAR); `some`: those of entry_crossed; null: it stayed where it was
-- written, or is from before this was kept.
alter table entry add column crossed text;
create index entry_crossed_from on entry (organisation_id, seq) where crossed is not null;
create index entry_crossed_all on entry (seq) where crossed = 'all';

create table entry_crossed (
    entry_id blob not null references entry (id),
    organisation_id blob not null references organisation (id),
    seq integer not null references journal (seq),
    primary key (entry_id, organisation_id)
) strict;
create index entry_crossed_to on entry_crossed (organisation_id, seq);
create index entry_crossed_order on entry_crossed (seq);

create trigger entry_crossed_refuses_update before update on entry_crossed
begin
    select raise(abort, 'entry_crossed is append-only');
end;

create trigger entry_crossed_refuses_delete before delete on entry_crossed
begin
    select raise(abort, 'entry_crossed is append-only');
end;
