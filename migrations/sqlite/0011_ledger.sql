-- The sharing ledger as one organisation lays it before others: its own count of crossings, without a gap, and
-- the order in which it reads them.

-- Which crossing it was for this organisation. The journal row of the share holds a salted digest of each
-- party's count, so that neither learns the other's.
create table share_count (
    share_id blob not null references share (id),
    organisation_id blob not null references organisation (id),
    count integer not null,
    salt blob not null,
    primary key (share_id, organisation_id)
) strict;
create unique index share_count_order on share_count (organisation_id, count);

create index share_ledger_to on share (to_organisation, seq);
create index share_ledger_from on share (from_organisation, seq);
create index hold_ledger on hold (from_organisation, seq);

-- The acts of one crossing or posture.
create index journal_ledger on journal (noun_id, seq) where noun in ('share', 'hold', 'posture');
