//! Contradictions in the clauses about people and time.

use super::check::Report;
use super::{Charter, Cost, Order, Role};

/// No calendar clause may reach further than ten years.
const DAYS_MAX: i32 = 3_653;

/// The oldest age a charter may speak of.
const AGE_MAX: i32 = 120;

/// Card fields without which a decision cannot be checked.
const CARD_FIELDS: [&str; 4] = ["case", "decision", "amount", "reason"];

pub(super) fn check(charter: &Charter, report: &mut Report) {
    eligibility(charter, report);
    benefits(charter, report);
    calendar(charter, report);
    jury_and_amendment(charter, report);
    run_off(charter, report);
    disclosure(charter, report);
}

fn eligibility(charter: &Charter, report: &mut Report) {
    let eligibility = &charter.eligibility;
    report.refuse(
        (0..=DAYS_MAX).contains(&eligibility.age_days_min)
            && (1..=AGE_MAX).contains(&eligibility.age_years_max),
        "E-CHARTER-AGES",
        "eligibility",
        "joining is from 0 days to at most 120 years of age",
    );
    report.refuse(
        (0..=DAYS_MAX).contains(&charter.waiting.days),
        "E-CHARTER-DAYS",
        "waiting.days",
        "the waiting period is 0 to 3653 days",
    );
    for (index, question) in charter.health.questions.iter().enumerate() {
        report.refuse(
            question.number as usize == index + 1,
            "E-CHARTER-QUESTIONS",
            format!("health.questions[{index}]"),
            "questions are numbered from 1 without a gap, so that a refusal can name one",
        );
    }
    report.warn(
        !charter.health.questions.is_empty(),
        "W-CHARTER-QUESTIONS",
        "health.questions",
        "no health question is asked, so no refusal may rest on health at joining",
    );
    report.warn(
        charter.arrears.cover_in_grace || !charter.arrears.expulsion,
        "W-CHARTER-GRACE",
        "arrears.cover_in_grace",
        "a member whose charge fails loses cover at once",
    );
    report.warn(
        charter.notices.before_charge,
        "W-CHARTER-NOTICE",
        "notices.before_charge",
        "members are charged without having been told",
    );
    report.warn(
        charter.notices.before_expulsion || !charter.arrears.expulsion,
        "W-CHARTER-NOTICE",
        "notices.before_expulsion",
        "members are expelled without having been told that a charge failed",
    );
    report.refuse(
        [charter.arrears.retry_from_days_after_charge]
            .iter()
            .chain([&charter.arrears.retry_until_days_before_next_charge])
            .all(|days| (0..=31).contains(days)),
        "E-CHARTER-DAYS",
        "arrears",
        "retries lie within 31 days of the charge",
    );
}

fn benefits(charter: &Charter, report: &mut Report) {
    report.refuse(
        !charter.benefits.is_empty(),
        "E-CHARTER-BENEFITS",
        "benefits",
        "a plan without a benefit helps nobody",
    );
    for (index, benefit) in charter.benefits.iter().enumerate() {
        let at = format!("benefits[{index}]");
        let code = "E-CHARTER-BENEFITS";
        let [first, last] = benefit.ages;
        report.refuse(
            0 <= first && first <= last && last <= charter.eligibility.age_years_max,
            code,
            &at,
            "ages run from the younger to the older, within eligibility",
        );
        report.refuse(benefit.amount_minor.minor() > 0, code, &at, "a benefit must be positive");
        let overlaps = charter.benefits[..index].iter().any(|other| {
            other.severity == benefit.severity && other.ages[0] <= last && first <= other.ages[1]
        });
        report.refuse(!overlaps, code, &at, "two benefits of one severity overlap in age");
    }
    let severities: std::collections::BTreeSet<_> =
        charter.benefits.iter().map(|benefit| benefit.severity.as_str()).collect();
    for severity in severities {
        let uncovered = (0..=charter.eligibility.age_years_max.min(AGE_MAX))
            .find(|age| charter.benefit(severity, *age).is_none());
        let what =
            format!("members aged {} pay but have no {severity:?} benefit", uncovered.unwrap_or(0));
        report.warn(uncovered.is_none(), "W-CHARTER-BENEFITS", "benefits", what);
    }
}

