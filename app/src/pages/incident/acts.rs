//! The forms behind the head's buttons: status, severity, owner, hold, marking, verification.

use leptos::prelude::*;

use super::{
    IncidentView,
    forms::{act_form, disclosure},
};
use crate::{
    model::{
        Severity, Tlp,
        form::Form,
        incident::{Disposition, Status, Verification},
        setting::ContentMark,
    },
    pages::parts::{
        Callout, Check, Choice, ErrorSummary, FormToken, Icon, RadioCards, SelectField, SeverityLabel,
        StatusMark, TextArea, TextField, Time, Tone,
        marking::{tlp_choices, tlp_head},
        people::person_choices,
        setting, typed,
        when::{control_values, when},
    },
};

/// Where a form of the head posts to.
fn action(view: &IncidentView, form: Form) -> String {
    format!("{}/{form}", view.path())
}

fn words<T: Copy>(all: &[T], wire: fn(T) -> &'static str, label: fn(T) -> &'static str) -> Vec<Choice> {
    all.iter().map(|value| Choice::new(wire(*value), label(*value))).collect()
}

/// The next status. What belongs to one status only shows when it is chosen (`:has()` in the style).
pub(super) fn status(view: &IncidentView) -> AnyView {
    let Some(first) = view.next_steps.first().filter(|_| view.may.status) else { return ().into_any() };
    let sent = view
        .typed(Form::Status, &[("to", first.wire()), ("verification", view.incident.verification.wire())]);
    let form = typed(sent);
    let steps: Vec<_> = view.next_steps.iter().map(|s| Choice::new(s.wire(), s.label())).collect();
    let verifications: Vec<_> = Verification::ALL
        .iter()
        .map(|v| Choice::new(v.wire(), format!("{}: {}", v.label(), v.meaning())))
        .collect();
    let organisations: Vec<_> = view
        .incident
        .shared_with
        .iter()
        .map(|organisation| Choice::new(&organisation.slug, &organisation.name))
        .collect();
    let head = |choice: &Choice| match choice.value.parse::<Status>() {
        Ok(status) => view! { <StatusMark status=status /> }.into_any(),
        Err(_) => choice.label.clone().into_any(),
    };
    let fields = view! {
        <RadioCards form=form name="to" legend="New status" choices=steps head=head scope="status" class="step-cards" />
        <div class="if-resolved">
            <SelectField form=form name="verification" label="What is known now" choices=verifications scope="status"
                hint="Resolved needs an answer other than Unverified." />
        </div>
        <div class="if-not_an_incident">
            <SelectField form=form name="disposition" label="Why it is not an incident" scope="status" blank="Choose"
                choices=words(Disposition::ALL, Disposition::wire, Disposition::label) />
        </div>
        <div class="if-duplicate">
            <TextField form=form name="duplicate_of" label="Duplicate of" scope="status" placeholder="WF-0131" mono=true />
        </div>
        <div class="if-referred">
            <SelectField form=form name="referred_to" label="Referred to" scope="status" blank="Choose" choices=organisations
                hint="One that takes part: share it first. Those who speak for it are told." />
        </div>
        <TextArea form=form name="note" label="Note" scope="status" rows=3 maxlength=4000
            hint="Contained: what was done. Closed: how it ended. Reopened: why." />
    };
    let words = match first {
        Status::Reported => "Reopen".to_owned(),
        step => format!("Mark {}", step.label().to_lowercase()),
    };
    let button = view! { <summary class="btn">{words}<Icon name="chevron-down" /></summary> }.into_any();
    let inside =
        act_form(view, &action(view, Form::Status), form, "status", fields.into_any(), "Change status");
    disclosure("status", "act-status", view.open(Form::Status).is_some(), button, inside)
}

pub(super) fn severity(view: &IncidentView) -> AnyView {
    // What is closed keeps its severity.
    if !view.may.severity || view.incident.status == Status::Closed {
        return ().into_any();
    }
    let form = typed(view.typed(Form::Severity, &[("severity", view.incident.severity.wire())]));
    let head = |choice: &Choice| match choice.value.parse::<Severity>() {
        Ok(severity) => view! { <SeverityLabel severity=severity /> }.into_any(),
        Err(_) => choice.label.clone().into_any(),
    };
    let fields = view! {
        <RadioCards form=form name="severity" legend="Severity" scope="severity" class="step-cards" head=head
            choices=words(Severity::ALL, Severity::wire, Severity::label) />
        <TextArea form=form name="reason" label="Reason" scope="severity" rows=2 maxlength=2000
            hint="Stands in the timeline. The targets start anew from the new severity." />
    };
    let inside =
        act_form(view, &action(view, Form::Severity), form, "severity", fields.into_any(), "Change severity");
    let button = view! { <summary class="btn sm quiet">"Severity"<Icon name="chevron-down" /></summary> };
    disclosure("severity", "act-end", view.open(Form::Severity).is_some(), button.into_any(), inside)
}

