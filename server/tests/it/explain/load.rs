//! A room of the size of a cycle, written past the services: only its plans are looked at.

use crate::base::Base;

/// 3,000 incidents, a tenth of them open; 30,000 entries, 3,000 exhibits, indicators, tasks and shares.
pub(super) async fn load(base: &Base) {
    let sqlite = base.is_sqlite();
    let uuid = if sqlite { "randomblob(16)" } else { "gen_random_uuid()" };
    let blob = if sqlite { "x'00'" } else { "'\\x00'::bytea" };
    let open = if sqlite { "(n.i % 10 = 0)" } else { "(n.i % 10 = 0)::boolean" };
    let count = |to: u32| {
        format!(
            "with recursive n(i) as (select cast(1 as bigint) union all select i + 1 from n where i < {to}) "
        )
    };
    let organisations = "(select id, slug, row_number() over (order by slug) as k from organisation) o";
    let tlp = "case n.i % 7 when 3 then 'green' when 1 then 'red' when 2 then 'clear' when 4 then 'amber+strict' \
               else 'amber' end";
    let now = crate::base::NOW.0;
    let incidents = format!(
        "insert into incident (id, number, version, title, summary, category, severity, severity_rank, status, status_rank, \
         is_open, verification, tlp, source, lead_id, lead_slug, owner_id, opened_by, target_percent, occurred_at, \
         reported_at, opened_at, update_from, next_due, watch_due, updated_at, exhibit_count, contain_from, title_lower) {} \
         select {uuid}, 'WF-' || cast(10000 + n.i as text), 1, 'Loaded', '', 'PROC-1', 'medium', n.i % 6, \
         case when n.i % 10 = 0 then 'triaged' else 'closed' end, case when n.i % 10 = 0 then 1 else 4 end, {open}, \
         'unverified', {tlp}, '', o.id, o.slug, p.id, p.id, 100, {now}, {now}, {now} - n.i, {now}, {now} + n.i * 1000000, \
         {now} + n.i * 1000000, {now} - n.i, 0, {now}, 'loaded' from n join {organisations} on o.k = 1 + n.i % 19 \
         join person p on p.email = 'analyst@' || case o.slug when 'watchfloor' then 'cisa' else o.slug end || '.example'",
        count(3_000),
    );
    let access = format!(
        "insert into incident_access select distinct i.id, o.id, {now} from incident i join {organisations} \
         on o.id = i.lead_id or (o.k + i.opened_at) % 6 = 0"
    );
    let journal = format!(
        "insert into journal (seq, at, incident_id, noun, noun_id, action, body, request, salt, previous, hash) {} \
         select 100000 + n.i, {now}, i.id, case n.i % 12 when 10 then 'exhibit' when 11 then 'indicator' else 'entry' end, \
         {uuid}, 'posted', '{{}}', '', {blob}, {blob}, {blob} from n join incident i \
         on i.number = 'WF-' || cast(10001 + n.i * 7 % 3000 as text)",
        count(36_000),
    );
    let entries = format!(
        "insert into entry (id, incident_id, seq, kind, body, author_id, organisation_id, happened_at, recorded_at, tlp, \
         narrowed, crossed) select j.noun_id, j.incident_id, j.seq, case j.seq % 3 when 0 then 'update' when 1 then 'system' else \
         'observation' end, 'Loaded.', i.owner_id, i.lead_id, {now} - j.seq, {now}, i.tlp, false, \
         case when i.tlp in ('green', 'clear') then 'all' else 'some' end \
         from journal j join incident i on i.id = j.incident_id where j.noun = 'entry' and j.seq > 100000"
    );
    let crossed = "insert into entry_crossed (entry_id, organisation_id, seq) select e.id, a.organisation_id, e.seq \
                   from entry e join incident_access a on a.incident_id = e.incident_id \
                   where e.crossed = 'some' and a.organisation_id <> e.organisation_id and e.seq > 100000";
    let exhibits = format!(
        "insert into exhibit (id, incident_id, number, seq, sha256, size, media_type, name, note, tlp, narrowed, added_by, \
         organisation_id, added_at) select j.noun_id, j.incident_id, j.seq, j.seq, cast(j.seq as text), 10, 'image/png', \
         'a.png', '', i.tlp, false, i.owner_id, i.lead_id, {now} from journal j join incident i on i.id = j.incident_id \
         where j.noun = 'exhibit' and j.seq > 100000"
    );
    let custody = format!(
        "insert into custody (id, exhibit_id, seq, action, at, address, result) \
         select {uuid}, e.id, j.seq, 'viewed', {now}, '', '' from journal j \
         join exhibit e on e.seq = j.seq - (j.seq - 100000) % 12 + 10 where j.seq > 100000"
    );
    let indicators = format!(
        "insert into indicator (id, incident_id, seq, kind, value, note, tlp, added_by, organisation_id, added_at) \
         select {uuid}, j.incident_id, j.seq, 'domain', 'a' || cast(j.seq % 9001 as text) || '.example', '', i.tlp, \
         i.owner_id, i.lead_id, {now} from journal j join incident i on i.id = j.incident_id \
         where j.seq > 100000 on conflict do nothing"
    );
    let items = "insert into item_crossed (id, seq, noun, incident_id, person_id, organisation_id, at, tlp, crossed) \
                 select d.id, d.seq, 'indicator', d.incident_id, d.added_by, d.organisation_id, d.added_at, d.tlp, \
                 case when d.tlp in ('green', 'clear') then 'all' else 'some' end from indicator d where d.seq > 100000";
    let items_to = "insert into item_crossed_to (item_id, organisation_id, seq) select c.id, a.organisation_id, c.seq \
                    from item_crossed c join incident_access a on a.incident_id = c.incident_id \
                    where c.crossed = 'some' and a.organisation_id <> c.organisation_id";
    let shares = format!(
        "insert into share (id, incident_id, seq, version, from_person, from_organisation, to_organisation, purpose, body, \
         tlp, foreign_nexus, state, delivered_at, waits, approved_organisation, assigned_to) select {uuid}, i.id, j.seq, 1, i.owner_id, i.lead_id, o.id, \
         'awareness', '', i.tlp, '', 'delivered', {now}, j.seq % 3 = 0, \
         case j.seq % 5 when 0 then i.lead_id end, case j.seq % 7 when 0 then i.owner_id end from journal j join incident i on i.id = j.incident_id join {organisations} \
         on o.k = 1 + j.seq % 19 where j.noun = 'exhibit' and j.seq > 100000"
    );
    let postures = format!(
        "insert into posture (id, incident_id, organisation_id, version, posture, note, stated_by, stated_at, \
         published_at) select {uuid}, i.id, o.id, 1, 'watching', '', i.owner_id, {now}, {now} from incident i \
         join {organisations} on o.k < 4"
    );
    let holds = format!(
        "insert into hold (id, incident_id, seq, version, from_person, from_organisation, to_organisation, purpose, body, \
         tlp, foreign_nexus, exhibits, reasons, state, comment, held_at) select {uuid}, i.id, j.seq, 1, i.owner_id, \
         i.lead_id, o.id, 'awareness', '', i.tlp, '', '[]', '[]', \
         case j.seq % 4 when 0 then 'held' when 1 then 'returned' when 2 then 'refused' else 'released' end, '', {now} \
         from journal j join incident i on i.id = j.incident_id join {organisations} on o.k = 1 + j.seq % 19 \
         where j.noun = 'exhibit' and j.seq > 100000"
    );
    let settings = format!(
        "insert into setting (id, kind, version, seq, body, reason, remark, person_id, organisation_id, at) \
         select {uuid}, case j.seq % 2 when 0 then 'periods' else 'playbooks' end, j.seq, j.seq, '[]', '', '', i.owner_id, i.lead_id, {now} \
         from journal j join incident i on i.id = j.incident_id where j.noun = 'exhibit' and j.seq > 100000"
    );
    let playbooks = format!(
        "insert into incident_playbook select i.id, 'a', 'A', i.owner_id, {now} from incident i where i.owner_id is not null"
    );
    let onward = format!(
        "insert into onward (id, incident_id, seq, version, from_person, from_organisation, to_organisation, purpose, body, \
         tlp, foreign_nexus, cited, state, comment, asked_at, asked_organisation) select {uuid}, i.id, j.seq, 1, i.owner_id, o.id, i.lead_id, \
         'awareness', '', i.tlp, '', '{{\"exhibits\":[]}}', \
         case j.seq % 3 when 0 then 'asked' when 1 then 'approved' else 'refused' end, '', {now}, i.lead_id \
         from journal j join incident i on i.id = j.incident_id join {organisations} on o.k = 1 + j.seq % 19 \
         where j.noun = 'exhibit' and j.seq > 100000"
    );
    let named = "insert into named select i.id, p.id from incident i join person p on p.organisation_id = i.lead_id \
                 where i.tlp = 'red'";
    let named_entries = "insert into named select e.id, e.author_id from entry e where e.tlp = 'red'";
    let audiences = "insert into audience select e.id, e.organisation_id from entry e where e.tlp = 'amber'";
    // Several with each: of few rows PostgreSQL reads all sooner than some.
    let shared_exhibits = "insert into share_exhibit select s.id, x.id from share s \
                           join exhibit x on x.seq <= s.seq and x.seq > s.seq - 120";
    let shared_entries = "insert into share_entry select s.id, e.id from share s \
                          join entry e on e.seq <= s.seq and e.seq > s.seq - 12";
    let counts = "insert into share_count select s.id, s.to_organisation, s.seq, j.salt from share s \
                  join journal j on j.seq = s.seq where s.seq > 100000";
    let strikes = "insert into strike select e.id, e.seq, e.author_id, e.recorded_at, 'Wrong' from entry e \
                   where e.seq % 4 = 0";
    let followings = format!(
        "insert into following select p.id, i.id, true, {now} from incident i join person p on p.organisation_id = i.lead_id"
    );
    let mentions = "insert into mention select e.id, e.author_id from entry e where e.seq % 5 = 0";
    let mails = format!(
        "insert into mail (id, person_id, gathers, due_at, tries, state, ended_at) {} \
         select {uuid}, p.id, n.i % 2 = 0, {now} - n.i, 0, case n.i % 90 when 0 then 'waiting' when 1 then 'failed' \
         else 'sent' end, case n.i % 90 when 0 then null else {now} end from n join person p on true",
        count(200)
    );
    let notices = format!(
        "insert into notice (id, person_id, seq, at, kind, what, incident_id, noun, noun_id, by_person, mail_id, read_at) \
         select {uuid}, p.id, j.seq, {now}, case j.seq % 3 when 0 then 'mentioned' when 1 then 'status' else 'shared' end, \
         'mentioned', j.incident_id, j.noun, j.noun_id, i.owner_id, \
         case when j.seq % 7 = 0 then (select e.id from mail e where e.person_id = p.id limit 1) end, case j.seq % 4 when 0 then null else {now} end \
         from journal j join incident i on i.id = j.incident_id join person p on p.organisation_id = i.lead_id \
         where j.seq > 100000"
    );
    let places = format!(
        "insert into incident_jurisdiction select i.id, 's' || cast(i.opened_at % 56 as text), cast(n.i as text) \
         from incident i join ({} select i from n) n on true",
        count(5)
    );
    let breaches = format!(
        "insert into breach select i.id, 'update', {now} + n.i, {now} from incident i join ({} select i from n) n on true",
        count(5)
    );
    let thumbnails = format!(
        "insert into thumbnail select e.id, case e.seq % 9 when 0 then 'failed' else 'made' end, 'image/png', {}, {now} \
         from exhibit e where e.seq > 100000",
        // A picture makes its row wide.
        if sqlite { "zeroblob(1500)" } else { "convert_to(repeat('a', 1500), 'UTF8')" },
    );
    let tasks = format!(
        "insert into task (id, incident_id, version, body, organisation_id, person_id, due_at, done_at, created_by, created_at, \
         tlp) select {uuid}, j.incident_id, 1, 'Loaded.', i.lead_id, i.owner_id, {now} + j.seq, \
         case j.seq % 4 when 0 then null else {now} end, i.owner_id, {now} - j.seq, i.tlp \
         from journal j join incident i on i.id = j.incident_id where j.noun = 'indicator' and j.seq > 100000"
    );
    let sends = format!(
        "insert into idempotency select p.id, {}, {blob}, '', {now} - n.i from person p join ({} select i from n) n on true",
        if sqlite { "randomblob(16)" } else { "decode(md5(cast(n.i as text)), 'hex')" },
        count(200)
    );
    // SQLite plans without statistics in earnest, too: nobody gathers them there.
    let statistics = if sqlite { "select 1" } else { "analyze" };
    for sql in [
        &incidents,
        &access,
        &journal,
        &entries,
        &exhibits,
        &custody,
        &indicators,
        items,
        items_to,
        &shares,
        &postures,
        &holds,
        &settings,
        &playbooks,
        &onward,
        named,
        named_entries,
        crossed,
        audiences,
        shared_exhibits,
        shared_entries,
        counts,
        strikes,
        &followings,
        mentions,
        &mails,
        &notices,
        &places,
        &breaches,
        &thumbnails,
        &tasks,
        &sends,
        statistics,
    ] {
        base.execute(sql).await.unwrap_or_else(|error| panic!("{error}: {sql}"));
    }
}
