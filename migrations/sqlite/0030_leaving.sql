-- An organisation leaves the room, and may be taken back. Its people, and what they wrote, stay in the journal.

alter table organisation add column left_at integer;
alter table organisation add column left_reason text not null default '';

-- What waits for counsel and was to go to an organisation.
create index hold_to on hold (to_organisation) where state = 'held';
