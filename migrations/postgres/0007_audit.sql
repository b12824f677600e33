-- The audit log of one organisation, read backwards.

create index journal_organisation on journal (organisation_id, seq);
