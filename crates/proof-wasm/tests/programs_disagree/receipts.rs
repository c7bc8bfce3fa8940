//! Vectors of whole receipts: each step passes, and each fails by name.

use proof::receipt::Receipt;

use super::file::{File, bytes, text};
use super::world::{CLOSED, Cosigner, SEALED, World, closed, entry};

/// Vectors of receipts.
pub fn file() -> File {
    let mut file = File::new("receipt", &["receipt", "policy"]);
    let world = World::new();
    let policy = text(world.policy());
    let own = text("");
    for place in 0..7 {
        let receipt = text(world.charge_receipt(place));
        file.accepted(&format!("charge of member {}", 11 + place), &[receipt, policy.clone()]);
    }
    let receipt = world.charge_receipt(3);
    file.accepted("under its own policy", &[text(&receipt), own.clone()]);
    file.accepted("one entry", &[text(world.receipt(&[0])), own.clone()]);
    file.accepted("four entries", &[text(world.receipt(&[11, 3, 3, 0])), policy.clone()]);
    file.accepted("a closed period alone", &[text(world.receipt(&[CLOSED])), policy.clone()]);
    file.accepted("a sealed period alone", &[text(world.receipt(&[SEALED])), policy.clone()]);
    let foreign = Receipt { policy: "anything\n".into(), ..receipt.clone() };
    file.accepted("stating a policy that is none", &[text(&foreign), policy.clone()]);
    file.refused("judged by that policy", &[text(&foreign), own], "policy");
    file.refused("a policy without a quorum", &[text(&receipt), text("# none\n")], "policy");
    form(&mut file, &world);
    signatures(&mut file, &world);
    inclusion(&mut file, &world);
    findings(&mut file);
    rates(&mut file);
    charges(&mut file, &world);
    file
}

fn form(file: &mut File, world: &World) {
    let policy = world.policy();
    let good = world.charge_receipt(3).to_string();
    let mut refused = |name: &str, receipt: String| {
        file.refused(name, &[text(receipt), text(&policy)], "form");
    };
    refused("nothing", String::new());
    refused("an unknown version", good.replacen("v1", "v2", 1));
    refused("a space before the head", format!(" {good}"));
    refused("carriage returns", good.replace('\n', "\r\n"));
    refused("a byte behind", format!("{good}\n"));
    refused("a section behind", format!("{good}charge 1\n1\n"));
    for part in 1..=9 {
        let end = (1..good.len() * part / 10).rev().find(|end| good.is_char_boundary(*end));
        refused(&format!("{part} tenths of it"), good[..end.unwrap()].to_owned());
    }
    refused("without its last byte", good[..good.len() - 1].to_owned());
    refused("only a policy", good[..good.find("entry ").unwrap()].to_owned());
    refused("entry without proof", {
        let (start, end) = (good.find("proof ").unwrap(), good.rfind("entry ").unwrap());
        good[..start].to_owned() + &good[end..]
    });
    refused("no policy", good.replacen("policy", "polity", 1));
    let lengths: Vec<&str> = good.lines().filter(|line| line.starts_with("entry ")).collect();
    let length: usize = lengths[0][6..].parse().unwrap();
    for (name, text) in [
        ("a length of one less", (length - 1).to_string()),
        ("a length of one more", (length + 1).to_string()),
        ("a length with a leading zero", format!("0{length}")),
        ("a length with a plus", format!("+{length}")),
        ("a length of 2^64", "18446744073709551616".to_owned()),
        ("a length of 2^53", "9007199254740992".to_owned()),
        ("no length", String::new()),
    ] {
        refused(name, good.replacen(lengths[0], &format!("entry {text}"), 1));
    }
    let changed = |change: &dyn Fn(&mut Receipt)| {
        let mut receipt = world.charge_receipt(3);
        change(&mut receipt);
        receipt.to_string()
    };
    refused("an entry with white space", changed(&|it| it.entries[0].entry.push(' ')));
    refused("an entry that is no object", changed(&|it| it.entries[0].entry = "7".into()));
    let verbless = |it: &mut Receipt| it.entries[0].entry = "{\"command\":{\"plan\":\"a\"}}".into();
    refused("an entry without a verb", changed(&verbless));
    let too_long = |it: &mut Receipt| {
        it.entries[0].entry = format!(
            "{{\"command\":{{\"a\":\"{}\",\"do\":\"b\",\"plan\":\"vectors\"}}}}",
            "a".repeat(65_536)
        );
    };
    refused("an entry of more than 65,535 bytes", changed(&too_long));
    let other_plan = |it: &mut Receipt| {
        it.entries[1].entry = it.entries[1].entry.replace("\"vectors\"", "\"other\"");
    };
    refused("entries of two plans", changed(&other_plan));
    let other = world.checkpoint(&[1, 2]);
    let split = |it: &mut Receipt| it.entries[1].proof.checkpoint.clone_from(&other);
    refused("two checkpoints", changed(&split));
    refused("no entry", changed(&|it| it.entries.clear()));
    let many = |it: &mut Receipt| it.entries = vec![it.entries[1].clone(); 65];
    refused("65 entries", changed(&many));
    let twice = |it: &mut Receipt| it.entries[1] = it.entries[0].clone();
    refused("a closed period twice", changed(&twice));
    refused("a proof that is none", good.replacen("tlog-proof@v1", "tlog-proof@v3", 1));
    let salt = |it: &mut Receipt| it.policy = "x".repeat(65_537);
    refused("a policy that is too long", changed(&salt));
    let invalid = [good.as_bytes(), b"\xff"].concat();
    file.refused("no UTF-8", &[bytes(invalid), text(&policy)], "form");
}

