//! Who acts in the scenes: members of the roll with keys of their own, and the second keys of those
//! duties that one person must not fill twice.

use rules::charter::Role;
use rules::command::{Do, JuryCommand, MemberCommand, RoleCommand};
use rules::key::Key;
use rules::roll::Standing;

use crate::commands::demo::actors;
use crate::commands::demo::player::Player;
use crate::problem::Problem;

/// Members on the jury roll beyond a full panel, from whom a place could be filled again.
const SPARE_JURORS: usize = 20;

/// The second investigator.
pub const INVESTIGATOR: &str = "investigator-2";

/// The second reviewer.
pub const REVIEWER: &str = "reviewer-2";

/// The members who act.
pub struct Cast {
    /// Whose cases are brought: one disputed, one refused, one invented.
    pub applicants: [u32; 3],
    /// Who objects, and lets the re-audits begin.
    pub objector: u32,
    /// Who takes the quiz.
    pub jurors: Vec<u32>,
}

/// Active members who share the open period, in the order of joining.
pub fn sharers(player: &Player) -> impl Iterator<Item = u32> + '_ {
    let state = player.state();
    let open = state.open_period();
    (0..state.roll().len()).filter(move |member| {
        let row = state.roll().get(*member).filter(|row| row.standing == Standing::Active);
        row.is_some_and(|row| state.class_in(&row, open).is_some())
    })
}

/// The commands that put keys of members on record.
pub fn keys(player: &mut Player, members: &[u32]) -> Vec<(String, Do)> {
    let bind = |member: &u32| {
        let key = player.key(&actors::member(*member)).public();
        let body = Do::Member(MemberCommand::Key { member: *member, key });
        (actors::sender(&body), body)
    };
    members.iter().map(bind).collect()
}

impl Cast {
    /// The first members of the roll who are there; nobody when they are too few for a panel.
    pub fn choose(player: &Player) -> Result<Option<Self>, Problem> {
        let founded = player.state().founded().ok_or_else(crate::console::not_founded)?;
        let jurors = founded.charter.jury.panel as usize + SPARE_JURORS;
        let members: Vec<u32> = sharers(player).take(4 + jurors).collect();
        Ok(match members.as_slice() {
            [first, second, third, objector, jurors_of @ ..] if jurors_of.len() == jurors => {
                Some(Self {
                    applicants: [*first, *second, *third],
                    objector: *objector,
                    jurors: jurors_of.to_vec(),
                })
            }
            _ => None,
        })
    }

    /// Puts their keys on record, lets the jurors take the quiz, and appoints the second keys, each
    /// by two keys of two roles.
    pub fn prepare(&self, player: &mut Player) -> Result<(), Problem> {
        let mut members = self.jurors.clone();
        members.push(self.objector);
        let bound = keys(player, &members);
        player.send_by(bound)?;
        let founded = player.state().founded().ok_or_else(crate::console::not_founded)?;
        let questions = &founded.charter.jury.hearing.questions;
        let answers: Vec<u32> = questions.iter().map(|question| question.answer).collect();
        let qualify = |member: &u32| {
            let body = JuryCommand::Qualify { answers: answers.clone() };
            (actors::member(*member), Do::Jury(body))
        };
        player.send_by(self.jurors.iter().map(qualify).collect())?;
        for (role, name) in [(Role::Investigator, INVESTIGATOR), (Role::Reviewer, REVIEWER)] {
            let key: Key = player.key(name).public();
            let (entry, appoint) = (player.state().entries(), RoleCommand::Appoint { role, key });
            player.send_by(vec![
                ("operator".to_owned(), Do::Role(appoint)),
                ("custodian".to_owned(), Do::Role(RoleCommand::Second { entry })),
            ])?;
        }
        Ok(())
    }
}
