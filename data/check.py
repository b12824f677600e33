#!/usr/bin/env python3
"""Check the files of this folder against the room's rules. Exit 1 and a list if anything is wrong.

The demo room is replayed through the product's own services, which refuse what breaks a rule; this check says
so earlier and names the line. `--clocks` also prints the open incidents with their clocks at the demo's "now".
"""

import collections
import csv
import datetime
import json
import pathlib
import re
import sys
import zoneinfo

HERE = pathlib.Path(__file__).resolve().parent
DEMO = HERE / "demo"
NOW = datetime.datetime(2020, 11, 4, 0, 18, tzinfo=datetime.timezone.utc)
POSTURES = {"watching", "investigating", "acted", "no_action", "not_applicable", "declined"}
FIRST = datetime.datetime(2020, 8, 12, 12, 0, tzinfo=datetime.timezone.utc)

SEVERITIES = ["emergency", "severe", "high", "medium", "low", "baseline"]
HIGH_OR_WORSE = SEVERITIES[:3]
TLPS = ["clear", "green", "amber", "amber+strict", "red"]  # loosest first
VERIFICATIONS = {"unverified", "corroborated", "confirmed", "refuted", "cannot_verify"}
PURPOSES = {"awareness", "question", "answer", "safety", "indicators", "relay"}
KINDS = {"update", "observation", "decision", "request", "answer"}
DISPOSITIONS = {"insufficient_data", "ordinary_hiccup", "refuted", "out_of_scope", "test"}
INDICATORS = {"domain", "url", "ip", "email", "handle", "hash", "phone"}
STAGES = ["reported", "triaged", "contained", "resolved", "closed"]
ENDS = {"closed", "not_an_incident", "duplicate", "referred"}
WRITERS = {"analyst", "liaison", "shift_lead"}
GOVERNMENT = {"agency", "election_office"}
DRAWN = {"png", "pdf", "wav"}
WRITTEN = {"csv", "txt", "eml", "json"}

# Words the room does not use (they are in the rules of the trade, not of the language).
UNWANTED = re.compile(
    r"\b(tickets?|cases?|veracity|incident commander|takedowns?|take down|taken down|escalat\w+|"
    r"(mis|dis|mal)information|removed|removal)\b", re.I)
# What an agency's share to a company never asks for.
MODERATION = re.compile(
    r"\b(remov\w*|tak\w+ down|suspend\w*|label\w*|delet\w*|ban|banned|moderat\w*|demot\w*)\b", re.I)
CANDIDATES = re.compile(r"\b(trump|biden|pence|harris(?! county)|kamala|jorgensen|hawkins)\b", re.I)
HOST = re.compile(r"\b((?:[a-z0-9-]+(?:\.|\[\.\]))+[a-z]{2,})\b", re.I)
ADDRESS = re.compile(r"\b(\d{1,3})(?:\.|\[\.\])(\d{1,3})(?:\.|\[\.\])(\d{1,3})(?:\.|\[\.\])(\d{1,3})\b")
DOCUMENTATION = {(192, 0, 2), (198, 51, 100), (203, 0, 113)}
PHONE = re.compile(r"(?:\+1[ -]?)?\(?\b\d{3}\)?[ -]\d{3}[ -]\d{2}[\dx]{2}\b")
FILE_ENDINGS = DRAWN | WRITTEN | {"zip", "html"}

problems = []


def wrong(where, what):
    problems.append(f"{where}: {what}")


def load(name):
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def moment(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc)


def check_text(where, text):
    """Vocabulary, reserved names and numbers in any text a person reads."""
    for word in UNWANTED.finditer(text):
        wrong(where, f"unwanted word {word.group(0)!r}")
    for word in CANDIDATES.finditer(text):
        wrong(where, f"names a candidate: {word.group(0)!r}")
    for host in HOST.finditer(text):
        last = re.split(r"\.|\]", host.group(1))[-1].lower()
        if last != "example" and last not in FILE_ENDINGS and not re.fullmatch(r"(?:[a-z]\.)+[a-z]{1,2}", host.group(1).lower()):
            wrong(where, f"not a reserved domain: {host.group(0)!r}")
    for address in ADDRESS.finditer(text):
        if tuple(map(int, address.groups()[:3])) not in DOCUMENTATION:
            wrong(where, f"not a documentation address: {address.group(0)!r}")
    for phone in PHONE.finditer(text):
        digits = re.sub(r"[^\dx]", "", phone.group(0))[-7:]
        if not digits.startswith("55501"):
            wrong(where, f"not a reserved telephone number: {phone.group(0)!r}")


