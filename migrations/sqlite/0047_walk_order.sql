-- A verification walks each table in the order of the journal, page by page: without these it read the whole table for
-- each page, and its cost grew with the square of the room's history.
create index share_order on share (seq);
create index hold_order on hold (seq);
create index onward_order on onward (seq);
create index indicator_order on indicator (seq);
