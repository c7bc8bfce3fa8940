//! Fear: the column, the statement and the rules give three answers to what a member owes.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use money::Amount;
use rules::finding::{Finding, PeriodFinding};
use rules::period::Status;
use settle::{Charges, Columns, RateLedger, SettleError, write_csv};
use testkit::{History, World, charters, seeds};

const MOVES: usize = 300;

/// Checks every member and every span of a world.
fn compare(world: &World, ledger: &mut RateLedger, place: &str) -> u64 {
    let state = world.state();
    ledger.catch_up(state).unwrap();
    let mut fresh = RateLedger::default();
    fresh.catch_up(state).unwrap();
    assert_eq!(fresh.periods(), ledger.periods(), "{place}");
    let charged = ledger.periods();
    let columns: Vec<Columns> =
        (0..charged).map(|period| Columns::of(state, period).unwrap()).collect();
    let next = Columns::of(state, charged);
    assert!(matches!(next, Err(SettleError::NotCharged(period)) if period == charged));
    let mut compared = 0;
    for number in 0..state.roll().len() {
        let member = state.roll().get(number).unwrap();
        let by_rules: Vec<Amount> =
            (0..charged).map(|period| state.share_of(&member, period)).collect();
        for (period, column) in columns.iter().enumerate() {
            let minor = column.charges().minor(number).unwrap();
            assert_eq!(minor as i64, by_rules[period].minor(), "{place}: member {number}");
        }
        for start in 0..=charged {
            for end in start..=charged {
                let statement = ledger.statement(state, number, start..end).unwrap();
                assert_eq!(fresh.statement(state, number, start..end).unwrap(), statement);
                let span = &by_rules[start as usize..end as usize];
                let total = Amount::total(span.iter().copied()).unwrap();
                assert_eq!(statement.charged, total, "{place}: {number}, {start}..{end}");
                let unpaid = (start..end).filter(|period| {
                    let arrears = &state.period(*period).unwrap().arrears;
                    arrears.unpaid().any(|member| member == number)
                });
                let unpaid: Vec<u32> = unpaid.collect();
                assert_eq!(statement.unpaid_in, unpaid, "{place}: member {number}");
                compared += u64::from(!total.is_zero());
            }
        }
        let all = ledger.statement(state, number, 0..charged).unwrap();
        assert_eq!(
            all.paid,
            state.shares_paid(number, charged).unwrap(),
            "{place}: member {number}"
        );
    }
    compared
}

#[test]
fn they_agree_to_the_cent_for_every_member_and_span_of_random_histories() {
    let (mut histories, mut capped) = (0, 0);
    for seed in seeds(1, 30) {
        histories += 1;
        let mut history = History::new(seed);
        let mut ledger = RateLedger::default();
        for number in 0..MOVES {
            let step = history.step();
            let state = history.world().state();
            for finding in step.result.into_iter().flatten() {
                let Finding::Period(PeriodFinding::Closed { period, rates, charges_minor, .. }) =
                    finding
                else {
                    continue;
                };
                let columns = Columns::of(state, period).unwrap();
                capped += u32::from(!columns.is_uniform_in_classes());
                let counted: Vec<(u64, Amount)> =
                    columns.classes().iter().map(|class| (class.members, class.share)).collect();
                let concluded: Vec<(u64, Amount)> = columns
                    .classes()
                    .iter()
                    .zip(&state.period(period).unwrap().shares)
                    .map(|(class, share)| {
                        let rates = rates.iter().filter(|rate| rate.class == class.name);
                        (rates.map(|rate| rate.members).sum(), *share)
                    })
                    .collect();
                assert_eq!(counted, concluded, "seed {seed}");
                let total = Amount::total(columns.classes().iter().map(|class| class.charges));
                assert_eq!(total, Ok(charges_minor), "seed {seed}");
                let every = (0..state.roll().len()).map(|m| columns.charges().minor(m).unwrap());
                assert_eq!(every.sum::<u64>() as i64, charges_minor.minor(), "seed {seed}");
                // Closed one by one, or several at once: the sums are the same.
                if period % 2 == 0 {
                    assert!(ledger.catch_up(state).unwrap() > 0, "seed {seed}, move {number}");
                }
            }
        }
        let compared = compare(history.world(), &mut ledger, &format!("seed {seed}"));
        println!("seed {seed}: {compared} statements of something");
    }
    assert!(histories == 1 || capped > 10, "the yearly cap bound in {capped} periods only");
}