# ---------------------------------------------------------------------------------------- reference files

def check_reference():
    rows = list(csv.DictReader((HERE / "jurisdictions.csv").open(encoding="utf-8")))
    states = {r["fips"]: r for r in rows if len(r["fips"]) == 2}
    counties = [r for r in rows if len(r["fips"]) == 5]
    if len(states) != 56 or len(counties) + len(states) != len(rows):
        wrong("jurisdictions.csv", f"{len(states)} states, {len(counties)} counties, {len(rows)} rows")
    names = set()
    for r in counties:
        if states.get(r["fips"][:2], {}).get("state") != r["state"]:
            wrong("jurisdictions.csv", f"{r['fips']} is not in {r['state']}")
        if (r["state"], r["name"].lower()) in names:
            wrong("jurisdictions.csv", f"{r['name']}, {r['state']} twice")
        names.add((r["state"], r["name"].lower()))
    postal = {r["state"] for r in states.values()}
    fifty_one = postal - {"AS", "GU", "MP", "PR", "VI"}

    closings = load("poll_closings_2020.json")
    if {c["state"] for c in closings} != fifty_one or len(closings) != 51:
        wrong("poll_closings_2020.json", "not exactly the 50 states and DC")
    for c in closings:
        for close in c["closes"]:
            local = moment(close["utc"]).astimezone(zoneinfo.ZoneInfo(close["zone"]))
            if local.strftime("%Y-%m-%d %H:%M") != f"2020-11-03 {close['local']}":
                wrong("poll_closings_2020.json", f"{c['state']}: {close['local']} is not {close['utc']}")
        if c["last_utc"] != max(x["utc"] for x in c["closes"]):
            wrong("poll_closings_2020.json", f"{c['state']}: last_utc")

    tiles = load("tiles.json")
    if set(tiles) != fifty_one or len({(t["col"], t["row"]) for t in tiles.values()}) != 51:
        wrong("tiles.json", "a state is missing or two share a tile")

    categories = load("categories.json")
    leaves = {leaf["code"] for top in categories for leaf in top["leaves"]}
    if len(categories) != 8 or len(leaves) != 34:
        wrong("categories.json", f"{len(categories)} categories, {len(leaves)} leaves")

    severities = load("severities.json")
    if [s["severity"] for s in severities] != SEVERITIES:
        wrong("severities.json", "not the six severities, worst first")

    periods = load("periods_2020.json")
    for before, after in zip(periods, periods[1:]):
        if before["to"] != after["from"]:
            wrong("periods_2020.json", f"gap or overlap between {before['slug']} and {after['slug']}")
    if [p["slug"] for p in periods if moment(p["from"]) <= NOW < moment(p["to"])] != ["polls-closing"]:
        wrong("periods_2020.json", "now is not in polls-closing")

    playbooks = load("playbooks.json")
    if len({p["id"] for p in playbooks}) != 10 or not all(p["title"] and p["trigger"] and p["steps"] for p in playbooks):
        wrong("playbooks.json", "not ten, or one without title, trigger or steps")
    purposes = [p["purpose"] for p in load("purposes.json")]
    if purposes != ["awareness", "question", "answer", "safety", "indicators", "relay", "legal_process"]:
        wrong("purposes.json", "not the seven purposes in their order")

    organisations = {o["slug"]: o for o in load("organisations_2020.json")}
    people = load("people_2020.json")
    if len({p["name"] for p in people}) != len(people) or len({p["email"] for p in people}) != len(people):
        wrong("people_2020.json", "a name or an address twice")
    for p in people:
        if p["organisation"] not in organisations or not p["email"].endswith(f"@{p['organisation']}.example"):
            wrong("people_2020.json", f"{p['email']} is not of {p['organisation']}")
    return {
        "counties": names, "states": postal, "leaves": leaves, "organisations": organisations,
        "people": {p["email"]: p for p in people}, "severities": {s["severity"]: s for s in severities},
        "periods": periods,
    }


