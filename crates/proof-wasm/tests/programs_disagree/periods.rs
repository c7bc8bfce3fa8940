//! Vectors of a period: charges in their tree, the arithmetic of the closing, the bound of
//! detection.

use proof::charge::{ChargeLeaf, ChargeNode};
use proof::receipt::ProvedCharge;
use serde_json::{Value, json};

use super::file::{File, Part, text};
use super::world::{charge_tree, closed, entry, leaf};

/// Vectors of charges, periods and the bound.
pub fn files() -> Vec<File> {
    vec![charge(), period(), detection()]
}

/// The largest integer of an entry.
const LIMIT: u64 = (1 << 53) - 1;

fn members(count: u32) -> Vec<ChargeLeaf> {
    (0..count).map(|member| leaf(member, (member % 3) as u16, 480 + u64::from(member))).collect()
}

fn proved(leaves: &[ChargeLeaf], index: usize) -> (ProvedCharge, ChargeNode) {
    let (root, path) = charge_tree(leaves, index);
    (ProvedCharge { index: index as u64, leaf: leaves[index], path }, root)
}

fn parts(charge: &impl ToString, root: &ChargeNode) -> [Part; 4] {
    let hash = Part::Bytes(root.hash.0.to_vec());
    [text(charge.to_string()), hash, text(root.count), text(root.sum)]
}

fn charge() -> File {
    let mut file = File::new("charge", &["charge section", "root", "count", "sum"]);
    for count in 1..=8_u32 {
        for index in 0..count as usize {
            let (charge, root) = proved(&members(count), index);
            file.answers(&format!("leaf {index} of {count}"), &parts(&charge, &root), "");
        }
    }
    for (index, count) in [(0, 1_000), (511, 1_000), (512, 1_000), (999, 1_000), (1_023, 1_024)] {
        let (charge, root) = proved(&members(count), index);
        file.answers(&format!("leaf {index} of {count}"), &parts(&charge, &root), "");
    }
    let largest = [ChargeLeaf { member: u32::MAX, class: u16::MAX, ..leaf(1, 0, LIMIT) }];
    let (charge, root) = proved(&largest, 0);
    file.answers("every number at its largest", &parts(&charge, &root), "");
    let nothing = [leaf(1, 0, 0), leaf(2, 0, 0)];
    let (charge, root) = proved(&nothing, 1);
    file.answers("charges of nothing", &parts(&charge, &root), "");
    tampered_charges(&mut file);
    overflowing_charges(&mut file);
    malformed_charges(&mut file);
    file
}

fn tampered_charges(file: &mut File) {
    let (honest, root) = proved(&members(7), 4);
    let mut refused = |name: &str, change: &dyn Fn(&mut ProvedCharge, &mut ChargeNode), reason| {
        let (mut charge, mut root) = (honest.clone(), root);
        change(&mut charge, &mut root);
        file.refused(name, &parts(&charge, &root), reason);
    };
    refused("another member", &|charge, _| charge.leaf.member += 1, "root");
    refused("another class", &|charge, _| charge.leaf.class += 1, "root");
    refused("another salt", &|charge, _| charge.leaf.salt[31] ^= 1, "root");
    refused("another charge", &|charge, _| charge.leaf.charge -= 1, "sum");
    let shifted = |charge: &mut ProvedCharge, _: &mut ChargeNode| {
        charge.leaf.charge -= 1;
        charge.path[0].sum += 1;
    };
    refused("another charge, hidden in a neighbour", &shifted, "root");
    refused("another sum beside", &|charge, _| charge.path[1].sum += 1, "sum");
    refused("another hash beside", &|charge, _| charge.path[1].hash.0[0] ^= 1, "root");
    refused("another root", &|_, root| root.hash.0[0] ^= 1, "root");
    refused("one more announced", &|_, root| root.count += 1, "root");
    refused("one fewer announced", &|_, root| root.count -= 1, "length");
    refused("a count of another height", &|_, root| root.count = 9, "length");
    refused("a count that leaves the leaf out", &|_, root| root.count = 4, "range");
    refused("nobody announced", &|_, root| root.count = 0, "range");
    refused("a sum of one more", &|_, root| root.sum += 1, "sum");
    refused("a sum of one less", &|_, root| root.sum -= 1, "sum");
    refused("index beside", &|charge, _| charge.index = 5, "root");
    refused("index with a shorter path", &|charge, _| charge.index = 6, "length");
    refused("index is the count", &|charge, _| charge.index = 7, "range");
    refused("index 2^64 - 1", &|charge, _| charge.index = u64::MAX, "range");
    refused("a step missing", &|charge, _| charge.path.truncate(charge.path.len() - 1), "length");
    refused("a step to spare", &|charge, _| charge.path.push(charge.path[0]), "length");
    refused("no path", &|charge, _| charge.path.clear(), "length");
    refused("two steps exchanged", &|charge, _| charge.path.swap(0, 1), "root");
}

