//! Vectors of draws: answers of parties, lots over a roll, and whole records.

use proof::draw::{self, Eligible};
use proof::draw_record::{Party, Record};
use proof::{Digest, sha256};
use secret::LotKey;

use super::file::{File, Part, bytes, text};

/// Vectors of what a draw is made of.
pub fn files() -> Vec<File> {
    vec![vrf(), lot(), record()]
}

/// The order of the group, little-endian: added to `s` it makes a second text of one number.
const ORDER: &str = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

fn hex(digits: &str) -> Vec<u8> {
    Part::read(&format!("hex:{digits}")).as_bytes().to_vec()
}

fn vrf() -> File {
    let mut file = File::new("vrf", &["key", "input", "proof"]);
    // The vector of the specification.
    let key = hex("54136cd90d99fbd1d4e855d9556efea87ba0337f2a6ce22028d0f5726fcb854e");
    let input = hex("633273702e6f72672f7672662d72323535");
    let proof = hex(concat!(
        "0a97d961262fb549b4175c5117860f42ae44a123f93c476c439eddd1c0cff926",
        "5c805525233e2284dbed45e593b8eea31d5ca9734d72bcbba9738d5237f955f3",
        "b2422351149d1312503b6441a47c940c"
    ));
    let output = concat!(
        "dd653f0879b48c3ef69e13551239bec4cbcc1c18fe8894de2e9e1c790e182736",
        "03bf1c6c25d7a797aeff3c43fd32b974d3fcbd4bcce916007097922a3ea3a794"
    );
    let given = |key: &[u8], input: &[u8], proof: &[u8]| [bytes(key), bytes(input), bytes(proof)];
    file.answers("the published one", &given(&key, &input, &proof), output);
    for (number, input) in [&b""[..], b"a", &[0xff; 300]].iter().enumerate() {
        let own = LotKey::from_seed(&[number as u8 + 1; 32]);
        let parts = given(&own.public(), input, &own.prove(input));
        file.accepted(&format!("an answer to {} bytes", input.len()), &parts);
    }
    let mut refused = |name: &str, key: &[u8], input: &[u8], proof: &[u8], reason: &str| {
        file.refused(name, &given(key, input, proof), reason);
    };
    for bit in [0, 7, 100, 255, 256, 300, 383, 384, 500, 639] {
        let mut bent = proof.clone();
        bent[bit / 8] ^= 1 << (bit % 8);
        refused(&format!("bit {bit} of the proof"), &key, &input, &bent, "proof");
    }
    let mut again = proof.clone();
    let mut carry = 0_u16;
    for (byte, more) in again[48..].iter_mut().zip(hex(ORDER)) {
        carry += u16::from(*byte) + u16::from(more);
        *byte = carry as u8;
        carry >>= 8;
    }
    refused("s and the order of the group", &key, &input, &again, "proof");
    refused("a proof of 79 bytes", &key, &input, &proof[..79], "proof");
    refused("a proof of 81 bytes", &key, &input, &[&proof[..], &[0]].concat(), "proof");
    refused("no proof", &key, &input, &[], "proof");
    refused("another input", &key, b"c2sp.org/vrf-r256", &proof, "proof");
    refused("another key", &LotKey::from_seed(&[7; 32]).public(), &input, &proof, "proof");
    let no_point = [&[0xff; 32], &proof[32..]].concat();
    refused("a Gamma that is no element", &key, &input, &no_point, "proof");
    let neutral = [&[0; 32], &proof[32..]].concat();
    refused("a Gamma that is the neutral element", &key, &input, &neutral, "proof");
    refused("the neutral element as key", &[0; 32], &input, &proof, "key");
    refused("a key that is no element", &[0xff; 32], &input, &proof, "key");
    let mut negative = key.clone();
    negative[0] |= 1;
    refused("a key of odd sign", &negative, &input, &proof, "key");
    refused("a key of 31 bytes", &key[..31], &input, &proof, "key");
    file
}

fn lines(eligible: &Eligible) -> String {
    let excluded = eligible.excluded.iter().map(|(who, why)| format!("excluded {who} {why}\n"));
    let strata = eligible.strata.iter().map(|stratum| {
        let members: Vec<String> = stratum.iter().map(u32::to_string).collect();
        format!("stratum {}\n", members.join(","))
    });
    excluded.chain(strata).collect()
}

