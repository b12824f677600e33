//! Traffic Light Protocol 2.0 (FIRST, August 2022): the labels and their order.

super::words::words! {
    /// From loosest to strictest, so that `max` of several labels is the one that binds.
    Tlp {
        Clear = "clear", "TLP:CLEAR";
        Green = "green", "TLP:GREEN";
        Amber = "amber", "TLP:AMBER";
        AmberStrict = "amber+strict", "TLP:AMBER+STRICT";
        Red = "red", "TLP:RED";
    }
}

impl Tlp {
    /// Every organisation in the room may see it.
    pub const fn reaches_everyone(self) -> bool {
        matches!(self, Self::Clear | Self::Green)
    }
    /// The loosest label of what lies in an incident of this one. TLP:CLEAR is what two accepted, the head as it
    /// stands; nobody accepted what is written, attached or added beneath it.
    pub const fn inside(self) -> Self {
        match self {
            Self::Clear => Self::Green,
            other => other,
        }
    }
    /// Who sees it, in the words under the label's radio button.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Red => "Named people only",
            Self::AmberStrict => "Lead and shared-with; no onward share",
            Self::Amber => "Lead and shared-with; onward share asks the originator",
            Self::Green => "Every organisation in the room",
            Self::Clear => "Anyone, once cleared for the public",
        }
    }
}
