-- Organisations, people and how they prove who they are.

create table organisation (
    id blob not null primary key,
    slug text not null,
    name text not null,
    short text not null,
    code text not null,
    sector text not null,
    created_at integer not null,
    constraint organisation_slug_key unique (slug)
) strict;

create table person (
    id blob not null primary key,
    organisation_id blob not null references organisation (id),
    email text not null,
    name text not null,
    password_hash text,
    password_changed_at integer not null,
    suspended_at integer,
    last_sign_in_at integer,
    created_at integer not null,
    constraint person_email_key unique (email)
) strict;

create table person_role (
    person_id blob not null references person (id),
    role text not null,
    primary key (person_id, role)
) strict;

-- Only the SHA-256 of a session's id is kept: a copy of the table opens no door.
create table session (
    id blob not null primary key,
    person_id blob references person (id),
    data text not null,
    address text not null,
    user_agent text not null,
    created_at integer not null,
    seen_at integer not null,
    expires_at integer not null
) strict;
create index session_person on session (person_id);
create index session_expires on session (expires_at);

create table token (
    id blob not null primary key,
    person_id blob not null references person (id),
    hash blob not null,
    name text not null,
    created_at integer not null,
    last_used_at integer,
    revoked_at integer,
    constraint token_hash_key unique (hash)
) strict;
create index token_person on token (person_id);

-- Data that a room changes while it runs.

create table category (
    code text not null primary key,
    top text not null,
    top_name text not null,
    name text not null,
    position integer not null,
    effective_from integer not null,
    effective_to integer
) strict;

create table severity_target (
    severity text not null primary key,
    definition text not null,
    acknowledge_s integer,
    update_s integer,
    contain_s integer
) strict;

create table period (
    slug text not null primary key,
    name text not null,
    kind text not null,
    shift text not null,
    starts_at integer not null,
    ends_at integer not null,
    zone text not null,
    target_percent integer not null
) strict;
create index period_time on period (starts_at, ends_at);

-- The incident as it stands now: a projection of the journal.

create table incident (
    id blob not null primary key,
    number text not null,
    version integer not null,
    title text not null,
    summary text not null,
    category text not null references category (code),
    severity text not null,
    severity_rank integer not null,
    status text not null,
    status_rank integer not null,
    is_open integer not null,
    disposition text,
    verification text not null,
    tlp text not null,
    source text not null,
    lead_id blob not null references organisation (id),
    lead_slug text not null,
    owner_id blob references person (id),
    handover_to blob references person (id),
    opened_by blob not null references person (id),
    resolved_by blob references person (id),
    period text references period (slug),
    target_percent integer not null,
    occurred_at integer not null,
    reported_at integer not null,
    opened_at integer not null,
    acknowledged_at integer,
    contained_at integer,
    resolved_at integer,
    closed_at integer,
    hold_since integer,
    hold_reason text,
    hold_review_at integer,
    acknowledge_due integer,
    update_from integer not null,
    update_due integer,
    contain_due integer,
    -- When the next running clock rings; the largest value when none runs. The board's order.
    next_due integer not null,
    -- When a clock rings whose breach is not yet noted: what the watch over the clocks reads.
    watch_due integer not null,
    updated_at integer not null,
    duplicate_of blob references incident (id),
    referred_to blob references organisation (id),
    exhibit_count integer not null,
    constraint incident_number_key unique (number)
) strict;
create index incident_board_severity on incident (is_open, severity_rank, next_due, number);
create index incident_board_status on incident (is_open, status_rank, next_due, number);
create index incident_board_lead on incident (is_open, lead_slug, next_due, number);
create index incident_board_due on incident (is_open, next_due, number);
create index incident_board_updated on incident (is_open, updated_at, number);
create index incident_board_opened on incident (is_open, opened_at, number);
create index incident_watch on incident (is_open, watch_due);
create index incident_updated on incident (updated_at, number);
create index incident_opened on incident (opened_at, number);
create index incident_owner on incident (owner_id, is_open);

create table incident_jurisdiction (
    incident_id blob not null references incident (id),
    state text not null,
    county text not null,
    primary key (incident_id, state, county)
) strict;
create index incident_jurisdiction_state on incident_jurisdiction (state, incident_id);

-- The lead organisation and those it was shared with, as of now.
create table incident_access (
    incident_id blob not null references incident (id),
    organisation_id blob not null references organisation (id),
    since integer not null,
    primary key (incident_id, organisation_id)
) strict;
create index incident_access_organisation on incident_access (organisation_id, incident_id);

-- With RED: who may see the incident, entry or exhibit with this id.
create table named (
    subject_id blob not null,
    person_id blob not null references person (id),
    primary key (subject_id, person_id)
) strict;
create index named_person on named (person_id, subject_id);

-- Organisations to which an entry or exhibit is narrowed.
create table audience (
    subject_id blob not null,
    organisation_id blob not null references organisation (id),
    primary key (subject_id, organisation_id)
) strict;

-- A target that passed, written once.
create table breach (
    incident_id blob not null references incident (id),
    clock text not null,
    due_at integer not null,
    noticed_at integer not null,
    primary key (incident_id, clock, due_at)
) strict;

-- The journal: gapless, in commit order, each row hashed over the one before.

create table journal (
    seq integer not null primary key,
    at integer not null,
    person_id blob,
    organisation_id blob,
    incident_id blob,
    noun text not null,
    noun_id blob,
    action text not null,
    body text not null,
    request text not null,
    salt blob not null,
    previous blob not null,
    hash blob not null
) strict;
create index journal_incident on journal (incident_id, seq);

