//! Who will see what is about to be written, in words: the sentence under the composer.
//!
//! Words only: [`crate::policy`] decides. The server says it on every page and the browser on every
//! change, from the same code, so that the two can never differ.

use super::Tlp;

/// From this many on, those left out are counted instead of named.
const NAMED_UP_TO: usize = 6;

/// "Visible to: CISA, FBI, Google (not Twitter, Verizon)", in its two halves.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Audience {
    /// `CISA, FBI, Google`, `all 5 organisations`, `every organisation in the room`.
    pub visible_to: String,
    /// `Twitter, Verizon`, `9 other organisations`; empty when nobody is left out.
    pub not_to: String,
}

impl Audience {
    /// `chosen`: short names of those that will see it; `others`: of those that could but will not;
    /// `named`: people, with TLP:RED.
    pub fn of(tlp: Tlp, chosen: &[&str], others: &[&str], named: &[&str]) -> Self {
        let visible_to = match (tlp, named, chosen) {
            (Tlp::Red, [], _) => "you alone, until you name people".into(),
            (Tlp::Red, named, _) => format!("you and {}", named.join(", ")),
            (tlp, ..) if tlp.reaches_everyone() => "every organisation in the room".into(),
            (.., [one]) => format!("{one} only"),
            (.., many) if others.is_empty() => format!("all {} organisations", many.len()),
            (.., many) => many.join(", "),
        };
        let not_to = match (tlp, others.len()) {
            (Tlp::Red, _) => "the rest of your organisation".into(),
            (tlp, _) if tlp.reaches_everyone() => String::new(),
            (_, count) if count > NAMED_UP_TO => format!("{count} other organisations"),
            _ => others.join(", "),
        };
        Self { visible_to, not_to }
    }

    /// As screen readers hear it.
    pub fn sentence(&self) -> String {
        match self.not_to.as_str() {
            "" => format!("Visible to: {}", self.visible_to),
            _ => format!("Visible to: {} (not {})", self.visible_to, self.not_to),
        }
    }
}

/// What an entry is narrowed to: nothing when everybody stays ticked whom the form offered, so that an organisation
/// that joins later sees it too. Who got access or lost it since the form was drawn changes nothing of that.
pub fn narrowed(offered: &[String], ticked: Vec<String>) -> Vec<String> {
    let everybody = !offered.is_empty() && offered.iter().all(|slug| ticked.contains(slug));
    if everybody { vec![] } else { ticked }
}

/// Addresses as people type them: separated by commas, semicolons, spaces or lines.
pub fn addresses(typed: &str) -> Vec<String> {
    typed
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';'))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}