#[test]
fn histories_in_which_members_come_go_and_fail_to_pay_are_compared() {
    let mut charter = charters::guild();
    charter.funds.liquidity = rules::charter::Liquidity::None;
    let mut compared = 0;
    let (mut failures, mut leavers) = (0, 0);
    for seed in seeds(500, 6) {
        let mut history = History::under(seed, &charter);
        for _ in 0..500 {
            history.step();
        }
        let state = history.world().state();
        failures +=
            state.periods().iter().map(|period| period.arrears.failed().len()).sum::<usize>();
        let roll = state.roll();
        leavers += (0..roll.len()).filter(|m| roll.get(*m).unwrap().ended.is_some()).count();
        let place = format!("seed {seed}");
        compared += compare(history.world(), &mut RateLedger::default(), &place);
    }
    assert!(compared > 0 && failures > 0 && leavers > 0, "{compared} {failures} {leavers}");
}

/// A period that costs `aid` among as many members as there are identities given.
fn charged(members: u64, aid: i64) -> World {
    let mut charter = charters::guild();
    charter.benefits[0].amount_minor = Amount::MAX;
    charters::set_fee(&mut charter, "0");
    let mut world = World::found(9, &charter);
    world.enrol_people(0..members / 2, "1990-05".parse().unwrap()).unwrap();
    world.enrol_people(members / 2..members, "1970-05".parse().unwrap()).unwrap();
    world.pass(25);
    let day = world.day();
    world.bring_case(0, day, aid).unwrap();
    world.publish_and_close(0).unwrap();
    world
}

#[test]
fn charges_of_any_size_find_a_column_wide_enough() {
    let kind = |world: &World| {
        let columns = Columns::of(world.state(), 0).unwrap();
        let member = world.state().roll().get(1).unwrap();
        let charge = world.state().share_of(&member, 0).minor();
        assert_eq!(columns.charges().minor(1), Some(charge as u64));
        match columns.charges() {
            Charges::Narrow(_) => 16,
            Charges::Middle(_) => 32,
            Charges::Wide(_) => 64,
        }
    };
    assert_eq!(kind(&charged(10, 100_000)), 16);
    assert_eq!(kind(&charged(10, 2_000_000)), 32);
    assert_eq!(kind(&charged(10, 9_000_000_000_000_000)), 64);
}

#[test]
fn many_threads_and_used_memory_change_nothing() {
    // More members than three blocks hold, and not a whole number of lanes.
    let world = charged(100_003, 30_000_000);
    let state = world.state();
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let three = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    let by_one = alone.install(|| Columns::of(state, 0)).unwrap();
    let by_three = three.install(|| Columns::of(state, 0)).unwrap();
    assert_eq!(by_one.charges(), by_three.charges());
    let again = by_three.next(state, 0).unwrap();
    assert_eq!(by_one.charges(), again.charges());
    assert_eq!(by_one.classes(), again.classes());
    assert_eq!(by_one.charges().len(), 100_003);
}

#[test]
fn any_number_of_bands_is_charged_alike() {
    for bands in [1, 2, 3, 4, 5, 8, 9, 60] {
        let mut charter = charters::guild();
        let last = |band: i32| band * 60 / bands - 1;
        let weighed: Vec<(i32, u32)> = (1..=bands).map(|b| (last(b), 7 + b as u32)).collect();
        charters::band(&mut charter, &weighed);
        let mut world = World::found(9, &charter);
        let row = |birth: u16| rules::member::EnrolRow {
            birth: rules::day::Month::from_index(birth).unwrap(),
            identity: testkit::person(u64::from(birth)),
            assisted: false,
            payer: None,
        };
        // Somebody born in each month of the sixty years before January 2020.
        let rows: Vec<_> = (1_440 - 720..1_440 - 2).map(row).collect();
        world.enrol_batch(&rows).unwrap();
        world.leave_batch(&[3, 50, 700]).unwrap();
        world.pass(25);
        let day = world.day();
        world.bring_case(600, day, 100_000).unwrap();
        world.publish_and_close(0).unwrap();
        world.leave_batch(&[4, 51]).unwrap();
        world.pass(400);
        let state = world.state();
        let columns = Columns::of(state, 0).unwrap();
        assert_eq!(columns.classes().len(), bands as usize);
        for member in 0..state.roll().len() {
            let row = state.roll().get(member).unwrap();
            let share = state.share_of(&row, 0).minor() as u64;
            assert_eq!(columns.charges().minor(member), Some(share), "{bands} bands, {member}");
        }
        let classes = columns.class_of_each(state.roll());
        for (member, class) in (0..).zip(classes) {
            let row = state.roll().get(member).unwrap();
            assert_eq!(class, state.class_in(&row, 0), "{bands} bands, {member}");
        }
    }
}

