//! Vectors of the log's tree: inclusion and consistency.

use proof::Digest;
use proof::merkle::{Frontier, consistency_path, inclusion_path, leaf_hash};

use super::file::{File, Part, bytes, text};

/// The entries of the reference tree of Certificate Transparency.
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

/// Its published roots, of the first entry alone and of all.
const FIRST_ROOT: &str = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
const LAST_ROOT: &str = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328";

fn leaves(size: usize) -> Vec<Digest> {
    ENTRIES[..size].iter().map(|entry| leaf_hash(entry)).collect()
}

fn root(size: usize) -> Digest {
    Frontier::of(&leaves(size)).root()
}

fn joined(path: &[Digest]) -> Vec<u8> {
    path.iter().flat_map(|hash| hash.0).collect()
}

/// Vectors of inclusion and of consistency.
pub fn files() -> Vec<File> {
    assert_eq!(root(1).to_string(), FIRST_ROOT);
    assert_eq!(root(8).to_string(), LAST_ROOT);
    vec![inclusion(), consistency()]
}

fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 1;
    bytes
}

fn inclusion() -> File {
    let mut file = File::new("inclusion", &["leaf hash", "index", "size", "root", "path"]);
    for size in 1..=8 {
        for index in 0..size {
            let path = joined(&inclusion_path(&leaves(size), index).expect("there is such a leaf"));
            let parts = [
                bytes(leaves(size)[index]),
                text(index),
                text(size),
                bytes(root(size)),
                bytes(&path),
            ];
            file.answers(&format!("leaf {index} of {size}"), &parts, "");
        }
    }
    let (leaf, path) = (leaves(7)[4], inclusion_path(&leaves(7), 4).expect("a leaf"));
    let joined = joined(&path);
    let with = |place: usize, part: Part| {
        let honest =
            [bytes(leaf), text(4), text(7), bytes(root(7)), bytes(&joined)].into_iter().enumerate();
        honest.map(|(at, old)| if at == place { part.clone() } else { old }).collect::<Vec<_>>()
    };
    file.refused("another leaf", &with(0, bytes(leaves(7)[5])), "root");
    file.refused("a node as a leaf", &with(0, bytes(path[0])), "root");
    file.refused("index beside", &with(1, text(5)), "root");
    file.refused("index with a shorter path", &with(1, text(6)), "length");
    file.refused("index is the size", &with(1, text(7)), "range");
    file.refused("index is 2^64 - 1", &with(1, text(u64::MAX)), "range");
    file.refused("index is 2^64", &with(1, text("18446744073709551616")), "range");
    // A path alone does not fix the size: that is what the checkpoint is signed for.
    file.answers("size one more, of the same shape", &with(2, text(8)), "");
    file.refused("size of another height", &with(2, text(9)), "length");
    file.refused("size is the index", &with(2, text(4)), "range");
    file.refused("size 0", &with(2, text(0)), "range");
    file.refused("size 2^63", &with(2, text(1_u64 << 63)), "range");
    file.refused("size 2^63 - 1", &with(2, text((1_u64 << 63) - 1)), "length");
    file.refused("root changed", &with(3, bytes(flipped(&root(7).0, 31))), "root");
    file.refused("root of another size", &with(3, bytes(root(8))), "root");
    for at in [0, 32, 64] {
        let name = format!("path changed at byte {at}");
        file.refused(&name, &with(4, bytes(flipped(&joined, at))), "root");
    }
    file.refused("no path", &with(4, bytes([])), "length");
    file.refused("path without its first hash", &with(4, bytes(&joined[32..])), "length");
    file.refused("path without its last hash", &with(4, bytes(&joined[..64])), "length");
    file.refused("path cut inside a hash", &with(4, bytes(&joined[..95])), "length");
    let spare = [joined.as_slice(), &[0; 32]].concat();
    file.refused("path with a hash to spare", &with(4, bytes(spare)), "length");
    let twice = [&joined[..32], &joined].concat();
    file.refused("path with its first hash twice", &with(4, bytes(twice)), "length");
    let swapped = [&joined[32..64], &joined[..32], &joined[64..]].concat();
    file.refused("path with two hashes exchanged", &with(4, bytes(swapped)), "root");
    let long = vec![7; 64 * 32];
    file.refused("path of 64 hashes", &with(4, bytes(long)), "length");
    file
}

fn consistency() -> File {
    let parts = &["old size", "new size", "old root", "new root", "path"];
    let mut file = File::new("consistency", parts);
    for new in 0..=8 {
        for old in 0..=new {
            let path = joined(&consistency_path(&leaves(new), old).expect("old is not larger"));
            let parts = [text(old), text(new), bytes(root(old)), bytes(root(new)), bytes(&path)];
            file.answers(&format!("from {old} to {new}"), &parts, "");
        }
    }
    let path = joined(&consistency_path(&leaves(8), 6).expect("old is not larger"));
    let with = |place: usize, part: Part| {
        let honest = [text(6), text(8), bytes(root(6)), bytes(root(8)), bytes(&path)];
        let honest = honest.into_iter().enumerate();
        honest.map(|(at, old)| if at == place { part.clone() } else { old }).collect::<Vec<_>>()
    };
    file.refused("old size one less", &with(0, text(5)), "length");
    file.refused("old size is the new one", &with(0, text(8)), "length");
    file.refused("old size 0", &with(0, text(0)), "length");
    file.refused("old size larger", &with(0, text(9)), "range");
    // As with inclusion: the sizes are vouched for by the checkpoints, not by the path.
    file.answers("new size one less, of the same shape", &with(1, text(7)), "");
    file.refused("new size of another height", &with(1, text(9)), "length");
    file.refused("new size 2^63", &with(1, text(1_u64 << 63)), "range");
    file.refused("old root changed", &with(2, bytes(flipped(&root(6).0, 0))), "old-root");
    file.refused("new root changed", &with(3, bytes(flipped(&root(8).0, 0))), "new-root");
    file.refused("roots exchanged", &with(2, bytes(root(8))), "old-root");
    file.refused("path changed in front", &with(4, bytes(flipped(&path, 0))), "old-root");
    let last = path.len() - 32;
    file.refused("path changed at the end", &with(4, bytes(flipped(&path, last))), "old-root");
    file.refused("path without its last hash", &with(4, bytes(&path[..last])), "length");
    file.refused("no path", &with(4, bytes([])), "length");
    let spare = [path.as_slice(), &[0; 32]].concat();
    file.refused("path with a hash to spare", &with(4, bytes(spare)), "length");
    let same = |first: Digest, second: Digest, path: &[u8]| {
        [text(8), text(8), bytes(first), bytes(second), bytes(path)]
    };
    file.refused("two roots of one size", &same(root(8), Digest([1; 32]), &[]), "new-root");
    file.refused("a path where none is needed", &same(root(8), root(8), &[0; 32]), "length");
    let empty = [text(0), text(8), bytes(root(1)), bytes(root(8)), bytes([])];
    file.refused("another root of nothing", &empty, "old-root");
    file
}
