//! Fear: a plan is founded on rules that cannot all be kept. Every contradiction that the check
//! knows is made here, by one change of the reference charter.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeSet;

use money::{Amount, Rate};
use rules::charter::{
    Account, Cap, Charter, CharterError, Deferral, Deposits, FourEyes, Liquidity, Order, Paid,
    Payer, Promise, ReAudit, Reconciliation, Reserve, Role, RoleKeys,
};
use testkit::charters::{XIANGHUBAO, band, xianghubao};
use testkit::{Keys, World};

/// What is changed, the code that it brings, and the change.
type Mutation = (&'static str, &'static str, fn(&mut Charter));

fn minor(amount: i64) -> Amount {
    Amount::from_minor(amount).unwrap()
}

fn rate(text: &str) -> Rate {
    Rate::parse(text).unwrap()
}

const PROMISE: Promise = Promise {
    investigate_days: 10,
    review_days: 5,
    publish_days: 16,
    decide_days: 8,
    pay_days: 10,
};

const PEOPLE: &[Mutation] = &[
    ("format 2", "E-CHARTER-FORMAT", |c| c.format = 2),
    ("id with a space", "E-CHARTER-ID", |c| c.plan.id = "x y".into()),
    ("no id", "E-CHARTER-ID", |c| c.plan.id.clear()),
    ("long id", "E-CHARTER-ID", |c| c.plan.id = "x".repeat(41)),
    ("a role twice", "E-CHARTER-ROLE", |c| c.roles.push(c.roles[0].clone())),
    ("no key", "E-CHARTER-KEY", |c| c.roles[0].keys.push("AAAA".into())),
    ("one key, two duties", "E-CHARTER-DUTIES", |c| {
        let keys = Keys::from_seed(1);
        let key = Keys::name(keys.stranger()).to_string();
        for role in &mut c.roles {
            if matches!(role.role, Role::Investigator | Role::Reviewer) {
                role.keys.push(key.clone());
            }
        }
    }),
    ("a duty apart from itself", "E-CHARTER-DUTIES", |c| {
        c.separated_duties.push(vec![Role::Operator, Role::Operator]);
    }),
    ("promised backwards", "E-CHARTER-PROMISE", |c| {
        let mut promise = PROMISE;
        promise.pay_days = -1;
        c.promise = Some(promise);
    }),
    ("promised in years", "E-CHARTER-PROMISE", |c| {
        let mut promise = PROMISE;
        promise.review_days = 367;
        c.promise = Some(promise);
    }),
    ("a second look at none", "E-CHARTER-RE-AUDIT", |c| {
        c.re_audit = Some(ReAudit { share: rate("0"), report_days: 30 });
    }),
    ("a second look for ever", "E-CHARTER-RE-AUDIT", |c| {
        c.re_audit = Some(ReAudit { share: rate("1"), report_days: 367 });
    }),
    ("a second look drawn by nobody", "E-CHARTER-RE-AUDIT", |c| {
        c.re_audit = Some(ReAudit { share: rate("1"), report_days: 30 });
        c.jury.hearing.parties.clear();
    }),
    ("condemned unheard", "E-CHARTER-FRAUD", |c| c.fraud.hearing_days = 0),
    ("heard for ever", "E-CHARTER-FRAUD", |c| c.fraud.hearing_days = 367),
    ("one role changes keys", "E-CHARTER-KEY-CHANGES", |c| {
        c.duties.key_changes = vec![Role::Operator];
    }),
    ("one role twice", "E-CHARTER-KEY-CHANGES", |c| {
        c.duties.key_changes = vec![Role::Operator, Role::Operator];
    }),
    ("one key is the two", "E-CHARTER-KEY-CHANGES", |c| {
        let key = Keys::name(Keys::from_seed(1).stranger()).to_string();
        c.duties.key_changes = vec![Role::Operator, Role::Registrar];
        for role in &mut c.roles {
            if matches!(role.role, Role::Operator | Role::Registrar) {
                role.keys.push(key.clone());
            }
        }
    }),
    ("nothing recorded", "E-CHARTER-ATTEMPTS", |c| c.duties.attempts_a_day_max = 0),
    ("a full log", "E-CHARTER-ATTEMPTS", |c| c.duties.attempts_a_day_max = 1_001),
    ("a verb of members", "E-CHARTER-FOUR-EYES", |c| {
        four_eyes(c, "member.leave", &[Role::Operator]);
    }),
    ("four eyes without a second", "E-CHARTER-FOUR-EYES", |c| four_eyes(c, "fee.draw", &[])),
    ("four eyes twice", "E-CHARTER-FOUR-EYES", |c| {
        four_eyes(c, "fee.draw", &[Role::Reviewer]);
        four_eyes(c, "fee.draw", &[Role::Operator]);
    }),
    ("above less than nothing", "E-CHARTER-AMOUNT", |c| {
        four_eyes(c, "fee.draw", &[Role::Reviewer]);
        c.duties.four_eyes[0].above_amount_minor = Some(minor(-1));
    }),
    ("unborn members", "E-CHARTER-AGES", |c| c.eligibility.age_days_min = -1),
    ("members of 121", "E-CHARTER-AGES", |c| c.eligibility.age_years_max = 121),
    ("waiting backwards", "E-CHARTER-DAYS", |c| c.waiting.days = -1),
    ("waiting for ever", "E-CHARTER-DAYS", |c| c.waiting.days = i32::MAX),
    ("retries before", "E-CHARTER-DAYS", |c| c.arrears.retry_from_days_after_charge = -1),
    ("late retries", "E-CHARTER-DAYS", |c| c.arrears.retry_until_days_before_next_charge = 32),
    ("a question left out", "E-CHARTER-QUESTIONS", |c| {
        c.health.questions.remove(0);
    }),
    ("no benefit", "E-CHARTER-BENEFITS", |c| c.benefits.clear()),
    ("nothing paid", "E-CHARTER-BENEFITS", |c| c.benefits[0].amount_minor = minor(0)),
    ("two benefits", "E-CHARTER-BENEFITS", |c| c.benefits[1].ages = [39, 59]),
    ("old to young", "E-CHARTER-BENEFITS", |c| c.benefits[0].ages = [39, 0]),
    ("beyond eligibility", "E-CHARTER-BENEFITS", |c| c.benefits[1].ages = [40, 60]),
    ("no charge day", "E-CHARTER-CALENDAR", |c| c.calendar.charge_days.clear()),
    ("no day at all", "E-CHARTER-CALENDAR", |c| {
        c.calendar.charge_days.clear();
        c.calendar.publicity_days.clear();
    }),
    ("charged before public", "E-CHARTER-CALENDAR", |c| c.calendar.charge_days = vec![6, 28]),
    ("a day not all months have", "E-CHARTER-CALENDAR", |c| c.calendar.charge_days[1] = 29),
    ("day 0", "E-CHARTER-CALENDAR", |c| c.calendar.publicity_days[0] = 0),
    ("no panel", "E-CHARTER-JURY", |c| c.jury.panel = 0),
    ("quorum above panel", "E-CHARTER-JURY", |c| c.jury.quorum = 102),
    ("minority decides", "E-CHARTER-JURY", |c| c.jury.majority = rate("0.499999")),
    ("smaller appeal", "E-CHARTER-JURY", |c| c.jury.appeal_panel = 101),
    ("no notice", "E-CHARTER-AMENDMENT", |c| c.amendment.notice_days = 0),
    ("minority amends", "E-CHARTER-AMENDMENT", |c| c.amendment.majority = rate("0.4")),
    ("endless reporting", "E-CHARTER-RUN-OFF", |c| c.run_off.reporting_days = i32::MAX),
    ("no end of silence", "E-CHARTER-RUN-OFF", |c| c.run_off.silence_days = 0),
    ("no notice of the end", "E-CHARTER-RUN-OFF", |c| c.run_off.notice_days = 0),
    ("members never", "E-CHARTER-RUN-OFF", |c| {
        c.run_off.order.pop();
    }),
    ("deposits first", "E-CHARTER-RUN-OFF", |c| c.run_off.order.rotate_right(2)),
    ("paid twice", "E-CHARTER-RUN-OFF", |c| c.run_off.order.push(Order::Members)),
    ("a card without reason", "E-CHARTER-CARD", |c| c.disclosure.card.retain(|f| f != "reason")),
    ("a pyramid", "E-CHARTER-INTRODUCTIONS", |c| c.introductions.rewarded_depth = 1),
];

