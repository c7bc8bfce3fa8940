//! The charter at another size: the cap per case and the minimum membership follow the number of
//! members, everything else is unchanged.

use money::Amount;
use rules::charter::Charter;
use sim::history::PEAK_MEMBERS;

use crate::problem::{Kind, Problem};

/// The charter of the demo, as it stands in the repository.
const CHARTER: &str = include_str!("../../../../../plans/xianghubao.toml");

/// A charter and what was changed in it.
pub struct Variant {
    /// The charter.
    pub charter: Charter,
    changes: Vec<(&'static str, String, String)>,
}

/// Scales the charter to `members` at the published peak.
pub fn scaled(members: u64) -> Result<Variant, Problem> {
    let wrong = |why: String| {
        let what = "The charter cannot be scaled to this size.";
        Problem::new(Kind::Input, "E-CHARTER", what, why, "Choose another number of --members.")
    };
    let mut charter = Charter::from_toml(CHARTER).map_err(|error| wrong(error.to_string()))?;
    let (peak, currency) = (PEAK_MEMBERS, charter.plan.currency);
    let mut changes = Vec::new();
    if let Some(cap) = &mut charter.caps.case {
        let before = cap.amount_minor;
        let scaled = before.wide() * i128::from(peak) / i128::from(members);
        cap.amount_minor = Amount::from_minor(scaled).map_err(|error| wrong(error.to_string()))?;
        let show = |amount: Amount| amount.display(currency).to_string();
        changes.push(("caps.case.amount", show(before), show(cap.amount_minor)));
    }
    let scale = |number: u64| {
        let scaled = u128::from(number) * u128::from(members) / u128::from(peak);
        u64::try_from(scaled).unwrap_or(u64::MAX)
    };
    let (minimum, run_off) = (&mut charter.eligibility.members_min, &mut charter.run_off);
    for (name, number) in [
        ("eligibility.members_min", minimum),
        ("run_off.members_below", &mut run_off.members_below),
    ] {
        changes.push((name, number.to_string(), scale(*number).to_string()));
        *number = scale(*number);
    }
    Ok(Variant { charter, changes })
}

impl Variant {
    /// Shows what was changed.
    pub fn print(&self) {
        let name = &self.charter.plan.name;
        println!("{} · {}", name.en, name.zh);
        println!("The charter of plans/xianghubao.toml, scaled; all else is unchanged:");
        for (name, before, after) in &self.changes {
            println!("  {name:<26}{before:>12}  →  {after}");
        }
        println!();
    }
}