/// The owner's name; behind it the choice of a colleague and the hand-over to somebody else.
pub(super) fn owner(view: &IncidentView, who: AnyView) -> AnyView {
    if !view.may.assign && !view.may.handover {
        return view! { <span class="ownerbtn">{who}</span> }.into_any();
    }
    let sent = view.typed(Form::Owner, &[]);
    let is_colleague = view.people.iter().any(|person| person.email == sent.value("owner"));
    let (colleague, other) = if is_colleague || sent.pairs().is_empty() {
        (sent, Default::default())
    } else {
        (Default::default(), sent)
    };
    let (colleague, other) = (typed(colleague), typed(other));
    let path = action(view, Form::Owner);
    let assign = view.may.assign.then(|| {
        let fields = view! {
            <SelectField form=colleague name="owner" label="Owner" scope="owner" blank="Choose"
                choices=person_choices(&view.people) hint="Answerable for the next update." />
        };
        act_form(view, &path, colleague, "owner", fields.into_any(), "Make owner")
    });
    let handover = view.may.handover.then(|| {
        let fields = view! {
            <TextField form=other name="owner" label="Hand over to" scope="handover" kind="email" placeholder="analyst@fbi.example"
                hint="Somebody of another organisation. It is theirs once they accept." />
        };
        act_form(view, &path, other, "handover", fields.into_any(), "Hand over")
    });
    let button = view! {
        <summary class="ownerbtn">{who}<span class="vh">", change owner"</span><Icon name="chevron-down" size="sm" /></summary>
    };
    let inside = view! { {assign}{handover} }.into_any();
    disclosure("owner", "act-owner", view.open(Form::Owner).is_some(), button.into_any(), inside)
}

/// Only while it runs; a held incident offers to resume instead.
pub(super) fn hold(view: &IncidentView) -> AnyView {
    if !view.may.hold || view.incident.hold.is_some() || !view.incident.status.is_open() {
        return ().into_any();
    }
    let (date, time) = control_values(setting().now().plus_seconds(3600));
    let zone = setting().zone().name.clone();
    let sent = view.typed(Form::Hold, &[("review_date", &date), ("review_time", &time), ("zone", &zone)]);
    let review =
        when(&sent, ["review_date", "review_time", "zone"], "review_at", "hold", "Look again at", "", &[]);
    let form = typed(sent);
    let fields = view! {
        <TextArea form=form name="reason" label="Reason" scope="hold" rows=2 maxlength=2000 hint="The clocks stand still until you resume." />
        {review}
        {super::understanding::leaves_public(view)}
    };
    let inside = act_form(view, &action(view, Form::Hold), form, "hold", fields.into_any(), "Put on hold");
    let button = view! { <summary class="btn sm quiet"><Icon name="circle-pause" />"Hold"</summary> };
    disclosure("hold", "act-end", view.open(Form::Hold).is_some(), button.into_any(), inside)
}

pub(super) fn marking(view: &IncidentView) -> AnyView {
    if !view.may.marking {
        return ().into_any();
    }
    let named: Vec<_> = view.incident.named.iter().map(|person| person.email.as_str()).collect();
    let sent = view.typed(Form::Marking, &[("tlp", view.incident.tlp.wire()), ("named", &named.join(", "))]);
    let form = typed(sent);
    // What it is can be sent as it stands; to become CLEAR it takes a liaison, and then counsel.
    let may_be_clear = view.may.ask_clear || view.incident.tlp == Tlp::Clear;
    let least = if may_be_clear { Tlp::Clear } else { Tlp::Green };
    let hint = match view.may.ask_clear {
        true => {
            "A wider marking needs the organisation that it came from. TLP:CLEAR waits for your counsel first."
        }
        false => {
            "A wider marking needs the organisation that it came from. TLP:CLEAR is asked for by a liaison."
        }
    };
    let fields = view! {
        <RadioCards form=form name="tlp" legend="Marking" choices=tlp_choices(least) head=tlp_head scope="marking"
            class="tlp-cards" hint=hint />
        <div class="if-red">
            <TextField form=form name="named" label="Named people" scope="marking" placeholder="Addresses, separated by commas"
                hint="With TLP:RED nobody else sees the incident." />
        </div>
        <TextArea form=form name="reason" label="Reason" scope="marking" rows=2 maxlength=2000 />
    };
    let inside =
        act_form(view, &action(view, Form::Marking), form, "marking", fields.into_any(), "Change marking");
    let button = view! { <summary class="btn sm quiet">"Marking"<Icon name="chevron-down" /></summary> };
    disclosure("marking", "act-end", view.open(Form::Marking).is_some(), button.into_any(), inside)
}