const MONEY: &[Mutation] = &[
    ("waiting free", "E-CHARTER-WAITING", |c| c.sharing.waiting_members_pay = false),
    ("bands, uniform", "E-CHARTER-BANDS", |c| {
        band(c, &[(59, 1)]);
        c.sharing.rule = rules::charter::SharingRule::Uniform;
    }),
    ("a gap of ages", "E-CHARTER-BANDS", |c| {
        band(c, &[(29, 1), (59, 2)]);
        c.sharing.bands[1].ages[0] = 31;
    }),
    ("ages left out", "E-CHARTER-BANDS", |c| band(c, &[(29, 1), (58, 2)])),
    ("ages too many", "E-CHARTER-BANDS", |c| band(c, &[(29, 1), (60, 2)])),
    ("no band", "E-CHARTER-BANDS", |c| band(c, &[])),
    ("free riders", "E-CHARTER-BANDS", |c| band(c, &[(29, 0), (59, 2)])),
    ("too heavy", "E-CHARTER-BANDS", |c| band(c, &[(29, 1), (59, 1_000_001)])),
    ("twins", "E-CHARTER-BANDS", |c| {
        band(c, &[(29, 1), (59, 2)]);
        c.sharing.bands[1].name = c.sharing.bands[0].name.clone();
    }),
    ("65 bands", "E-CHARTER-BANDS", |c| {
        c.eligibility.age_years_max = 64;
        let bands: Vec<(i32, u32)> = (0..65).map(|age| (age, 1)).collect();
        band(c, &bands);
    }),
    ("nobody lends", "E-CHARTER-SPONSOR", |c| {
        c.funds.sponsor = None;
        c.caps.year = None;
        c.funds.liquidity = Liquidity::Sponsor;
    }),
    ("target below 0", "E-CHARTER-AMOUNT", |c| {
        c.funds.reserve =
            Some(Reserve { load: rate("0.1"), target_amount_minor: minor(-1), hidden_debt: None });
    }),
    ("negative guarantee", "E-CHARTER-AMOUNT", |c| {
        c.caps.year = None;
        c.funds.sponsor.as_mut().unwrap().guarantee_amount_minor = Some(minor(-1));
    }),
    ("a cap of nothing", "E-CHARTER-AMOUNT", |c| {
        c.caps.case.as_mut().unwrap().amount_minor = minor(0);
    }),
    ("never due", "E-CHARTER-DEFERRAL", |c| defer(c, 0, Payer::Reduction)),
    ("finally a limited one", "E-CHARTER-DEFERRAL", |c| {
        c.caps.year = None;
        c.funds.sponsor.as_mut().unwrap().guarantee_amount_minor = Some(minor(1));
        defer(c, 3, Payer::Sponsor);
    }),
    ("finally the reserve", "E-CHARTER-DEFERRAL", |c| defer(c, 3, Payer::Reserve)),
    ("deferred for ever", "E-CHARTER-DEFERRAL", |c| defer(c, 3, Payer::Deferral)),
    ("fee by another finding", "E-CHARTER-FLOW", |c| {
        c.funds.flows[1].authorised_by = "finding.period.settled".into();
    }),
    ("a flow to nowhere", "E-CHARTER-FLOW", |c| c.funds.flows[3].to = Account::Pool),
    ("two flows of aid", "E-CHARTER-FLOW", |c| c.funds.flows.push(c.funds.flows[0].clone())),
    ("aid stays", "E-CHARTER-FLOW", |c| {
        c.funds.flows.remove(0);
    }),
    ("half the aid leaves", "E-CHARTER-FLOW", |c| c.funds.flows[0].bound = rate("0.5")),
    ("fee flow above fee", "E-CHARTER-FEE-FLOW", |c| c.funds.flows[1].bound = rate("0.080001")),
    ("a difference forever", "E-CHARTER-RECONCILIATION", |c| {
        c.funds.reconciliation = Some(Reconciliation { freeze_after_days: 32 });
    }),
    ("a negative deposit", "E-CHARTER-DEPOSITS", |c| {
        c.funds.deposits = Some(Deposits {
            joining_amount_minor: minor(-1),
            low_amount_minor: minor(0),
            exit_levy_amount_minor: minor(0),
        });
    }),
    ("a fee without custody", "E-CHARTER-DIRECT", |c| c.funds.paid = Paid::Directly),
    ("nobody pays", "E-CHARTER-PAYERS", |c| pay(c, &[])),
    ("paid twice", "E-CHARTER-PAYERS", |c| pay(c, &[Payer::Reduction, Payer::Reduction])),
    ("no reserve", "E-CHARTER-PAYERS", |c| pay(c, &[Payer::Reserve, Payer::Reduction])),
    ("no deferral", "E-CHARTER-PAYERS", |c| pay(c, &[Payer::Deferral])),
    ("no sponsor", "E-CHARTER-PAYERS", |c| {
        c.funds.sponsor = None;
        c.funds.liquidity = Liquidity::None;
        pay(c, &[Payer::Sponsor]);
    }),
    ("a limit and then nobody", "E-CHARTER-PAYERS", |c| {
        c.caps.year = None;
        c.funds.sponsor.as_mut().unwrap().guarantee_amount_minor = Some(minor(1));
        pay(c, &[Payer::Sponsor]);
    }),
];

