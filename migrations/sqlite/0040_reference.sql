-- What a purpose asks for beside the words: the reference of a legal process; whose words a relay hands on, as JSON.
-- Empty where the purpose asks for neither.
alter table share add column reference text not null default '';
alter table share add column originator text not null default '';
alter table hold add column reference text not null default '';
alter table hold add column originator text not null default '';
alter table onward add column reference text not null default '';
alter table onward add column originator text not null default '';
