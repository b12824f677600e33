-- What crosses beside the words of a share, and what else waits for counsel.

-- The entries of the timeline that a share points to.
create table share_entry (
    share_id blob not null references share (id),
    entry_id blob not null references entry (id),
    primary key (share_id, entry_id)
) strict;

-- What is held: a share, an entry of the timeline, an answer. The ids of entries and of the people named are
-- JSON; so is `act`, what the release does where it is no share.
alter table hold add column kind text not null default 'share';
alter table hold add column entries text not null default '[]';
alter table hold add column named text not null default '[]';
alter table hold add column act text not null default '';
