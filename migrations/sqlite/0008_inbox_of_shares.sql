-- Whether a share still waits for its recipient: what the inbox counts and lists.

alter table share add column waits integer not null default 0;
update share set waits = 1 where state <> 'revoked' and answered_at is null and (acknowledged_at is null
    or (purpose in ('question', 'safety', 'relay', 'legal_process') and not exists (
        select 1 from organisation f, organisation t where f.id = share.from_organisation
            and t.id = share.to_organisation and f.sector = 'agency' and t.sector = 'company')));
create index share_inbox on share (to_organisation, waits, seq);
create index share_sent on share (from_organisation, waits, seq);
drop index share_to;