fn four_eyes(charter: &mut Charter, verb: &str, second: &[Role]) {
    charter.duties.four_eyes.push(FourEyes {
        verb: verb.to_owned(),
        above_amount_minor: None,
        second: second.to_vec(),
    });
}

fn defer(charter: &mut Charter, periods_max: u32, final_payer: Payer) {
    charter.funds.deferral = Some(Deferral { periods_max, final_payer });
}

fn pay(charter: &mut Charter, payers: &[Payer]) {
    charter.caps.case = Some(Cap { amount_minor: minor(10), payers: payers.to_vec() });
}

#[test]
fn each_contradiction_is_refused_with_its_code() {
    for (what, code, change) in PEOPLE.iter().chain(MONEY) {
        let mut charter = xianghubao();
        change(&mut charter);
        let report = charter.check();
        let found: BTreeSet<&str> = report.errors.iter().map(|error| error.code).collect();
        assert!(found.contains(code), "{what}: {found:?}");
        // One contradiction is told as what it is and not drowned among others.
        assert!(found.len() <= 2, "{what}: {found:?}");
        for error in report.errors {
            assert!(!error.at.is_empty() && !error.what.is_empty());
        }
    }
}

#[test]
fn every_code_of_the_check_is_reached_here() {
    let sources = [
        include_str!("../src/charter/check.rs"),
        include_str!("../src/charter/check_cases.rs"),
        include_str!("../src/charter/check_duties.rs"),
        include_str!("../src/charter/check_funds.rs"),
        include_str!("../src/charter/check_money.rs"),
        include_str!("../src/charter/check_people.rs"),
    ];
    let mut known = BTreeSet::new();
    for source in sources {
        for part in source.split('"').filter(|part| part.starts_with("E-CHARTER-")) {
            known.insert(part);
        }
    }
    let reached: BTreeSet<&str> = PEOPLE.iter().chain(MONEY).map(|(_, code, _)| *code).collect();
    assert_eq!(known, reached);
}

