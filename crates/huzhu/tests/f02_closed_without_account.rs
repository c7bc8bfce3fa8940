//! F2: 18 months after its closing a platform had not returned balances, and published nothing [B].
//! F3 with it: an applicant approved for 61,337.02 got 28,500, 46 %, and others nothing [B]. Here
//! the end is dated stages, one part for all, balances returned as of right, and a final account
//! that is refused while anybody is owed anything.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod plan_life;
mod program;

use plan_life::Life;
use program::finding;
use serde_json::Value;

/// Qingsong's charter, lived to a reserve of 2,000.00 from a first case of 20,000.00.
fn lived() -> Life {
    let life = Life::qingsong();
    life.settle(0);
    life
}

#[test]
fn a_plan_that_ends_owes_nobody_anything() {
    let mut life = lived();
    let reserve = life.holds("reserve");
    assert_eq!(reserve, 200_000);
    life.fails("runoff notice --stop 2019-09-20 --signer treasurer", 3, "E-ROLE");
    life.fails("runoff notice --stop 2019-09-01", 3, "E-RUN-OFF-EARLY");
    life.done("runoff notice --stop 2019-10-01");
    // Two fall ill before the stop: 2,000.00 of the reserve for 4,347.83 is 46 %.
    life.case(1, 4, "2173.91", "2019-08-26");
    life.case(2, 5, "2173.92", "2019-08-27");
    life.close();
    let charged = life.done("period list")["periods"][1].clone();
    assert_eq!(charged["charges_minor"], 0, "nobody is charged after the notice: {charged}");
    life.collect_only();
    life.fails("period pay 1", 3, "E-RUN-OFF-STATE");
    life.fails("member leave 7 --day 2019-10-01", 3, "E-RUN-OFF-FROZEN");
    let frozen = life.done("runoff freeze --day 2019-10-01");
    assert_eq!(finding(&frozen, "finding.run-off.frozen")["members"], 9, "three were helped");
    let first = life.done("runoff instalment");
    let first = finding(&first, "finding.run-off.instalment");
    assert!((229_000..=231_000).contains(&first["part_millionths"].as_i64().unwrap()), "{first}");
    life.done("runoff pay");
    life.fails("runoff final", 3, "E-RUN-OFF-EARLY");
    // Published on, period after period, although nothing is shared any more.
    life.publish_until("2020-04-11");
    life.fails("runoff final", 3, "E-RUN-OFF-OPEN");
    let last = life.done("runoff instalment");
    let last = finding(&last, "finding.run-off.instalment");
    assert_eq!((&last["last"], &last["cases"]), (&Value::Bool(true), &Value::from(2)), "{last}");
    assert!((459_000..=461_000).contains(&last["part_millionths"].as_i64().unwrap()), "{last}");
    life.done("runoff pay");
    life.settle_all();
    let paid = |case: u32| life.done(&format!("case show {case}"))["paid_minor"].clone();
    assert!((99_900..=100_100).contains(&paid(1).as_i64().unwrap()), "{}", paid(1));
    assert!((99_900..=100_100).contains(&paid(2).as_i64().unwrap()), "{}", paid(2));
    life.fails("runoff final", 3, "E-RUN-OFF-OWED");
    let held = life.holds("deposit");
    assert!(held > 0);
    life.done("runoff deposits");
    life.done("fund returned");
    assert_eq!((life.holds("deposit"), life.holds("withdrawal")), (0, 0), "as of right");
    life.done("runoff share-out");
    if life.holds("surplus") > 0 {
        life.done("runoff paid-out");
    }
    let last = life.done("runoff final");
    for account in finding(&last, "finding.run-off.final")["accounts"].as_array().unwrap() {
        assert_eq!((&account["balance_minor"], &account["why"]), (&0.into(), &"zero".into()));
    }
    assert_eq!(life.done("runoff show")["stage"], "final");
}

#[test]
fn an_operator_who_falls_silent_does_not_keep_the_plan() {
    let life = lived();
    life.fails("runoff silence --day 2019-09-20", 3, "E-RUN-OFF-NOT-SILENT");
    life.done("runoff silence --day 2019-10-20");
    life.fails("runoff take-over", 3, "E-RUN-OFF-DELEGATES");
    life.done("runoff silence --signer delegate-2");
    life.fails("runoff take-over --signer delegate", 3, "E-ROLE");
    let taken = life.done("runoff take-over");
    assert_eq!(finding(&taken, "finding.run-off.stage")["trigger"], "silence");
    life.done("period publish 1 --signer delegate");
    life.fails("fund interest 5.00 --signer delegate", 3, "E-ROLE");
}