fn overflowing_charges(file: &mut File) {
    let (honest, root) = proved(&members(7), 4);
    let mut refused = |name: &str, change: &dyn Fn(&mut ProvedCharge, &mut ChargeNode)| {
        let (mut charge, mut root) = (honest.clone(), root);
        change(&mut charge, &mut root);
        file.refused(name, &parts(&charge, &root), "range");
    };
    refused("a count of 2^53", &|_, root| root.count = LIMIT + 1);
    refused("a count of 2^64 - 1", &|_, root| root.count = u64::MAX);
    refused("a sum of 2^53", &|_, root| root.sum = LIMIT + 1);
    refused("a sum of 2^64 - 1", &|_, root| root.sum = u64::MAX);
    refused("a charge of 2^53", &|charge, _| charge.leaf.charge = LIMIT + 1);
    refused("a charge of 2^64 - 1", &|charge, _| charge.leaf.charge = u64::MAX);
    refused("a sum beside of 2^53", &|charge, _| charge.path[2].sum = LIMIT + 1);
    // Both are in range, and only together they are not; wrapped around they would be small.
    refused("sums that overflow together", &|charge, _| charge.path[0].sum = LIMIT);
    refused("sums that wrap around", &|charge, _| charge.path[0].sum = u64::MAX - 400);
}

fn malformed_charges(file: &mut File) {
    let (honest, root) = proved(&members(7), 4);
    let good = honest.to_string();
    let lines: Vec<&str> = good.lines().collect();
    let mut refused = |name: &str, section: String| {
        file.refused(name, &parts(&section, &root), "form");
    };
    refused("nothing", String::new());
    refused("no newline at the end", good.trim_end().to_owned());
    refused("a blank line behind", format!("{good}\n"));
    for (number, line) in lines.iter().enumerate().take(5) {
        refused(&format!("no line {}", number + 1), good.replace(&format!("{line}\n"), ""));
        let twice = good.replace(&format!("{line}\n"), &format!("{line}\n{line}\n"));
        refused(&format!("line {} twice", number + 1), twice);
    }
    refused("lines exchanged", good.replace("class", "slot").replace("charge", "class"));
    refused("index with a leading zero", good.replace("index 4", "index 04"));
    refused("index 2^64", good.replace("index 4", "index 18446744073709551616"));
    refused("member 2^32", good.replace("member 4", "member 4294967296"));
    refused("member below nothing", good.replace("member 4", "member -4"));
    refused("class 2^16", good.replace("class 1", "class 65536"));
    refused("charge with a point", good.replace("charge 484", "charge 4.84"));
    refused("charge with a space", good.replace("charge 484", "charge 484 "));
    refused("salt of 31 bytes", good.replace(lines[4], &format!("salt {}==", &lines[4][5..47])));
    refused("salt without padding", good.replace(lines[4], lines[4].trim_end_matches('=')));
    let sum = lines[5].rsplit(' ').next().expect("a hash and a sum");
    refused("a sum with a leading zero", good.replace(lines[5], &lines[5].replace(sum, "0484")));
    refused("no sum", good.replace(lines[5], lines[5].split(' ').next().expect("a hash")));
    refused("two sums", good.replace(lines[5], &format!("{} 1", lines[5])));
    refused("a carriage return", good.replacen('\n', "\r\n", 1));
    refused("54 steps", lines[..5].join("\n") + &format!("\n{}", lines[5]).repeat(54) + "\n");
}

fn period() -> File {
    let mut file = File::new("period", &["entry", "further rates"]);
    let mut accepted = |name: &str, change: &dyn Fn(&mut Value), answer: &str| {
        let mut finding = closed();
        change(&mut finding);
        file.answers(name, &[text(entry(&finding))], answer);
    };
    accepted("two classes", &|_| {}, "exact");
    // December 2020, first period, as Xianghubao published it.
    accepted("103,321,600 members", &december, "exact");
    accepted("more than needed", &nobody_pays, "exact");
    accepted("a cap took effect", &capped, "bounded");
    accepted("everything paid by others", &nothing_charged, "bounded");
    accepted("members that nobody knows yet", &|it| it["novelty"] = json!([1, {"a": 2}]), "exact");
    under_yearly_caps(&mut file);
    further_rates(&mut file);
    tampered_periods(&mut file);
    malformed_periods(&mut file);
    file
}

