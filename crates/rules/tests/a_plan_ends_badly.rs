//! Fear: a plan ends without an account: it goes on taking people in, somebody without the right
//! ends it, a silent operator leaves everybody waiting, the first who claim leave nothing to those
//! who report late, or money remains with somebody.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use money::{Amount, Rate};
use rules::Refusal;
use rules::case::Status as CaseStatus;
use rules::charter::{Account, Charter, Cost, Deposits, Reserve, Role};
use rules::command::{Do, FundCommand, PeriodCommand, RunOffCommand};
use rules::day::Day;
use rules::finding::{Finding, RunOffFinding};
use rules::period::Status;
use rules::run_off::{Stage, Trigger};
use testkit::{World, charters, refused};

fn minor(amount: i64) -> Amount {
    Amount::from_minor(amount).unwrap()
}

fn end(world: &mut World, body: RunOffCommand) -> Result<Vec<Finding>, Refusal> {
    world.send(Do::RunOff(body))
}

/// A guild that ends as `cost` says, with a reserve of 46 % of its first case.
fn charter(cost: Cost) -> Charter {
    let mut charter = charters::guild();
    charter.run_off.cost = cost;
    charter.run_off.members_below = 20;
    charter.run_off.delegates_needed = 1;
    charter.funds.reserve = Some(Reserve {
        load: Rate::parse("0.46").unwrap(),
        target_amount_minor: minor(10_000_000),
        hidden_debt: None,
    });
    charter.funds.deposits = Some(Deposits {
        joining_amount_minor: minor(500),
        low_amount_minor: minor(300),
        exit_levy_amount_minor: minor(100),
    });
    charter
}

/// Twenty-five members, of whom member 1 paid 50.00 in ahead; member 3's case of 100.00 is paid.
fn lived(cost: Cost) -> World {
    let mut world = World::found(51, &charter(cost));
    world.enrol_people(0..25, "1990-05".parse().unwrap()).unwrap();
    world.pass(25);
    world.pay_in(1, 5_000).unwrap();
    let day = world.day();
    world.bring_case(3, day, 10_000).unwrap();
    world.publish_and_close(0).unwrap();
    world.finish(0).unwrap();
    world
}

/// Takes every period that the calendar has counted as far as it goes: to its end, or to the
/// instalments that its aid waits for.
fn catch_up(world: &mut World) {
    for number in 0.. {
        let period = world.state().period(number).unwrap();
        if period.status == Status::Open && period.publicity > world.day() {
            return;
        }
        if period.status == Status::Open {
            world.publish_and_close(number).unwrap();
            world.collect(number, &[]).unwrap();
            let period = world.state().period(number).unwrap();
            let (divided, drawn) = (period.charges.is_zero(), period.fee_drawn);
            if !divided {
                world.pay_all(number).unwrap();
                if !drawn {
                    world.fee(number).unwrap();
                }
            }
        }
        let period = world.state().period(number).unwrap();
        if period.status == Status::Collected && period.unpaid.is_empty() {
            world.settle(number).unwrap();
        }
    }
}

/// Confirms all that is ordered, in every period, and settles what can be settled.
fn confirm(world: &mut World) {
    for number in 0..world.state().periods().len() as u32 {
        let (cases, refunds) = world.state().ordered_of(number);
        if !cases.is_empty() {
            world.payout(number, &cases, &refunds).unwrap();
        }
        let period = world.state().period(number).unwrap();
        if period.status == Status::Collected && period.unpaid.is_empty() {
            world.settle(number).unwrap();
        }
    }
}

fn stage(world: &World) -> Stage {
    world.state().run_off().stage
}

#[test]
fn too_few_sharers_close_the_entry_by_themselves() {
    let mut world = lived(Cost::Sharers);
    catch_up(&mut world);
    world.leave_batch(&(5..13).collect::<Vec<u32>>()).unwrap();
    let number = world.state().open_period();
    let publicity = world.state().period(number).unwrap().publicity;
    world.go_to(publicity);
    let published = world.publish_period(number).unwrap();
    let told = published.iter().any(|finding| {
        matches!(
            finding,
            Finding::RunOff(RunOffFinding::Stage {
                stage: Stage::EntryClosed,
                trigger: Some(Trigger::MembersBelow),
                ..
            })
        )
    });
    assert!(told, "{published:?}");
    assert_eq!(refused(world.enrol(100, "1990-05".parse().unwrap())), "E-RUN-OFF-ENTRY");
    world.leave(20).unwrap();
    let stop = world.day().plus_days(31);
    end(&mut world, RunOffCommand::Notice { stop }).unwrap();
    assert_eq!(stage(&world), Stage::Noticed);
}

