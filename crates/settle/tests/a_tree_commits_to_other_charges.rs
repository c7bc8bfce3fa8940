//! Fear: the tree of a period commits to other charges than those that the rules concluded, or to
//! other bytes on another processor.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use money::Amount;
use proof::charge::{ChargeLeaf, ChargeNode, verify};
use rules::State;
use rules::period::Status;
use settle::SettleError;
use settle::tree::{Engine, Keep, PeriodTree, PlanSecret};
use testkit::{History, World, charters, seeds};

fn secret() -> PlanSecret {
    PlanSecret::new([0x5a; 32])
}

/// The leaves of a period, from what the rules say of each member.
fn leaves(state: &State, number: u32) -> Vec<ChargeLeaf> {
    let period = state.period(number).unwrap();
    let members = 0..state.roll().len();
    let leaves = members.filter_map(|member| {
        let row = state.roll().get(member).unwrap();
        let class = state.class_in(&row, number)?;
        let share = state.share_of(&row, number);
        let class = period.rate_of(class, share) as u16;
        let salt = secret().salt(number, member);
        Some(ChargeLeaf { salt, member, class, charge: share.minor() as u64 })
    });
    leaves.collect()
}

/// The root by the definition: the left child has the largest power of two below the whole.
fn root(nodes: &[ChargeNode]) -> ChargeNode {
    match nodes {
        [] => ChargeNode::empty(),
        [node] => *node,
        _ => {
            let (left, right) = nodes.split_at(1 << (nodes.len() - 1).ilog2());
            ChargeNode::join(&root(left), &root(right)).unwrap()
        }
    }
}

/// Builds a period's tree in every way and compares; proves every `step`-th leaf.
fn compare(state: &State, number: u32, heights: &[u32], step: usize, place: &str) -> usize {
    let leaves = leaves(state, number);
    let nodes: Vec<ChargeNode> = leaves.iter().map(|leaf| leaf.node().unwrap()).collect();
    let expected = root(&nodes);
    let mut proved = 0;
    for engine in Engine::all() {
        for height in heights {
            let keep = Keep::from_height(*height).unwrap();
            let tree = PeriodTree::build_with(state, number, &secret(), keep, engine).unwrap();
            let place = format!("{place}, period {number}, {}, height {height}", engine.name());
            assert_eq!(tree.root(), expected, "{place}");
            for (index, leaf) in leaves.iter().enumerate().step_by(step) {
                let charge = tree.prove(state.roll(), leaf.member).unwrap();
                assert_eq!((charge.index, &charge.leaf), (index as u64, leaf), "{place}");
                let verified = verify(&charge.leaf, charge.index, &charge.path, &expected);
                assert_eq!(verified, Ok(()), "{place}, leaf {index}");
                proved += 1;
            }
        }
    }
    proved
}

#[test]
fn every_engine_commits_to_what_the_rules_charged_in_random_histories() {
    let (mut proved, mut capped, mut strangers) = (0, 0, 0);
    for seed in seeds(7_000, 12) {
        let mut history = History::new(seed);
        (0..400).for_each(|_| drop(history.step()));
        let state = history.world().state();
        let charged = state.periods().iter().take_while(|p| p.status >= Status::Charged).count();
        for number in 0..charged as u32 {
            proved += compare(state, number, &[0, 2, 9], 1, &format!("seed {seed}"));
            let period = state.period(number).unwrap();
            capped += period.capped.len();
            let tree = PeriodTree::build(state, number, &secret(), Keep::default()).unwrap();
            assert_eq!(tree.root().count, period.sharers.iter().sum::<u64>());
            assert_eq!(tree.root().sum, period.charges.minor() as u64);
            for member in 0..=state.roll().len() {
                let shares = state.roll().get(member).and_then(|row| state.class_in(&row, number));
                if shares.is_none() {
                    let refused = tree.prove(state.roll(), member);
                    assert!(matches!(refused, Err(SettleError::NotASharer { .. })));
                    strangers += 1;
                }
            }
        }
    }
    println!("{proved} proofs, {capped} capped rates, {strangers} strangers");
    assert!(std::env::var("HUZHU_SEED").is_ok() || (proved > 0 && capped > 0 && strangers > 0));
}

/// A period with so many sharers of two classes that costs `aid`.
fn charged(members: u64, aid: i64) -> World {
    let mut charter = charters::guild();
    charter.benefits[0].amount_minor = Amount::MAX;
    charters::set_fee(&mut charter, "0");
    let mut world = World::found(9, &charter);
    let young = members / 3;
    world.enrol_people(0..young, "1990-05".parse().unwrap()).unwrap();
    if members > young {
        world.enrol_people(young..members, "1970-05".parse().unwrap()).unwrap();
    }
    world.pass(25);
    let day = world.day();
    world.bring_case(0, day, aid).unwrap();
    world.publish_and_close(0).unwrap();
    world
}

