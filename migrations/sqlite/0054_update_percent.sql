-- The profile of the period in which the update clock last started: a severity that changes changes its target, no profile.
alter table incident add column update_percent integer not null default 100;
update incident set update_percent = target_percent;
