-- A task keeps the label that its incident had when it was written: who loosens the incident loosens its own words alone.
alter table task add column tlp text not null default 'amber';
update task set tlp = (select i.tlp from incident i where i.id = task.incident_id);

-- The newest look of a person at what is RED in an incident.
create index journal_look on journal (noun_id, person_id, seq) where noun = 'audit';
