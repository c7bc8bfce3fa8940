//! `huzhu plan check`: contradictions refuse a charter, unfairness is shown.

use std::path::{Path, PathBuf};

use node::PlanTime;
use rules::charter::{Charter, CharterError, Complaint};
use serde_json::{Value, json};

use crate::console::read_text;
use crate::fairness;
use crate::layout::{Table, paragraph};
use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem};

/// Arguments of the check.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  huzhu plan check plans/xianghubao.toml")]
pub struct Arguments {
    /// The charter.
    file: PathBuf,
}

/// Reads a charter that may be executed.
pub fn read(path: &Path) -> Result<Charter, Problem> {
    let charter = parse(path)?.map_err(|error| {
        Problem::new(
            Kind::Input,
            "E-CHARTER",
            format!("{} is not a charter.", path.display()),
            format!("{error}."),
            "Correct the file; `huzhu plan check` tells more.",
        )
    })?;
    match charter.check().errors.first() {
        None => Ok(charter),
        Some(first) => Err(Problem::new(
            Kind::Refused,
            first.code,
            format!("The charter is refused at `{}`.", first.at),
            format!("{}.", first.what),
            "Correct the file; `huzhu plan check` lists everything.",
        )),
    }
}

fn parse(path: &Path) -> Result<Result<Charter, CharterError>, Problem> {
    Ok(Charter::from_toml(&read_text(path)?))
}

/// Checks the charter.
pub fn run(arguments: &Arguments, json: bool) -> Result<Outcome, Problem> {
    let charter = match parse(&arguments.file)? {
        Ok(charter) => charter,
        Err(error) => return unreadable(&error, json),
    };
    let mut report = charter.check();
    if let Err(error) = PlanTime::new(&charter.plan.time_zone) {
        let (code, at) = ("E-CHARTER-TIME-ZONE", "plan.time_zone".to_owned());
        report.errors.push(Complaint { code, at, what: error.to_string() });
    }
    let ok = report.errors.is_empty();
    let fairness = if ok { fairness::of(&charter)? } else { fairness::Fairness::default() };
    let warnings: Vec<&Complaint> = report.warnings.iter().chain(&fairness.warnings).collect();
    let document = json!({
        "ok": ok,
        "charter": charter.id().to_string(),
        "errors": list(&report.errors.iter().collect::<Vec<_>>()),
        "warnings": list(&warnings),
        "fairness": fairness.classes.iter().map(|class| json!({
            "class": class.name, "ratio": class.ratio,
        })).collect::<Vec<_>>(),
        "fairness_source": fairness.source,
        "draws": draws(&charter),
    });
    show(json, &document, || {
        print(&charter, &report.errors, &warnings, &fairness);
        print_draws(&charter);
    });
    Ok(if ok { Outcome::Done } else { Outcome::False })
}

fn unreadable(error: &CharterError, json: bool) -> Result<Outcome, Problem> {
    let document = json!({
        "ok": false,
        "errors": [{"code": "E-CHARTER", "at": "", "what": error.to_string()}],
        "warnings": [],
        "fairness": [],
    });
    show(json, &document, || println!("Refused.\n  E-CHARTER  {error}"));
    Ok(Outcome::False)
}

fn list(complaints: &[&Complaint]) -> Vec<Value> {
    let one = |c: &&Complaint| json!({"code": c.code, "at": c.at, "what": c.what});
    complaints.iter().map(one).collect()
}

fn print(
    charter: &Charter,
    errors: &[Complaint],
    warnings: &[&Complaint],
    fairness: &fairness::Fairness,
) {
    let name = &charter.plan.name;
    println!("{} · {}", name.en, name.zh);
    println!("charter {}", charter.id());
    println!("{}", if errors.is_empty() { "The charter holds together." } else { "Refused." });
    for complaint in errors.iter().chain(warnings.iter().copied()) {
        println!("\n  {} at {}", complaint.code, complaint.at);
        print_paragraph(&complaint.what, 4);
    }
    if fairness.classes.is_empty() {
        return;
    }
    println!("\nFairness: expected aid of a class for each unit that it pays (1 is fair)");
    let mut table = Table::new("lrl", 2);
    for class in &fairness.classes {
        let bar = "█".repeat((class.ratio * 10.0).round().clamp(0.0, 60.0) as usize);
        table.row([class.name.clone(), format!("{:.2}", class.ratio), bar]);
    }
    table.print();
    print_paragraph(&fairness.source, 2);
}

/// How many parties draw, and how many could stay silent while one is honest.
fn draws(charter: &Charter) -> Value {
    let hearing = &charter.jury.hearing;
    let withholders = hearing.withholders();
    json!({
        "parties": hearing.parties.len(),
        "withholders": withholders,
        "seeds_max": 1_u64 << withholders.min(63),
    })
}

fn print_draws(charter: &Charter) {
    let hearing = &charter.jury.hearing;
    if hearing.parties.is_empty() {
        return;
    }
    let (parties, silent) = (hearing.parties.len(), hearing.withholders());
    let seeds = 1_u64 << silent.min(63);
    println!("\nDraws: {parties} parties");
    let text = format!(
        "If one of them is honest, {silent} can stay silent and choose among at most {seeds} \
         panels; who is silent is named."
    );
    print_paragraph(&text, 2);
}

fn print_paragraph(text: &str, indent: usize) {
    for line in paragraph(text, indent) {
        println!("{line}");
    }
}
