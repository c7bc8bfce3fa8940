//! Fear: a charter that ships cannot be read, contradicts itself, or founds nothing.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use rules::charter::{Charter, Paid};
use testkit::{Statement, World};

const PLANS: [(&str, &str); 6] = [
    ("xianghubao", include_str!("../../../plans/xianghubao.toml")),
    ("waterdrop", include_str!("../../../plans/waterdrop.toml")),
    ("qingsong", include_str!("../../../plans/qingsong.toml")),
    ("kangai", include_str!("../../../plans/kangai.toml")),
    ("village", include_str!("../../../plans/village.toml")),
    ("guild", include_str!("../../../plans/guild.toml")),
];

fn read(text: &str) -> Charter {
    Charter::from_toml(text).unwrap()
}

#[test]
fn every_plan_holds_together_and_lives_two_periods() {
    for (name, text) in PLANS {
        let charter = read(text);
        assert_eq!(charter.check().errors, [], "{name}");
        assert_eq!(charter.plan.id, name);
        let direct = charter.funds.paid == Paid::Directly;
        let mut world = World::found(71, &{
            let mut charter = charter.clone();
            charter.run_off.delegates_needed = charter.run_off.delegates_needed.min(1);
            charter
        });
        world.enrol_people(0..12, "1985-03".parse().unwrap()).unwrap();
        if charter.funds.deposits.is_some() {
            world.pay_in(0, 1_000_000).unwrap();
        }
        world.pass(200);
        let day = world.day();
        world.bring_case(3, day.plus_days(-1), 10_000).unwrap();
        let with_case = world.state().open_period();
        for number in 0..=with_case {
            world.publish_and_close(number).unwrap();
            if direct {
                let dues = world.state().period(number).unwrap().dues.clone();
                assert_eq!(dues.is_empty(), number != with_case, "{name}");
                let members: Vec<u32> = dues.iter().map(|due| due.member).collect();
                if !members.is_empty() {
                    world.received(number, 0, &members[1..]).unwrap();
                }
                world.match_direct(number).unwrap();
                if !members.is_empty() {
                    assert_eq!(world.state().case(0).unwrap().paid.unwrap().minor(), 9_163);
                    world.received(number, 0, &members[..1]).unwrap();
                }
                assert_eq!(world.holds(rules::charter::Account::Custody), 0, "{name}");
            } else {
                world.collect(number, &[]).unwrap();
                // The bank says that it holds what the ledger says, so that payouts go on.
                let difference = world.state().custody_difference().unwrap().minor();
                if difference != 0 {
                    let stray = [("as the ledger says", difference)];
                    Statement::next(&world, &[], &stray).enter(&mut world).unwrap();
                }
                if number == with_case {
                    world.pay_all(number).unwrap();
                    world.fee(number).unwrap();
                }
            }
        }
        let case = world.state().case(0).unwrap();
        assert_eq!(case.paid, case.decided, "{name}");
        assert!(world.state().period(with_case).unwrap().unpaid.is_empty(), "{name}");
    }
}
