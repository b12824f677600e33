-- The verification walks these tables by the journal's numbers; each row of the journal brought one of them.

create unique index strike_seq_key on strike (seq);
create unique index exhibit_seq_key on exhibit (seq);
create unique index custody_seq_key on custody (seq);
