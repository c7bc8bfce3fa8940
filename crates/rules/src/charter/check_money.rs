//! Contradictions in the clauses about money.

use super::check::Report;
use super::{Cap, Charter, Payer, SharingRule};

/// More bands than this make no table that a member can read.
const BANDS_MAX: usize = 64;

/// Names of bands stand in every closing of a period, which must fit one entry.
const BAND_NAME_MAX: usize = 64;

/// Weights stay small enough that weight × members × money fits 128 bits with room.
const WEIGHT_MAX: u32 = 1_000_000;

pub(super) fn check(charter: &Charter, report: &mut Report) {
    sharing(charter, report);
    for (cap, at) in [(&charter.caps.case, "caps.case"), (&charter.caps.year, "caps.year")] {
        if let Some(cap) = cap {
            payers(charter, cap, at, report);
        }
    }
}

fn sharing(charter: &Charter, report: &mut Report) {
    let sharing = &charter.sharing;
    report.refuse(
        sharing.waiting_members_pay,
        "E-CHARTER-WAITING",
        "sharing.waiting_members_pay",
        "sharing among covered members only is not offered: members share from the day of joining",
    );
    let (code, at) = ("E-CHARTER-BANDS", "sharing.bands");
    if sharing.rule == SharingRule::Uniform {
        report.refuse(sharing.bands.is_empty(), code, at, "uniform sharing has no bands");
        return;
    }
    report.refuse(sharing.bands.len() <= BANDS_MAX, code, at, "there are more than 64 bands");
    let mut expected = 0;
    for band in &sharing.bands {
        let follows = band.ages[0] == expected && band.ages[1] >= band.ages[0];
        let what = format!("band {:?} must begin at age {expected} and end after it", band.name);
        report.refuse(follows, code, at, what);
        let what = format!("the weight of band {:?} must be 1 to {WEIGHT_MAX}", band.name);
        report.refuse((1..=WEIGHT_MAX).contains(&band.weight), code, at, what);
        let named = (1..=BAND_NAME_MAX).contains(&band.name.len());
        let what = format!("the name of a band has 1 to {BAND_NAME_MAX} bytes");
        report.refuse(named, code, at, what);
        let twins = sharing.bands.iter().filter(|other| other.name == band.name).count();
        report.refuse(twins == 1, code, at, format!("two bands are called {:?}", band.name));
        expected = band.ages[1].saturating_add(1);
    }
    report.refuse(
        expected == charter.eligibility.age_years_max.saturating_add(1),
        code,
        at,
        "the bands must cover every age up to eligibility.age_years_max, without a gap",
    );
}

/// Whether a payer can always pay all that is left.
pub(super) fn ends_here(charter: &Charter, payer: Payer) -> bool {
    match payer {
        Payer::Reduction => true,
        Payer::Sponsor => {
            let sponsor = charter.funds.sponsor.as_ref();
            sponsor.is_some_and(|sponsor| sponsor.guarantee_amount_minor.is_none())
        }
        Payer::Reserve => false,
        Payer::Deferral => charter.funds.deferral.is_some(),
    }
}

fn payers(charter: &Charter, cap: &Cap, at: &str, report: &mut Report) {
    let path = |key: &str| format!("{at}.{key}");
    report.refuse(
        cap.amount_minor.minor() > 0,
        "E-CHARTER-AMOUNT",
        path("amount"),
        "a cap must be more than nothing",
    );
    let (code, at) = ("E-CHARTER-PAYERS", path("payers"));
    for (payer, present, name) in [
        (Payer::Reserve, charter.funds.reserve.is_some(), "reserve"),
        (Payer::Sponsor, charter.funds.sponsor.is_some(), "sponsor"),
        (Payer::Deferral, charter.funds.deferral.is_some(), "deferral"),
    ] {
        let named = cap.payers.contains(&payer);
        let what = format!("{name:?} is to pay, but the charter has no funds.{name}");
        report.refuse(!named || present, code, &at, what);
    }
    let mut seen = Vec::new();
    for payer in &cap.payers {
        report.refuse(!seen.contains(payer), code, &at, "a payer is named twice");
        seen.push(*payer);
    }
    let end = cap.payers.iter().position(|payer| ends_here(charter, *payer));
    report.refuse(
        end.is_some(),
        code,
        &at,
        "nobody pays what is left of the excess: the chain must end with a payer without a limit \
         (reduction, an unlimited sponsor, or a deferral with such a final payer)",
    );
    report.warn(
        end.is_none_or(|end| end + 1 == cap.payers.len()),
        "W-CHARTER-PAYERS",
        &at,
        "payers named after one without a limit never pay",
    );
}