/// What a liaison asks for: counsel of the lead accepts or refuses; others see that it waits.
pub(super) fn clearance(view: &IncidentView) -> Option<AnyView> {
    let asked = view.incident.clearance.as_ref()?;
    let by = format!("{} ({})", asked.by.name, asked.by.organisation.short);
    let (at, reason) = (asked.at, asked.reason.clone());
    let waits = match view.may.decide_clear {
        true => decide_clearance(view),
        false => {
            let words = format!("It waits for counsel of {}.", view.incident.lead.short);
            view! { <p>{words}</p> }.into_any()
        }
    };
    Some(
        view! {
            <Callout tone=Tone::Info icon="scale">
                <p><b>{by}" asks for TLP:CLEAR"</b>" since "<Time at=at />": "{reason}</p>
                {waits}
            </Callout>
        }
        .into_any(),
    )
}

fn decide_clearance(view: &IncidentView) -> AnyView {
    let form = typed(view.typed(Form::Clearance, &[]));
    let path = action(view, Form::Clearance);
    let version = view.incident.version.to_string();
    view! {
        <form class="act-form" id="clearance" method="post" action=path.clone() novalidate=true>
            <FormToken action=path.clone() />
            <input type="hidden" name="version" value=version />
            <ErrorSummary form=form scope="clearance" heading="Nothing was changed." />
            <TextArea form=form name="comment" label="Comment" scope="clearance" rows=2 maxlength=4000 optional=true
                hint="A refusal says why. With TLP:CLEAR anybody may read all of it, also outside the room." />
            <p class="act-foot">
                <button class="btn" type="submit" name="decision" value="refuse">"Refuse"</button>
                <button class="btn primary" type="submit" name="decision" value="accept">"Accept TLP:CLEAR"</button>
            </p>
        </form>
    }
    .into_any()
}

/// What the incident contains: whoever edits it says so, counsel takes it away.
pub(super) fn content(view: &IncidentView) -> AnyView {
    if !view.may.edit && !view.may.clear_content {
        return ().into_any();
    }
    let incident = &view.incident;
    let marks = [
        (
            ContentMark::CandidateOrPartyContent,
            incident.candidate_or_party_content,
            "It concerns a candidate or a party",
            "Two people look before it crosses to another sector.",
        ),
        (
            ContentMark::ContainsPersonalData,
            incident.contains_personal_data,
            "It contains personal data",
            "Counsel looks before it crosses.",
        ),
    ];
    let fresh: Vec<_> =
        marks.iter().filter(|(_, set, ..)| *set).map(|(mark, ..)| (mark.wire(), "1")).collect();
    let form = typed(view.typed(Form::Content, &fresh));
    let fields = marks.map(|(mark, set, label, hint)| match set && !view.may.clear_content {
        true => view! {
            <input type="hidden" name=mark.wire() value="1" />
            <p>{label}". "<span class="field-hint">"Counsel of the lead organisation can take this mark away."</span></p>
        }
        .into_any(),
        false => {
            view! { <Check form=form name=mark.wire() label=label scope="content" hint=hint /> }.into_any()
        }
    });
    let inside = act_form(
        view,
        &action(view, Form::Content),
        form,
        "content",
        fields.collect_view().into_any(),
        "Save",
    );
    let button = view! { <summary class="btn sm quiet">"Contains"<Icon name="chevron-down" /></summary> };
    disclosure("content", "act-end", view.open(Form::Content).is_some(), button.into_any(), inside)
}

pub(super) fn verification(view: &IncidentView) -> AnyView {
    let now = view.incident.verification;
    if !view.may.verify {
        return view! { <span title=now.meaning()>{now.label()}</span> }.into_any();
    }
    let form = typed(view.typed(Form::Verification, &[("verification", now.wire())]));
    // What is resolved stays verified in one way or another.
    let resolved = view.incident.status.needs_verification();
    let possible = Verification::ALL.iter().filter(|v| !resolved || **v != Verification::Unverified);
    let choices: Vec<_> = possible.map(|v| Choice::new(v.wire(), v.label()).note(v.meaning())).collect();
    let fields = view! {
        <RadioCards form=form name="verification" legend="Verification" choices=choices scope="verification"
            class="step-cards" head=|choice: &Choice| choice.label.clone() />
        <TextArea form=form name="note" label="How it is known" scope="verification" rows=2 maxlength=2000 />
    };
    let inside = act_form(
        view,
        &action(view, Form::Verification),
        form,
        "verification",
        fields.into_any(),
        "Change verification",
    );
    let button = view! {
        <summary class="ownerbtn" title=now.meaning()>{now.label()}<span class="vh">", change verification"</span><Icon name="chevron-down" size="sm" /></summary>
    };
    disclosure(
        "verification",
        "act-owner",
        view.open(Form::Verification).is_some(),
        button.into_any(),
        inside,
    )
}
