//! Charters to test with: the reference plan, a village, a banded guild, and random ones.

use money::{Amount, Rate};
use rules::charter::{
    Account, Band, Calendar, Cap, Cause, Charter, Deferral, Deposits, Flow, Funds, Liquidity,
    Payer, Reserve, SharingRule, Sponsor,
};

use crate::chooser::Chooser;

fn read(text: &str) -> Charter {
    Charter::from_toml(text).expect("the charters of the test kit can be read")
}

/// The text of the reference plan's charter.
pub const XIANGHUBAO: &str = include_str!("../../../plans/xianghubao.toml");

/// The reference plan.
#[must_use]
pub fn xianghubao() -> Charter {
    read(XIANGHUBAO)
}

/// A few hundred families who pay alike, with a low cap and every payer of its excess.
#[must_use]
pub fn village() -> Charter {
    read(include_str!("../charters/village.toml"))
}

/// The village in which everybody shares by age band, without a cap, a sponsor or a reserve.
#[must_use]
pub fn guild() -> Charter {
    let mut charter = village();
    charter.plan.id = "test-guild".to_owned();
    band(&mut charter, &[(29, 70), (44, 100), (59, 171)]);
    charter.caps.case = None;
    charter.funds.sponsor = None;
    charter.funds.reserve = None;
    charter.funds.deferral = None;
    charter.funds.liquidity = Liquidity::None;
    charter.calendar = Calendar { publicity_days: vec![7, 21], charge_days: vec![14, 28] };
    charter
}

/// Makes sharing banded: each band is its last age and its weight, from the youngest.
pub fn band(charter: &mut Charter, bands: &[(i32, u32)]) {
    charter.sharing.rule = SharingRule::Banded;
    let mut first = 0;
    charter.sharing.bands.clear();
    for (last, weight) in bands {
        charter.sharing.bands.push(Band {
            name: format!("{first}-{last}"),
            ages: [first, *last],
            weight: *weight,
        });
        first = last + 1;
    }
}

/// A charter drawn at random, free of contradictions.
///
/// # Panics
/// When the draw made a charter that contradicts itself, which is a fault of the draw.
#[must_use]
pub fn random(chooser: &mut Chooser) -> Charter {
    let mut charter = if chooser.chance(60) { village() } else { guild() };
    charter.waiting.days = *chooser.pick(&[0, 5, 20, 40]);
    charter.waiting.refund_shares = chooser.chance(80);
    if chooser.chance(30) {
        charter.waiting.exempt = vec![Cause::Accident, Cause::Illness];
    }
    if chooser.chance(40) {
        let (young, old) = (chooser.between(1, 999), chooser.between(1, 1_000_000));
        band(&mut charter, &[(17, young as u32), (40, 100), (59, old as u32)]);
    }
    let fee = *chooser.pick(&["0", "0.08", "0.1", "0.333333", "1"]);
    set_fee(&mut charter, fee);
    draw_funds(&mut charter, chooser);
    let (funds, caps) = (&charter.funds, &mut charter.caps);
    caps.case = draw_cap(funds, chooser, &[1, 99, 2_000, 30_000]);
    caps.year = draw_cap(funds, chooser, &[1, 500, 7_000, 100_000]);
    charter.arrears.cover_in_grace = chooser.chance(60);
    charter.arrears.netted_from_aid = chooser.chance(80);
    charter.arrears.expulsion = chooser.chance(80);
    charter.exit.dependants_first = chooser.chance(50);
    let report = charter.check();
    assert_eq!(report.errors, [], "a charter is drawn without contradictions");
    charter
}

/// Sets the fee and the flow that lets it leave custody.
///
/// # Panics
/// When `rate` is not a rate.
pub fn set_fee(charter: &mut Charter, rate: &str) {
    charter.fee.rate = Rate::parse(rate).expect("the test names a rate");
    let flows = &mut charter.funds.flows;
    for flow in flows.iter_mut().filter(|flow| flow.pays(Account::Fee)) {
        flow.bound = charter.fee.rate;
    }
}

fn minor(amount: i64) -> Amount {
    Amount::from_minor(amount).expect("the test names an amount in range")
}

fn draw_funds(charter: &mut Charter, chooser: &mut Chooser) {
    let funds = &mut charter.funds;
    funds.sponsor = chooser.chance(70).then(|| Sponsor {
        name: "county".to_owned(),
        guarantee_amount_minor: chooser
            .chance(70)
            .then(|| minor(*chooser.pick(&[0, 1, 5_000, 50_000]))),
    });
    let load = *chooser.pick(&["0.01", "0.2", "1"]);
    funds.reserve = chooser.chance(50).then(|| Reserve {
        load: Rate::parse(load).expect("these are rates"),
        target_amount_minor: minor(*chooser.pick(&[0, 1_000, 20_000, 10_000_000])),
        hidden_debt: None,
    });
    let unlimited = |sponsor: &Sponsor| sponsor.guarantee_amount_minor.is_none();
    let final_payer = if funds.sponsor.as_ref().is_some_and(unlimited) && chooser.chance(50) {
        Payer::Sponsor
    } else {
        Payer::Reduction
    };
    funds.deferral = chooser
        .chance(50)
        .then(|| Deferral { periods_max: chooser.between(1, 3) as u32, final_payer });
    funds.liquidity = match funds.sponsor {
        Some(_) if chooser.chance(70) => Liquidity::Sponsor,
        _ => Liquidity::None,
    };
    let levy = if funds.reserve.is_some() { *chooser.pick(&[0, 40]) } else { 0 };
    funds.deposits = chooser.chance(50).then(|| Deposits {
        joining_amount_minor: minor(*chooser.pick(&[0, 500])),
        low_amount_minor: minor(300),
        exit_levy_amount_minor: minor(levy),
    });
    if funds.flows.iter().all(|flow| !flow.pays(Account::Advance)) {
        funds.flows.push(Flow {
            from: Account::Custody,
            to: Account::Advance,
            authorised_by: "finding.period.settled".to_owned(),
            bound: Rate::parse("1").expect("one is a rate"),
        });
    }
}

fn draw_cap(funds: &Funds, chooser: &mut Chooser, amounts: &[i64]) -> Option<Cap> {
    if chooser.chance(30) {
        return None;
    }
    let mut payers = Vec::new();
    if funds.reserve.is_some() && chooser.chance(70) {
        payers.push(Payer::Reserve);
    }
    if funds.sponsor.is_some() && chooser.chance(70) {
        payers.push(Payer::Sponsor);
    }
    payers.push(if funds.deferral.is_some() && chooser.chance(60) {
        Payer::Deferral
    } else {
        Payer::Reduction
    });
    Some(Cap { amount_minor: minor(*chooser.pick(amounts)), payers })
}
