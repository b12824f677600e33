-- The lists of an incident's page, page by page: indicators with the newest first; tasks as they were given, and with the
-- open ones first.
create index indicator_incident on indicator (incident_id, seq);
create index task_given on task (incident_id, created_at, (coalesce(step, 0)), id);
create index task_open on task (incident_id, (done_at is not null), created_at, (coalesce(step, 0)), id);
drop index task_incident;
