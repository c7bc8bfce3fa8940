//! Fear: a draw prefers somebody, or those who stay silent choose the panel.

use proof::draw::{self, Eligible, Permutation};
use proof::draw_record::{Party, Record, RecordError};
use secret::LotKey;

/// The seed of the draws of this file; another one is given by `HUZHU_SEED`.
fn seed() -> u64 {
    let named = std::env::var("HUZHU_SEED").ok().and_then(|text| text.parse().ok());
    let seed = named.unwrap_or(20_190_423);
    println!("seed {seed} (HUZHU_SEED gives another)");
    seed
}

fn digest(seed: u64, number: u64) -> proof::Digest {
    proof::sha256(&[seed.to_be_bytes(), number.to_be_bytes()].concat())
}

fn roll(members: u32) -> Eligible {
    Eligible { strata: vec![(0..members).collect()], excluded: vec![(members, 1)] }
}

/// Chi-square of places in the panel over the members: uniform draws exceed this bound once in a
/// thousand seeds (99.9 % quantile for 99 degrees of freedom, 148.2).
#[test]
fn every_member_is_drawn_alike() {
    let (seed, members, panel, draws) = (seed(), 100_u32, 7_usize, 20_000_u64);
    let roll = roll(members);
    let mut drawn = vec![0_u64; members as usize];
    let mut first = drawn.clone();
    for number in 0..draws {
        let panel = roll.draw(&digest(seed, number), panel, 0).panel;
        panel.iter().for_each(|member| drawn[*member as usize] += 1);
        first[panel[0] as usize] += 1;
    }
    for (counts, each) in [(&drawn, panel as f64), (&first, 1.0)] {
        let expected = draws as f64 * each / f64::from(members);
        let square = |count: &u64| (*count as f64 - expected).powi(2) / expected;
        // Without replacement the places of one panel exclude each other: scaled to chi-square.
        let scale = (f64::from(members) - 1.0) / (f64::from(members) - each);
        let chi: f64 = counts.iter().map(square).sum::<f64>() * scale;
        println!("chi-square {chi:.1} at 99 degrees of freedom, {each} places, {draws} draws");
        assert!(chi < 148.2, "the draw prefers somebody: {chi}");
    }
}

/// `w` parties that stay silent when it suits them choose among at most 2^w seeds: the chance of
/// a panel of probability p is at most 1 − (1 − p)^(2^w), up to four standard deviations.
#[test]
fn who_stays_silent_gains_no_more_than_the_bound() {
    let (seed, draws) = (seed(), 1_500_u64);
    let roll = roll(40);
    // The colluders want a majority of theirs, members 0 to 9, on a panel of three.
    let wanted = |panel: &[u32]| panel.iter().filter(|member| **member < 10).count() >= 2;
    let p = {
        // Hypergeometric: two or three of 10 among 40 when three are drawn.
        let ways =
            |n: f64, k: u32| (0..k).fold(1.0, |p, i| p * (n - f64::from(i)) / f64::from(i + 1));
        (ways(10.0, 2) * 30.0 + ways(10.0, 3)) / ways(40.0, 3)
    };
    for silent in 0..=3_usize {
        let keys: Vec<LotKey> =
            (0..=silent).map(|party| LotKey::from_seed(&[party as u8 + 1; 32])).collect();
        let mut reached = 0_u64;
        for number in 0..draws {
            let nonce = digest(seed, number).0;
            let input = draw::input("plan", "case 1 hearing 1", &roll.digest(), Some(&nonce));
            let outputs: Vec<[u8; 64]> = keys
                .iter()
                .map(|key| proof::vrf::verify(&key.public(), &input, &key.prove(&input)))
                .collect::<Result<_, _>>()
                .expect("a fresh proof holds");
            // Party 0 is honest and always answers; each of the others may stay silent.
            let any = (0..1_usize << silent).any(|answers| {
                let kept = (0_u8..)
                    .zip(&outputs)
                    .filter(|(party, _)| *party == 0 || answers >> (party - 1) & 1 == 1);
                wanted(&roll.draw(&draw::seed(kept), 3, 0).panel)
            });
            reached += u64::from(any);
        }
        let found = reached as f64 / draws as f64;
        let bound = 1.0 - (1.0 - p).powi(1 << silent);
        let deviation = (bound * (1.0 - bound) / draws as f64).sqrt();
        println!("w = {silent}: reached {found:.4}, bound {bound:.4} (p = {p:.4})");
        assert!(found < bound + 4.0 * deviation, "w = {silent}: {found} above {bound}");
        assert!(found > bound - 4.0 * deviation, "w = {silent}: the choice is real: {found}");
    }
}

#[test]
fn the_start_of_an_order_of_millions_is_found_without_them() {
    let drawn: Vec<u64> = Permutation::new(digest(1, 1), 0, u64::MAX).take(301).collect();
    let different: std::collections::BTreeSet<_> = drawn.iter().collect();
    assert_eq!(different.len(), 301);
}

fn record() -> Record {
    let eligible = Eligible {
        strata: vec![vec![1, 4, 5, 9], vec![2, 3, 70_000]],
        excluded: vec![(0, 1), (6, 2)],
    };
    let (roll, nonce) = (eligible.digest(), Some([3; 32]));
    let input = draw::input("plan", "case 0 hearing 1", &roll, nonce.as_ref());
    let keys = [1, 2, 3].map(|seed| LotKey::from_seed(&[seed; 32]));
    let parties: Vec<Party> = ["operator", "custodian", "registrar"]
        .iter()
        .zip(&keys)
        .map(|(name, key)| {
            let answer = (*name != "custodian").then(|| key.prove(&input));
            Party { name: (*name).to_owned(), key: key.public(), answer }
        })
        .collect();
    let outputs = [0_u8, 2].map(|place| {
        let key = &keys[usize::from(place)];
        let output = proof::vrf::verify(&key.public(), &input, &key.prove(&input));
        (place, output.expect("a fresh proof holds"))
    });
    let seed = draw::seed(outputs.iter().map(|(place, output)| (*place, output)));
    let drawn = eligible.draw(&seed, 3, 0).panel;
    let (plan, subject) = ("plan".to_owned(), "case 0 hearing 1".to_owned());
    Record { plan, subject, panel: 3, nonce, eligible, roll, parties, seed, drawn }
}

#[test]
fn a_record_reads_back_and_whatever_is_changed_in_it_shows() {
    let record = record();
    assert_eq!(record.check(), Ok(()));
    let text = record.to_text();
    assert_eq!(Record::parse(&text).as_ref(), Ok(&record));
    for place in 0..text.len() {
        let mut bent = text.clone().into_bytes();
        bent[place] = if bent[place] == b'1' { b'2' } else { b'1' };
        let Ok(bent) = String::from_utf8(bent) else { continue };
        if bent == text {
            continue;
        }
        // Names are for people, and a key that answered nothing is compared with the charter's;
        // everything else is recomputed.
        let named = Record::parse(&bent).map(|mut bent| {
            for (party, original) in bent.parties.iter_mut().zip(&record.parties) {
                party.name.clone_from(&original.name);
                if party.answer.is_none() {
                    party.key = original.key;
                }
            }
            bent
        });
        match named {
            Ok(other) if other == record => {}
            Ok(other) => assert!(other.check().is_err(), "byte {place} was changed unseen"),
            Err(error) => assert_eq!(error, RecordError::Form),
        }
    }
}
