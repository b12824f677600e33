//! The guided set-up of a young room: what its first admin decides after they are in, each step of which can be
//! left for later.

use serde::{Deserialize, Serialize};

super::words::words! {
    /// What is decided after the organisation and its admin are there.
    SetUpStep {
        Period = "period", "Period";
        Severities = "severities", "Severities and targets";
    }
}

super::words::words! {
    SetUpState {
        Waits = "waits", "To be decided";
        Kept = "kept", "As shipped";
        Done = "done", "Decided";
    }
}

/// Where a room stands in its set-up. Empty: it was not founded by a link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetUp {
    pub steps: Vec<(SetUpStep, SetUpState)>,
}

impl SetUp {
    pub fn state(&self, step: SetUpStep) -> Option<SetUpState> {
        self.steps.iter().find(|(one, _)| *one == step).map(|(_, state)| *state)
    }
    /// The first step that nobody has decided.
    pub fn next(&self) -> Option<SetUpStep> {
        let mut waits = self.steps.iter().filter(|(_, state)| *state == SetUpState::Waits);
        waits.next().map(|(step, _)| *step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_step_is_the_first_that_waits() {
        let steps = vec![(SetUpStep::Period, SetUpState::Kept), (SetUpStep::Severities, SetUpState::Waits)];
        let set_up = SetUp { steps };
        assert_eq!(set_up.next(), Some(SetUpStep::Severities));
        assert_eq!(set_up.state(SetUpStep::Period), Some(SetUpState::Kept));
        assert_eq!(SetUp::default().next(), None);
    }
}