#[test]
fn a_contradiction_founds_no_plan() {
    for (what, code, change) in MONEY.iter().chain(PEOPLE) {
        let mut world = World::empty(1, "2020-01-01".parse().unwrap());
        let mut charter = world.keys().fill(&xianghubao());
        change(&mut charter);
        let found = world.send(rules::command::Do::Plan(rules::command::PlanCommand::Found {
            charter: Box::new(charter),
            first_publicity: world.day(),
            node: testkit::Keys::name(world.keys().stranger()),
        }));
        let refusal = found.expect_err(what);
        assert!(refusal.code.starts_with("E-CHARTER-"), "{what}: {refusal}, not {code}");
    }
}

#[test]
fn unknown_and_missing_keys_are_refused_by_name() {
    let reads = |text: &str| Charter::from_toml(text);
    assert!(reads(XIANGHUBAO).is_ok());
    for (from, to, named) in [
        ("[waiting]", "[waiting]\nmood = 1", "waiting"),
        ("format = 1", "format = 1\nmood = 1", "mood"),
        ("[plan]", "[plan]\nmotto = \"\"", "motto"),
        ("hours = 24", "hour = 24", "hour"),
        ("hours = 24", "", "hours"),
        ("hours = 24", "hours = \"24\"", "jury.hours"),
        ("rate = \"0.08\"", "rate = 0.08", "fee.rate"),
        ("rate = \"0.08\"", "rate = \"8%\"", "fee.rate"),
        ("role = \"operator\"", "role = \"king\"", "king"),
        ("payers = [\"sponsor\"]", "payers = [\"members\"]", "members"),
    ] {
        assert!(XIANGHUBAO.contains(from), "{from}");
        match reads(&XIANGHUBAO.replacen(from, to, 1)) {
            Err(CharterError::Shape(why)) => assert!(why.contains(named), "{to}: {why}"),
            other => panic!("{to}: {other:?}"),
        }
    }
}