fn december(finding: &mut Value) {
    let share = json!({"class": "all", "members": 103_321_600, "share_minor": 483, "weight": 1});
    finding["rates"] = json!([share]);
    finding["sharers"] = 103_321_600.into();
    finding["terms"]["aid_minor"] = 46_207_715_555_u64.into();
    finding["terms"]["fee_minor"] = 3_696_617_244_u64.into();
    finding["total_minor"] = 49_904_332_799_u64.into();
    finding["charges_minor"] = 49_904_332_800_u64.into();
    finding["carry_out_minor"] = 1.into();
}

fn nobody_pays(finding: &mut Value) {
    finding["terms"]["carry_in_minor"] = 4_000.into();
    finding["total_minor"] = (-759).into();
    finding["rates"][0]["share_minor"] = 0.into();
    finding["rates"][1]["share_minor"] = 0.into();
    finding["charges_minor"] = 0.into();
    finding["carry_out_minor"] = 759.into();
}

fn capped(finding: &mut Value) {
    finding["rates"][1]["share_minor"] = 400.into();
    finding["charges_minor"] = 2_500.into();
    finding["excess"]["sponsor_minor"] = 700.into();
    finding["excess"]["reserve_draw_minor"] = 42.into();
    finding["carry_out_minor"] = 1.into();
}

fn nothing_charged(finding: &mut Value) {
    nobody_pays(finding);
    finding["terms"]["carry_in_minor"] = 0.into();
    finding["total_minor"] = 3_241.into();
    finding["excess"]["sponsor_minor"] = 3_241.into();
    finding["carry_out_minor"] = 0.into();
}

/// Two of the first class have room for 324 only; the others' rounding covers it.
fn yearly(finding: &mut Value) {
    let capped = json!({"class": "18-39", "members": 2, "share_minor": 324, "weight": 1});
    finding["rates"][0]["members"] = 2.into();
    finding["rates"].as_array_mut().unwrap().push(capped);
    finding["charges_minor"] = 3_245.into();
    finding["carry_out_minor"] = 4.into();
}

fn under_yearly_caps(file: &mut File) {
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut finding = closed();
        yearly(&mut finding);
        change(&mut finding);
        [text(entry(&finding))]
    };
    file.answers("a yearly cap covered by rounding", &changed(&|_| {}), "bounded");
    let sponsored = |it: &mut Value| {
        it["rates"][2]["share_minor"] = 300.into();
        it["charges_minor"] = 3_197.into();
        it["excess"]["sponsor_minor"] = 44.into();
        it["carry_out_minor"] = 0.into();
    };
    file.answers("a yearly cap that a sponsor bears", &changed(&sponsored), "bounded");
    let nobody = |it: &mut Value| {
        it["rates"][2]["members"] = 0.into();
        it["rates"][0]["members"] = 4.into();
        it["charges_minor"] = 3_247.into();
        it["carry_out_minor"] = 6.into();
    };
    file.answers("a lower rate that nobody has", &changed(&nobody), "exact");
    let elsewhere = |it: &mut Value| it["rates"][2]["class"] = "60-79".into();
    file.refused("a lower rate of no class before it", &changed(&elsewhere), "rate");
    let dearer = |it: &mut Value| {
        it["rates"][2]["share_minor"] = 326.into();
        it["charges_minor"] = 3_249.into();
        it["carry_out_minor"] = 8.into();
    };
    file.refused("a higher rate under a yearly cap", &changed(&dearer), "rate");
    let first = |it: &mut Value| {
        it["rates"][0]["share_minor"] = 324.into();
        it["charges_minor"] = 3_243.into();
        it["carry_out_minor"] = 2.into();
    };
    file.refused("a class that is asked less, beside one under a cap", &changed(&first), "rate");
    // The names of sixty-four classes count, and no more.
    let many = |place: usize| {
        let mut finding = closed();
        let class = |place: usize, share: u64| {
            let class = format!("class {place}");
            json!({"class": class, "members": 1, "share_minor": share, "weight": 1})
        };
        let mut rates: Vec<Value> = (0..65).map(|place| class(place, 50)).collect();
        rates.push(class(place, 49));
        finding["rates"] = rates.into();
        finding["sharers"] = 66.into();
        finding["charges_minor"] = 3_299.into();
        finding["carry_out_minor"] = 58.into();
        [text(entry(&finding))]
    };
    file.answers("the last class of a charter under a yearly cap", &many(63), "bounded");
    file.refused("a class beyond those of a charter", &many(64), "rate");
}

