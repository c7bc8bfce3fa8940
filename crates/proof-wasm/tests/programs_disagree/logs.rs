//! Vectors of checkpoints, cosignatures, policies and proofs of entries.

use proof::Digest;
use proof::cosignature::TIME_LIMIT;
use proof::note::Note;

use super::file::{File, Part, bytes, text};
use super::world::{Cosigner, Log, checkpoint_text};

/// Vectors of what a log and its witnesses sign.
pub fn files() -> Vec<File> {
    vec![checkpoint(), cosignature(), policy(), tlog_proof()]
}

const ORIGIN: &str = "plan.example/log";

fn body() -> String {
    checkpoint_text(ORIGIN, 20_852_163, &Digest([5; 32]))
}

fn checkpoint() -> File {
    let mut file = File::new("checkpoint", &["note", "verifier key"]);
    let log = Log::new(ORIGIN, 1);
    let key = text(&log.key);
    let signed = |body: &str| log.sign(body);
    let note = signed(&body());
    let (line, stranger) = (log.line(&body()), Log::new("other.example", 2).line(&body()));
    file.accepted("plain", &[text(&note), key.clone()]);
    file.accepted(
        "the empty log",
        &[
            text(signed(
                "plan.example/log\n0\n47DEQpj8HBSa+/TImW+5JCeu\
        QeRkm5NMpJWZG3hSuFU=\n",
            )),
            key.clone(),
        ],
    );
    file.accepted("beside a stranger", &[text(format!("{note}{stranger}")), key.clone()]);
    file.accepted("signed twice", &[text(format!("{note}{line}")), key.clone()]);
    let extended = body() + "one\ntwo three\n";
    file.accepted("with extension lines", &[text(signed(&extended)), key.clone()]);
    let crowd = format!("{note}{}", stranger.repeat(99));
    file.accepted("with 100 lines", &[text(&crowd), key.clone()]);
    file.refused("with 101 lines", &[text(format!("{crowd}{stranger}")), key.clone()], "form");
    let only_stranger = format!("{}\n{stranger}", body());
    file.refused("only a stranger", &[text(&only_stranger), key.clone()], "signer");
    let same_name = Log::new(ORIGIN, 3).sign(&body());
    file.refused("another key of this name", &[text(same_name), key.clone()], "signer");
    let other_body = body().replace("20852163", "20852164");
    let moved = format!("{other_body}\n{line}");
    file.refused("another size under the signature", &[text(moved), key.clone()], "signature");
    let both = format!("{note}{}", log.line(&other_body));
    file.refused("one good line and one bad", &[text(both), key.clone()], "signature");
    let short = log.line_of(&log.signature(&body())[..63]);
    let short = format!("{}\n{short}", body());
    file.refused("a signature of 63 bytes", &[text(short), key.clone()], "signature");
    let other = Log::new("other.example", 2);
    let foreign = [text(other.sign(&body())), text(&other.key)];
    file.refused("another origin", &foreign, "origin");
    for (name, bad) in bad_bodies() {
        file.refused(name, &[text(signed(&bad)), key.clone()], "form");
    }
    bad_notes(&mut file, &note, &key);
    bad_keys(&mut file, &note, &log.key);
    file
}

/// Texts that a log may sign and that are no checkpoints.
fn bad_bodies() -> Vec<(&'static str, String)> {
    let body = body();
    let sized = |size: &str| body.replace("20852163", size);
    let rooted = |root: &str| format!("{ORIGIN}\n7\n{root}\n");
    let root = "BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU=";
    vec![
        ("size with a leading zero", sized("020852163")),
        ("size 00", sized("00")),
        ("size with a plus", sized("+1")),
        ("size below nothing", sized("-1")),
        ("size in hexadecimal", sized("0x1")),
        ("size 2^64", sized("18446744073709551616")),
        ("size with a space", sized("1 ")),
        ("size with a full-width digit", sized("１")),
        ("no size", sized("")),
        ("a root of 31 bytes", rooted("BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQ==")),
        ("a root of 33 bytes", rooted("BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUF")),
        ("a root without padding", rooted(&root[..43])),
        ("a root with bits to spare", rooted(&root.replace("QU=", "QV="))),
        ("a root for addresses", rooted(&root.replace("BQUF", "-_-_"))),
        ("a root with a space", rooted(&format!("{root} "))),
        ("no root", format!("{ORIGIN}\n7\n")),
        ("no origin", format!("\n7\n{root}\n")),
        ("an empty extension line", format!("{ORIGIN}\n7\n{root}\n\none\n")),
        ("an empty last line", format!("{ORIGIN}\n7\n{root}\n\n")),
    ]
}

