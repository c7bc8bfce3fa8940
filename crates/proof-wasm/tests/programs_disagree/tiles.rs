//! Vectors of tiles: their names, their bytes, and what a checker makes of them.

use proof::Digest;
use proof::merkle::{Frontier, leaf_hash};

use super::file::{File, bytes, text};

/// Vectors of names, hash tiles, bundles and right edges.
pub fn files() -> Vec<File> {
    vec![tile_path(), tile(), bundle(), edge()]
}

/// Names of tiles that a log of this size has not.
const ABSENT: &[(&str, u64)] = &[
    ("tile/0/000", 255),
    ("tile/0/273", 70_000),
    ("tile/0/273.p/111", 70_000),
    ("tile/0/273.p/113", 70_000),
    ("tile/0/272.p/112", 70_000),
    ("tile/1/001", 70_000),
    ("tile/2/000", 70_000),
    ("tile/3/000.p/1", 70_000),
    ("tile/1/000.p/1", 255),
    ("tile/0/001.p/1", 256),
    ("tile/entries/000.p/1", 0),
    ("tile/63/000", u64::MAX),
];

/// What names no tile in any log.
const NO_PATHS: &[&str] = &[
    "",
    "tile",
    "tile/0",
    "tile/0/",
    "tile/00/000",
    "tile/+1/000",
    "tile/64/000",
    "tile/-1/000",
    "tile/0/0",
    "tile/0/00",
    "tile/0/0000",
    "tile/0/x000",
    "tile/0/x000/000",
    "tile/0/001/000",
    "tile/0/x001/x000",
    "tile/0/x01/000",
    "tile/0/X001/000",
    "tile/0/000.p/0",
    "tile/0/000.p/256",
    "tile/0/000.p/01",
    "tile/0/000.p/",
    "tile/0/000.p",
    "tile/0/000.p/1/",
    "tile/0/000.p/1.p/1",
    "tile/0/000/",
    "tile//000",
    "tile/entries",
    "tile/Entries/000",
    "/tile/0/000",
    "tile/0/００0",
    "tile/0/x009/x223/x372/x036/x854/x775/808",
    "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
];

fn tile_path() -> File {
    let mut file = File::new("tile-path", &["path", "size"]);
    // The two examples of the specification.
    for path in ["tile/0/000", "tile/0/272", "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17"] {
        file.answers(&format!("{path} of 70,000"), &[text(path), text(70_000)], path);
    }
    let top = "tile/2/000.p/1";
    file.answers("the top of 70,000", &[text(top), text(70_000)], top);
    file.answers("the full tile of 256", &[text("tile/0/000"), text(256)], "tile/0/000");
    file.answers("the top of 256", &[text("tile/1/000.p/1"), text(256)], "tile/1/000.p/1");
    let far = "tile/0/x001/x234/067";
    file.answers("a folder of three", &[text(far), text(1_u64 << 40)], far);
    let bundle = "tile/entries/x001/x234/067";
    file.answers("a bundle", &[text(bundle), text(1_u64 << 40)], bundle);
    let partial = "tile/entries/273.p/112";
    file.answers("a partial bundle", &[text(partial), text(70_000)], partial);
    let last = "tile/0/x036/x028/x797/x018/x963/967.p/255";
    file.answers("the last of 2^63 - 1", &[text(last), text((1_u64 << 63) - 1)], last);
    file.answers(
        "the top of 2^63 - 1",
        &[text("tile/7/000.p/127"), text((1_u64 << 63) - 1)],
        "tile/7/000.p/127",
    );
    for (path, size) in ABSENT {
        file.refused(&format!("{path} of {size}"), &[text(path), text(size)], "absent");
    }
    for path in NO_PATHS {
        let name = format!("no path: {path:?}");
        file.refused(&name, &[text(path), text(u64::MAX)], "form");
    }
    file
}

fn hashes(count: usize) -> Vec<u8> {
    (0..count).flat_map(|number| leaf_hash(number.to_string().as_bytes()).0).collect()
}

fn tile() -> File {
    let mut file = File::new("tile", &["path", "bytes"]);
    for width in [1, 2, 3, 17, 255] {
        let path = text(format!("tile/0/000.p/{width}"));
        file.accepted(&format!("{width} hashes"), &[path, bytes(hashes(width))]);
    }
    file.accepted("a full tile", &[text("tile/3/x001/000"), bytes(hashes(256))]);
    for (name, path, length) in [
        ("a hash missing", "tile/0/000.p/3", 64),
        ("a hash to spare", "tile/0/000.p/3", 128),
        ("a byte missing", "tile/0/000.p/3", 95),
        ("a byte to spare", "tile/0/000.p/3", 97),
        ("nothing", "tile/0/000.p/3", 0),
        ("partial under the name of a full one", "tile/0/000", 96),
    ] {
        file.refused(name, &[text(path), bytes(&hashes(4)[..length])], "length");
    }
    file.refused("the name of a bundle", &[text("tile/entries/000.p/1"), bytes(hashes(1))], "kind");
    file.refused("no name", &[text("tile/0/0"), bytes(hashes(1))], "form");
    file
}

