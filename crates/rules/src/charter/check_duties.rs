//! Contradictions in who fills which role and who watches whom.

use proof::signature::check_key;

use super::check::Report;
use super::{Charter, Role};
use crate::duty::FOUR_EYES_VERBS;
use crate::key::Key;

/// More recorded attempts of one key in a day tell nothing that fewer would not.
const ATTEMPTS_MAX: u32 = 1_000;

pub(super) fn check(charter: &Charter, report: &mut Report) {
    keys(charter, report);
    separated(charter, report);
    key_changes(charter, report);
    four_eyes(charter, report);
}

fn keys(charter: &Charter, report: &mut Report) {
    for (index, entry) in charter.roles.iter().enumerate() {
        let at = format!("roles[{index}]");
        let twins = charter.roles.iter().filter(|other| other.role == entry.role).count();
        report.refuse(twins == 1, "E-CHARTER-ROLE", &at, "a role stands twice");
        for key in &entry.keys {
            let good = key.parse::<Key>().is_ok_and(|key| check_key(&key.0).is_ok());
            let what = format!("{key:?} is not an Ed25519 key of full order in base64url");
            report.refuse(good, "E-CHARTER-KEY", &at, what);
        }
    }
}

fn separated(charter: &Charter, report: &mut Report) {
    report.warn(
        !charter.separated_duties.is_empty(),
        "W-CHARTER-DUTIES",
        "separated_duties",
        "no duties are separated: one key could investigate, review and pay",
    );
    for (index, group) in charter.separated_duties.iter().enumerate() {
        let at = format!("separated_duties[{index}]");
        for (position, role) in group.iter().enumerate() {
            for other in &group[position + 1..] {
                report.refuse(role != other, "E-CHARTER-DUTIES", &at, "a role stands twice");
                let shared = role != other && share_a_key(charter, *role, *other);
                let what = format!("one key fills both {role:?} and {other:?}");
                report.refuse(!shared, "E-CHARTER-DUTIES", &at, what);
            }
        }
    }
}

/// Keys must never be changed by one key alone.
fn key_changes(charter: &Charter, report: &mut Report) {
    let (code, at) = ("E-CHARTER-KEY-CHANGES", "duties.key_changes");
    let roles = &charter.duties.key_changes;
    let twice = (1..roles.len()).any(|place| roles[..place].contains(&roles[place]));
    report.refuse(
        roles.len() >= 2 && !twice,
        code,
        at,
        "keys are changed by two keys of two roles: name at least two, each once",
    );
    for (place, role) in roles.iter().enumerate() {
        for other in &roles[place + 1..] {
            let what = format!("one key fills both {role:?} and {other:?}, and would be the two");
            report.refuse(!share_a_key(charter, *role, *other), code, at, what);
        }
    }
    report.refuse(
        (1..=ATTEMPTS_MAX).contains(&charter.duties.attempts_a_day_max),
        "E-CHARTER-ATTEMPTS",
        "duties.attempts_a_day_max",
        "1 to 1000 attempts of a key are recorded in a day: recording cannot be switched off",
    );
}

fn four_eyes(charter: &Charter, report: &mut Report) {
    for (index, clause) in charter.duties.four_eyes.iter().enumerate() {
        let (code, at) = ("E-CHARTER-FOUR-EYES", format!("duties.four_eyes[{index}]"));
        let known = FOUR_EYES_VERBS.contains(&clause.verb.as_str());
        let what = format!("a second key can be asked for {}", FOUR_EYES_VERBS.join(", "));
        report.refuse(known, code, &at, what);
        let before = &charter.duties.four_eyes[..index];
        let again = before.iter().any(|other| other.verb == clause.verb);
        report.refuse(!again, code, &at, format!("{:?} stands twice", clause.verb));
        let named = !clause.second.is_empty();
        report.refuse(named, code, &at, "nobody could sign as the second");
        report.refuse(
            clause.above_amount_minor.is_none_or(|amount| !amount.is_negative()),
            "E-CHARTER-AMOUNT",
            &at,
            "the amount must not be negative",
        );
    }
}

fn share_a_key(charter: &Charter, role: Role, other: Role) -> bool {
    charter.keys(role).any(|key| charter.keys(other).any(|twin| twin == key))
}