fn bad_notes(file: &mut File, note: &str, key: &Part) {
    let mut bad = |name: &str, bytes: Part| file.refused(name, &[bytes, key.clone()], "form");
    bad("nothing", text(""));
    bad("no blank line", text(note.replace("\n\n", "\n")));
    bad("no signature", text(body() + "\n"));
    bad("no newline at the end", text(note.trim_end()));
    bad("a carriage return", text(note.replacen('\n', "\r\n", 1)));
    bad("a tab", text(note.replacen("log", "lo\tg", 1)));
    bad("no UTF-8", bytes([note.as_bytes(), b"\xff\n"].concat()));
    bad("a hyphen for the dash", text(note.replace('\u{2014}', "-")));
    bad("two spaces", text(note.replace("\u{2014} ", "\u{2014}  ")));
    bad("a plus in a name", text(note.replace("\u{2014} plan", "\u{2014} pl+n")));
    bad("a space in a name", text(note.replace("\u{2014} plan", "\u{2014} pl\u{a0}n")));
    bad("NEL in a name", text(note.replace("\u{2014} plan", "\u{2014} pl\u{85}n")));
    bad("no padding", text(note.trim_end().trim_end_matches('=').to_owned() + "\n"));
    bad("only an id", text(format!("{}\n\u{2014} plan.example/log AAAAAA==\n", body())));
    bad("three bytes", text(format!("{}\n\u{2014} plan.example/log AAAA\n", body())));
    bad("a blank line behind", text(format!("{note}\n")));
    bad("an empty line behind, and text", text(format!("{note}\nx\n")));
}

fn bad_keys(file: &mut File, note: &str, key: &str) {
    let mut bad = |name: &str, key: String| file.refused(name, &[text(note), text(key)], "key");
    let parts: Vec<&str> = key.splitn(3, '+').collect();
    bad("key of another name", key.replacen("plan", "Plan", 1));
    bad("key with another id", format!("{}+00000000+{}", parts[0], parts[2]));
    bad("key with a capital id", format!("{}+{}+{}", parts[0], parts[1].to_uppercase(), parts[2]));
    bad("key without an id", format!("{}+{}", parts[0], parts[2]));
    bad("key of type 0x04", Cosigner::new(ORIGIN, 1).key);
    bad("key with a newline", format!("{key}\n"));
    bad("no key", String::new());
    // The neutral element is a key under which one signature fits everything.
    let mut small = vec![1_u8; 1];
    small.extend([1].into_iter().chain([0; 31]));
    bad("key of small order", super::world::key_text(ORIGIN, &small));
    bad("key of 31 bytes", super::world::key_text(ORIGIN, &[1; 32]));
}

