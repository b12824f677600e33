-- Notices that are about an account, and so about no incident.
alter table notice alter column incident_id drop not null;
