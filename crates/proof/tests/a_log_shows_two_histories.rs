//! Fear: a log shows one history to one person and another to the next, and both proofs verify.

use proof::Digest;
use proof::merkle::{
    Frontier, MerkleError, SIZE_LIMIT, consistency_path, empty_root, inclusion_path, leaf_hash,
    node_hash, verify_consistency, verify_inclusion,
};
use proptest::prelude::*;

/// The entries, roots and proofs published with the reference implementation of RFC 6962
/// (Certificate Transparency) and used by every log since.
const ENTRIES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];

const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

const PATH_OF_0_IN_8: [&str; 3] = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
];

const PATH_OF_5_IN_8: [&str; 3] = [
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
];

const FROM_6_TO_8: [&str; 3] = [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
];

const FROM_2_TO_5: [&str; 2] = [
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
];

/// Sizes tried exhaustively: past 64, so that every shape of the first seven levels occurs.
const SIZES: usize = 65;

fn digests<const N: usize>(texts: [&str; N]) -> Vec<Digest> {
    texts.iter().map(|text| text.parse().expect("a digest")).collect()
}

fn published() -> Vec<Digest> {
    ENTRIES.iter().map(|entry| leaf_hash(entry)).collect()
}

fn leaves(count: usize) -> Vec<Digest> {
    (0..count).map(|number| leaf_hash(&(number as u64).to_le_bytes())).collect()
}

/// The root by the recursive definition of RFC 6962 section 2.1, as a second opinion.
fn defined_root(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let mut left = 1;
            while left * 2 < leaves.len() {
                left *= 2;
            }
            node_hash(&defined_root(&leaves[..left]), &defined_root(&leaves[left..]))
        }
    }
}

#[test]
fn the_published_roots_and_paths_are_reproduced() {
    let leaves = published();
    for (size, root) in digests(ROOTS).into_iter().enumerate() {
        assert_eq!(Frontier::of(&leaves[..size]).root(), root);
    }
    assert_eq!(inclusion_path(&leaves, 0), Some(digests(PATH_OF_0_IN_8)));
    assert_eq!(inclusion_path(&leaves, 5), Some(digests(PATH_OF_5_IN_8)));
    assert_eq!(consistency_path(&leaves, 1), Some(digests(PATH_OF_0_IN_8)));
    assert_eq!(consistency_path(&leaves, 6), Some(digests(FROM_6_TO_8)));
    assert_eq!(consistency_path(&leaves[..5], 2), Some(digests(FROM_2_TO_5)));
    assert_eq!(inclusion_path(&leaves, 8), None);
    assert_eq!(consistency_path(&leaves, 9), None);
}

#[test]
fn frontier_and_definition_agree_and_survive_their_bytes() {
    let leaves = leaves(SIZES);
    let mut frontier = Frontier::new();
    for size in 0..=SIZES {
        assert_eq!(frontier.size(), size as u64);
        assert_eq!(frontier.root(), defined_root(&leaves[..size]));
        assert_eq!(Frontier::from_bytes(&frontier.to_bytes()), Ok(frontier.clone()));
        if let Some(leaf) = leaves.get(size) {
            frontier.push(*leaf);
        }
    }
}

/// All the ways in which a path is spoilt here: too short, too long, or one hash changed.
fn spoilt(path: &[Digest]) -> Vec<Vec<Digest>> {
    let mut twins = vec![[path, &[empty_root()]].concat(), [&[empty_root()], path].concat()];
    if let Some((_, shorter)) = path.split_last() {
        twins.push(shorter.to_vec());
        twins.push(path[1..].to_vec());
    }
    for place in 0..path.len() {
        let mut twin = path.to_vec();
        twin[place].0[place % 32] ^= 1;
        twins.push(twin);
    }
    twins
}

#[test]
fn every_inclusion_verifies_and_no_spoilt_twin_does() {
    let leaves = leaves(SIZES);
    for size in 1..=SIZES {
        let root = defined_root(&leaves[..size]);
        for index in 0..size {
            let path = inclusion_path(&leaves[..size], index).unwrap();
            let verify = |leaf: &Digest, index: usize, size: usize, path: &[Digest]| {
                verify_inclusion(leaf, index as u64, size as u64, path, &root)
            };
            assert_eq!(verify(&leaves[index], index, size, &path), Ok(()));
            for twin in spoilt(&path) {
                let error = verify(&leaves[index], index, size, &twin).unwrap_err();
                let length = matches!(error, MerkleError::PathLength { .. });
                assert_eq!(length, twin.len() != path.len(), "{error}");
            }
            for other in (0..=size + 1).filter(|&other| other != index) {
                assert!(verify(&leaves[index], other, size, &path).is_err());
                if other < size {
                    let differs = Err(MerkleError::RootDiffers);
                    assert_eq!(verify(&leaves[other], index, size, &path), differs);
                }
            }
        }
    }
}