#[test]
fn a_young_plan_does_not_end_because_it_has_only_begun() {
    let mut world = World::found(52, &charter(Cost::Sharers));
    world.enrol_people(0..5, "1990-05".parse().unwrap()).unwrap();
    world.publish_and_close(0).unwrap();
    assert_eq!(stage(&world), Stage::Normal);
}

#[test]
fn nobody_ends_a_plan_with_the_wrong_key() {
    let stop: Day = "2021-01-01".parse().unwrap();
    for body in [
        RunOffCommand::CloseEntry {},
        RunOffCommand::Notice { stop },
        RunOffCommand::Order { stop },
        RunOffCommand::Silence {},
        RunOffCommand::TakeOver {},
        RunOffCommand::Freeze {},
        RunOffCommand::Instalment {},
        RunOffCommand::Deposits {},
        RunOffCommand::ShareOut {},
        RunOffCommand::PaidOut {},
        RunOffCommand::Final {},
    ] {
        let body = Do::RunOff(body);
        let owner = body.permitted().role().unwrap();
        for role in Role::ALL.into_iter().filter(|role| *role != owner) {
            let mut world = lived(Cost::Sharers);
            let code = refused(world.send_as(role, body.clone()));
            assert_eq!(code, "E-ROLE", "{body:?} by {role:?}");
            assert_eq!(stage(&world), Stage::Normal);
        }
    }
}

#[test]
fn notice_is_as_long_as_the_charter_says_and_the_regulator_may_hurry() {
    let mut world = lived(Cost::Sharers);
    let today = world.day();
    let early = RunOffCommand::Notice { stop: today.plus_days(30) };
    assert_eq!(refused(end(&mut world, early)), "E-RUN-OFF-EARLY");
    end(&mut world, RunOffCommand::Notice { stop: today.plus_days(31) }).unwrap();
    let again = RunOffCommand::Notice { stop: today.plus_days(300) };
    assert_eq!(refused(end(&mut world, again)), "E-RUN-OFF-STATE");
    let later = RunOffCommand::Order { stop: today.plus_days(32) };
    assert_eq!(refused(end(&mut world, later)), "E-RUN-OFF-EARLY");
    end(&mut world, RunOffCommand::Order { stop: today.plus_days(2) }).unwrap();
    world.pass(2);
    assert_eq!(refused(world.leave(4)), "E-RUN-OFF-FROZEN");
    assert_eq!(refused(end(&mut world, RunOffCommand::Final {})), "E-RUN-OFF-EARLY");
    end(&mut world, RunOffCommand::Freeze {}).unwrap();
    assert_eq!(stage(&world), Stage::Reporting);
    assert_eq!(world.state().run_off().trigger, Some(Trigger::Regulator));
}

#[test]
fn a_silent_operator_is_replaced_by_delegates_and_the_custodian_together() {
    let mut world = lived(Cost::Sharers);
    world.pass(44);
    assert_eq!(refused(end(&mut world, RunOffCommand::Silence {})), "E-RUN-OFF-NOT-SILENT");
    world.pass(1);
    assert_eq!(refused(end(&mut world, RunOffCommand::TakeOver {})), "E-RUN-OFF-DELEGATES");
    end(&mut world, RunOffCommand::Silence {}).unwrap();
    assert_eq!(refused(end(&mut world, RunOffCommand::Silence {})), "E-RUN-OFF-TWICE");
    end(&mut world, RunOffCommand::TakeOver {}).unwrap();
    assert_eq!(stage(&world), Stage::Noticed);
    assert_eq!(world.state().run_off().trigger, Some(Trigger::Silence));
    let publish = Do::Period(PeriodCommand::Publish { period: 1 });
    world.send_as(Role::Delegate, publish).unwrap();
    let bank = Do::Fund(FundCommand::Interest { amount_minor: minor(5) });
    assert_eq!(refused(world.send_as(Role::Delegate, bank)), "E-ROLE", "never the bank's key");
}

