//! `huzhu plan found`: a new folder with keys, a charter that names them, and the first entry.

use std::path::{Path, PathBuf};

use node::{Clock, SystemClock};
use node::{KEYS_FOLDER, Orderer, PlanTime, Rejection, ScriptedClock, SecretKey, Solo};
use rules::charter::{Charter, Role};
use rules::command::{Do, PlanCommand};
use rules::day::Day;
use rules::entry::{Command, Signed};
use rules::machine::Machine;

use crate::console::{NODE_KEY, REHEARSAL, role_name};
use crate::layout::Table;
use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem};

/// Arguments of the founding.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  huzhu plan found --plan examples/neighbours.toml --dir walk \
                  --rehearsal --day 2019-01-02")]
pub struct Arguments {
    /// The charter.
    #[arg(long, value_name = "FILE")]
    plan: PathBuf,
    /// The new ledger's folder; created, and must hold no ledger yet.
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// A rehearsal: its days are typed with --day, not read from the clock.
    #[arg(long, requires = "day")]
    rehearsal: bool,
    /// The day of founding, in a rehearsal.
    #[arg(long, value_name = "DAY", requires = "rehearsal")]
    day: Option<Day>,
    /// No period is published before this day; the day of founding by default.
    #[arg(long, value_name = "DAY")]
    first_publicity: Option<Day>,
}

/// Founds the plan.
pub fn run(arguments: &Arguments, json: bool) -> Result<Outcome, Problem> {
    let charter = super::check::read(&arguments.plan)?;
    let keys_folder = arguments.dir.join(KEYS_FOLDER);
    if keys_folder.exists() || arguments.dir.join("journal").exists() {
        return Err(Problem::new(
            Kind::Input,
            "E-FOLDER",
            format!("{} holds a ledger already.", arguments.dir.display()),
            "A plan is founded once, in a folder of its own.",
            "Name another folder.",
        ));
    }
    let time = PlanTime::new(&charter.plan.time_zone)?;
    let at = arguments.day.map_or(Ok(SystemClock.now()), |day| time.noon(day))?;
    let order = time.order(at)?;
    let first_publicity = arguments.first_publicity.unwrap_or(order.day);
    let name = name(&charter, arguments.rehearsal)?;
    let solo = lay(charter, &name, &arguments.dir, (at, first_publicity))?;
    let publicity = solo.state().periods()[0].publicity;
    let charter = solo.state().founded().map(|founded| founded.charter_id.to_string());
    let document = serde_json::json!({
        "plan": name, "charter": charter, "day": order.day, "publicity": publicity,
    });
    show(json, &document, || {
        println!("Founded {name} on {}.", order.day);
        let mut table = Table::new("ll", 2);
        table.pair("charter", charter.unwrap_or_default());
        table.pair("publicity", format!("first on {publicity}"));
        table.pair("keys", format!("{} (one for each role)", keys_folder.display()));
        table.print();
    });
    Ok(Outcome::Done)
}

/// Founds a plan of this name in a folder, at a time and with its first publicity day: the keys of
/// all roles are made, and the log has its first checkpoint.
pub fn lay(
    mut charter: Charter,
    name: &str,
    dir: &Path,
    (at, first_publicity): (i64, Day),
) -> Result<Solo, Problem> {
    let keys_folder = dir.join(KEYS_FOLDER);
    let order = PlanTime::new(&charter.plan.time_zone)?.order(at)?;
    let mut keys = fill_roles(&mut charter)?;
    let node_key = SecretKey::random()?;
    let node = node_key.public();
    let body = Do::Plan(PlanCommand::Found { charter: Box::new(charter), first_publicity, node });
    let signed = sign(&keys, name, body)?;
    // Tried in memory first, so that what is refused leaves nothing on the disk.
    let verified = signed.clone().verify().map_err(Rejection::from)?;
    Machine::default().submit(order, &verified, None).map_err(Rejection::from)?;
    keys.push((NODE_KEY.to_owned(), node_key));
    for (name, key) in &keys {
        key.write(&keys_folder, name)?;
    }
    node::make_plan_secret(dir)?;
    let clock = ScriptedClock::default();
    clock.set(at);
    let node_key = SecretKey::read(&keys_folder, NODE_KEY)?;
    let mut solo = Solo::open(dir, Box::new(clock), node_key)?;
    for answer in solo.submit(&[signed.bytes().to_vec()])? {
        answer?;
    }
    solo.seal()?;
    Ok(solo)
}

