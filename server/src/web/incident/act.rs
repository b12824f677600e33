//! The acts behind the head of an incident's page.

use app::model::{
    Tlp,
    form::{Form as Which, OpenForm},
};
use axum::http::StatusCode;

use super::begun::Begun;
use crate::{
    error::Answer,
    service::{
        self,
        incident::{
            ClearanceInput, ContentInput, Edit, HoldInput, LegalHoldInput, MarkingInput, OwnerInput,
            SeverityInput, StatusInput, VerificationInput,
        },
    },
    web::read,
};

/// `POST /incidents/{number}/status`
pub async fn set_status(begun: Begun) -> Answer {
    let typed = &begun.typed;
    let input = StatusInput {
        to: read::text(typed, "to"),
        version: read::version(typed),
        note: read::text(typed, "note"),
        verification: read::optional(typed, "verification"),
        disposition: read::optional(typed, "disposition"),
        duplicate_of: read::optional(typed, "duplicate_of"),
        referred_to: read::optional(typed, "referred_to"),
    };
    let (room, asker, once, number) = begun.asked();
    let act = service::incident::set_status(room, asker, once, number, input);
    begun.answer(Which::Status, act).await
}

/// `POST /incidents/{number}/severity`
pub async fn set_severity(begun: Begun) -> Answer {
    let typed = &begun.typed;
    let input = SeverityInput {
        version: read::version(typed),
        severity: read::text(typed, "severity"),
        reason: read::text(typed, "reason"),
    };
    let (room, asker, once, number) = begun.asked();
    let act = service::incident::set_severity(room, asker, once, number, input);
    begun.answer(Which::Severity, act).await
}

/// `POST /incidents/{number}/verification`
pub async fn set_verification(begun: Begun) -> Answer {
    let typed = &begun.typed;
    let input = VerificationInput {
        version: read::version(typed),
        verification: read::text(typed, "verification"),
        note: read::text(typed, "note"),
    };
    let (room, asker, once, number) = begun.asked();
    let act = service::incident::set_verification(room, asker, once, number, input);
    begun.answer(Which::Verification, act).await
}

/// `POST /incidents/{number}/owner`
pub async fn set_owner(begun: Begun) -> Answer {
    let typed = &begun.typed;
    let input = OwnerInput { version: read::version(typed), owner: read::text(typed, "owner") };
    let (room, asker, once, number) = begun.asked();
    let act = service::incident::assign(room, asker, once, number, input);
    begun.answer(Which::Owner, act).await
}

/// `POST /incidents/{number}/owner/accept`
pub async fn accept_owner(begun: Begun) -> Answer {
    let typed = &begun.typed;
    let version = read::version(typed);
    let (room, asker, once, number) = begun.asked();
    let act = service::incident::accept(room, asker, once, number, version);
    begun.answer(Which::Owner, act).await
}

/// `POST /incidents/{number}/take`
pub async fn take(begun: Begun) -> Answer {
    let (room, asker, once, number) = begun.asked();
    let act = service::incident::take(room, asker, once, number);
    begun.answer(Which::Owner, act).await
}

/// `POST /incidents/{number}/hold`
pub async fn hold(begun: Begun) -> Answer {
    let typed = &begun.typed;
    let input = HoldInput {
        version: read::version(typed),
        reason: read::text(typed, "reason"),
        review_at: read::moment(typed, ["review_date", "review_time", "zone"]).unwrap_or_default(),
    };
    let (room, asker, once, number) = begun.asked();
    let act = service::incident::put_on_hold(room, asker, once, number, input);
    begun.answer(Which::Hold, act).await
}

/// `POST /incidents/{number}/resume`
pub async fn resume(begun: Begun) -> Answer {
    let typed = &begun.typed;
    let version = read::version(typed);
    let (room, asker, once, number) = begun.asked();
    let act = service::incident::resume(room, asker, once, number, version);
    begun.answer(Which::Hold, act).await
}

/// `POST /incidents/{number}/marking`
pub async fn set_marking(begun: Begun) -> Answer {
    let typed = &begun.typed;
    // The names are filled in as they stand, and hidden at another label: there they mean nothing.
    let red = typed.value("tlp") == Tlp::Red.wire();
    let input = MarkingInput {
        version: read::version(typed),
        tlp: read::text(typed, "tlp"),
        reason: read::text(typed, "reason"),
        named: if red { read::people(typed, "named") } else { vec![] },
    };
    let (room, asker, once, number) = begun.asked();
    let act = service::incident::set_marking(room, asker, once, number, input);
    begun.answer(Which::Marking, act).await
}

/// `POST /incidents/{number}/clearance`: counsel accepts or refuses that it becomes TLP:CLEAR.
pub async fn decide_clearance(begun: Begun) -> Answer {
    let typed = &begun.typed;
    let input = ClearanceInput {
        version: read::version(typed),
        decision: read::text(typed, "decision"),
        comment: read::text(typed, "comment"),
    };
    let (room, asker, once, number) = begun.asked();
    let act = service::incident::decide_clearance(room, asker, once, number, input);
    begun.answer(Which::Clearance, act).await
}

/// `POST /incidents/{number}/content`: both boxes, ticked or not.
pub async fn set_content(begun: Begun) -> Answer {
    let typed = &begun.typed;
    let ticked = |name: &str| Some(typed.value(name) == "1");
    let input = ContentInput {
        version: read::version(typed),
        candidate_or_party_content: ticked("candidate_or_party_content"),
        contains_personal_data: ticked("contains_personal_data"),
    };
    let (room, asker, once, number) = begun.asked();
    let act = service::incident::set_content(room, asker, once, number, input);
    begun.answer(Which::Content, act).await
}

/// `POST /incidents/{number}/legal-hold`: counsel of the lead sets or lifts it.
pub async fn set_legal_hold(begun: Begun) -> Answer {
    let typed = &begun.typed;
    let input = LegalHoldInput {
        version: read::version(typed),
        legal_hold: typed.value("legal_hold") == "1",
        reason: read::text(typed, "reason"),
    };
    let (room, asker, once, number) = begun.asked();
    let act = service::incident::set_legal_hold(room, asker, once, number, input);
    begun.answer(Which::LegalHold, act).await
}

/// `POST /incidents/{number}/edit`
pub async fn edit(mut begun: Begun) -> Answer {
    read::unfold(&mut begun.typed);
    let typed = &begun.typed;
    if !typed.value("add_row").is_empty() {
        return begun.again(OpenForm::faulty(Which::Edit, None, typed.clone()), StatusCode::OK).await;
    }
    let input = Edit {
        version: read::version(typed),
        title: Some(read::text(typed, "title")),
        summary: Some(read::text(typed, "summary")),
        source: read::given(typed, "source"),
        category: Some(read::text(typed, "category")),
        jurisdictions: Some(read::jurisdictions(typed)),
        ..Edit::default()
    };
    let (room, asker, once, number) = begun.asked();
    let act = service::incident::edit(room, asker, once, number, input);
    begun.answer(Which::Edit, act).await
}
