//! What the rules say of roles, second keys and attempts, in words.

use rules::charter::Role;
use rules::finding::{Finding, RoleFinding};

use super::name;

/// The line for a finding about duties.
pub fn words(finding: &Finding) -> Option<String> {
    let Finding::Role(finding) = finding else {
        return None;
    };
    Some(match finding {
        RoleFinding::Appointed { role, key } => format!("{key} is the {} now.", name(role)),
        RoleFinding::Revoked { key, roles } => {
            format!("{key} is revoked: it was the {}, and never acts again.", any_of(roles))
        }
        RoleFinding::Held { entry, verb, second, until } => format!(
            "{verb} waits for a second key: the {} seconds entry {entry} until {until}.",
            any_of(second)
        ),
        RoleFinding::Seconded { entry } => format!("Entry {entry} is seconded and done."),
        RoleFinding::AttemptRefused { key, verb, code, left } => {
            format!("{key} tried {verb} and was refused ({code}); {left} more are recorded today.")
        }
        _ => return None,
    })
}

/// `investigator, reviewer or treasurer`.
fn any_of(roles: &[Role]) -> String {
    let names: Vec<String> = roles.iter().map(name).collect();
    match names.split_last() {
        None => "nobody".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}
