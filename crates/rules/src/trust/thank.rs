//! Thanks of those who were helped. Only by their own key, so that nobody thanks in their name, and
//! taken back at any time: the text stands beside the log, and only its salted hash in it.

use proof::Digest;

use crate::case::Status;
use crate::command::Asked;
use crate::finding::Finding;
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    pub(crate) fn give_thanks(
        &mut self,
        asked: Asked<'_>,
        number: u32,
        text: Digest,
    ) -> Result<Vec<Finding>, Refusal> {
        let case = self.case(number).ok_or_else(|| Refusal::no_case(number))?;
        let (member, status) = (case.member, case.status);
        asked.about(member)?;
        let refuse = |code, why: String, next: &str| {
            Refusal::new(code, format!("The thanks for case {number} are not kept."), why, next)
        };
        if !matches!(status, Status::Paid | Status::ShortPaid) {
            let why = format!("The case is {status:?}: nothing has been paid.");
            return Err(refuse("E-THANKS-EARLY", why, "Thank when the aid has come."));
        }
        let bond = self.bonds.of(member);
        match bond.thanks.binary_search_by_key(&number, |(case, _)| *case) {
            Ok(_) => {
                let why = "Thanks for it stand already.".to_owned();
                Err(refuse("E-THANKS-TWICE", why, "Take them back first."))
            }
            Err(place) => {
                bond.thanks.insert(place, (number, text));
                Ok(Vec::new())
            }
        }
    }

    pub(crate) fn revoke_thanks(
        &mut self,
        asked: Asked<'_>,
        number: u32,
    ) -> Result<Vec<Finding>, Refusal> {
        let member = self.case(number).ok_or_else(|| Refusal::no_case(number))?.member;
        asked.about(member)?;
        let stands = self
            .bonds
            .get(member)
            .and_then(|bond| bond.thanks.binary_search_by_key(&number, |(case, _)| *case).ok());
        let Some(place) = stands else {
            return Err(Refusal::new(
                "E-THANKS-UNKNOWN",
                format!("No thanks for case {number} are taken back."),
                "None stand.",
                "Check the number of the case.",
            ));
        };
        self.bonds.of(member).thanks.remove(place);
        Ok(Vec::new())
    }
}
