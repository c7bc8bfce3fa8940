//! Fear: a witness, a bound or a tree is made to say more than it knows.

use ed25519_zebra::SigningKey;
use proof::Digest;
use proof::charge::{self, ChargeError, ChargeLeaf, ChargeNode, Sibling};
use proof::cosignature::{self, CosignerKey, TIME_LIMIT};
use proof::detection::undetected;
use proof::merkle::{Frontier, leaf_hash};
use proof::note::{Note, NoteError};
use proof::tile::{self, TileError};
use proof::tile_path::{TileKind, TilePath};
use proptest::prelude::*;

#[test]
fn a_cosigner_that_returns_something_else_is_not_believed() {
    let secret = SigningKey::from([1; 32]);
    let public = CosignerKey::new("w.example", secret.verification_key().into()).unwrap();
    let mut note = Note::new("log.example\n0\n\n").unwrap();
    let invalid = NoteError::SignatureInvalid { name: "w.example".into() };
    let sign = |bytes: &[u8]| secret.sign(bytes).to_bytes();
    assert_eq!(cosignature::cosign(&mut note, &public, 7, |_| [0; 64]), Err(invalid.clone()));
    let late = cosignature::cosign(&mut note, &public, TIME_LIMIT + 1, sign);
    assert_eq!(late, Err(invalid));
    assert!(note.signatures().is_empty());
    cosignature::cosign(&mut note, &public, 7, sign).unwrap();
    let found = cosignature::verify(&note, core::slice::from_ref(&public)).unwrap();
    assert_eq!((found.len(), found[0].time), (1, 7));
}

/// C(n, k), exact for what is small.
fn choose(n: u128, k: u128) -> u128 {
    (0..k).fold(1, |product, i| product * (n - i) / (i + 1))
}

proptest! {
    /// The bound is at least the probability, and above it by rounding alone.
    #[test]
    fn the_bound_is_never_too_small(
        members in 1_u64..60,
        wrong in 0_u64..60,
        checkers in 0_u64..60,
    ) {
        prop_assume!(wrong <= members && checkers <= members);
        let bound = u128::from(undetected(members, wrong, checkers).unwrap().units());
        let (n, m, c) = (u128::from(members), u128::from(wrong), u128::from(checkers));
        let missed = if m + c > n { 0 } else { choose(n - m, c) };
        let all = choose(n, c);
        // bound / 2^62 against missed / all, without dividing.
        prop_assert!(bound * all >= missed << 62);
        prop_assert!(bound * all <= (missed << 62) + 64 * all);
    }

    /// Whatever the hashes are, the announced sum has to be that of the leaf and the path.
    #[test]
    fn no_path_makes_another_sum_than_its_own(
        sums in proptest::collection::vec(0_u64..1_000, 9),
        charge in 0_u64..1_000,
        (count, index) in (1_u64..300).prop_flat_map(|count| (Just(count), 0..count)),
        off in 0_u64..2,
    ) {
        let leaf = ChargeLeaf { salt: [7; 32], member: 1, class: 0, charge };
        let sibling = |sum: &u64| Sibling { hash: Digest([1; 32]), sum: *sum };
        let mut path: Vec<_> = sums.iter().map(sibling).collect();
        let mut root = ChargeNode { hash: Digest([2; 32]), count, sum: 0 };
        if let Err(ChargeError::PathLength { expected, .. }) =
            charge::verify(&leaf, index, &path, &root)
        {
            path.truncate(expected);
        }
        let announced = charge + path.iter().map(|sibling| sibling.sum).sum::<u64>();
        root.sum = announced + off;
        let refused = charge::verify(&leaf, index, &path, &root);
        let differs = ChargeError::SumDiffers { announced: root.sum, found: announced };
        prop_assert_eq!(refused, Err(if off == 0 { ChargeError::RootDiffers } else { differs }));
    }

    /// The partial tiles of any tree lead to its root.
    #[test]
    fn the_right_edge_leads_to_the_root(size in 0_usize..1_500) {
        let leaf = |number: usize| leaf_hash(&(number as u64).to_be_bytes());
        let leaves: Vec<Digest> = (0..size).map(leaf).collect();
        let level_one: Vec<Digest> = leaves.chunks_exact(256).map(tile::root).collect();
        let tiles: Vec<Vec<Digest>> = TilePath::right_edge(size as u64)
            .iter()
            .map(|path| {
                prop_assert!(path.is_of(size as u64));
                let is_lowest = path.kind == (TileKind::Hashes { level: 0 });
                let level = if is_lowest { &leaves } else { &level_one };
                Ok(level[path.index as usize * 256..].to_vec())
            })
            .collect::<Result<_, TestCaseError>>()?;
        let frontier = tile::frontier(size as u64, &tiles).unwrap();
        prop_assert_eq!(frontier, Frontier::of(&leaves));
        let other = tile::frontier(size as u64 + 1, &tiles);
        prop_assert_eq!(other, Err(TileError::Edge { size: size as u64 + 1 }));
    }
}