create table entry (
    id blob not null primary key,
    incident_id blob not null references incident (id),
    seq integer not null references journal (seq),
    kind text not null,
    body text not null,
    author_id blob references person (id),
    organisation_id blob references organisation (id),
    happened_at integer not null,
    recorded_at integer not null,
    tlp text not null,
    narrowed integer not null,
    field text,
    old_value text,
    new_value text,
    exhibit integer,
    corrects blob references entry (id),
    constraint entry_seq_key unique (seq)
) strict;
create index entry_timeline on entry (incident_id, happened_at, seq);
create index entry_newest on entry (incident_id, seq);
create index entry_corrects on entry (corrects);
create index entry_feed on entry (kind, seq);

create table strike (
    entry_id blob not null primary key references entry (id),
    seq integer not null references journal (seq),
    person_id blob not null references person (id),
    at integer not null,
    reason text not null
) strict;

-- Evidence and its custody.

create table exhibit (
    id blob not null primary key,
    incident_id blob not null references incident (id),
    number integer not null,
    seq integer not null references journal (seq),
    sha256 text,
    size integer not null,
    media_type text not null,
    name text not null,
    source_url text,
    note text not null,
    tlp text not null,
    narrowed integer not null,
    captured_at integer,
    added_by blob not null references person (id),
    organisation_id blob not null references organisation (id),
    added_at integer not null,
    constraint exhibit_number_key unique (incident_id, number)
) strict;
create index exhibit_hash on exhibit (organisation_id, sha256);

create table thumbnail (
    exhibit_id blob not null primary key references exhibit (id),
    state text not null,
    media_type text not null,
    bytes blob not null,
    made_at integer not null
) strict;

create table custody (
    id blob not null primary key,
    exhibit_id blob not null references exhibit (id),
    seq integer not null references journal (seq),
    action text not null,
    person_id blob references person (id),
    organisation_id blob references organisation (id),
    at integer not null,
    address text not null,
    result text not null
) strict;
create index custody_exhibit on custody (exhibit_id, seq);

create table indicator (
    id blob not null primary key,
    incident_id blob not null references incident (id),
    seq integer not null references journal (seq),
    kind text not null,
    value text not null,
    note text not null,
    tlp text not null,
    added_by blob not null references person (id),
    organisation_id blob not null references organisation (id),
    added_at integer not null,
    constraint indicator_once unique (incident_id, kind, value)
) strict;
create index indicator_value on indicator (kind, value);

create table task (
    id blob not null primary key,
    incident_id blob not null references incident (id),
    version integer not null,
    body text not null,
    organisation_id blob references organisation (id),
    person_id blob references person (id),
    due_at integer,
    done_at integer,
    done_by blob references person (id),
    created_by blob not null references person (id),
    created_at integer not null
) strict;
create index task_incident on task (incident_id, created_at, id);

-- The sharing ledger.

create table share (
    id blob not null primary key,
    incident_id blob not null references incident (id),
    seq integer not null references journal (seq),
    version integer not null,
    from_person blob not null references person (id),
    from_organisation blob not null references organisation (id),
    to_organisation blob not null references organisation (id),
    purpose text not null,
    body text not null,
    tlp text not null,
    foreign_nexus text not null,
    state text not null,
    delivered_at integer not null,
    seen_at integer,
    seen_by blob references person (id),
    acknowledged_at integer,
    acknowledged_by blob references person (id),
    answered_at integer,
    answered_by blob references person (id),
    answer text,
    revoked_at integer,
    revoked_by blob references person (id)
) strict;
create index share_incident on share (incident_id, seq);
create index share_to on share (to_organisation, seq);

create table share_exhibit (
    share_id blob not null references share (id),
    exhibit_id blob not null references exhibit (id),
    primary key (share_id, exhibit_id)
) strict;

-- A repeated send never posts twice: the outcome of each key, kept for a day.
create table idempotency (
    person_id blob not null references person (id),
    key blob not null,
    digest blob not null,
    outcome text not null,
    at integer not null,
    primary key (person_id, key)
) strict;
create index idempotency_at on idempotency (at);

-- Append-only by construction: the database itself refuses to change what was written.

create trigger journal_refuses_update before update on journal
begin
    select raise(abort, 'journal is append-only');
end;

create trigger journal_refuses_delete before delete on journal
begin
    select raise(abort, 'journal is append-only');
end;

create trigger entry_refuses_update before update on entry
begin
    select raise(abort, 'entry is append-only');
end;

create trigger entry_refuses_delete before delete on entry
begin
    select raise(abort, 'entry is append-only');
end;

create trigger strike_refuses_update before update on strike
begin
    select raise(abort, 'strike is append-only');
end;

create trigger strike_refuses_delete before delete on strike
begin
    select raise(abort, 'strike is append-only');
end;

create trigger exhibit_refuses_update before update on exhibit
begin
    select raise(abort, 'exhibit is append-only');
end;

create trigger exhibit_refuses_delete before delete on exhibit
begin
    select raise(abort, 'exhibit is append-only');
end;

create trigger custody_refuses_update before update on custody
begin
    select raise(abort, 'custody is append-only');
end;

create trigger custody_refuses_delete before delete on custody
begin
    select raise(abort, 'custody is append-only');
end;
