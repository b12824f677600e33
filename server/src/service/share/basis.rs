//! What a purpose asks for beside the words: a legal process its reference, a relay its originator.

use app::{
    model::{
        FieldErrors, Moment, Tlp,
        basis::{Basis, Originator},
        organisation::Sector,
        share::Purpose,
    },
    policy::Viewer,
};
use serde::{Deserialize, Serialize};

use super::{
    super::{Result, Room, incident::Held},
    ShareInput,
    rules::as_read,
    way::{add_sectors, sectors_of, source_of},
};

/// Characters of a reference.
const REFERENCE: usize = 200;
/// Characters of a name, a role, a jurisdiction.
const NAME: usize = 120;
/// Characters of what somebody said.
const WORDS: usize = 10_000;
/// How far back somebody's words may be, in seconds: ten years.
const OLDEST: i64 = 10 * 366 * 86_400;

/// Whose words a relay hands on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OriginatorInput {
    pub name: String,
    /// What they are there: `recorder`.
    pub role: String,
    /// Of the election office: `Cobb County, Georgia`.
    pub jurisdiction: String,
    /// When they said it, RFC 3339.
    pub at: String,
    /// Word for word.
    pub words: String,
}

impl OriginatorInput {
    fn is_empty(&self) -> bool {
        let Self { name, role, jurisdiction, at, words } = self;
        [name, role, jurisdiction, at, words].iter().all(|text| text.trim().is_empty())
    }
}

/// What the purpose asks for, and nothing that it does not. `way`: through whom the words came.
pub(super) async fn checked(
    room: &Room,
    viewer: &Viewer,
    (held, way): (&Held, &[Sector]),
    (purpose, tlp): (Purpose, Tlp),
    input: &ShareInput,
    errors: &mut FieldErrors,
) -> Result<Basis> {
    let reference = reference(purpose, &input.reference, errors);
    let source = input.relay_of.trim();
    if !purpose.asks_originator() {
        if !input.originator.is_empty() || !source.is_empty() {
            errors.add("originator_name", "Only a relay names whose words it hands on");
        }
        return Ok(Basis { reference, originator: None });
    }
    let mut originator = match source {
        "" => typed(room.now(), &input.originator, errors),
        _ if !input.originator.is_empty() => {
            errors.add("relay_of", "Hand on an earlier relay, or say whose words these are: not both");
            None
        }
        source => handed_on(room, viewer, (held, tlp), source, errors).await?,
    };
    if let Some(originator) = &mut originator {
        add_sectors(&mut originator.through, way.to_vec());
    }
    Ok(Basis { reference, originator })
}

fn reference(purpose: Purpose, text: &str, errors: &mut FieldErrors) -> String {
    let reference = one_line(text);
    let wrong = match (purpose.asks_reference(), reference.is_empty()) {
        (true, true) => "Give the number of the court, the docket or the order",
        (false, false) => "Only a legal process has a reference",
        _ if reference.chars().count() > REFERENCE => "At most 200 characters",
        _ if reference.contains(char::is_control) => "Contains a character that cannot be stored",
        _ => return reference,
    };
    errors.add("reference", wrong);
    String::new()
}

/// As it is given now; the words stay as they were said.
fn typed(now: Moment, input: &OriginatorInput, errors: &mut FieldErrors) -> Option<Originator> {
    let mut line = |field: &str, text: &str, missing: &str| {
        let line = one_line(text);
        let wrong = match line.chars().count() {
            0 => missing,
            count if count > NAME => "At most 120 characters",
            _ if line.contains(char::is_control) => "Contains a character that cannot be stored",
            _ => return Some(line),
        };
        errors.add(field, wrong);
        None
    };
    let name = line("originator_name", &input.name, "Say who wrote or said it");
    let role = line("originator_role", &input.role, "Say what they are there");
    let jurisdiction =
        line("originator_jurisdiction", &input.jurisdiction, "Say for which jurisdiction they speak");
    let at = match input.at.trim().parse::<Moment>() {
        Ok(at) if at.since(now) > 60 => Err("That is in the future"),
        Ok(at) if now.since(at) > OLDEST => Err("More than ten years ago"),
        Ok(at) => Ok(at),
        Err(_) => Err("Give the date and time at which they said it"),
    };
    let words = input.words.replace("\r\n", "\n");
    let wrong = match words.chars().count() {
        _ if as_read(&words).is_empty() => Some("Give their words as they said them"),
        count if count > WORDS => Some("At most 10,000 characters; attach longer texts as evidence"),
        _ if words.contains('\0') => Some("Contains a character that cannot be stored"),
        _ => None,
    };
    if let Some(wrong) = wrong {
        errors.add("originator_words", wrong);
    }
    let at = at.map_err(|wrong| errors.add("originator_at", wrong)).ok();
    Some(Originator {
        name: name?,
        role: role?,
        jurisdiction: jurisdiction?,
        at: at?,
        words,
        through: vec![],
    })
}

/// That of a relay of this incident which the sender reads, untouched, with through whom it came.
async fn handed_on(
    room: &Room,
    viewer: &Viewer,
    (held, tlp): (&Held, Tlp),
    source: &str,
    errors: &mut FieldErrors,
) -> Result<Option<Originator>> {
    let found = source_of(room, viewer, held.row.id, source).await?.map(|(row, relayed)| {
        let mut through = vec![];
        add_sectors(&mut through, sectors_of(room, viewer, row.from_organisation, &relayed));
        (row.tlp, Originator { through, ..relayed })
    });
    let Some((label, originator)) = found else {
        errors.add("relay_of", "There is no such relay in this incident");
        return Ok(None);
    };
    if label == Tlp::Red {
        errors.add("relay_of", "It is TLP:RED, for those alone whom it names");
    } else if tlp < label {
        errors.add("tlp", format!("Not looser than the relay that it hands on, which is {}", label.label()));
    }
    Ok(Some(originator))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
