//! Fear: a witness is killed at a bad moment and signs another history afterwards, or the pages say
//! that somebody has replayed the rules who has only looked at growth.
//!
//! A node's folder and two witnesses as processes of their own, on loopback.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod program;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use program::{Ran, Rehearsal, done, huzhu};
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

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for item in std::fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let target = to.join(item.file_name());
        if item.file_type().unwrap().is_dir() {
            copy(&item.path(), &target);
        } else {
            std::fs::copy(item.path(), target).unwrap();
        }
    }
}
