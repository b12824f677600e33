-- What is written in a timeline crosses, too: who of the other organisations could read an entry when it was written.

-- `all`: every organisation of the room (GREEN, CLEAR); `some`: those of entry_crossed; null: it stayed where it was
-- written, or is from before this was kept.
alter table entry add column crossed text;
create index entry_crossed_from on entry (organisation_id, seq) where crossed is not null;
create index entry_crossed_all on entry (seq) where crossed = 'all';

create table entry_crossed (
    entry_id uuid not null references entry (id),
    organisation_id uuid not null references organisation (id),
    seq bigint not null references journal (seq),
    primary key (entry_id, organisation_id)
);
create index entry_crossed_to on entry_crossed (organisation_id, seq);
create index entry_crossed_order on entry_crossed (seq);

create trigger entry_crossed_refuses_change before update or delete on entry_crossed
    for each row execute function refuse_change();
create trigger entry_crossed_refuses_truncate before truncate on entry_crossed
    for each statement execute function refuse_change();
