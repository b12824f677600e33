-- A liaison of the lead asks for TLP:CLEAR; until its counsel decides, this says who, when and why.
alter table incident add column clear_asked_by blob references person (id);
alter table incident add column clear_asked_at integer;
alter table incident add column clear_reason text;

-- What was done to one account: who let somebody in, or made them counsel, is asked before they decide.
create index journal_person on journal (noun_id, seq) where noun = 'person';

-- An organisation's own count of a crossing is written once, like the crossing.
create trigger share_count_refuses_update before update on share_count
begin
    select raise(abort, 'share_count is append-only');
end;

create trigger share_count_refuses_delete before delete on share_count
begin
    select raise(abort, 'share_count is append-only');
end;