# ------------------------------------------------------------------------------------------- one incident

class Replay:
    """One incident, its events applied in order under the rules that the services keep."""

    def __init__(self, facts, incident, where):
        self.facts, self.incident, self.where = facts, incident, where
        self.lead = self.organisation(incident["opened_by"])
        self.owner = incident["owner"]
        self.severity, self.tlp = incident["severity"], incident["tlp"]
        self.status, self.verification = "reported", "unverified"
        self.participants = {self.lead} | set(incident["share_with"])
        self.named = {incident["opened_by"], *incident.get("named", [])}
        self.shares = {f"open:{slug}": {"to": slug, "state": "delivered"} for slug in incident["share_with"]}
        self.entries, self.tasks, self.requests = {}, {}, {}
        self.resolved_by = self.handover = None
        self.on_hold = False
        self.last_update = moment(incident["opened_at"])
        self.seen = collections.Counter()

    def organisation(self, email):
        person = self.facts["people"].get(email)
        return person["organisation"] if person else None

    def kind(self, slug):
        return self.facts["organisations"][slug]["kind"]

    def wrong(self, what):
        wrong(self.where, what)

    def sees(self, email):
        if self.tlp == "red":
            return email in self.named
        return self.organisation(email) in self.participants

    def check_opening(self):
        i = self.incident
        if not re.fullmatch(r"WF-\d{4}", i["number"]):
            self.wrong("number")
        if i["category"] not in self.facts["leaves"]:
            self.wrong(f"category {i['category']}")
        if i["severity"] not in SEVERITIES or i["tlp"] not in TLPS:
            self.wrong("severity or TLP")
        if not 10 <= len(i["title"]) <= 120 or not 40 <= len(i["summary"]) <= 1200:
            self.wrong(f"title {len(i['title'])} or summary {len(i['summary'])} characters")
        for text in (i["title"], i["summary"]):
            check_text(self.where, text)
        if not FIRST <= moment(i["opened_at"]) <= NOW or moment(i["occurred_at"]) > moment(i["opened_at"]):
            self.wrong("opened or occurred at an impossible time")
        if not self.may_write(i["opened_by"]):
            self.wrong(f"{i['opened_by']} may not open")
        if i["owner"] and self.organisation(i["owner"]) != self.lead:
            self.wrong("owner is not of the lead organisation")
        if self.lead in i["share_with"] or len(set(i["share_with"])) != len(i["share_with"]):
            self.wrong("share_with")
        for slug in i["share_with"]:
            if slug not in self.facts["organisations"] or slug == "watchfloor":
                self.wrong(f"shared with {slug}")
            self.check_crossing(self.lead, slug, i["summary"])
        if ("named" in i) != (i["tlp"] == "red") or (i["tlp"] == "red" and i["share_with"]):
            self.wrong("named people go with red, and only with red")
        if i["tlp"] == "red" and i["owner"] and i["owner"] not in self.named:
            self.wrong("the owner is not among the named")
        for email in self.named:
            if email not in self.facts["people"]:
                self.wrong(f"named {email}")
        for j in i["jurisdictions"]:
            if j["state"] not in self.facts["states"]:
                self.wrong(f"state {j['state']}")
            if "county" in j and (j["state"], j["county"].lower()) not in self.facts["counties"]:
                self.wrong(f"no county {j['county']} in {j['state']}")

    def may_write(self, email):
        person = self.facts["people"].get(email)
        return bool(person) and bool(WRITERS & set(person["roles"]))

    def check_crossing(self, sender, recipient, text):
        if self.kind(sender) in GOVERNMENT and self.kind(recipient) == "company" and MODERATION.search(text):
            self.wrong(f"share to {recipient} asks for moderation: {MODERATION.search(text).group(0)!r}")

    def apply(self, event, at):
        by = event["by"]
        if not self.may_write(by) and event["do"] != "return":
            return self.wrong(f"{by} may not write")
        if not self.sees(by):
            return self.wrong(f"{by} does not see the incident at {event['at']}")
        if event["do"] in {"status", "severity", "verification", "assign", "handover", "hold", "resume", "tlp",
                           "edit", "share", "revoke", "contains", "onward_approve", "onward_refuse"} and self.organisation(by) != self.lead:
            self.wrong(f"{event['do']} by {by}, who is not of the lead organisation")
        for field in ("text", "note", "reason", "summary", "caption", "content"):
            # What a rule is to hold back says what it may not.
            if event.get(field) and not event.get("held"):
                check_text(self.where, event[field])
        handler = getattr(self, "do_" + event["do"], None)
        if handler is None:
            return self.wrong(f"unknown event {event['do']}")
        self.seen[event["do"]] += 1
        handler(event, at)

    def do_entry(self, event, at):
        if event["kind"] not in KINDS or len(event["text"]) < 20:
            self.wrong(f"entry at {event['at']}: kind or too short")
        tlp = event.get("tlp") or self.tlp
        if tlp not in TLPS or TLPS.index(tlp) < TLPS.index(self.tlp):
            self.wrong(f"entry at {event['at']} is looser than its incident")
        if event.get("audience"):
            audience = set(event["audience"])
            if tlp not in {"amber", "amber+strict"} or not audience < self.participants \
                    or self.organisation(event["by"]) not in audience:
                self.wrong(f"audience of the entry at {event['at']}")
        if ("named" in event) and tlp != "red" or (event.get("tlp") == "red" and self.tlp != "red" and "named" not in event):
            self.wrong(f"named people of the entry at {event['at']}")
        for email in event.get("named", []):
            if email not in self.facts["people"] or not self.sees(email):
                self.wrong(f"entry at {event['at']} names {email}, who does not see the incident")
        if event.get("happened_at") and moment(event["happened_at"]) > at:
            self.wrong(f"entry at {event['at']} happened later than it was written")
        if "id" in event:
            self.entries[event["id"]] = event["by"]
        if event["kind"] == "update":
            self.last_update = at

    def do_correct(self, event, at):
        if self.entries.get(event["entry"]) != event["by"]:
            self.wrong(f"{event['do']} of {event['entry']} by {event['by']}, not its author")

    do_strike = do_correct

    def do_status(self, event, at):
        to, by = event["to"], event["by"]
        if "verification" in event:
            if event["verification"] not in VERIFICATIONS:
                self.wrong(f"verification {event['verification']}")
            self.verification = event["verification"]
        if self.status in ENDS and to != "reopened":
            self.wrong(f"{to} after {self.status}")
        if to == "reopened":
            if self.status not in ENDS and self.status != "resolved" or not event.get("note"):
                self.wrong("reopened from an open status or without a reason")
            self.status, self.resolved_by = "reported", None
            return
        if to in STAGES:
            if STAGES.index(to) != STAGES.index(self.status) + 1:
                if STAGES.index(to) <= STAGES.index(self.status) or not event.get("note"):
                    self.wrong(f"{to} after {self.status}")
            if not self.owner:
                self.wrong(f"{to} without an owner")
            if to in {"contained", "closed"} and not event.get("note"):
                self.wrong(f"{to} without a note")
            if to in {"resolved", "closed"} and self.verification == "unverified":
                self.wrong(f"{to} and unverified")
            if to == "resolved":
                self.resolved_by = by
            if to == "closed" and self.severity in HIGH_OR_WORSE and by == self.resolved_by:
                self.wrong("resolved and closed by one person")
        elif to in ENDS and self.status not in {"reported", "triaged"}:
            self.wrong(f"{to} after {self.status}")
        elif to == "not_an_incident":
            if event.get("disposition") not in DISPOSITIONS or not event.get("note"):
                self.wrong("not an incident: disposition and note")
        elif to == "duplicate":
            self.duplicate_of = event.get("duplicate_of")
        elif to == "referred":
            if event.get("referred_to") not in self.facts["organisations"]:
                self.wrong("referred to nobody")
        else:
            self.wrong(f"status {to}")
        self.status = to
        self.on_hold = False

    def do_severity(self, event, at):
        if event["to"] not in SEVERITIES or event["to"] == self.severity or not event.get("reason"):
            self.wrong("severity")
        self.severity = event["to"]

    def do_verification(self, event, at):
        if event["to"] not in VERIFICATIONS or not event.get("note"):
            self.wrong("verification")
        self.verification = event["to"]

    def do_assign(self, event, at):
        if self.organisation(event["owner"]) != self.lead or not self.may_write(event["owner"]) or not self.sees(event["owner"]):
            self.wrong(f"owner {event['owner']}")
        self.owner = event["owner"]

    def do_handover(self, event, at):
        to = self.organisation(event["to"])
        if to == self.lead or to not in self.participants or not self.may_write(event["to"]):
            self.wrong(f"hand-over to {event['to']}")
        self.handover = event["to"]

    def do_accept_handover(self, event, at):
        if event["by"] != self.handover:
            self.wrong("hand-over accepted by somebody else")
        self.lead, self.owner, self.handover = self.organisation(event["by"]), event["by"], None

    def do_hold(self, event, at):
        if self.on_hold or self.status in ENDS or not event.get("reason") or moment(event["review_at"]) <= at:
            self.wrong("hold")
        self.on_hold = True

    def do_resume(self, event, at):
        if not self.on_hold:
            self.wrong("resumed without a hold")
        self.on_hold = False

    def do_tlp(self, event, at):
        if event["to"] not in TLPS or event["to"] in {self.tlp, "red"} or not event.get("reason"):
            self.wrong("tlp")
        if event["to"] == "clear" and not event["by"].startswith("liaison@"):
            self.wrong("cleared for the public by somebody who is not the liaison")
        self.tlp = event["to"]

    def do_edit(self, event, at):
        if not event.get("summary"):
            self.wrong("edit")

    def do_share(self, event, at):
        if self.tlp == "red" or event["purpose"] not in PURPOSES or event["to"] == self.lead \
                or event["to"] not in self.facts["organisations"] or not event.get("text"):
            return self.wrong(f"share to {event['to']}")
        said = event.get("originator", {})
        if (event["purpose"] == "relay") != (set(said) == {"name", "role", "jurisdiction", "at", "words"}) \
                or said and moment(said["at"]) > at:
            self.wrong(f"share to {event['to']}: a relay says whose words it hands on")
        if event.get("held"):
            if not MODERATION.search(event["text"]):
                self.wrong(f"share to {event['to']} is held for nothing")
            self.shares[event["id"]] = {"to": event["to"], "state": "held"}
            return
        self.check_crossing(self.organisation(event["by"]), event["to"], event["text"])
        self.participants.add(event["to"])
        self.shares[event.get("id", f"{event['at']}:{event['to']}")] = {"to": event["to"], "state": "delivered"}

    def of_share(self, event, state):
        share = self.shares.get(event["share"])
        if not share or share["state"] in {"revoked", "answered", "held", "returned"}:
            return self.wrong(f"{event['do']}: no such open share {event['share']}")
        order = ["delivered", "seen", "acknowledged", "answered"]
        if share["to"] != self.organisation(event["by"]) or not event["by"].startswith(("analyst@", "liaison@")):
            self.wrong(f"{event['do']} of {event['share']} by {event['by']}")
        if order.index(state) <= order.index(share["state"]):
            self.wrong(f"{event['share']} {state} after {share['state']}")
        share["state"] = state

    def do_share_seen(self, event, at):
        self.of_share(event, "seen")

    def do_share_acknowledge(self, event, at):
        self.of_share(event, "acknowledged")

    def do_share_answer(self, event, at):
        if not event.get("text"):
            self.wrong("answer without text")
        self.of_share(event, "answered")

    def do_revoke(self, event, at):
        share = self.shares.get(event["share"])
        if not share or share["state"] == "revoked":
            return self.wrong(f"revoked {event['share']}")
        share["state"] = "revoked"
        if not any(s["to"] == share["to"] and s["state"] not in {"revoked", "held", "returned"} for s in self.shares.values()):
            self.participants.discard(share["to"])

    def do_return(self, event, at):
        share = self.shares.get(event["share"])
        if not share or share["state"] != "held" or not event["by"].startswith("counsel@"):
            return self.wrong(f"return of {event['share']} by {event['by']}")
        share["state"] = "returned"

    def do_onward(self, event, at):
        if self.tlp != "amber" or event["purpose"] not in PURPOSES or self.organisation(event["by"]) == self.lead \
                or event["to"] in self.participants or event["to"] not in self.facts["organisations"]:
            return self.wrong(f"request to pass it on to {event['to']}")
        self.check_crossing(self.organisation(event["by"]), event["to"], event["text"])
        self.requests[event["id"]] = event["to"]

    def do_onward_approve(self, event, at):
        to = self.requests.pop(event["share"], None)
        if to is None:
            return self.wrong(f"nobody asked {event['share']}")
        self.participants.add(to)
        self.shares[event["share"]] = {"to": to, "state": "delivered"}

    def do_onward_refuse(self, event, at):
        if self.requests.pop(event["share"], None) is None or not event.get("comment"):
            self.wrong(f"refusal of {event['share']}")

    def do_share_assign(self, event, at):
        share, own = self.shares.get(event["share"]), self.organisation(event["by"])
        if not share or share["to"] != own or self.organisation(event["person"]) != own:
            self.wrong(f"{event['share']} handed to {event['person']}")

    def do_contains(self, event, at):
        if not (event.get("candidate_or_party_content") or event.get("contains_personal_data")):
            self.wrong("marked with nothing")

    def do_posture(self, event, at):
        if event["posture"] not in POSTURES or not event["by"].startswith(("liaison@", "lead@", "counsel@")):
            self.wrong(f"posture {event['posture']} by {event['by']}")

    def do_evidence(self, event, at):
        ending = event["file"].rsplit(".", 1)[-1]
        if ending in DRAWN and not event.get("caption") or ending in WRITTEN and not event.get("content") \
                or ending not in DRAWN | WRITTEN:
            self.wrong(f"evidence {event['file']}")
        if event.get("content") and not 3 <= event["content"].count("\n") <= 41:
            self.wrong(f"evidence {event['file']} has {event['content'].count(chr(10))} lines")
        if event.get("tlp") and TLPS.index(event["tlp"]) < TLPS.index(self.tlp):
            self.wrong(f"evidence {event['file']} is looser than its incident")
        if event.get("source_url"):
            check_text(self.where, event["source_url"])

    def do_link(self, event, at):
        check_text(self.where, event["url"])
        if not event["url"].startswith("https://"):
            self.wrong(f"link {event['url']}")

    def do_indicator(self, event, at):
        kind, value = event["kind"], event["value"]
        shapes = {
            "domain": r"[a-z0-9.-]+\.example", "url": r"https?://[a-z0-9.-]+\.example(/\S*)?",
            "ip": r"\d+\.\d+\.\d+\.\d+", "email": r"[^@\s]+@[a-z0-9.-]+\.example", "handle": r"@\w{3,30}",
            "hash": r"[0-9a-f]{64}", "phone": r"\+1 \d{3} 555 01\d\d",
        }
        if kind not in INDICATORS or not re.fullmatch(shapes[kind], value):
            self.wrong(f"indicator {kind} {value}")
        check_text(self.where, value)

    def do_task(self, event, at):
        target = event.get("organisation") or self.organisation(event.get("person") or "")
        if self.tlp != "red" and target not in self.participants or not event.get("text"):
            return self.wrong(f"task for {target}")
        if self.kind(self.organisation(event["by"])) in GOVERNMENT and self.kind(target) == "company":
            self.wrong(f"an agency sets a task for {target}")
        if event.get("person") and not self.sees(event["person"]):
            self.wrong(f"task for {event['person']}, who does not see the incident")
        if event.get("due") and moment(event["due"]) <= at:
            self.wrong("task due before it was set")
        if "id" in event:
            self.tasks[event["id"]] = target

    def do_task_done(self, event, at):
        if self.tasks.pop(event["task"], None) != self.organisation(event["by"]):
            self.wrong(f"task {event['task']} done by {event['by']}")

    # -------------------------------------------------------------------------------------------- clocks

    def clocks(self):
        """The clocks at NOW with the factor that holds then: (name, share of the target used)."""
        if self.on_hold or self.status not in {"reported", "triaged", "contained"}:
            return []
        period = next(p for p in self.facts["periods"] if moment(p["from"]) <= NOW < moment(p["to"]))
        target = self.facts["severities"][self.severity]
        opened = moment(self.incident["opened_at"])

        def used(since, seconds):
            return (NOW - since).total_seconds() / (seconds * period["target_factor_percent"] / 100)

        found = []
        if self.status == "reported":
            found.append(("acknowledge", used(opened, target["acknowledge_s"])))
        if target["update_s"]:
            found.append(("update", used(self.last_update, target["update_s"])))
        if target["contain_s"] and self.status != "contained":
            found.append(("contain", used(opened, target["contain_s"])))
        return found


