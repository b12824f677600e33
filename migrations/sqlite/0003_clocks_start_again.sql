-- From when the acknowledge and contain targets count: the opening, moved by holds, anew at a reopening.
alter table incident add column target_from integer not null default 0;
update incident set target_from = opened_at;
