-- Organisations, people and how they prove who they are.

create table organisation (
    id uuid not null primary key,
    slug text not null,
    name text not null,
    short text not null,
    code text not null,
    sector text not null,
    created_at bigint not null,
    constraint organisation_slug_key unique (slug)
);

create table person (
    id uuid not null primary key,
    organisation_id uuid not null references organisation (id),
    email text not null,
    name text not null,
    password_hash text,
    password_changed_at bigint not null,
    suspended_at bigint,
    last_sign_in_at bigint,
    created_at bigint not null,
    constraint person_email_key unique (email)
);

create table person_role (
    person_id uuid not null references person (id),
    role text not null,
    primary key (person_id, role)
);

-- Only the SHA-256 of a session's id is kept: a copy of the table opens no door.
create table session (
    id bytea not null primary key,
    person_id uuid references person (id),
    data text not null,
    address text not null,
    user_agent text not null,
    created_at bigint not null,
    seen_at bigint not null,
    expires_at bigint not null
);
create index session_person on session (person_id);
create index session_expires on session (expires_at);

create table token (
    id uuid not null primary key,
    person_id uuid not null references person (id),
    hash bytea not null,
    name text not null,
    created_at bigint not null,
    last_used_at bigint,
    revoked_at bigint,
    constraint token_hash_key unique (hash)
);
create index token_person on token (person_id);

-- Data that a room changes while it runs.

create table category (
    code text not null primary key,
    top text not null,
    top_name text not null,
    name text not null,
    position bigint not null,
    effective_from bigint not null,
    effective_to bigint
);

create table severity_target (
    severity text not null primary key,
    definition text not null,
    acknowledge_s bigint,
    update_s bigint,
    contain_s bigint
);

create table period (
    slug text not null primary key,
    name text not null,
    kind text not null,
    shift text not null,
    starts_at bigint not null,
    ends_at bigint not null,
    zone text not null,
    target_percent bigint not null
);
create index period_time on period (starts_at, ends_at);

-- The incident as it stands now: a projection of the journal.

create table incident (
    id uuid not null primary key,
    number text not null,
    version bigint not null,
    title text not null,
    summary text not null,
    category text not null references category (code),
    severity text not null,
    severity_rank bigint not null,
    status text not null,
    status_rank bigint not null,
    is_open boolean not null,
    disposition text,
    verification text not null,
    tlp text not null,
    source text not null,
    lead_id uuid not null references organisation (id),
    lead_slug text not null,
    owner_id uuid references person (id),
    handover_to uuid references person (id),
    opened_by uuid not null references person (id),
    resolved_by uuid references person (id),
    period text references period (slug),
    target_percent bigint not null,
    occurred_at bigint not null,
    reported_at bigint not null,
    opened_at bigint not null,
    acknowledged_at bigint,
    contained_at bigint,
    resolved_at bigint,
    closed_at bigint,
    hold_since bigint,
    hold_reason text,
    hold_review_at bigint,
    acknowledge_due bigint,
    update_from bigint not null,
    update_due bigint,
    contain_due bigint,
    -- When the next running clock rings; the largest value when none runs. The board's order.
    next_due bigint not null,
    -- When a clock rings whose breach is not yet noted: what the watch over the clocks reads.
    watch_due bigint not null,
    updated_at bigint not null,
    duplicate_of uuid references incident (id),
    referred_to uuid references organisation (id),
    exhibit_count bigint not null,
    constraint incident_number_key unique (number)
);
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
    incident_id uuid not null references incident (id),
    state text not null,
    county text not null,
    primary key (incident_id, state, county)
);
create index incident_jurisdiction_state on incident_jurisdiction (state, incident_id);

-- The lead organisation and those it was shared with, as of now.
create table incident_access (
    incident_id uuid not null references incident (id),
    organisation_id uuid not null references organisation (id),
    since bigint not null,
    primary key (incident_id, organisation_id)
);
create index incident_access_organisation on incident_access (organisation_id, incident_id);

-- With RED: who may see the incident, entry or exhibit with this id.
create table named (
    subject_id uuid not null,
    person_id uuid not null references person (id),
    primary key (subject_id, person_id)
);
create index named_person on named (person_id, subject_id);

-- Organisations to which an entry or exhibit is narrowed.
create table audience (
    subject_id uuid not null,
    organisation_id uuid not null references organisation (id),
    primary key (subject_id, organisation_id)
);

-- A target that passed, written once.
create table breach (
    incident_id uuid not null references incident (id),
    clock text not null,
    due_at bigint not null,
    noticed_at bigint not null,
    primary key (incident_id, clock, due_at)
);

-- The journal: gapless, in commit order, each row hashed over the one before.

create table journal (
    seq bigint not null primary key,
    at bigint not null,
    person_id uuid,
    organisation_id uuid,
    incident_id uuid,
    noun text not null,
    noun_id uuid,
    action text not null,
    body text not null,
    request text not null,
    salt bytea not null,
    previous bytea not null,
    hash bytea not null
);
create index journal_incident on journal (incident_id, seq);