# ------------------------------------------------------------------------------------------------ the room

def check_incidents(facts):
    replays = {}
    for path in sorted(DEMO.glob("[0-9]*.json")):
        if path.stat().st_size > 250_000:
            wrong(path.name, "larger than 250 KB")
        for incident in json.loads(path.read_text(encoding="utf-8")):
            where = f"{path.name} {incident['number']}"
            if incident["number"] in replays:
                wrong(where, "number given twice")
            replay = Replay(facts, incident, where)
            replay.check_opening()
            before = moment(incident["opened_at"])
            for event in incident["events"]:
                at = moment(event["at"])
                if at < before or at > NOW:
                    wrong(where, f"{event['at']} is out of order or after now")
                before = max(before, at)
                replay.apply(event, at)
            replays[incident["number"]] = replay
    for number, replay in replays.items():
        other = getattr(replay, "duplicate_of", None)
        if replay.status == "duplicate":
            if other not in replays or other == number:
                wrong(replay.where, f"duplicate of {other}")
            elif replays[other].tlp not in {"green", "clear"} and replay.lead not in replays[other].participants:
                wrong(replay.where, f"duplicate of {other}, which {replay.lead} does not see")
        for text in [replay.incident["summary"]] + [e.get("text", "") + e.get("note", "") for e in replay.incident["events"]]:
            for mentioned in re.findall(r"WF-\d{4}", text):
                if mentioned not in replays:
                    wrong(replay.where, f"mentions {mentioned}, which does not exist")
    return replays


