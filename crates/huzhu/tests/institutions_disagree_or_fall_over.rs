//! Fear: a witness is killed at a bad moment and signs another history afterwards, or the pages say
//! that somebody has replayed the rules who has only looked at growth.
//!
//! A node's folder and two witnesses as processes of their own, on loopback.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod program;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use program::{Ran, Rehearsal, copy, done, huzhu};
use serde_json::{Value, json};

/// A witness's process, killed when it is dropped.
struct Witness {
    child: Child,
    address: String,
}

impl Witness {
    fn start(folder: &Path, name: &str, listen: &str, rest: &str) -> Self {
        let folder = folder.to_str().unwrap();
        let words = format!(
            "node witness --listen {listen} --key {folder}/{name} --state {folder}/{name}-state \
             --json {rest}"
        );
        let mut command = Command::new(env!("CARGO_BIN_EXE_huzhu"));
        command.args(words.split_whitespace()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let document: Value = serde_json::from_str(&line).unwrap();
        let address = document["listening"].as_str().unwrap().to_owned();
        Self { child, address }
    }

    fn port(&self) -> &str {
        self.address.strip_prefix("http://").unwrap()
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn vkey(folder: &Path, name: &str, file: &str) -> String {
    let to = folder.join(file);
    let made = done(&format!("node key new --name {name} --to {}", to.to_str().unwrap()));
    made["vkey"].as_str().unwrap().to_owned()
}

fn replies(ran: &Ran) -> Vec<(String, String)> {
    let document = ran.document();
    let asked = document["witnesses"].as_array().unwrap().clone();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    asked.iter().map(|asked| (word(&asked["kind"]), word(&asked["reply"]))).collect()
}

/// A rehearsal, its mirror, and two witnesses under a policy that wants both.
struct World {
    rehearsal: Rehearsal,
    folder: tempfile::TempDir,
    log: String,
    bank: Option<Witness>,
    auditor: Option<Witness>,
}

impl World {
    fn new() -> Self {
        let rehearsal = Rehearsal::found();
        let folder = tempfile::tempdir().unwrap();
        let status = done(&format!("node status --dir {}", rehearsal.dir()));
        let log = status["log_key"].as_str().unwrap().to_owned();
        let plain = vkey(folder.path(), "bank.example/witness", "plain");
        let replaying = vkey(folder.path(), "auditor.example/replay", "replaying");
        let mut world = Self { rehearsal, folder, log, bank: None, auditor: None };
        world.publish();
        world.start_bank("127.0.0.1:0");
        let replay = format!("--watch {} --replay --log {}", world.log, world.at("mirror"));
        let of = world.folder.path();
        world.auditor = Some(Witness::start(of, "replaying", "127.0.0.1:0", &replay));
        let address = |witness: &Option<Witness>| witness.as_ref().unwrap().address.clone();
        let text = format!(
            "log {}\nwitness bank {plain} {}\nwitness auditor {replaying} {}\n\
             group both all bank auditor\nquorum both\n",
            world.log,
            address(&world.bank),
            address(&world.auditor)
        );
        std::fs::write(world.at("policy"), text).unwrap();
        world
    }

    fn at(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn start_bank(&mut self, listen: &str) {
        let watch = format!("--watch {}", self.log);
        self.bank = Some(Witness::start(self.folder.path(), "plain", listen, &watch));
    }

    fn publish(&self) {
        let (dir, mirror) = (self.rehearsal.dir(), self.at("mirror"));
        done(&format!("node publish --dir {dir} --to {mirror} --institutional"));
    }

    fn cosign(&self, ledger: &Rehearsal) -> (i32, Vec<(String, String)>) {
        let (dir, policy) = (ledger.dir(), self.at("policy"));
        let ran = huzhu(&format!("node cosign --dir {dir} --policy {policy} --json"));
        (ran.code, replies(&ran))
    }

    fn audit(&self, place: &str, rest: &str) -> Ran {
        huzhu(&format!("audit {place} --policy {} --json {rest}", self.at("policy")))
    }

    fn witnessed(&self) -> Value {
        done(&format!("node status --dir {}", self.rehearsal.dir()))["states"]["witnessed"].clone()
    }
}

/// What the append-only and the replaying witness replied.
fn both(plain: &str, replaying: &str) -> Vec<(String, String)> {
    let of = |kind: &str, reply: &str| (kind.to_owned(), reply.to_owned());
    vec![of("append-only", plain), of("replaying", replaying)]
}

#[test]
fn two_kinds_of_witnesses_are_told_apart() {
    let world = World::new();
    let mirror = world.at("mirror");
    assert_eq!(world.witnessed(), 0);
    assert_eq!(world.cosign(&world.rehearsal), (0, both("cosigned", "cosigned")));
    assert_eq!(world.witnessed(), 4);
    world.publish();
    let audit = world.audit(&mirror, "").document();
    assert_eq!((&audit["agrees"], &audit["policy"]), (&json!(true), &json!("satisfied")));
    let witnesses = audit["witnesses"].as_array().unwrap();
    let kinds: Vec<&Value> = witnesses.iter().map(|witness| &witness["kind"]).collect();
    assert_eq!(kinds, [&json!("append-only"), &json!("replaying")]);

    // The log grows and the mirror does not: only who looks at growth alone can sign.
    world.rehearsal.case();
    assert_eq!(world.cosign(&world.rehearsal), (1, both("cosigned", "failed")));
    assert_eq!(world.witnessed(), 0);
    world.publish();
    assert_eq!(world.cosign(&world.rehearsal), (0, both("cosigned", "cosigned")));
    // Without rows, an audit names who has replayed.
    world.publish();
    std::fs::remove_dir_all(world.folder.path().join("mirror/chunks")).unwrap();
    let audit = world.audit(&mirror, "").document();
    let by = &audit["not_recomputed"][0]["recomputed_by"];
    assert_eq!(by, &json!(["auditor.example/replay"]), "{audit}");
}

#[test]
fn a_witness_that_was_killed_remembers() {
    let mut world = World::new();
    assert_eq!(world.cosign(&world.rehearsal).0, 0);
    let port = world.bank.as_ref().unwrap().port().to_owned();
    world.bank = None;
    // What it wrote last was cut off half way.
    std::fs::write(world.folder.path().join("plain-state/incoming.tmp"), b"half").unwrap();
    let asked = world.cosign(&world.rehearsal);
    assert_eq!(asked, (0, both("failed", "cosigned")), "its earlier line is kept");
    world.rehearsal.case();
    world.publish();
    let asked = world.cosign(&world.rehearsal);
    assert_eq!(asked, (1, both("failed", "cosigned")), "of the new one it has said nothing");
    world.start_bank(&port);
    assert_eq!(world.cosign(&world.rehearsal), (0, both("cosigned", "cosigned")));

    // The operator forks the log: an older copy goes on otherwise, with the same keys.
    let fork = Rehearsal { folder: tempfile::tempdir().unwrap() };
    copy(&world.rehearsal.path(), &fork.path());
    world.rehearsal.done("member leave 4");
    world.publish();
    assert_eq!(world.cosign(&world.rehearsal).0, 0);
    fork.done("member leave 5");
    let (code, replies) = world.cosign(&fork);
    assert_eq!(code, 1);
    for (kind, reply) in replies {
        assert!(reply == "conflict" || reply == "refused", "{kind}: {reply}");
    }
    // Whoever meets the fork alone sees a true log, until they ask the witnesses.
    assert_eq!(huzhu(&format!("audit {} --json", fork.dir())).code, 0);
    let kind =
        world.audit(&fork.dir(), "--ask-witnesses").document()["first_difference"]["kind"].clone();
    assert_eq!(kind, "split-view");
    world.publish();
    world.bank = None;
    let answer = world.audit(&world.at("mirror"), "--ask-witnesses");
    let said = answer.document()["not_recomputed"].to_string();
    assert!(answer.code == 0 && said.contains("checkpoint of bank.example/witness"), "{said}");
}

/// Issues a receipt of the first members under a checkpoint, and judges it under the policy that
/// wants both witnesses: whether it passes, the step that failed, and what it says of witnesses.
fn judged(world: &World, checkpoint: &str) -> (bool, Value, Vec<String>) {
    let (of, policy) = (|name: &str| world.at(name), world.at("policy"));
    std::fs::write(of("checkpoint"), checkpoint).unwrap();
    std::fs::write(of("open-policy"), format!("log {}\nquorum none\n", world.log)).unwrap();
    let (note, open, out) = (of("checkpoint"), of("open-policy"), of("receipt.txt"));
    world
        .rehearsal
        .done(&format!("receipt member 3 --policy {open} --checkpoint {note} --out {out}"));
    let ran = huzhu(&format!("verify {out} --policy {policy} --json"));
    let document = ran.document();
    assert_eq!(ran.code, if document["verified"] == true { 0 } else { 1 });
    let steps = document["steps"].as_array().unwrap();
    let failed = steps.iter().find(|step| step["ok"] == false);
    let failed = failed.map_or(Value::Null, |step| step["name"].clone());
    let statement = document["statement"].as_str().unwrap_or_default();
    let witnesses = statement.lines().filter(|line| line.starts_with("witness "));
    (document["verified"] == true, failed, witnesses.map(str::to_owned).collect())
}

#[test]
fn a_receipt_says_which_kind_of_witness_has_signed() {
    let world = World::new();
    assert_eq!(world.cosign(&world.rehearsal).0, 0);
    let cosigned = world.rehearsal.path().join("witnesses/checkpoint");
    let cosigned = std::fs::read_to_string(cosigned).unwrap();
    let line_of = |name: &str| {
        let start = format!("\u{2014} {name} ");
        let line = cosigned.lines().find(|line| line.starts_with(&start)).unwrap();
        format!("{line}\n")
    };
    let (bank, auditor) = (line_of("bank.example/witness"), line_of("auditor.example/replay"));

    // As it was collected: each stands under its kind, and the receipt as it is issued says so too.
    let (verified, _, witnesses) = judged(&world, &cosigned);
    assert!(verified);
    let said = |line: &str, kind: &str, name: &str| {
        line.starts_with(&format!("witness {kind} ")) && line.ends_with(name)
    };
    assert_eq!(witnesses.len(), 2);
    assert!(said(&witnesses[0], "append-only", " bank.example/witness"), "{witnesses:?}");
    assert!(said(&witnesses[1], "replaying", " auditor.example/replay"), "{witnesses:?}");
    let (policy, out) = (world.at("policy"), world.at("strict.txt"));
    let checkpoint = world.at("checkpoint");
    let strict =
        format!("receipt member 3 --policy {policy} --checkpoint {checkpoint} --out {out}");
    assert_eq!(world.rehearsal.done(&strict)["states"]["witnessed"], true);
    assert_eq!(done(&format!("verify {out}"))["states"]["witnessed"], true);

    // Twins. Fewer than the policy asks for; one key twice in place of two; a stranger in place of
    // one; a stranger beside both; a line of one under the name of the other.
    let below = cosigned.replace(&auditor, "");
    let twice = cosigned.replace(&auditor, &bank);
    let stranger = cosigned.replace(&auditor, &auditor.replace("auditor.example", "else.example"));
    let forged = cosigned.replace(&auditor, &{
        let (name, value) = auditor.trim_end().rsplit_once(' ').unwrap();
        let other = bank.trim_end().rsplit_once(' ').unwrap().1;
        // The id of the auditor's key, and the signature of the bank's.
        format!("{name} {}{}\n", &value[..5], &other[5..])
    });
    for (name, note) in
        [("below", below), ("twice", twice), ("stranger", stranger), ("forged", forged)]
    {
        assert_ne!(note, cosigned, "{name}");
        assert_eq!(judged(&world, &note), (false, json!("witnesses"), vec![]), "{name}");
        std::fs::write(world.at("checkpoint"), &note).unwrap();
        let code = huzhu(&format!("{strict} --dir {} --json", world.rehearsal.dir())).code;
        assert_eq!(code, 3, "{name}: none is issued that would not be believed");
    }
    let beside = format!("{cosigned}{}", bank.replace("bank.example", "else.example"));
    assert_eq!(judged(&world, &beside).2, witnesses, "who is not in the policy does not count");
}
