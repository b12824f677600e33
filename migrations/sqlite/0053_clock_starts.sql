-- Each clock counts from its own start: a hold moves those that ran when it began, and no other.
alter table incident rename column target_from to contain_from;
alter table incident add column acknowledge_from integer not null default 0;
update incident set acknowledge_from = contain_from;
