//! Circles: colleagues, a village, a class of old friends. A member says to which ones they belong,
//! by their own key; how many others do is shown from the charter's smallest group on.

use crate::command::Asked;
use crate::finding::Finding;
use crate::refusal::Refusal;
use crate::state::State;

/// Circles of one member: family, work, street, and some more.
const CIRCLES_MAX: usize = 8;

/// Length of a circle's name in characters.
const NAME_MAX: usize = 40;

impl State {
    pub(crate) fn join_circle(
        &mut self,
        asked: Asked<'_>,
        circle: &str,
    ) -> Result<Vec<Finding>, Refusal> {
        let member = asked.member.expect("only members ask this");
        let what = format!("Member {member} does not join the circle.");
        self.active(member).map_err(|why| Refusal::membership(&what, why))?;
        let length = circle.chars().count();
        let plain = !circle.chars().any(|c| c.is_control() || c.is_whitespace());
        let circles = self.bonds.get(member).map_or(&[][..], |bond| &bond.circles);
        let (code, why) = if !(1..=NAME_MAX).contains(&length) || !plain {
            ("E-CIRCLE-NAME", format!("A name has 1 to {NAME_MAX} characters without spaces."))
        } else if circles.iter().any(|other| other == circle) {
            ("E-CIRCLE-TWICE", "The member belongs to it.".to_owned())
        } else if circles.len() >= CIRCLES_MAX {
            ("E-CIRCLE-MANY", format!("A member belongs to at most {CIRCLES_MAX}."))
        } else {
            let bond = self.bonds.of(member);
            bond.circles.push(circle.to_owned());
            bond.circles.sort_unstable();
            return Ok(Vec::new());
        };
        Err(Refusal::new(code, what, why, "Name another circle, or leave one."))
    }

    pub(crate) fn leave_circle(
        &mut self,
        asked: Asked<'_>,
        circle: &str,
    ) -> Result<Vec<Finding>, Refusal> {
        let member = asked.member.expect("only members ask this");
        let place = self
            .bonds
            .get(member)
            .and_then(|bond| bond.circles.iter().position(|other| other == circle));
        let Some(place) = place else {
            return Err(Refusal::new(
                "E-CIRCLE-UNKNOWN",
                format!("Member {member} leaves no circle."),
                format!("The member does not belong to {circle:?}."),
                "Check the name.",
            ));
        };
        self.bonds.of(member).circles.remove(place);
        Ok(Vec::new())
    }
}
