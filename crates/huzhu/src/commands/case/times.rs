//! `huzhu case times`: how long each step took, against what the charter promises.

use rules::case::Status;
use serde_json::{Value, json};

use crate::findings::name;
use crate::layout::Table;
use crate::outcome::Outcome;
use crate::problem::Problem;
use crate::reader::Reader;

/// The steps for which days are promised, in their order.
const STEPS: [Status; 5] =
    [Status::Investigated, Status::Reviewed, Status::Published, Status::Approved, Status::Paid];

/// The steps of one case with their days; null under a charter without a promise.
pub fn of(reader: &Reader, case: &rules::case::Case) -> Result<Value, Problem> {
    let promise = reader.charter()?.promise;
    Ok(promise.map_or(Value::Null, |promise| json!(case.times(&promise, reader.state().day()))))
}

/// Whether a case waits today for a step that is overdue.
pub fn is_overdue(reader: &Reader, case: &rules::case::Case) -> Result<bool, Problem> {
    let promise = reader.charter()?.promise;
    let today = reader.state().day();
    let late = |promise| {
        let steps = case.times(&promise, today);
        steps.iter().any(|step| step.late && step.done.is_none())
    };
    Ok(promise.is_some_and(late))
}

/// Counts the steps of all cases.
pub fn all(reader: &Reader, json: bool) -> Result<Outcome, Problem> {
    let Some(promise) = reader.charter()?.promise else {
        let document = json!({"promise": null, "steps": [], "overdue": []});
        return Ok(reader.show(json, document, || {
            println!("The charter promises no days for the steps of a case.");
        }));
    };
    let today = reader.state().day();
    let mut overdue = Vec::new();
    // In time, late, and days taken in all, step by step.
    let mut counts = [(0_u64, 0_u64, 0_i64); STEPS.len()];
    for (number, case) in (0_u32..).zip(reader.state().cases()) {
        for step in case.times(&promise, today) {
            let Some(done) = step.done else {
                if step.late {
                    overdue.push(json!({"case": number, "to": step.to, "due": step.due}));
                }
                continue;
            };
            let place = STEPS.iter().position(|other| *other == step.to);
            let (in_time, late, days) = &mut counts[place.unwrap_or_default()];
            *if step.late { late } else { in_time } += 1;
            *days += i64::from(done.since_epoch() - step.from.since_epoch());
        }
    }
    let steps: Vec<Value> = STEPS
        .iter()
        .zip(counts)
        .map(|(to, (in_time, late, days))| {
            json!({"to": to, "in_time": in_time, "late": late, "days": days})
        })
        .collect();
    let document = json!({"promise": promise, "steps": steps, "overdue": overdue});
    Ok(reader.show(json, document, || {
        let mut table = Table::new("lrrr", 0).header(["step", "in time", "late", "days in all"]);
        for (to, (in_time, late, days)) in STEPS.iter().zip(counts) {
            table.row([name(to), in_time.to_string(), late.to_string(), days.to_string()]);
        }
        table.print();
        for case in &overdue {
            let text = |name: &str| case[name].as_str().unwrap_or_default().to_owned();
            println!(
                "Case {} is overdue: {} was due on {}.",
                case["case"],
                text("to"),
                text("due")
            );
        }
    }))
}
