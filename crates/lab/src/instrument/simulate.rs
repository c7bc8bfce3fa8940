//! Invented answers from stated population values, so that reports and tests run everywhere.
//! Whatever is computed from them describes these values and no members of any plan.

use super::definition::{Instrument, Role};
use crate::data::random::Draw;

/// Most respondents made at once; a report needs hundreds.
pub const SIMULATED_MAX: usize = 1_000_000;

/// Standardised paths of the population: construct, antecedents with weights. Our own choice, of
/// the signs that the first rival expects.
const PATHS: [(&str, &[(&str, f64)]); 8] = [
    ("TRA", &[]),
    ("TP", &[("TRA", 0.45)]),
    ("IM", &[("TRA", 0.60)]),
    ("RC", &[("TRA", 0.50)]),
    ("MT", &[("TRA", 0.40)]),
    ("TRUST", &[("IM", 0.30), ("TP", 0.20), ("RC", 0.25), ("MT", 0.20)]),
    ("RISK", &[("TRUST", -0.40), ("RC", -0.20)]),
    ("STAY", &[("TRUST", 0.50), ("RISK", -0.20), ("TP", 0.10)]),
];
/// Residual deviations in the same order.
const SPREADS: [f64; 8] = [1.0, 0.893, 0.8, 0.866, 0.917, 0.63, 0.837, 0.67];
/// Loadings of the first to the fourth item.
const LOADINGS: [f64; 4] = [0.82, 0.78, 0.75, 0.71];
/// Mean and deviation of an answer on a scale from 1 to 7, as shares of the scale's width.
const CENTRE: f64 = 0.55;
const REACH: f64 = 0.22;
/// Periods over which leaving is watched.
const PERIODS: u32 = 24;

/// A file of simulated answers with behaviour, of `count` respondents. Each respondent reads a
/// random stream of its own, so a longer file begins with the shorter one. The first line is the
/// header; a column `synthetic` of ones marks every row.
#[must_use]
pub fn simulate(instrument: &Instrument, count: usize, seed: u64) -> String {
    let mut text = String::from("respondent,synthetic");
    for item in &instrument.items {
        text.push_str(&format!(",{}", item.code));
    }
    text.push_str(",group,joined,periods,exited");
    text.push_str(",case_known,age_band,province_tier,shared_last_year,claimed,disposition\n");
    for number in 0..count {
        let mut draw = Draw::new(seed, number as u64);
        text.push_str(&format!("s{:05},1", number + 1));
        let (latent, unrelated) = latent_values(&mut draw);
        for item in &instrument.items {
            let answer = answer(instrument, item, &latent, unrelated, &mut draw);
            text.push_str(&format!(",{answer}"));
        }
        text.push_str(&behaviour(&latent, &mut draw));
        text.push_str(&circumstances(&latent, &mut draw));
    }
    text
}

/// The constructs of the model, and what the marker items measure.
fn latent_values(draw: &mut Draw) -> ([f64; 8], f64) {
    let mut values = [0.0; 8];
    let mut unrelated = 0.0;
    for (at, (_, antecedents)) in PATHS.iter().enumerate() {
        let explained: f64 =
            antecedents.iter().map(|(name, weight)| weight * values[position(name)]).sum();
        let (own, spare) = draw.normals();
        values[at] = explained + SPREADS[at] * own;
        unrelated = spare;
    }
    (values, unrelated)
}

fn position(name: &str) -> usize {
    PATHS.iter().position(|(known, _)| *known == name).unwrap_or(0)
}

fn answer(
    instrument: &Instrument,
    item: &super::Item,
    latent: &[f64; 8],
    unrelated: f64,
    draw: &mut Draw,
) -> i32 {
    let (low, high) = (instrument.scale.low, instrument.scale.high);
    let noise = draw.normals().0;
    if let Some(expected) = item.expected {
        // About one in fifty does not read.
        return if draw.uniform() < 0.02 { high } else { expected };
    }
    let role = instrument.constructs.iter().find(|c| c.code == item.construct).map(|c| c.role);
    let place = instrument.items_of(&item.construct).position(|known| known.code == item.code);
    let loading = LOADINGS[place.unwrap_or(0).min(LOADINGS.len() - 1)];
    let common = match (role, item.construct.as_str()) {
        (Some(Role::Model), code) => latent[position(code)],
        // Thoughts of leaving are the other side of the intention to stay.
        (Some(Role::Optional), _) => -latent[position("STAY")],
        (Some(Role::Marker), _) => unrelated,
        _ => 0.0,
    };
    let loading = if common == 0.0 { 0.0 } else { loading };
    let value = loading * common + (1.0 - loading * loading).sqrt() * noise;
    let width = f64::from(high - low);
    let raw = f64::from(low) + width * (CENTRE + REACH * value);
    let whole = raw.round().clamp(f64::from(low), f64::from(high)) as i32;
    if item.reverse { low + high - whole } else { whole }
}

fn behaviour(latent: &[f64; 8], draw: &mut Draw) -> String {
    let trust = latent[position("TRUST")];
    let group = if draw.uniform() < 0.5 { "novice" } else { "veteran" };
    let chance = |logit: f64| 1.0 / (1.0 + (-logit).exp());
    let joined = u8::from(draw.uniform() < chance(0.4 + 0.7 * trust));
    let hazard = chance(-3.4 - 0.6 * trust);
    let left = (1..=PERIODS).find(|_| draw.uniform() < hazard);
    let exited = u8::from(left.is_some());
    format!(",{group},{joined},{},{exited}", left.unwrap_or(PERIODS))
}

/// Groups and controls: those who are disposed to trust trust a little more, the rest is chance.
fn circumstances(latent: &[f64; 8], draw: &mut Draw) -> String {
    let known = if draw.uniform() < 0.3 { "yes" } else { "no" };
    let age = ["18-34", "35-49", "50-64"][draw.below(3) as usize];
    let tier = 1 + draw.below(3);
    let (first, second) = draw.normals();
    let shared = (90.0 * (0.35 * first).exp()).round();
    let claimed = if draw.uniform() < 0.04 { "yes" } else { "no" };
    let disposition = 4.0 + 0.3 * latent[position("TRUST")] + 1.1 * second;
    let disposition = disposition.round().clamp(1.0, 7.0);
    format!(",{known},{age},{tier},{shared},{claimed},{disposition}\n")
}