fn cosignature() -> File {
    let mut file = File::new("cosignature", &["note", "verifier key"]);
    let log = Log::new(ORIGIN, 1);
    let witness = Cosigner::new("bank.example/replay", 11);
    let note = log.sign(&body());
    let key = text(&witness.key);
    let with = |lines: &[String]| text(format!("{note}{}", lines.concat()));
    let line = |time| witness.line(&body(), time);
    file.answers("plain", &[with(&[line(1_679_315_147)]), key.clone()], "1679315147");
    file.answers("time 0", &[with(&[line(0)]), key.clone()], "0");
    let latest = "9223372036854775807";
    file.answers("latest time", &[with(&[line(TIME_LIMIT)]), key.clone()], latest);
    let twice = with(&[line(5), line(7), line(6)]);
    file.answers("three times by one key", &[twice, key.clone()], "7");
    let extended = body() + "extension\n";
    let note_extended = format!("{}{}", log.sign(&extended), witness.line(&extended, 3));
    file.answers("with an extension line", &[text(note_extended), key.clone()], "3");
    let stranger = Cosigner::new("other.example", 12).line(&body(), 5);
    file.answers("beside a stranger", &[with(&[stranger.clone(), line(5)]), key.clone()], "5");
    file.refused("only a stranger", &[with(&[stranger]), key.clone()], "signer");
    file.refused("nobody", &[text(&note), key.clone()], "signer");
    let late = line(TIME_LIMIT + 1);
    file.refused("time 2^63", &[with(&[late]), key.clone()], "signature");
    let value = witness.value(&body(), 5);
    let mut moved = value.clone();
    moved[7] = 6;
    let mut bad = |name: &str, value: &[u8]| {
        let lines = [line(4), witness.line_of(value)];
        file.refused(name, &[with(&lines), key.clone()], "signature");
    };
    bad("another time", &moved);
    bad("a byte missing", &value[..71]);
    bad("a byte to spare", &[value.as_slice(), &[0]].concat());
    bad("only a time", &value[..8]);
    bad("of another size", &witness.value(&body().replace("20852163", "20852162"), 5));
    let plain = [5_u64.to_be_bytes().as_slice(), &witness.sign(body().as_bytes())].concat();
    bad("over the text alone", &plain);
    bad("without a time in front", &witness.sign(body().as_bytes()));
    let same_name = Cosigner::new("bank.example/replay", 13).line(&body(), 5);
    file.refused("another key of this name", &[with(&[same_name]), key], "signer");
    file.refused("key of type 0x01", &[with(&[line(5)]), text(&log.key)], "key");
    file
}

/// Five witnesses, two of them replaying, under names that a policy gives them.
fn witnesses() -> Vec<Cosigner> {
    let names =
        ["bank.example/replay", "court.example/replay", "w1.example", "w2.example", "w3.example"];
    names.iter().zip(21..).map(|(name, seed)| Cosigner::new(name, seed)).collect()
}

const RULES: &str = "group replaying all B C\ngroup growing 2 W1 W2 W3\n\
                     group both all replaying growing\nquorum both\n";

fn policy_text(rules: &str) -> String {
    let log = format!("log {}\n", Log::new(ORIGIN, 1).key);
    let names = ["B", "C", "W1", "W2", "W3"];
    let lines =
        names.iter().zip(witnesses()).map(|(name, w)| format!("witness {name} {}\n", w.key));
    log + &lines.collect::<String>() + rules
}

fn policy() -> File {
    let mut file = File::new("policy", &["policy", "checkpoint"]);
    let note = Log::new(ORIGIN, 1).sign(&body());
    let signed = |signers: &[usize]| {
        let lines = signers.iter().map(|signer| witnesses()[*signer].line(&body(), 7));
        text(note.clone() + &lines.collect::<String>())
    };
    let all = text(policy_text(RULES));
    file.accepted("both kinds", &[all.clone(), signed(&[0, 1, 2, 4])]);
    file.accepted("everybody in another order", &[all.clone(), signed(&[4, 3, 2, 1, 0])]);
    for (name, signers) in [
        ("nobody", [].as_slice()),
        ("no replaying witness", &[2, 3, 4]),
        ("one replaying witness", &[0, 2, 3, 4]),
        ("one append-only witness", &[0, 1, 2]),
        ("one append-only witness, often", &[0, 1, 2, 2, 2]),
    ] {
        file.refused(name, &[all.clone(), signed(signers)], "quorum");
    }
    for (name, rules, signers) in [
        ("no quorum asked for", "quorum none\n", [].as_slice()),
        ("one witness", "quorum W2\n", &[3]),
        ("any of three", "group g any W1 W2 W3\nquorum g\n", &[4]),
        ("two of three", "group g 2 W1 W2 W3\nquorum g\n", &[2, 4]),
        ("all of one", "group g all W1\nquorum g\n", &[2]),
        ("comments, tabs and addresses", "# a\n\t #b\n\n group\tg any  W1 \nquorum g\n", &[2]),
        ("quorum before the last group", "quorum W1\ngroup g any W2 W3\n", &[2]),
        ("a group called all", "group all all W1\nquorum all\n", &[2]),
        ("a name in Chinese", "group 机构 any W1\nquorum 机构\n", &[2]),
    ] {
        file.accepted(name, &[text(policy_text(rules)), signed(signers)]);
    }
    refused_checkpoints(&mut file, &all, &note);
    refused_policies(&mut file, &signed(&[2]));
    file
}