fn bundled(entries: &[&[u8]]) -> Vec<u8> {
    let one = |entry: &&[u8]| [&(entry.len() as u16).to_be_bytes(), *entry].concat();
    entries.iter().flat_map(one).collect()
}

fn bundle() -> File {
    let mut file = File::new("bundle", &["path", "bundle", "tile"]);
    let entries: [&[u8]; 3] = [b"one", b"", b"{\"command\":{}}"];
    let tile: Vec<u8> = entries.iter().flat_map(|entry| leaf_hash(entry).0).collect();
    let good = bundled(&entries);
    let path = text("tile/entries/000.p/3");
    file.answers("three entries", &[path.clone(), bytes(&good), bytes(&tile)], "3");
    let longest = vec![b'a'; 65_535];
    let parts = [
        text("tile/entries/000.p/1"),
        bytes([[0xff, 0xff].as_slice(), &longest].concat()),
        bytes(leaf_hash(&longest)),
    ];
    file.answers("the longest entry", &parts, "1");
    let mut bad = |name: &str, bundle: &[u8], reason: &str| {
        file.refused(name, &[path.clone(), bytes(bundle), bytes(&tile)], reason);
    };
    bad("an entry missing", &bundled(&entries[..2]), "truncated");
    bad("nothing", &[], "truncated");
    bad("cut inside an entry", &good[..good.len() - 1], "truncated");
    bad("cut inside a length", &good[..6], "truncated");
    bad("a byte behind", &[good.as_slice(), &[0]].concat(), "trailing");
    bad("an entry to spare", &bundled(&[b"one", b"", b"{\"command\":{}}", b""]), "trailing");
    bad("an entry changed", &bundled(&[b"one", b"", b"{\"command\":[]}"]), "entry");
    bad("two entries exchanged", &bundled(&[b"", b"one", b"{\"command\":{}}"]), "entry");
    let swapped: Vec<u8> = [3_u16, 0, 14].iter().flat_map(|length| length.to_le_bytes()).collect();
    bad("lengths the wrong way round", &swapped, "truncated");
    file.refused(
        "a tile of another width",
        &[path.clone(), bytes(&good), bytes(&tile[..64])],
        "length",
    );
    file.refused(
        "the name of a hash tile",
        &[text("tile/0/000.p/3"), bytes(&good), bytes(&tile)],
        "kind",
    );
    file
}

/// The partial tiles of a tree, made level by level.
fn edge_of(size: usize) -> (Vec<Vec<u8>>, Digest) {
    let leaves: Vec<Digest> =
        (0..size).map(|number| leaf_hash(number.to_string().as_bytes())).collect();
    let (mut level, mut tiles) = (leaves.clone(), Vec::new());
    while !level.is_empty() {
        let partial = level.chunks(256).last().filter(|tile| tile.len() < 256);
        tiles.extend(partial.map(|tile| tile.iter().flat_map(|hash| hash.0).collect()));
        level = level.chunks_exact(256).map(|tile| Frontier::of(tile).root()).collect();
    }
    (tiles, Frontier::of(&leaves).root())
}

fn edge() -> File {
    let mut file = File::new("edge", &["size", "partial tiles from level 0"]);
    for size in [0, 1, 2, 3, 7, 255, 256, 257, 511, 512, 1_000, 65_536, 65_793, 70_000] {
        let (tiles, root) = edge_of(size);
        let mut parts = vec![text(size)];
        parts.extend(tiles.into_iter().map(bytes));
        file.answers(&format!("{size} leaves"), &parts, &root.to_string());
    }
    let (tiles, _) = edge_of(600);
    let (low, high) = (bytes(&tiles[0]), bytes(&tiles[1]));
    file.refused("a tile missing", &[text(600), low.clone()], "edge");
    file.refused("tiles exchanged", &[text(600), high.clone(), low.clone()], "edge");
    file.refused("a tile to spare", &[text(600), low.clone(), high.clone(), low.clone()], "edge");
    let short = bytes(&tiles[0][32..]);
    file.refused("a hash missing", &[text(600), short, high.clone()], "edge");
    file.refused("another size", &[text(601), low.clone(), high.clone()], "edge");
    file.refused("size 2^63", &[text(1_u64 << 63), low, high], "edge");
    file
}