fn signatures(file: &mut File, world: &World) {
    let policy = text(world.policy());
    let with = |checkpoint: &str| {
        let mut receipt = world.charge_receipt(3);
        for entry in &mut receipt.entries {
            checkpoint.clone_into(&mut entry.proof.checkpoint);
        }
        text(receipt)
    };
    for (name, signers) in [
        ("replaying and append-only", [0, 2].as_slice()),
        ("all three", &[0, 1, 2]),
        ("one witness twice", &[1, 2, 2]),
    ] {
        let checkpoint = world.checkpoint(signers);
        file.accepted(&format!("witnessed by {name}"), &[with(&checkpoint), policy.clone()]);
    }
    for (name, signers) in [
        ("nobody", [].as_slice()),
        ("only the append-only witness", &[2]),
        ("only the replaying witnesses", &[0, 1]),
        ("one witness three times", &[2, 2, 2]),
    ] {
        let checkpoint = world.checkpoint(signers);
        file.refused(name, &[with(&checkpoint), policy.clone()], "witnesses");
    }
    let good = world.checkpoint(&[0, 2]);
    let (body, lines) = good.split_once("\n\n").unwrap();
    let stranger = Cosigner::new("stranger.example", 99).line(&format!("{body}\n"), 7);
    let beside = format!("{good}{stranger}");
    file.accepted("with a cosignature by an unknown key", &[with(&beside), policy.clone()]);
    let instead = format!("{}{stranger}", world.checkpoint(&[2]));
    file.refused("an unknown key for a known one", &[with(&instead), policy.clone()], "witnesses");
    let impostor = Cosigner::new("bank.example/replay", 98).line(&format!("{body}\n"), 7);
    let posing = format!("{}{impostor}", world.checkpoint(&[2]));
    file.refused("a known name with another key", &[with(&posing), policy.clone()], "witnesses");
    let larger = body.replace("\n12\n", "\n13\n");
    for (name, checkpoint) in [
        ("another size", format!("{larger}\n\n{lines}")),
        ("a line more", format!("{body}\nmore\n\n{lines}")),
        ("an empty line more", format!("{body}\n\n\n{lines}")),
        ("another origin", good.replace("vectors.example", "victors.example")),
        ("no signatures", format!("{body}\n")),
        ("no log among the signers", {
            let cosigned = lines.split_once('\n').unwrap().1;
            format!("{body}\n\n{cosigned}")
        }),
    ] {
        let name = format!("checkpoint with {name}");
        file.refused(&name, &[with(&checkpoint), policy.clone()], "checkpoint");
    }
    let bad = lines.lines().nth(1).unwrap();
    let mut characters: Vec<char> = bad.chars().collect();
    let at = characters.len() - 10;
    characters[at] = if characters[at] == 'A' { 'B' } else { 'A' };
    let changed = good.replace(bad, &characters.iter().collect::<String>());
    file.refused("a cosignature changed", &[with(&changed), policy.clone()], "witnesses");
    let stricter = world.policy().replace("all replaying", "2 replaying").replace("any", "all");
    file.refused("a policy that asks for more", &[with(&good), text(stricter)], "witnesses");
}

fn inclusion(file: &mut File, world: &World) {
    let policy = text(world.policy());
    let mut refused = |name: &str, change: &dyn Fn(&mut Receipt)| {
        let mut receipt = world.charge_receipt(3);
        change(&mut receipt);
        file.refused(name, &[text(receipt), policy.clone()], "inclusion");
    };
    refused("another index", &|it| it.entries[0].proof.index += 1);
    refused("index beyond the log", &|it| it.entries[0].proof.index = 12);
    refused("a path cut", &|it| it.entries[1].proof.path.truncate(2));
    refused("a path with a hash to spare", &|it| {
        let first = it.entries[1].proof.path[0];
        it.entries[1].proof.path.push(first);
    });
    refused("a path changed", &|it| it.entries[1].proof.path[0].0[0] ^= 1);
    refused("a share changed in the entry", &|it| {
        it.entries[0].entry = it.entries[0].entry.replace("325", "324");
    });
    refused("entries exchanged", &|it| {
        let first = it.entries[0].entry.clone();
        it.entries[0].entry = it.entries[1].entry.clone();
        it.entries[1].entry = first;
    });
}