fn further_rates(file: &mut File) {
    let mut whole = closed();
    yearly(&mut whole);
    let mut rates = whole["rates"].as_array().unwrap().clone();
    let finding = |from: usize, count: usize| {
        let rates: Vec<Value> = rates.iter().skip(from).take(count).cloned().collect();
        json!({"by": "rules", "do": "finding.period.rates", "from": from, "id": "finding-5",
               "period": 5, "plan": "vectors", "rates": rates, "seq": 5, "v": 1})
    };
    let (second, third) = (finding(1, 1), finding(2, 1));
    let both = finding(1, 2);
    rates.truncate(1);
    whole["rates"] = rates.into();
    let parts = |findings: &[&Value]| {
        let mut parts = vec![text(entry(&whole))];
        parts.extend(findings.iter().map(|finding| text(entry(finding))));
        parts
    };
    file.answers("further rates", &parts(&[&both]), "bounded");
    file.answers("further rates in two findings", &parts(&[&second, &third]), "bounded");
    file.refused("further rates left out", &parts(&[]), "sharers");
    file.refused("further rates cut", &parts(&[&second]), "sharers");
    file.refused("further rates exchanged", &parts(&[&third, &second]), "form");
    file.refused("further rates twice", &parts(&[&second, &second]), "form");
    let changed = |member: &str, value: Value| {
        let mut finding = both.clone();
        finding[member] = value;
        finding
    };
    for (name, member, value) in [
        ("of another period", "period", json!(6)),
        ("from nowhere", "from", json!("1")),
        ("from below nothing", "from", json!(-1)),
        ("that are no list", "rates", json!({})),
    ] {
        file.refused(&format!("further rates {name}"), &parts(&[&changed(member, value)]), "form");
    }
    let noise = [text(entry(&whole)), text("{}")];
    file.refused("further rates that are no entry", &noise, "form");
}

fn tampered_periods(file: &mut File) {
    let mut refused = |name: &str, change: &dyn Fn(&mut Value), reason| {
        let mut finding = closed();
        change(&mut finding);
        file.refused(name, &[text(entry(&finding))], reason);
    };
    refused("an inflated count", &|it| it["sharers"] = 8.into(), "sharers");
    refused("a class with one more", &|it| it["rates"][0]["members"] = 5.into(), "sharers");
    refused("a class left out", &|it| drop(it["rates"].as_array_mut().unwrap().pop()), "sharers");
    refused("another total", &|it| it["total_minor"] = 3_242.into(), "total");
    refused("more aid", &|it| it["terms"]["aid_minor"] = 3_001.into(), "total");
    refused("a larger fee", &|it| it["terms"]["fee_minor"] = 242.into(), "total");
    refused("means not counted", &|it| it["terms"]["recovered_minor"] = 1.into(), "total");
    refused("other charges", &|it| it["charges_minor"] = 3_248.into(), "charges");
    refused("a share of one more", &|it| it["rates"][0]["share_minor"] = 326.into(), "charges");
    refused("another carry-over", &|it| it["carry_out_minor"] = 7.into(), "equation");
    let unsaid = |it: &mut Value| it["excess"]["deferred_out_minor"] = 5.into();
    refused("an excess that nobody bore", &unsaid, "equation");
    let dearer = |it: &mut Value| {
        it["rates"][0]["share_minor"] = 326.into();
        it["charges_minor"] = 3_251.into();
        it["carry_out_minor"] = 10.into();
    };
    refused("a share too high, all else adjusted", &dearer, "rate");
    let cheaper = |it: &mut Value| {
        it["rates"][0]["share_minor"] = 324.into();
        it["charges_minor"] = 3_243.into();
        it["carry_out_minor"] = 2.into();
    };
    refused("a share too low, all else adjusted", &cheaper, "rate");
    let favoured = |it: &mut Value| {
        capped(it);
        it["rates"][0]["share_minor"] = 326.into();
        it["charges_minor"] = 2_504.into();
        it["carry_out_minor"] = 5.into();
    };
    refused("a share too high under a cap", &favoured, "rate");
    refused("a weight of another size", &|it| it["rates"][0]["weight"] = 3.into(), "rate");
    let weightless = |it: &mut Value| {
        it["rates"][0]["weight"] = 0.into();
        it["rates"][1]["weight"] = 0.into();
    };
    refused("nobody has any weight", &weightless, "rate");
    let wrap = |it: &mut Value| {
        for class in [0, 1] {
            it["rates"][class]["share_minor"] = LIMIT.into();
            it["rates"][class]["members"] = LIMIT.into();
        }
    };
    refused("products and sums beyond 64 bits", &wrap, "sharers");
}

