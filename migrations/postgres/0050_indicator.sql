-- An indicator that somebody may not see refuses nobody the same value: whether an incident has it already is asked of what
-- the asker sees.
alter table indicator drop constraint indicator_once;