/// Findings that are in the log and wrong all the same: a log can be made to say anything.
fn findings(file: &mut File) {
    let mut refused = |name: &str, place: usize, from: &str, to: &str, step: &str| {
        let mut world = World::new();
        let changed = world.entries[place].replacen(from, to, 1);
        assert_ne!(changed, world.entries[place], "{name}");
        world.entries[place] = changed;
        let parts = [text(world.charge_receipt(3)), text(world.policy())];
        file.refused(name, &parts, step);
    };
    let arithmetic = "arithmetic";
    refused("a total that does not follow", CLOSED, ":3241", ":3240", arithmetic);
    refused("an inflated count", CLOSED, "\"sharers\":7", "\"sharers\":8", arithmetic);
    refused(
        "a share that does not follow",
        CLOSED,
        "\"share_minor\":325",
        "\"share_minor\":326",
        arithmetic,
    );
    refused("a closing without rates", CLOSED, "rates", "ratez", arithmetic);
    refused("a sealed count that is another", SEALED, "\"sharers\":7", "\"sharers\":6", "seal");
    refused("a sealed sum that is another", SEALED, ":3247", ":3246", "seal");
    refused("a sealed period that is another", SEALED, "\"period\":5", "\"period\":4", "seal");
    refused("a seal without a root", SEALED, "root", "rood", "seal");
    refused("a root in capitals", SEALED, "\"root\":\"", "\"root\":\"AA", "seal");
    refused("another sealed root", SEALED, "root\":\"e", "root\":\"f", "charge");
}

/// A period whose second rate stands in a finding of its own.
fn rates(file: &mut File) {
    let mut world = World::new();
    let mut finding = closed();
    let rates = finding["rates"].as_array_mut().unwrap();
    let further = rates.pop().unwrap();
    world.entries[CLOSED] = entry(&finding);
    world.entries[CLOSED - 1] = entry(&serde_json::json!({
        "by": "rules", "do": "finding.period.rates", "from": 1, "id": "finding-5", "period": 5,
        "plan": "vectors", "rates": [further], "seq": 5, "v": 1,
    }));
    let policy = text(world.policy());
    let of = |place: usize, further: usize| {
        let mut receipt = world.charge_receipt(place);
        let rates = world.proved(CLOSED - 1, &receipt.entries[0].proof.checkpoint);
        receipt.entries.splice(0..0, vec![rates; further]);
        [text(receipt), policy.clone()]
    };
    file.accepted("a charge among further rates", &of(5, 1));
    file.accepted("a charge among the first rates", &of(1, 1));
    file.refused("further rates left out", &of(1, 0), "arithmetic");
    file.refused("further rates twice", &of(1, 2), "arithmetic");
    let alone = [text(world.receipt(&[CLOSED - 1])), policy.clone()];
    file.refused("further rates without a closed period", &alone, "arithmetic");
}

fn charges(file: &mut File, world: &World) {
    let policy = text(world.policy());
    let mut refused = |name: &str, change: &dyn Fn(&mut Receipt)| {
        let mut receipt = world.charge_receipt(3);
        change(&mut receipt);
        file.refused(name, &[text(receipt), policy.clone()], "charge");
    };
    fn of(receipt: &mut Receipt) -> &mut proof::receipt::ProvedCharge {
        receipt.charge.as_mut().unwrap()
    }
    refused("a charge of one less", &|it| of(it).leaf.charge -= 1);
    refused("another member's number", &|it| of(it).leaf.member += 1);
    refused("the other class", &|it| of(it).leaf.class = 1);
    refused("a class that there is not", &|it| of(it).leaf.class = 2);
    refused("the rate of the other class", &|it| {
        of(it).leaf.class = 1;
        of(it).leaf.charge = 649;
    });
    refused("another salt", &|it| of(it).leaf.salt[0] ^= 1);
    refused("another place", &|it| of(it).index = 2);
    refused("a place that there is not", &|it| of(it).index = 7);
    refused("a neighbour's sum", &|it| of(it).path[0].sum += 1);
    refused("a neighbour's hash", &|it| of(it).path[0].hash.0[0] ^= 1);
    refused("a step missing", &|it| of(it).path.truncate(2));
    refused("without the closed period", &|it| drop(it.entries.remove(0)));
    refused("without the sealed period", &|it| drop(it.entries.remove(1)));
    let mut other = World::new();
    let mut finding = closed();
    finding["period"] = 6.into();
    other.entries[CLOSED] = entry(&finding);
    let parts = [text(other.charge_receipt(3)), text(other.policy())];
    file.refused("the closing of another period", &parts, "seal");
}