fn refused_checkpoints(file: &mut File, all: &Part, note: &str) {
    let lines: String = witnesses().iter().map(|w| w.line(&body(), 7)).collect();
    let other = Log::new("other.example", 1).sign(&body().replace("plan", "other"));
    file.refused("another log", &[all.clone(), text(format!("{other}{lines}"))], "origin");
    let forged = Log::new(ORIGIN, 9).sign(&body());
    file.refused(
        "not signed by the log",
        &[all.clone(), text(format!("{forged}{lines}"))],
        "signer",
    );
    let moved = body().replace("20852163", "20852164");
    let moved = format!("{moved}\n{}{lines}", Log::new(ORIGIN, 1).line(&body()));
    file.refused("another size", &[all.clone(), text(moved)], "signature");
    let w3 = &witnesses()[4];
    let bad = w3.line_of(&w3.value("another text\n", 7));
    let others: String = witnesses()[..4].iter().map(|w| w.line(&body(), 7)).collect();
    let bad = format!("{note}{others}{bad}");
    file.refused("an invalid line beside a quorum", &[all.clone(), text(bad)], "signature");
    file.refused("no note", &[all.clone(), text("plan.example/log\n")], "form");
    let signed = Log::new(ORIGIN, 1).sign("plan.example/log\n07\nAAAA\n");
    file.refused("no checkpoint", &[all.clone(), text(signed)], "form");
}

fn refused_policies(file: &mut File, checkpoint: &Part) {
    let log = Log::new(ORIGIN, 1);
    let same_key = Cosigner::new("again.example", 23).key;
    let of_log = Cosigner::new(ORIGIN, 1).key;
    let whole = policy_text("quorum W1\n");
    let mut cases = vec![
        ("no quorum line".to_owned(), policy_text("")),
        ("an empty file".to_owned(), String::new()),
        ("no log".to_owned(), whole.replacen("log ", "#log ", 1)),
        ("no newline at the end".to_owned(), whole.trim_end().to_owned()),
        ("a carriage return".to_owned(), whole.replace('\n', "\r\n")),
        ("delete".to_owned(), whole.replace("quorum W1", "quorum W1 \u{7f}")),
        ("65 groups".to_owned(), {
            let groups = (0..65).map(|n| format!("group g{n} any {}\n", previous(n)));
            policy_text(&(groups.collect::<String>() + "quorum g1\n"))
        }),
        ("too long".to_owned(), whole + &"# comment\n".repeat(6_554)),
    ];
    for (name, rules) in [
        ("a second quorum", "quorum W1\nquorum W2\n"),
        ("a second quorum none", "quorum none\nquorum none\n"),
        ("an unknown quorum", "quorum X\n"),
        ("a quorum by the name of the key", "quorum w1.example\n"),
        ("an unknown member", "group g any W1 X\nquorum g\n"),
        ("a group in itself", "group g any g\nquorum g\n"),
        ("a group defined later", "group g any h\ngroup h any W1\nquorum g\n"),
        ("a member twice", "group g 2 W1 W1\nquorum g\n"),
        ("a member of two groups", "group g any W1\ngroup h any W1\nquorum g\n"),
        ("none as a member", "group g any none\nquorum g\n"),
        ("none as a name", "group none any W1\nquorum W1\n"),
        ("a name taken by a witness", "group W2 any W1\nquorum W1\n"),
        ("a name taken by a group", "group g any W1\ngroup g any W2\nquorum W1\n"),
        ("threshold 0", "group g 0 W1\nquorum g\n"),
        ("threshold above the members", "group g 3 W1 W2\nquorum g\n"),
        ("threshold with a leading zero", "group g 01 W1\nquorum g\n"),
        ("threshold with a plus", "group g +1 W1\nquorum g\n"),
        ("threshold 2^64 + 1", "group g 18446744073709551617 W1\nquorum g\n"),
        ("threshold in letters", "group g most W1\nquorum g\n"),
        ("no members", "group g any\nquorum W1\n"),
        ("an unknown line", "witnesses W1\nquorum W1\n"),
        ("a capital word", "Quorum W1\n"),
        ("a quorum of two", "quorum W1 W2\n"),
        ("a no-break space", "quorum\u{a0}W1\n"),
    ] {
        cases.push((name.to_owned(), policy_text(rules)));
    }
    let with = |line: String| policy_text(&format!("{line}\nquorum W1\n"));
    cases.push(("one key in two witnesses".into(), with(format!("witness X {same_key}"))));
    cases.push(("a log as its own witness".into(), with(format!("witness X {of_log}"))));
    cases.push(("a log twice".into(), with(format!("log {}", log.key))));
    cases.push(("a witness with a log's key type".into(), with(format!("witness X {}", log.key))));
    cases.push(("a log with a witness's key type".into(), with(format!("log {same_key}"))));
    cases.push(("two words behind a key".into(), with(format!("log {} a b", log.key))));
    for (name, policy) in &cases {
        file.refused(name, &[text(policy), checkpoint.clone()], "policy");
    }
    let bad = [policy_text("quorum W1\n").as_bytes(), b"# \xff\n"].concat();
    file.refused("no UTF-8", &[bytes(bad), checkpoint.clone()], "policy");
}