fn calendar(charter: &Charter, report: &mut Report) {
    let (publicity, charge) = (&charter.calendar.publicity_days, &charter.calendar.charge_days);
    let pairs: Vec<i8> = publicity.iter().zip(charge).flat_map(|(p, c)| [*p, *c]).collect();
    report.refuse(
        !publicity.is_empty() && publicity.len() == charge.len(),
        "E-CHARTER-CALENDAR",
        "calendar",
        "every publicity day needs its charge day",
    );
    report.refuse(
        pairs.windows(2).all(|pair| pair[0] < pair[1])
            && pairs.iter().all(|d| (1..=28).contains(d)),
        "E-CHARTER-CALENDAR",
        "calendar",
        "publicity and charge days alternate, ascend and lie between the 1st and the 28th",
    );
}

fn jury_and_amendment(charter: &Charter, report: &mut Report) {
    let jury = &charter.jury;
    let half = money::Rate::from_millionths(500_000).expect("one half is a rate");
    report.refuse(
        jury.panel > 0 && jury.quorum > 0 && jury.quorum <= jury.panel && jury.hours > 0,
        "E-CHARTER-JURY",
        "jury",
        "a panel has jurors, hours to vote and a quorum within its size",
    );
    report.refuse(
        jury.majority >= half && jury.appeal_panel > jury.panel,
        "E-CHARTER-JURY",
        "jury",
        "the majority is at least one half and the appeal's panel is larger than the first",
    );
    report.warn(
        jury.panel % 2 == 1,
        "W-CHARTER-JURY",
        "jury.panel",
        "an even panel can divide in halves",
    );
    let amendment = &charter.amendment;
    report.refuse(
        [amendment.notice_days, amendment.vote_days, amendment.open_days]
            .iter()
            .all(|days| (1..=DAYS_MAX).contains(days))
            && amendment.majority >= half,
        "E-CHARTER-AMENDMENT",
        "amendment",
        "an amendment needs days of notice, of voting and of opening, and a majority of at least \
         one half",
    );
}

fn run_off(charter: &Charter, report: &mut Report) {
    let run_off = &charter.run_off;
    let code = "E-CHARTER-RUN-OFF";
    let bounded = |days: i32| (1..=DAYS_MAX).contains(&days);
    report.refuse(
        bounded(run_off.notice_days)
            && bounded(run_off.reporting_days)
            && bounded(run_off.silence_days),
        code,
        "run_off",
        "a run-off without an end: notice, reporting and silence need 1 to 3653 days",
    );
    let delegates = charter.keys(Role::Delegate).count() as u32;
    let template = charter.roles.iter().all(|roles| roles.keys.is_empty());
    report.refuse(
        template || run_off.delegates_needed <= delegates,
        code,
        "run_off.delegates_needed",
        "more delegates are to declare the operator silent than the charter names",
    );
    report.warn(
        run_off.delegates_needed > 0,
        "W-CHARTER-SILENCE",
        "run_off.delegates_needed",
        "nobody can act when the operator falls silent: no delegate is asked for",
    );
    let unlimited = |sponsor: &super::Sponsor| sponsor.guarantee_amount_minor.is_none();
    let sponsor = charter.funds.sponsor.as_ref();
    report.refuse(
        run_off.cost != Cost::Sponsor || sponsor.is_some_and(unlimited),
        code,
        "run_off.cost",
        "the sponsor is to bear the end, but no sponsor pays without a limit",
    );
    let needed =
        [Order::Approved, Order::Pending, Order::Incurred, Order::Deposits, Order::Members];
    report.refuse(
        run_off.order == needed,
        code,
        "run_off.order",
        "the order of payment is approved, pending, incurred, deposits, and then the members; \
         nothing is left to the operator",
    );
    report.warn(
        run_off.members_below >= charter.eligibility.members_min,
        "W-CHARTER-RUN-OFF",
        "run_off.members_below",
        "the plan may shrink below its own minimum before it winds down",
    );
}

fn disclosure(charter: &Charter, report: &mut Report) {
    let card = &charter.disclosure.card;
    for field in CARD_FIELDS {
        let what = format!("the card of a case must show {field:?}");
        report.refuse(
            card.iter().any(|shown| shown == field),
            "E-CHARTER-CARD",
            "disclosure.card",
            what,
        );
    }
    report.refuse(
        charter.introductions.rewarded_depth == 0,
        "E-CHARTER-INTRODUCTIONS",
        "introductions.rewarded_depth",
        "rewards for recruiting make a pyramid; the only depth is 0",
    );
}