#[test]
fn a_span_or_a_member_that_is_not_there_is_an_error() {
    let world = charged(10, 1_000);
    let state = world.state();
    let mut ledger = RateLedger::default();
    assert_eq!(ledger.catch_up(state).unwrap(), 1);
    assert_eq!(ledger.catch_up(state).unwrap(), 0);
    let backwards = core::ops::Range { start: 1, end: 0 };
    for span in [0..2, 2..2, backwards] {
        let result = ledger.statement(state, 0, span);
        assert!(matches!(result, Err(SettleError::Span { .. })));
    }
    let stranger = ledger.statement(state, 10, 0..1);
    assert!(matches!(stranger, Err(SettleError::NoMember(10))));
    let nothing = rules::State::default();
    assert!(matches!(Columns::of(&nothing, 0), Err(SettleError::NoPlan)));
    assert!(matches!(Columns::of(state, 99), Err(SettleError::NotCharged(99))));
    assert_eq!(state.period(1).unwrap().status, Status::Open);
}

#[test]
fn an_export_holds_every_sharer_once_and_sums_to_the_charges() {
    let mut world = charged(1_000, 3_000_001);
    world.enrol_people(2_000..2_010, "1980-01".parse().unwrap()).unwrap();
    let state = world.state();
    let columns = Columns::of(state, 0).unwrap();
    let mut out = Vec::new();
    write_csv(state, &columns, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("member,class,charge"));
    let currency = state.founded().unwrap().charter.plan.currency;
    let mut sum = Amount::ZERO;
    for (number, line) in lines.clone().enumerate() {
        let fields: Vec<&str> = line.split(',').collect();
        assert_eq!(fields[0].parse(), Ok(number));
        let class = if number < 500 { "0-29" } else { "45-59" };
        assert_eq!(fields[1], class);
        sum = sum.plus(Amount::parse(fields[2], currency).unwrap()).unwrap();
    }
    assert_eq!(lines.count(), 1_000, "who joined later has no line");
    assert_eq!(sum, state.period(0).unwrap().charges);
}

#[test]
fn a_roll_that_was_altered_is_noticed() {
    let world = charged(40, 30_000);
    let bytes = world.state().to_bytes();
    let (mut noticed, mut refused) = (0, 0);
    for place in 0..bytes.len() {
        let mut altered = bytes.clone();
        altered[place] ^= 1;
        let Ok(state) = rules::State::from_bytes(&altered) else {
            refused += 1;
            continue;
        };
        match Columns::of(&state, 0) {
            Ok(columns) => {
                let members = 0..state.roll().len();
                let sum: u64 = members.map(|m| columns.charges().minor(m).unwrap()).sum();
                assert_eq!(sum as i64, state.period(0).unwrap().charges.minor(), "byte {place}");
            }
            Err(SettleError::Count { .. }) => noticed += 1,
            Err(_) => {}
        }
    }
    // Whoever has another month of birth or first period does not fit the counts that are stored.
    assert!(refused >= 80 && noticed > 0, "{refused} refused, {noticed} noticed");
}

#[test]
fn a_class_may_have_any_name() {
    let mut charter = charters::guild();
    charter.sharing.bands[0].name = "young, \"and\"\nothers".to_owned();
    let mut world = World::found(9, &charter);
    world.enrol_people(0..3, "2000-05".parse().unwrap()).unwrap();
    world.publish_and_close(0).unwrap();
    let columns = Columns::of(world.state(), 0).unwrap();
    let mut out = Vec::new();
    write_csv(world.state(), &columns, &mut out).unwrap();
    let mut reader = csv::Reader::from_reader(out.as_slice());
    for record in reader.records() {
        assert_eq!(&record.unwrap()[1], "young, \"and\"\nothers");
    }
    assert_eq!(reader.position().record(), 4);
}