create table entry (
    id uuid not null primary key,
    incident_id uuid not null references incident (id),
    seq bigint not null references journal (seq),
    kind text not null,
    body text not null,
    author_id uuid references person (id),
    organisation_id uuid references organisation (id),
    happened_at bigint not null,
    recorded_at bigint not null,
    tlp text not null,
    narrowed boolean not null,
    field text,
    old_value text,
    new_value text,
    exhibit bigint,
    corrects uuid references entry (id),
    constraint entry_seq_key unique (seq)
);
create index entry_timeline on entry (incident_id, happened_at, seq);
create index entry_newest on entry (incident_id, seq);
create index entry_corrects on entry (corrects);
create index entry_feed on entry (kind, seq);

create table strike (
    entry_id uuid not null primary key references entry (id),
    seq bigint not null references journal (seq),
    person_id uuid not null references person (id),
    at bigint not null,
    reason text not null
);

-- Evidence and its custody.

create table exhibit (
    id uuid not null primary key,
    incident_id uuid not null references incident (id),
    number bigint not null,
    seq bigint not null references journal (seq),
    sha256 text,
    size bigint not null,
    media_type text not null,
    name text not null,
    source_url text,
    note text not null,
    tlp text not null,
    narrowed boolean not null,
    captured_at bigint,
    added_by uuid not null references person (id),
    organisation_id uuid not null references organisation (id),
    added_at bigint not null,
    constraint exhibit_number_key unique (incident_id, number)
);
create index exhibit_hash on exhibit (organisation_id, sha256);

create table thumbnail (
    exhibit_id uuid not null primary key references exhibit (id),
    state text not null,
    media_type text not null,
    bytes bytea not null,
    made_at bigint not null
);

create table custody (
    id uuid not null primary key,
    exhibit_id uuid not null references exhibit (id),
    seq bigint not null references journal (seq),
    action text not null,
    person_id uuid references person (id),
    organisation_id uuid references organisation (id),
    at bigint not null,
    address text not null,
    result text not null
);
create index custody_exhibit on custody (exhibit_id, seq);

create table indicator (
    id uuid not null primary key,
    incident_id uuid not null references incident (id),
    seq bigint not null references journal (seq),
    kind text not null,
    value text not null,
    note text not null,
    tlp text not null,
    added_by uuid not null references person (id),
    organisation_id uuid not null references organisation (id),
    added_at bigint not null,
    constraint indicator_once unique (incident_id, kind, value)
);
create index indicator_value on indicator (kind, value);

create table task (
    id uuid not null primary key,
    incident_id uuid not null references incident (id),
    version bigint not null,
    body text not null,
    organisation_id uuid references organisation (id),
    person_id uuid references person (id),
    due_at bigint,
    done_at bigint,
    done_by uuid references person (id),
    created_by uuid not null references person (id),
    created_at bigint not null
);
create index task_incident on task (incident_id, created_at, id);

-- The sharing ledger.

create table share (
    id uuid not null primary key,
    incident_id uuid not null references incident (id),
    seq bigint not null references journal (seq),
    version bigint not null,
    from_person uuid not null references person (id),
    from_organisation uuid not null references organisation (id),
    to_organisation uuid not null references organisation (id),
    purpose text not null,
    body text not null,
    tlp text not null,
    foreign_nexus text not null,
    state text not null,
    delivered_at bigint not null,
    seen_at bigint,
    seen_by uuid references person (id),
    acknowledged_at bigint,
    acknowledged_by uuid references person (id),
    answered_at bigint,
    answered_by uuid references person (id),
    answer text,
    revoked_at bigint,
    revoked_by uuid references person (id)
);
create index share_incident on share (incident_id, seq);
create index share_to on share (to_organisation, seq);

create table share_exhibit (
    share_id uuid not null references share (id),
    exhibit_id uuid not null references exhibit (id),
    primary key (share_id, exhibit_id)
);

-- A repeated send never posts twice: the outcome of each key, kept for a day.
create table idempotency (
    person_id uuid not null references person (id),
    key bytea not null,
    digest bytea not null,
    outcome text not null,
    at bigint not null,
    primary key (person_id, key)
);
create index idempotency_at on idempotency (at);

-- Append-only by construction: the database itself refuses to change what was written.

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name;
end;
$$;

create trigger journal_refuses_change before update or delete on journal
    for each row execute function refuse_change();
create trigger journal_refuses_truncate before truncate on journal
    for each statement execute function refuse_change();

create trigger entry_refuses_change before update or delete on entry
    for each row execute function refuse_change();
create trigger entry_refuses_truncate before truncate on entry
    for each statement execute function refuse_change();

create trigger strike_refuses_change before update or delete on strike
    for each row execute function refuse_change();
create trigger strike_refuses_truncate before truncate on strike
    for each statement execute function refuse_change();

create trigger exhibit_refuses_change before update or delete on exhibit
    for each row execute function refuse_change();
create trigger exhibit_refuses_truncate before truncate on exhibit
    for each statement execute function refuse_change();

create trigger custody_refuses_change before update or delete on custody
    for each row execute function refuse_change();
create trigger custody_refuses_truncate before truncate on custody
    for each statement execute function refuse_change();
