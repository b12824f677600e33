-- A token may have an end.

alter table token add column expires_at bigint;