fn lot() -> File {
    let mut file = File::new("lot", &["roll", "seed", "places"]);
    let of = |sizes: &[u32], excluded: &[(u32, u8)]| {
        let mut from = 100;
        let mut stratum = |size: &u32| {
            from += 3 * size;
            (from - 3 * size..from).step_by(3).collect()
        };
        let strata = sizes.iter().map(&mut stratum).collect();
        lines(&Eligible { strata, excluded: excluded.to_vec() })
    };
    let seed = |number: u8| bytes(sha256(&[number]).0);
    for (number, (sizes, places)) in [
        (&[1_u32][..], 1_u32),
        (&[10], 3),
        (&[40], 40),
        (&[40], 41),
        (&[10, 10, 10], 5),
        (&[1, 99], 10),
        (&[0, 3], 2),
        (&[0, 0], 2),
        (&[], 7),
        (&[3, 50, 47], 0),
        (&[300, 500], 11),
    ]
    .iter()
    .enumerate()
    {
        let parts = [text(of(sizes, &[(5, 1), (9, 6)])), seed(number as u8), text(places)];
        file.accepted(&format!("{places} of {sizes:?}"), &parts);
    }
    let largest = lines(&Eligible { strata: vec![vec![0, u32::MAX]], excluded: vec![(7, 255)] });
    file.accepted("the largest numbers", &[text(&largest), seed(1), text(u32::MAX)]);
    let roll = of(&[10], &[(5, 1)]);
    for (name, from, to) in [
        ("a member twice in a stratum", "100,103", "100,100"),
        ("members out of order", "100,103", "103,100"),
        ("a member who is left out and drawn", "excluded 5 1", "excluded 100 1"),
        ("a leading zero", "100,", "0100,"),
        ("a plus", "100,", "+100,"),
        ("a space", "100,", "100, "),
        ("a number of 2^32", "100,", "4294967296,"),
        ("no ground", "excluded 5 1", "excluded 5"),
        ("a ground of 256", "excluded 5 1", "excluded 5 256"),
        ("a comma to spare", "127", "127,"),
        ("no end", "127\n", "127"),
        ("an empty line", "127\n", "127\n\n"),
        ("a carriage return", "127\n", "127\r\n"),
        ("another line", "127\n", "127\nroll\n"),
    ] {
        let bad = roll.replacen(from, to, 1);
        assert_ne!(bad, roll, "{name}");
        file.refused(name, &[text(bad), seed(1), text(3)], "form");
    }
    let twice = of(&[2, 2], &[]).replace("106", "100");
    file.refused("a member in two strata", &[text(twice), seed(1), text(3)], "form");
    let late = "stratum 1\nexcluded 2 1\n";
    file.refused("who is left out comes last", &[text(late), seed(1), text(3)], "form");
    file.refused("a seed of 31 bytes", &[text(&roll), bytes([1; 31]), text(3)], "form");
    file.refused("2^32 places", &[text(&roll), seed(1), text(1_u64 << 32)], "range");
    file
}

/// A draw of a small jury, made as the parties make it.
fn drawn(silent: &[usize], nonce: Option<[u8; 32]>, subject: &str) -> Record {
    let plan = "mutual-aid.example";
    let strata = vec![vec![3, 14, 15, 92, 653], vec![], vec![1, 2, 4, 5, 6, 7, 8, 9, 10, 11]];
    let eligible = Eligible { strata, excluded: vec![(0, 1), (12, 2), (13, 5)] };
    let roll = eligible.digest();
    let input = draw::input(plan, subject, &roll, nonce.as_ref());
    let parties = ["operator", "custodian", "registrar"].iter().enumerate();
    let parties: Vec<Party> = parties
        .map(|(place, name)| {
            let key = LotKey::from_seed(&[place as u8 + 1; 32]);
            let answer = (!silent.contains(&place)).then(|| key.prove(&input));
            Party { name: (*name).to_owned(), key: key.public(), answer }
        })
        .collect();
    let outputs: Vec<(u8, [u8; 64])> = (0..)
        .zip(&parties)
        .filter_map(|(place, party)| {
            let output = proof::vrf::verify(&party.key, &input, party.answer.as_ref()?);
            Some((place, output.ok()?))
        })
        .collect();
    let seed = draw::seed(outputs.iter().map(|(place, output)| (*place, output)));
    let panel = 5;
    let drawn = eligible.draw(&seed, panel as usize, 0).panel;
    let (plan, subject) = (plan.to_owned(), subject.to_owned());
    Record { plan, subject, panel, nonce, eligible, roll, parties, seed, drawn }
}

