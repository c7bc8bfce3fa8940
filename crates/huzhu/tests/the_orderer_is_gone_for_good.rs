//! Fear: the machine that orders a plan's log is gone with its operator, and the plan with it; or
//! somebody else takes the log over who may not, from a history that nobody had witnessed.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod plan_life;
mod program;

use std::path::PathBuf;

use node::{KEYS_FOLDER, SecretKey};
use plan_life::Life;
use program::{done, fails, huzhu};
use proof::cosignature::{CosignerKey, cosign};
use proof::note::Note;
use serde_json::{Value, json};

/// A plan whose operator sends a last word in August, its mirror at a witness's, and a policy.
struct Gone {
    life: Life,
    policy: String,
    mirror: String,
    witnessed: String,
}

fn witness() -> (SecretKey, CosignerKey) {
    let key = SecretKey::from_seed([7; 32]);
    let name = CosignerKey::new("bank.example/witness", key.public().0).unwrap();
    (key, name)
}

impl Gone {
    fn new() -> Self {
        let life = Life::qingsong();
        let mut gone =
            Self { life, policy: String::new(), mirror: String::new(), witnessed: String::new() };
        gone.policy = gone.at("policy");
        std::fs::write(&gone.policy, gone.policy_of(&[&gone.log_key(&gone.life.dir())])).unwrap();
        gone.mirror = gone.publish(&gone.life.dir(), "mirror");
        gone.witnessed = gone.witness("mirror", "witnessed");
        gone
    }

    fn at(&self, name: &str) -> String {
        self.life.path().join(name).to_str().unwrap().to_owned()
    }

    fn log_key(&self, dir: &str) -> String {
        done(&format!("node status --dir {dir}"))["log_key"].as_str().unwrap().to_owned()
    }

    /// A policy for logs that wants the one witness.
    fn policy_of(&self, logs: &[&str]) -> String {
        let logs: String = logs.iter().map(|log| format!("log {log}\n")).collect();
        format!("{logs}witness bank {}\nquorum bank\n", witness().1)
    }

    /// Shows a log with its rows, as institutions keep it.
    fn publish(&self, dir: &str, name: &str) -> String {
        let to = self.at(name);
        done(&format!("node publish --dir {dir} --to {to} --institutional"));
        to
    }

    /// The checkpoint of a mirror with the witness's line.
    fn witness(&self, mirror: &str, name: &str) -> String {
        let note = std::fs::read(PathBuf::from(self.at(mirror)).join("checkpoint")).unwrap();
        let mut note = Note::parse(&note).unwrap();
        let (key, name_of) = witness();
        cosign(&mut note, &name_of, 1_600_000_000, |bytes| key.sign(bytes)).unwrap();
        let path = self.at(name);
        std::fs::write(&path, note.to_string()).unwrap();
        path
    }

    fn succeed(&self, rest: &str) -> String {
        let (keys, to) = (self.life.path().join("ledger").join(KEYS_FOLDER), self.at("successor"));
        format!(
            "runoff succeed --from {} --policy {} --checkpoint {} --keys {} --dir {to} {rest}",
            self.mirror,
            self.policy,
            self.witnessed,
            keys.display()
        )
    }

    fn nothing_is_there(&self) {
        assert!(!PathBuf::from(self.at("successor")).exists(), "a refusal leaves no folder");
    }
}

#[test]
fn custodian_and_delegates_carry_the_plan_to_its_end() {
    let gone = Gone::new();
    let old = gone.log_key(&gone.life.dir());
    let succeeded = done(&gone.succeed("--day 2019-10-20"));
    assert_eq!(
        (&succeeded["delegates"], &succeeded["witnesses"]),
        (&json!(2), &json!(["bank.example/witness"]))
    );
    let to = gone.at("successor");
    let new = gone.log_key(&to);
    assert_ne!(old, new);
    // The operator's machine is gone; nothing below reads it.
    std::fs::remove_dir_all(gone.life.dir()).unwrap();
    let at = |command: &str| done(&format!("{command} --dir {to}"));
    let shown = at("runoff show");
    assert_eq!((&shown["stage"], &shown["trigger"]), (&json!("noticed"), &json!("silence")));
    assert_eq!(shown["caretaker"], true);
    let replayed = done(&format!("replay {to}"));
    assert!(
        replayed["entries"].as_u64().unwrap() > succeeded["from"]["tree_size"].as_u64().unwrap()
    );
    // Members' commands and the plan's months go on under the delegates.
    at("period settle 0 --signer delegate");
    at("period publish 1 --day 2019-10-20 --signer delegate");
    fails(&format!("fund interest 5.00 --signer delegate --dir {to}"), 3, "E-ROLE");
    // Whoever audits it knows both keys and what the witness had signed.
    let policy = gone.at("both");
    std::fs::write(&policy, gone.policy_of(&[&old, &new])).unwrap();
    let mirror = gone.publish(&to, "new-mirror");
    let seen = gone.at("witnessed");
    for place in [&to, &mirror] {
        let audited = done(&format!("audit {place} --checkpoint {seen}"));
        assert_eq!(audited["agrees"], true, "{audited}");
        assert!(audited["not_recomputed"].to_string().contains("succession"), "{audited}");
    }
    // Under the policy the new checkpoint wants its witness; the old one has it.
    let cosigned = gone.witness("new-mirror", "new-witnessed");
    std::fs::copy(cosigned, PathBuf::from(&mirror).join("checkpoint")).unwrap();
    let audited = done(&format!("audit {mirror} --policy {policy} --checkpoint {seen}"));
    assert_eq!((&audited["agrees"], &audited["policy"]), (&json!(true), &json!("satisfied")));
}