#[test]
fn every_size_has_the_same_tree_in_every_engine() {
    for members in (3..40).chain([63, 64, 65, 127, 128, 129, 255, 256, 257]) {
        let world = charged(members, 999_999);
        compare(world.state(), 0, &[0, 1, 3, 9], 1, &format!("{members} members"));
    }
    // Around one task, and around one row of running counts.
    for members in [1_023, 1_024, 1_025, 8_191, 8_192, 8_193, 16_400] {
        let world = charged(members, 1_000_003);
        compare(world.state(), 0, &[5, 9, 13], 601, &format!("{members} members"));
    }
}

#[test]
fn charges_of_every_width_stand_in_the_leaves() {
    // Beyond 16, 32 and 48 bits: each part of the leaf's last words is in use.
    for aid in [40 * 0xabcd, 40 * 0xabcd_ef01, 40 * 0x00ab_cdef_0123] {
        let world = charged(40, aid);
        let largest = world.state().period(0).unwrap().shares.iter().max().unwrap().minor();
        println!("largest share {largest:#x}");
        compare(world.state(), 0, &[0, 9], 1, &format!("aid {aid}"));
    }
}

#[test]
fn a_tree_built_late_is_the_tree_built_at_once() {
    let mut world = charged(300, 1_000_003);
    let before = PeriodTree::build(world.state(), 0, &secret(), Keep::default()).unwrap();
    world.leave_batch(&[3, 50, 299]).unwrap();
    world.enrol_people(1_000..1_100, "1980-01".parse().unwrap()).unwrap();
    world.pass(400);
    let state = world.state();
    let after = PeriodTree::build(state, 0, &secret(), Keep::default()).unwrap();
    assert_eq!(after.root(), before.root());
    assert_eq!(before.prove(state.roll(), 299).unwrap(), after.prove(state.roll(), 299).unwrap());
    assert!(matches!(
        before.prove(state.roll(), 300),
        Err(SettleError::NotASharer { member: 300, period: 0 })
    ));
}

#[test]
fn a_secret_a_period_and_a_member_each_change_the_salt() {
    let salt = secret().salt(3, 7);
    assert_ne!(salt, secret().salt(3, 8));
    assert_ne!(salt, secret().salt(4, 7));
    assert_ne!(salt, PlanSecret::new([0x5b; 32]).salt(3, 7));
    // As docs/FORMATS.md writes it.
    let mut block = vec![4];
    block.extend([0x5a; 32]);
    block.extend([0, 0, 0, 3, 0, 0, 0, 7]);
    assert_eq!(salt, proof::sha256(&block).0);
    let shown = format!("{:?}", secret());
    assert!(!shown.contains("90") && !shown.contains("5a"), "{shown}");
}

#[test]
fn what_is_not_charged_or_disagrees_has_no_tree() {
    let world = charged(40, 30_000);
    let state = world.state();
    let build = |state: &State, period| {
        PeriodTree::build(state, period, &secret(), Keep::default()).map(|tree| tree.root())
    };
    assert!(matches!(build(state, 1), Err(SettleError::NotCharged(1))));
    assert!(matches!(build(&State::default(), 0), Err(SettleError::NoPlan)));
    assert!(Keep::from_height(14).is_none());
    let honest = build(state, 0).unwrap();
    let bytes = state.to_bytes();
    let mut noticed = 0;
    for place in 0..bytes.len() {
        let mut altered = bytes.clone();
        altered[place] ^= 1;
        let Ok(state) = State::from_bytes(&altered) else { continue };
        match build(&state, 0) {
            Ok(root) => assert_eq!(root.sum as i64, state.period(0).unwrap().charges.minor()),
            Err(SettleError::Count { .. }) => noticed += 1,
            Err(_) => {}
        }
    }
    assert!(noticed > 0 && honest.count == 40);
}

#[test]
fn threads_and_heights_change_nothing_and_little_is_kept() {
    let world = charged(100_003, 30_000_000);
    let state = world.state();
    let root = |threads: usize, height| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let keep = Keep::from_height(height).unwrap();
        let tree = pool.install(|| PeriodTree::build(state, 0, &secret(), keep).unwrap());
        (tree.root(), tree.bytes_kept())
    };
    let (expected, kept) = root(1, 9);
    assert_eq!(root(3, 9).0, expected);
    assert_eq!(root(2, 6).0, expected);
    assert_eq!(root(2, 12).0, expected);
    // A tenth of a byte for each member is 10 MB for a hundred million.
    assert!(kept < 10_000, "{kept} bytes");
}
