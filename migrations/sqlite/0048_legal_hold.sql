-- Counsel of the lead says that all of it has to be kept for a proceeding, outside of the room, too.
alter table incident add column legal_hold integer not null default 0;