/// The name of the new ledger: the charter's, and letters by which no two ledgers are alike.
fn name(charter: &Charter, rehearsal: bool) -> Result<String, Problem> {
    let suffix: String = node::random_id()?.chars().filter(char::is_ascii_alphanumeric).collect();
    let prefix = if rehearsal { REHEARSAL } else { "" };
    Ok(format!("{prefix}{}-{}", charter.plan.id, &suffix[..8.min(suffix.len())]))
}

/// Signs the founding as the operator, whose key is among those just made.
fn sign(keys: &[(String, SecretKey)], plan: &str, body: Do) -> Result<Signed, Problem> {
    let operator = role_name(Role::Operator);
    let key = keys.iter().find(|(name, _)| *name == operator).map(|(_, key)| key);
    let key = key.ok_or_else(|| {
        let what = "The charter names its operator's key already.";
        let why =
            "A plan is founded here with a new key of the operator, which signs the founding.";
        let next = "Leave the operator's `keys` out of the charter.";
        Problem::new(Kind::Input, "E-CHARTER-KEYS", what, why, next)
    })?;
    let (plan, id) = (plan.to_owned(), node::random_id()?);
    let command = Command { plan, by: key.public(), seq: 1, id, body };
    Ok(key.sign_command(command).map_err(Rejection::from)?)
}

/// More delegates than these are appointed by their own keys in the charter.
const KEYS_OF_DELEGATES_MAX: u32 = 16;

/// Gives the charter as many delegates as must declare a silence, unless it names its own.
fn fill_delegates(charter: &mut Charter, needed: u32) -> Result<Vec<(String, SecretKey)>, Problem> {
    let named = charter.roles.iter_mut().find(|entry| entry.role == Role::Delegate);
    let Some(entry) = named.filter(|entry| entry.keys.is_empty()) else { return Ok(Vec::new()) };
    let mut keys = Vec::new();
    for number in 1..=needed {
        let key = SecretKey::random()?;
        entry.keys.push(key.public().to_string());
        let first = role_name(Role::Delegate);
        keys.push((if number == 1 { first } else { format!("{first}-{number}") }, key));
    }
    Ok(keys)
}

/// Gives every role that the charter leaves without keys a new one.
fn fill_roles(charter: &mut Charter) -> Result<Vec<(String, SecretKey)>, Problem> {
    let mut keys = Vec::with_capacity(Role::ALL.len() + 1);
    let delegates = charter.run_off.delegates_needed.min(KEYS_OF_DELEGATES_MAX);
    for role in Role::ALL {
        let key = SecretKey::random()?;
        if role == Role::Delegate {
            keys.extend(fill_delegates(charter, delegates)?);
            continue;
        }
        match charter.roles.iter_mut().find(|entry| entry.role == role) {
            Some(entry) if entry.keys.is_empty() => entry.keys.push(key.public().to_string()),
            Some(_) => continue,
            None if !Role::REQUIRED.contains(&role) => continue,
            None => {
                let keys = vec![key.public().to_string()];
                charter.roles.push(rules::charter::RoleKeys { role, keys });
            }
        }
        keys.push((role_name(role), key));
    }
    node::fill_hearing(&mut charter.jury.hearing, |role| {
        let name = role_name(role);
        keys.iter().find(|(other, _)| *other == name).map(|(_, key)| key)
    });
    Ok(keys)
}