#[test]
fn an_operator_who_signs_again_is_not_silent() {
    let mut world = lived(Cost::Sharers);
    world.pass(45);
    end(&mut world, RunOffCommand::Silence {}).unwrap();
    world.publish_period(1).unwrap();
    assert_eq!(refused(end(&mut world, RunOffCommand::TakeOver {})), "E-RUN-OFF-NOT-SILENT");
}

/// Qingsong paid one applicant 46 % of what it had approved [B] and others nothing. Here all get
/// the same part, those who report late too, in two instalments, and the account is closed.
#[test]
fn what_is_there_is_one_part_for_all_and_nothing_stays_with_anybody() {
    let mut world = lived(Cost::Assets);
    assert_eq!(world.holds(Account::Reserve), 4_600);
    let today = world.day();
    let stop = today.plus_days(31);
    end(&mut world, RunOffCommand::Notice { stop }).unwrap();
    world.bring_case(7, today, 5_000).unwrap();
    catch_up(&mut world);
    world.go_to(stop);
    end(&mut world, RunOffCommand::Freeze {}).unwrap();
    assert_eq!(refused(world.order_payout(1)), "E-RUN-OFF-STATE", "nobody is paid first");
    let debt = FundCommand::Debt {
        period: 1,
        amount_minor: minor(5_000),
        error_minor: None,
        method: "a test's own".to_owned(),
        triangle: proof::sha256(b"triangle"),
    };
    world.send(Do::Fund(debt)).unwrap();
    end(&mut world, RunOffCommand::Instalment {}).unwrap();
    let first = world.state().case(1).unwrap().payable.minor();
    confirm(&mut world);
    assert!((1_140..=1_160).contains(&first), "half of 46 % of 5,000: {first}");
    catch_up(&mut world);
    // Somebody who was diagnosed before the stop reports some months later; another too late.
    world.pass(40);
    world.bring_case(9, stop.plus_days(-1), 5_000).unwrap();
    assert_eq!(refused(world.file(11, stop)), "E-RUN-OFF-LATE");
    catch_up(&mut world);
    end(&mut world, RunOffCommand::Instalment {}).unwrap();
    assert_eq!(world.state().case(2).unwrap().payable.minor(), first, "as much as the first");
    confirm(&mut world);
    world.pass(100);
    catch_up(&mut world);
    assert_eq!(refused(world.file(11, stop.plus_days(-1))), "E-RUN-OFF-LATE");
    assert_eq!(refused(end(&mut world, RunOffCommand::Final {})), "E-RUN-OFF-OPEN");
    end(&mut world, RunOffCommand::Instalment {}).unwrap();
    confirm(&mut world);
    catch_up(&mut world);
    let paid = |number: u32| world.state().case(number).unwrap().paid.unwrap().minor();
    assert_eq!(paid(1), paid(2));
    assert!((2_290..=2_310).contains(&paid(1)), "46 % for both: {}", paid(1));
    assert_eq!(world.state().case(2).unwrap().status, CaseStatus::Paid);
    assert_eq!(refused(end(&mut world, RunOffCommand::Final {})), "E-RUN-OFF-OWED");
    end(&mut world, RunOffCommand::Deposits {}).unwrap();
    let balance = world.state().deposit(1).owed.minor();
    assert!(balance > 0, "what was paid in ahead comes back whole");
    world.returned(&[1]).unwrap();
    end(&mut world, RunOffCommand::ShareOut {}).unwrap();
    if world.holds(Account::Surplus) > 0 {
        assert_eq!(refused(end(&mut world, RunOffCommand::Final {})), "E-RUN-OFF-OWED");
        end(&mut world, RunOffCommand::PaidOut {}).unwrap();
    }
    let last = end(&mut world, RunOffCommand::Final {}).unwrap();
    let Some(Finding::RunOff(RunOffFinding::Final { accounts, paid: 3, .. })) = last.last() else {
        panic!("the final account: {last:?}");
    };
    for account in accounts {
        assert_eq!((account.balance_minor, account.why.as_str()), (Amount::ZERO, "zero"));
    }
    assert_eq!(stage(&world), Stage::Final);
    assert_eq!(refused(world.file(12, stop.plus_days(-1))), "E-RUN-OFF-LATE");
}
