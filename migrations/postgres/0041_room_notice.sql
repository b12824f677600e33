-- Counsel is told when a rule that holds, or a banner, changes: a notice that is about no incident.
alter table notice alter column incident_id drop not null;
create index notice_room on notice (person_id, seq) where incident_id is null;