def check_live(facts, replays):
    path = DEMO / "live.json"
    if not path.exists():
        return wrong("live.json", "missing")
    lines = json.loads(path.read_text(encoding="utf-8"))
    for n, line in enumerate(lines):
        where, replay = f"live.json {n}", replays.get(line["number"])
        check_text(where, line["text"])
        if not replay:
            wrong(where, f"no incident {line['number']}")
        elif not replay.may_write(line["by"]) or not replay.sees(line["by"]):
            wrong(where, f"{line['by']} does not see {line['number']} or may not write")
        elif replay.status in ENDS:
            wrong(where, f"{line['number']} is {replay.status}")
        if len(line["text"]) < 20:
            wrong(where, "too short")
    if len(lines) < 100 or len({line["text"] for line in lines}) != len(lines):
        wrong("live.json", f"{len(lines)} lines, or one twice")
    return lines


def is_open(replay):
    return replay.status not in ENDS


def visible_to(replay, slug):
    if replay.tlp in {"clear", "green"}:
        return True
    if replay.tlp == "red":
        return any(replay.organisation(email) == slug for email in replay.named)
    return slug in replay.participants


def check_coverage(facts, replays):
    every = list(replays.values())
    counts = {
        "status": collections.Counter(r.status for r in every),
        "severity": collections.Counter(r.severity for r in every),
        "category": collections.Counter(r.incident["category"].split("-")[0] for r in every),
        "tlp": collections.Counter(r.tlp for r in every),
        "verification": collections.Counter(r.verification for r in every),
        "share": collections.Counter(s["state"] for r in every for s in r.shares.values()),
        "lead": collections.Counter(r.lead for r in every),
        "period": collections.Counter(
            next(p["kind"] + ": " + p["slug"] if p["kind"] == "election" else p["kind"] for p in facts["periods"]
                 if moment(p["from"]) <= moment(r.incident["opened_at"]) < moment(p["to"])) for r in every),
        "event": sum((r.seen for r in every), collections.Counter()),
        "disposition": collections.Counter(
            e["disposition"] for r in every for e in r.incident["events"] if e.get("disposition")),
    }
    wanted = {
        "status": set(STAGES) | ENDS, "severity": set(SEVERITIES), "tlp": set(TLPS),
        "category": {leaf.split("-")[0] for leaf in facts["leaves"]}, "disposition": DISPOSITIONS,
        "share": {"delivered", "seen", "acknowledged", "answered", "revoked"}, "verification": VERIFICATIONS,
    }
    for axis, values in wanted.items():
        for value in sorted(values - set(counts[axis])):
            wrong("coverage", f"no incident with {axis} {value}")
    missing = facts["leaves"] - {r.incident["category"] for r in every}
    if missing:
        wrong("coverage", f"no incident in {', '.join(sorted(missing))}")
    if len(every) < 84:
        wrong("coverage", f"{len(every)} incidents, 84 wanted")
    closed_sets = [r for r in every if r.tlp in {"amber", "amber+strict"}]
    for size in (1, 2):
        if not any(len(r.participants) == size for r in closed_sets):
            wrong("coverage", f"none that only {size} organisation(s) can see")
    open_now = [r for r in every if is_open(r)]
    cisa = [r for r in open_now if visible_to(r, "cisa")]
    counts["open"] = {"all": len(open_now), "cisa": len(cisa), "on hold": sum(r.on_hold for r in open_now)}
    if not 26 <= len(open_now) <= 36 or not 17 <= len(cisa) <= 22:
        wrong("coverage", f"{len(open_now)} open, {len(cisa)} of them visible to CISA")
    used = [(r, name, part) for r in open_now for name, part in r.clocks()]
    breached = [u for u in used if u[2] >= 1]
    at_risk = [u for u in used if 0.8 <= u[2] < 1]
    counts["clocks"] = {"breached": len(breached), "at risk": len(at_risk), "on track": len(used) - len(breached) - len(at_risk)}
    if not 2 <= len(breached) <= 6 or not 2 <= len(at_risk) <= 8:
        wrong("coverage", f"{len(breached)} clocks breached, {len(at_risk)} at risk")
    values = collections.defaultdict(set)
    for r in every:
        for e in r.incident["events"]:
            if e["do"] == "indicator":
                values[e["value"]].add(r.incident["number"])
    counts["indicators"] = {"values": len(values), "in several incidents": sum(len(v) > 1 for v in values.values())}
    if "--clocks" in sys.argv:
        for r in open_now:
            print(r.incident["number"], r.severity, r.status, "hold" if r.on_hold else "", r.tlp, r.lead,
                  "CISA" if visible_to(r, "cisa") else "", [f"{n} {p:.0%}" for n, p in r.clocks()])
    return counts


def main():
    facts = check_reference()
    if DEMO.exists():
        replays = check_incidents(facts)
        counts = check_coverage(facts, replays)
        live = check_live(facts, replays)
        for axis, values in counts.items():
            print(f"{axis}: " + ", ".join(f"{k} {v}" for k, v in sorted(values.items(), key=lambda i: -i[1])))
        print(f"{len(replays)} incidents, {sum(len(r.incident['events']) for r in replays.values())} events, "
              f"{len(live or [])} live lines")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