#[test]
fn nobody_takes_over_from_an_operator_who_is_there() {
    let gone = Gone::new();
    fails(&gone.succeed("--day 2019-09-01"), 3, "E-RUN-OFF-NOT-SILENT");
    gone.nothing_is_there();
}

#[test]
fn a_wrong_key_takes_over_nothing() {
    let gone = Gone::new();
    for signer in ["operator", "treasurer", "delegate", "regulator"] {
        fails(&gone.succeed(&format!("--day 2019-10-20 --signer {signer}")), 3, "E-ROLE");
        gone.nothing_is_there();
    }
    // The custodian alone does not: two delegates have to agree, with their own keys.
    let keys = gone.life.path().join("ledger").join(KEYS_FOLDER);
    let away = gone.life.path().join("away.key");
    std::fs::rename(keys.join("delegate-2.key"), &away).unwrap();
    fails(&gone.succeed("--day 2019-10-20"), 3, "E-RUN-OFF-DELEGATES");
    SecretKey::from_seed([9; 32]).write(&keys, "delegate-2").unwrap();
    fails(&gone.succeed("--day 2019-10-20"), 3, "E-ROLE");
    gone.nothing_is_there();
}

#[test]
fn a_wrong_checkpoint_carries_nothing_on() {
    let gone = Gone::new();
    let on = "--day 2019-10-20";
    // Signed by the log and by no witness.
    let bare = format!("{}/checkpoint", gone.mirror);
    let with = |note: &str| gone.succeed(on).replace(&gone.witnessed, note);
    fails(&with(&bare), 3, "E-SUCCESSION-WITNESSES");
    gone.nothing_is_there();
    // A line of it changed: neither log nor witness has signed that.
    let text = std::fs::read_to_string(&gone.witnessed).unwrap();
    let size = text.lines().nth(1).unwrap().parse::<u64>().unwrap();
    let bent = gone.at("bent");
    std::fs::write(&bent, text.replacen(&format!("\n{size}\n"), &format!("\n{}\n", size - 1), 1))
        .unwrap();
    fails(&with(&bent), 3, "E-SUCCESSION-WITNESSES");
    gone.nothing_is_there();
    // A mirror whose entries are not those of the checkpoint.
    let bundle = PathBuf::from(&gone.mirror).join(format!("tile/entries/000.p/{size}"));
    let mut bytes = std::fs::read(&bundle).unwrap();
    let last = bytes.len() - 30;
    bytes[last] ^= 1;
    std::fs::write(&bundle, bytes).unwrap();
    let ran = huzhu(&format!("{} --json", gone.succeed(on)));
    assert_ne!(ran.code, 0, "{}", ran.out);
    gone.nothing_is_there();
}

/// A successor that says of its predecessor what was not so is named, in the folder and on a
/// mirror.
#[test]
fn a_false_succession_is_named_by_replay_and_audit() {
    let gone = Gone::new();
    done(&gone.succeed("--day 2019-10-20"));
    let to = gone.at("successor");
    let mirror = gone.publish(&to, "new-mirror");
    let entry = PathBuf::from(&to).join("succession/entry.json");
    let text = std::fs::read_to_string(&entry).unwrap();
    let bent: String = text.replacen("\"seq\":", "\"seq\": ", 1);
    std::fs::write(&entry, bent).unwrap();
    assert_eq!(huzhu(&format!("replay {to}")).code, 1);
    std::fs::write(&entry, &text).unwrap();
    // Another true succession of the same plan stands beside the log.
    std::fs::rename(&to, gone.at("first")).unwrap();
    done(&gone.succeed("--day 2019-10-21"));
    let other = std::fs::read(PathBuf::from(&to).join("succession/entry.json")).unwrap();
    std::fs::write(PathBuf::from(&mirror).join("succession/entry.json"), other).unwrap();
    let ran = huzhu(&format!("audit {mirror} --json"));
    assert_eq!(ran.code, 1);
    let kinds = |answer: &Value| answer["differences"].to_string();
    assert!(kinds(&ran.document()).contains("wrong-succession"), "{}", ran.out);
    // Without it the log is signed by a key that its founding does not name.
    std::fs::remove_dir_all(PathBuf::from(&mirror).join("succession")).unwrap();
    let ran = huzhu(&format!("audit {mirror} --json"));
    assert_eq!((ran.code, &ran.document()["first_difference"]["kind"]), (1, &json!("checkpoint")));
}
