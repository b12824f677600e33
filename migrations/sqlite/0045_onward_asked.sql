-- Of whom a request to pass something on was asked: it stays theirs to read and to decide, whoever would be asked later.
alter table onward add column asked_organisation blob references organisation (id);

-- Whoever decided was asked. Of the others: where the incident came from, or who leads it where that has left the room.
update onward set asked_organisation = coalesce(
    (select decider.organisation_id from person decider
     where decider.id = onward.decided_by and onward.state in ('approved', 'refused')),
    (select opener.organisation_id from incident i join person opener on opener.id = i.opened_by
     join organisation home on home.id = opener.organisation_id
     where i.id = onward.incident_id and home.left_at is null),
    (select i.lead_id from incident i where i.id = onward.incident_id));

create index onward_to_decide on onward (asked_organisation, state, seq);
-- The ledger: all of them, in the order of the journal.
create index onward_ledger_from on onward (from_organisation, seq);
create index onward_ledger_asked on onward (asked_organisation, seq);
-- What ends with an organisation's part in the room.
create index onward_to on onward (to_organisation, state, seq);

-- What was shared by or with an organisation that has left waits for nobody.
update share set waits = false where waits = true and (
    from_organisation in (select id from organisation where left_at is not null)
    or to_organisation in (select id from organisation where left_at is not null));
