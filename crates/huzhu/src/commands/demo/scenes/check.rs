//! Finds the scenes again in the state that the log leads to.

use rules::State;
use rules::amendment::Status as Amended;
use rules::case::Status;
use rules::jury::Outcome;

use super::Scenes;
use crate::commands::demo::checks::Check;

/// Whether every scene is there as it was told.
pub fn check(scenes: &Scenes, state: &State) -> Option<Check> {
    let cases = scenes.cases?;
    let status = |case: u32| state.case(case).map(|case| case.status);
    let jury = state.jury(cases.disputed);
    let amendment = state.amendments().first();
    let adopted = amendment.is_some_and(|amendment| amendment.status == Amended::InForce);
    let rejected = amendment.is_some_and(|amendment| amendment.status == Amended::Rejected);
    let versions = state.versions().len();
    let picked = || state.audits().iter().flat_map(|audit| &audit.picked);
    let invented = picked().find(|picked| picked.case == cases.invented);
    let back = state.case(cases.invented).and_then(|case| case.inquiry.as_ref());
    let found = [
        ("objection", jury.is_some_and(|jury| jury.objections.len() == 1)),
        (
            "jury",
            jury.is_some_and(|jury| matches!(jury.outcome, Some(Outcome::Aid { .. })))
                && status(cases.disputed) == Some(Status::Paid),
        ),
        ("refusal", status(cases.refused) == Some(Status::Refused)),
        (
            "re-audit",
            invented.and_then(|one| one.report).is_some_and(|report| !report.confirmed)
                && picked().all(|picked| picked.report.is_some()),
        ),
        (
            "recovery",
            status(cases.invented) == Some(Status::Recovered)
                && back.is_some_and(|back| back.found == Some(back.recovered)),
        ),
        ("amendment", adopted && versions == 2 || rejected && versions == 1),
    ];
    let ok = found.iter().filter(|(_, ok)| *ok).count();
    let missing: Vec<&str> = found.iter().filter(|(_, ok)| !ok).map(|(name, _)| *name).collect();
    let detail = match missing.is_empty() {
        true => format!("{ok} of {} are in the state that the log leads to", found.len()),
        false => format!("not in the state that the log leads to: {}", missing.join(", ")),
    };
    Some(Check { name: "scenes", ok: missing.is_empty(), detail })
}