#[test]
fn amounts_are_texts_of_the_currency_within_range() {
    for amount in ["\"0.105\"", "\"1e3\"", "\"-0\"x", "\"90071992547409.92\"", "\"\"", "0.10", "10"]
    {
        let text = XIANGHUBAO.replacen("amount = \"0.10\"", &format!("amount = {amount}"), 1);
        assert_ne!(text, XIANGHUBAO);
        let read = Charter::from_toml(&text);
        let refused = matches!(read, Err(CharterError::Amount { .. } | CharterError::Toml(_)));
        assert!(refused, "{amount}: {read:?}");
    }
    let yen = XIANGHUBAO.replacen("\"CNY\"", "\"JPY\"", 1);
    assert!(matches!(Charter::from_toml(&yen), Err(CharterError::Amount { .. })));
    for currency in ["\"RMB\"", "\"XAU\"", "\"cny\"", "7"] {
        let text = XIANGHUBAO.replacen("\"CNY\"", currency, 1);
        assert!(Charter::from_toml(&text).is_err(), "{currency}");
    }
    let long = format!("{XIANGHUBAO}#{}", "x".repeat(60_000));
    assert_eq!(Charter::from_toml(&long), Err(CharterError::TooLong));
}

#[test]
fn roles_and_keys_are_checked_as_filled() {
    let mut charter = Keys::from_seed(1).fill(&xianghubao());
    assert_eq!(charter.check().errors, []);
    let key = charter.roles[4].keys[0].clone();
    charter.roles[0].keys.push(key);
    assert_eq!(charter.check().errors[0].code, "E-CHARTER-DUTIES");
    charter.roles.push(RoleKeys { role: Role::Operator, keys: Vec::new() });
    assert!(charter.check().errors.iter().any(|e| e.code == "E-CHARTER-ROLE"));
}

#[test]
fn a_fee_that_could_never_be_drawn_is_warned_of() {
    let mut charter = testkit::charters::xianghubao();
    assert!(charter.check().warnings.iter().all(|w| w.code != "W-CHARTER-FEE-FLOW"));
    charter.funds.flows[1].bound = rate("0.05");
    let report = charter.check();
    assert_eq!(report.errors, []);
    assert!(report.warnings.iter().any(|w| w.code == "W-CHARTER-FEE-FLOW"));
}

#[test]
fn a_band_with_an_endless_name_is_refused() {
    let mut charter = testkit::charters::guild();
    assert_eq!(charter.check().errors, []);
    charter.sharing.bands[0].name = "x".repeat(65);
    assert!(charter.check().errors.iter().any(|error| error.code == "E-CHARTER-BANDS"));
}
