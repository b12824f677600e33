-- Lists must not grow with history. An index that begins with a column of few values, or with one that nearly
-- every row leaves empty, is the whole table to whoever takes it, and a planner without statistics takes it.

drop index entry_feed;
drop index entry_corrects;
create index entry_corrections on entry (incident_id, seq) where corrects is not null;

-- How much an organisation holds, in an incident, and a person lately: answered from the index alone.
drop index exhibit_hash;
create index exhibit_usage on exhibit (organisation_id, incident_id, added_by, added_at, size);