#[test]
fn every_growth_verifies_and_no_spoilt_twin_does() {
    let leaves = leaves(SIZES);
    let roots: Vec<Digest> = (0..=SIZES).map(|size| defined_root(&leaves[..size])).collect();
    for new in 0..=SIZES {
        for old in 0..=new {
            let path = consistency_path(&leaves[..new], old).unwrap();
            let verify = |old_root: &Digest, new_root: &Digest, path: &[Digest]| {
                verify_consistency(old as u64, new as u64, old_root, new_root, path)
            };
            assert_eq!(verify(&roots[old], &roots[new], &path), Ok(()));
            for twin in spoilt(&path) {
                let error = verify(&roots[old], &roots[new], &twin).unwrap_err();
                let length = matches!(error, MerkleError::PathLength { .. });
                assert_eq!(length, twin.len() != path.len(), "{old} {new}: {error}");
            }
            let other = leaf_hash(b"another history");
            assert!(verify(&other, &roots[new], &path).is_err());
            // From the empty tree everything grows; RFC 9162 has nothing to verify there.
            if old > 0 {
                assert!(verify(&roots[old], &other, &path).is_err());
            }
        }
    }
}

#[test]
fn a_proof_does_not_pass_for_other_sizes() {
    let leaves = leaves(SIZES);
    let roots: Vec<Digest> = (0..=SIZES).map(|size| defined_root(&leaves[..size])).collect();
    for (old, new) in [(3, 7), (4, 8), (6, 8), (7, 65), (32, 64), (33, 64)] {
        let path = consistency_path(&leaves[..new], old).unwrap();
        for claimed in (1..=SIZES).filter(|&claimed| claimed != old) {
            let (claimed, new_size) = (claimed as u64, new as u64);
            let verdict = verify_consistency(claimed, new_size, &roots[old], &roots[new], &path);
            assert!(verdict.is_err(), "{old} as {claimed}, {new}");
        }
    }
}

#[test]
fn hostile_sizes_and_lengths_are_named() {
    let zero = Digest([0; 32]);
    let beyond = Err(MerkleError::SizeBeyondLimit { size: SIZE_LIMIT });
    assert_eq!(verify_inclusion(&zero, 0, SIZE_LIMIT, &[], &zero), beyond);
    assert_eq!(verify_consistency(1, SIZE_LIMIT, &zero, &zero, &[]), beyond);
    let outside = Err(MerkleError::IndexOutsideTree { index: 0, size: 0 });
    assert_eq!(verify_inclusion(&zero, 0, 0, &[], &zero), outside);
    let order = Err(MerkleError::SizesOutOfOrder { old: 2, new: 1 });
    assert_eq!(verify_consistency(2, 1, &zero, &zero, &[]), order);
    let length = MerkleError::PathLength { expected: 63, found: 0 };
    assert_eq!(verify_inclusion(&zero, 0, SIZE_LIMIT - 1, &[], &zero), Err(length));

    let size = 5_u64;
    for hashes in [0, 1, 3] {
        let bytes = [size.to_le_bytes().to_vec(), vec![0; 32 * hashes]].concat();
        let found = bytes.len();
        let error = MerkleError::FrontierLength { size, found };
        assert_eq!(Frontier::from_bytes(&bytes), Err(error));
    }
    let short = MerkleError::FrontierLength { size: 0, found: 7 };
    assert_eq!(Frontier::from_bytes(&[0; 7]), Err(short));
    let large = [u64::MAX.to_le_bytes().to_vec(), vec![0; 32 * 64]].concat();
    let error = MerkleError::SizeBeyondLimit { size: u64::MAX };
    assert_eq!(Frontier::from_bytes(&large), Err(error));
}

proptest! {
    #[test]
    fn random_bytes_cause_no_panic_and_no_proof(
        index in any::<u64>(), size in any::<u64>(), hashes in 0_usize..70,
    ) {
        let path = vec![Digest([7; 32]); hashes];
        let root = Digest([9; 32]);
        prop_assert!(verify_inclusion(&root, index, size, &path, &root).is_err() || size == 1);
        if index != size && index != 0 {
            prop_assert!(verify_consistency(index, size, &root, &path_root(), &path).is_err());
        }
    }
}

fn path_root() -> Digest {
    Digest([11; 32])
}