fn record() -> File {
    let mut file = File::new("draw", &["record"]);
    let good = drawn(&[], Some([9; 32]), "case 7 hearing 1");
    let subject = "s".repeat(draw::TEXT_BYTES_MAX);
    file.accepted("a jury", &[text(good.to_text())]);
    file.accepted("without a nonce", &[text(drawn(&[], None, "case 7 hearing 1").to_text())]);
    file.accepted("one is silent", &[text(drawn(&[1], Some([9; 32]), "检查").to_text())]);
    file.accepted("the longest subject", &[text(drawn(&[0, 2], None, &subject).to_text())]);
    let long = drawn(&[], None, &(subject + "s"));
    file.refused("a subject of 256 bytes", &[text(long.to_text())], "form");
    let nobody = drawn(&[0, 1, 2], None, "case 7 hearing 1");
    file.refused("nobody answered", &[text(nobody.to_text())], "answers");
    bent(&mut file, &good);
    worded(&mut file, &good.to_text());
    file
}

/// Records with one field changed, each refused at the step that finds it.
fn bent(file: &mut File, good: &Record) {
    let mut bend = |name: &str, reason: &str, change: &dyn Fn(&mut Record)| {
        let mut record = good.clone();
        change(&mut record);
        file.refused(name, &[text(record.to_text())], reason);
    };
    bend("another roll under the digest", "roll", &|record| {
        record.eligible.strata[0].remove(0);
    });
    bend("a ground changed", "roll", &|record| record.eligible.excluded[0].1 = 6);
    bend("somebody moved to another stratum", "roll", &|record| {
        let moved = record.eligible.strata[0].remove(0);
        record.eligible.strata[1].push(moved);
    });
    bend("another digest of the roll", "roll", &|record| record.roll = Digest([1; 32]));
    bend("another roll and its digest", "answers", &|record| {
        record.eligible.strata[0].remove(0);
        record.roll = record.eligible.digest();
    });
    bend("another subject", "answers", &|record| record.subject = "case 8 hearing 1".to_owned());
    bend("another plan", "answers", &|record| record.plan.push('s'));
    bend("another nonce", "answers", &|record| record.nonce = Some([8; 32]));
    bend("the nonce left out", "answers", &|record| record.nonce = None);
    bend("an answer of another", "answers", &|record| {
        record.parties[0].answer = record.parties[1].answer;
    });
    bend("another key", "answers", &|record| {
        record.parties[0].key = LotKey::from_seed(&[5; 32]).public();
    });
    bend("an answer left out", "seed", &|record| record.parties[2].answer = None);
    bend("two parties exchanged", "seed", &|record| record.parties.swap(0, 1));
    bend("another seed", "seed", &|record| record.seed = Digest([1; 32]));
    bend("the panel in another order", "panel", &|record| record.drawn.swap(0, 1));
    bend("a juror exchanged", "panel", &|record| {
        let other = record.eligible.strata[2].iter().find(|who| !record.drawn.contains(who));
        record.drawn[4] = *other.expect("more than the panel are eligible");
    });
    bend("a juror missing", "panel", &|record| record.drawn.truncate(4));
    bend("a juror to spare", "panel", &|record| record.drawn.push(12));
    bend("another size of the panel", "panel", &|record| record.panel = 4);
    bend("no party", "form", &|record| record.parties.clear());
    bend("17 parties", "form", &|record| record.parties = vec![record.parties[0].clone(); 17]);
    bend("somebody left out and on the roll", "form", &|record| {
        record.eligible.excluded.push((653, 1));
    });
}

/// Texts that say the same in other words.
fn worded(file: &mut File, good: &str) {
    for (name, from, to) in [
        ("another version", "huzhu draw v1", "huzhu draw v2"),
        ("a space to spare", "panel 5", "panel  5"),
        ("a leading zero", "panel 5", "panel 05"),
        ("a panel of 2^32", "panel 5", "panel 4294967296"),
        ("lines exchanged", "plan mutual-aid.example\nsubject", "subject"),
        ("capital digits", "nonce 0909", "nonce 09F9"),
        ("a nonce of 31 bytes", "nonce 09", "nonce "),
        ("no nonce line", "nonce", "once"),
        ("carriage returns", "\n", "\r\n"),
        ("a word behind an answer", " silent", " silent x"),
        ("a line behind", "\ndrawn", "\ndrawn \ndrawn"),
        ("a control character", "mutual-aid", "mutual\u{1}aid"),
    ] {
        let silent = good.replacen("party registrar", "party registrar silent", 1);
        let text_of = if from == " silent" { silent } else { good.to_owned() };
        let bad = text_of.replace(from, to);
        assert_ne!(bad, good, "{name}");
        file.refused(name, &[text(bad)], "form");
    }
    file.refused("no end", &[text(good.trim_end())], "form");
    file.refused("nothing", &[text("")], "form");
    file.refused("not UTF-8", &[bytes([good.as_bytes(), b"\xff\n"].concat())], "form");
    let lines: Vec<&str> = good.split_inclusive('\n').collect();
    for end in 0..lines.len() {
        file.refused(&format!("cut after {end} lines"), &[text(lines[..end].concat())], "form");
    }
}
