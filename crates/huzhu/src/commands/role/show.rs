//! `huzhu role list` and `attempts`.

use rules::charter::Role;
use rules::key::Key;
use serde_json::{Value, json};

use crate::console::Folder;
use crate::findings::name;
use crate::layout::Table;
use crate::outcome::{Outcome, show};
use crate::problem::Problem;
use crate::reader::Reader;

/// Lists the keys of the staff and what waits for a second key.
pub fn keys(reader: &Reader, json: bool) -> Result<Outcome, Problem> {
    let state = reader.state();
    let fills = |key: &Key| -> Vec<Role> {
        let all = Role::ALL.into_iter();
        all.filter(|role| state.keys_of_role(*role).any(|other| other == *key)).collect()
    };
    let staff: Vec<_> = state
        .staff()
        .filter_map(|key| {
            let (held, revoked) = state.duties_of(&key)?;
            Some((key, fills(&key), held.to_vec(), revoked))
        })
        .collect();
    let keys: Vec<Value> = staff
        .iter()
        .map(|(key, fills, held, revoked)| {
            json!({"key": key, "fills": fills, "has_filled": held, "revoked": revoked})
        })
        .collect();
    let waiting: Vec<Value> = state
        .waiting()
        .map(|(entry, by, until, body)| {
            json!({"entry": entry, "by": by, "until": until, "command": body})
        })
        .collect();
    let document = json!({"keys": keys, "waiting": waiting});
    Ok(reader.show(json, document.clone(), || {
        let mut table = Table::new("lll", 0).header(["role", "key", ""]);
        for (key, _, held, revoked) in &staff {
            let roles: Vec<String> = held.iter().map(name).collect();
            let until = revoked.map(|day| format!("revoked {day}")).unwrap_or_default();
            table.row([roles.join(", "), key.to_string(), until]);
        }
        table.print();
        for held in &waiting {
            let verb = held["command"]["do"].as_str().unwrap_or_default();
            let until = held["until"].as_str().unwrap_or_default();
            println!("Entry {} ({verb}) waits for a second key until {until}.", held["entry"]);
        }
    }))
}

/// Lists every recorded attempt, from the log itself.
pub fn attempts(folder: &Folder, json: bool) -> Result<Outcome, Problem> {
    // Opened first, so that a folder without a plan is explained as everywhere.
    Reader::open(folder)?;
    let mut attempts = Vec::new();
    node::read_entries(&folder.dir, &mut |index, entry| {
        let entry: Value = serde_json::from_slice(entry).unwrap_or_default();
        let finding = &entry["command"];
        if finding["by"] == "rules" && finding["do"] == "finding.attempt.refused" {
            attempts.push(json!({
                "entry": index.saturating_sub(1), "day": entry["order"]["day"],
                "key": finding["key"], "verb": finding["verb"], "code": finding["code"],
            }));
        }
        Ok(())
    })?;
    let document = json!({"attempts": attempts});
    show(json, &document, || {
        if attempts.is_empty() {
            println!("Nobody of the staff has tried what the charter forbids.");
            return;
        }
        let mut table = Table::new("rllll", 0).header(["entry", "day", "verb", "code", "key"]);
        for attempt in &attempts {
            let text = |name: &str| attempt[name].as_str().unwrap_or_default().to_owned();
            let entry = attempt["entry"].to_string();
            table.row([entry, text("day"), text("verb"), text("code"), text("key")]);
        }
        table.print();
    });
    Ok(Outcome::Done)
}