fn previous(number: usize) -> String {
    number.checked_sub(1).map_or("W1".to_owned(), |before| format!("g{before}"))
}

fn tlog_proof() -> File {
    let mut file = File::new("tlog-proof", &["proof"]);
    let note = Log::new(ORIGIN, 1).sign(&body());
    let checkpoint = Note::parse(note.as_bytes()).expect("a note").to_string();
    let hash = "BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU=\n";
    let head = "c2sp.org/tlog-proof@v1\n";
    let of = |middle: &str| text(format!("{head}{middle}\n{checkpoint}"));
    file.accepted("plain", &[of(&format!("index 73894\n{hash}{hash}"))]);
    file.accepted("no hashes", &[of("index 0\n")]);
    file.accepted("extra data", &[of(&format!("extra AAEC\nindex 1\n{hash}"))]);
    file.accepted("63 hashes", &[of(&format!("index 1\n{}", hash.repeat(63)))]);
    file.accepted("largest index", &[of("index 18446744073709551615\n")]);
    file.accepted("any text as checkpoint", &[text(format!("{head}index 1\n\nanything"))]);
    file.accepted("nothing as checkpoint", &[text(format!("{head}index 1\n\n"))]);
    for (name, middle) in [
        ("64 hashes", format!("index 1\n{}", hash.repeat(64))),
        ("no index", hash.to_owned()),
        ("index with a leading zero", "index 01\n".to_owned()),
        ("index with a plus", "index +1\n".to_owned()),
        ("index 2^64", "index 18446744073709551616\n".to_owned()),
        ("index without a number", "index \n".to_owned()),
        ("two spaces before the index", "index  1\n".to_owned()),
        ("a space behind the index", "index 1 \n".to_owned()),
        ("two indexes", "index 1\nindex 1\n".to_owned()),
        ("extra behind the index", "index 1\nextra AAEC\n".to_owned()),
        ("extra twice", "extra AAEC\nextra AAEC\nindex 1\n".to_owned()),
        ("extra without data", "extra \nindex 1\n".to_owned()),
        ("extra that is no base64", "extra A\nindex 1\n".to_owned()),
        ("a hash of 31 bytes", format!("index 1\n{}\n", &hash.replace("QU=", "Q==")[..44])),
        ("a hash with bits to spare", format!("index 1\n{}", hash.replace("QU=", "QV="))),
        ("a hash and a space", format!("index 1\n{} \n", hash.trim_end())),
        ("a carriage return", format!("index 1\r\n{hash}")),
    ] {
        file.refused(name, &[of(&middle)], "form");
    }
    file.refused("nothing", &[text("")], "form");
    let version = format!("c2sp.org/tlog-proof@v2\nindex 1\n\n{checkpoint}");
    file.refused("an unknown version", &[text(version)], "form");
    file.refused("a space before the head", &[text(format!(" {head}index 1\n\n"))], "form");
    file.refused("no blank line", &[text(format!("{head}index 1\n"))], "form");
    file.refused("only a head", &[text(head)], "form");
    file.refused("a head and a blank line", &[text(format!("{head}\n"))], "form");
    file.refused("no UTF-8", &[bytes([head.as_bytes(), b"index 1\n\n\xff"].concat())], "form");
    file
}