fn malformed_periods(file: &mut File) {
    let good = entry(&closed());
    let mut refused = |name: &str, text_: String| file.refused(name, &[text(text_)], "form");
    refused("nothing", String::new());
    refused("no entry", "{}".to_owned());
    refused("an array", "[]".to_owned());
    refused("white space", good.replacen(':', ": ", 1));
    refused("a duplicate key", good.replace("\"v\":1", "\"v\":1,\"v\":1"));
    refused("a total beyond 2^53", good.replace("3241,\"v\"", "9007199254740992,\"v\""));
    refused("a fraction", good.replace("3241,\"v\"", "3241.0,\"v\""));
    for member in ["period", "sharers", "terms", "rates", "excess", "total_minor", "charges_minor"]
    {
        let mut finding = closed();
        finding.as_object_mut().unwrap().remove(member);
        refused(&format!("no {member}"), entry(&finding));
        finding[member] = "7".into();
        refused(&format!("{member} as a string"), entry(&finding));
    }
    for (group, member) in [("terms", "aid_minor"), ("excess", "sponsor_minor")] {
        let mut finding = closed();
        finding[group].as_object_mut().unwrap().remove(member);
        refused(&format!("no {member}"), entry(&finding));
        finding[group][member] = (-1).into();
        refused(&format!("{member} below nothing"), entry(&finding));
    }
    let mut finding = closed();
    finding["rates"][0]["weight"] = 4_294_967_296_u64.into();
    refused("a weight of 2^32", entry(&finding));
    let mut finding = closed();
    finding["period"] = 4_294_967_296_u64.into();
    refused("period 2^32", entry(&finding));
    let mut finding = closed();
    finding["rates"][0]["class"] = "\"".into();
    refused("a class with an escape in its name", entry(&finding));
    let mut finding = closed();
    finding["rates"][1] = 7.into();
    refused("a rate that is a number", entry(&finding));
}

fn detection() -> File {
    let mut file = File::new("detection", &["members", "wrong leaves", "checkers"]);
    let mut answers = |members: u64, wrong: u64, checkers: u64, bound: &str| {
        let name = format!("{wrong} of {members}, {checkers} check");
        file.answers(&name, &[text(members), text(wrong), text(checkers)], bound);
    };
    // C(7,2) / C(10,2) = 21/45, and the same with the two exchanged.
    answers(10, 3, 2, "0.466666667");
    answers(10, 2, 3, "0.466666667");
    answers(10, 0, 5, "1.000000000");
    answers(10, 5, 0, "1.000000000");
    answers(0, 0, 0, "1.000000000");
    answers(10, 10, 1, "0.000000000");
    answers(10, 6, 5, "0.000000000");
    // 1 / C(10,5) = 1/252.
    answers(10, 5, 5, "0.003968254");
    answers(1 << 40, 1 << 40, 1, "0.000000000");
    for (members, wrong, checkers) in [
        (1_u64 << 40, 1, 1_u64 << 39),
        (1_000, 1, 1),
        (103_321_600, 1_000, 100_000),
        (103_321_600, 1_000, 1_000_000),
        (103_321_600, 100_000, 1_000_000),
    ] {
        let name = format!("{wrong} of {members}, {checkers} check");
        file.accepted(&name, &[text(members), text(wrong), text(checkers)]);
    }
    for (name, numbers) in [
        ("too many members", [(1_u64 << 40) + 1, 1, 1]),
        ("more wrong than members", [10, 11, 1]),
        ("more checkers than members", [10, 1, 11]),
        ("2^64 - 1", [u64::MAX, 1, 1]),
    ] {
        file.refused(name, &numbers.map(text), "range");
    }
    file
}
