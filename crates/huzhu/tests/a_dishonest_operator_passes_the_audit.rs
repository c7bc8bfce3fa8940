//! Fear: an operator who holds every key changes the log, signs it again, and the audit says that
//! all is well, or does not say what is wrong.
//!
//! Each lie is told in three places: in the ledger's own folder, on a web server with the rows of
//! members, and on a mirror without them.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod forger;
mod mirror;
mod program;

use std::path::{Path, PathBuf};

use forger::{at, entries, renumber};
use node::{KEYS_FOLDER, SecretKey};
use program::{Rehearsal, huzhu};
use rules::command::{Do, PayoutCommand};
use rules::entry::Command;
use serde_json::{Value, json};

/// One whole period with a case, from filing to settling.
fn lived() -> Rehearsal {
    let rehearsal = Rehearsal::found();
    rehearsal.settled();
    rehearsal
}

/// The places in which a lie is told.
struct Told {
    folder: tempfile::TempDir,
    places: Vec<(&'static str, String)>,
}

impl Told {
    /// Writes these entries and shows them everywhere.
    fn new(rehearsal: &Rehearsal, lie: &[Value]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ledger = forger::write(&rehearsal.path(), &folder.path().join("ledger"), lie);
        let told = Self { folder, places: Vec::new() };
        let public = told.publish(&ledger, "public");
        let bare = told.publish(&ledger, "bare");
        std::fs::remove_dir_all(bare.join("chunks")).unwrap();
        let url = mirror::serve(public);
        let places = [
            ("ledger", ledger.to_str().unwrap().to_owned()),
            ("web", url),
            ("bare", bare.to_str().unwrap().to_owned()),
        ];
        Self { places: places.to_vec(), ..told }
    }

    fn publish(&self, ledger: &Path, name: &str) -> PathBuf {
        let to = self.folder.path().join(name);
        let (dir, to_text) = (ledger.to_str().unwrap(), to.to_str().unwrap());
        program::done(&format!("node publish --dir {dir} --to {to_text}"));
        to
    }

    /// Every place is audited and names the lie.
    fn is_named(&self, kind: &str, entry: u64) {
        for (place, address) in &self.places {
            let ran = huzhu(&format!("audit {address} --json"));
            assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{place}: {}", ran.out);
            let answer = ran.document();
            assert_eq!(answer["agrees"], false, "{place}: {answer}");
            let first = &answer["first_difference"];
            assert_eq!((&first["kind"], &first["entry"]), (&json!(kind), &json!(entry)), "{place}");
            let spoken = huzhu(&format!("audit {address}"));
            assert_eq!(spoken.code, 1);
            assert!(spoken.out.contains(&format!("{kind} at entry {entry}")), "{}", spoken.out);
        }
    }

    fn audit(&self, place: &str, rest: &str) -> program::Ran {
        let address = &self.places.iter().find(|(name, _)| *name == place).unwrap().1;
        huzhu(&format!("audit {address} --json {rest}"))
    }
}

#[test]
fn the_truth_is_believed_and_what_was_not_seen_is_said() {
    let rehearsal = lived();
    let told = Told::new(&rehearsal, &entries(&rehearsal.path()));
    for (place, rows) in [("ledger", true), ("web", true), ("bare", false)] {
        let ran = told.audit(place, "");
        assert_eq!(ran.code, 0, "{place}: {}", ran.out);
        let answer = ran.document();
        assert_eq!((&answer["agrees"], &answer["first_difference"]), (&json!(true), &Value::Null));
        assert_eq!((&answer["periods"], &answer["payouts"]), (&json!(1), &json!(1)), "{place}");
        let missing = answer["not_recomputed"].as_array().unwrap();
        assert_eq!(missing.is_empty(), rows, "{place}: {answer}");
        assert_eq!(answer["digest"].is_string(), rows, "{place}");
        assert_eq!(answer["entries_replayed"] == answer["tree_size"], rows, "{place}");
        if !rows {
            let said = answer["not_recomputed"].to_string();
            assert!(said.contains("the rules from entry") && said.contains("who of the members"));
        }
    }
}

#[test]
fn an_altered_entry() {
    let rehearsal = lived();
    let mut lie = entries(&rehearsal.path());
    let place = at(&lie, "case.file");
    lie[place]["command"]["asked_minor"] = json!(100_000);
    Told::new(&rehearsal, &lie).is_named("altered-entry", place as u64);
}

#[test]
fn an_entry_altered_on_the_mirror_alone() {
    let rehearsal = lived();
    let told = Told::new(&rehearsal, &entries(&rehearsal.path()));
    let size = entries(&rehearsal.path()).len();
    let bundle = told.folder.path().join(format!("bare/tile/entries/000.p/{size}"));
    let mut bytes = std::fs::read(&bundle).unwrap();
    let last = bytes.len() - 20;
    bytes[last] ^= 1;
    std::fs::write(&bundle, bytes).unwrap();
    let answer = told.audit("bare", "").document();
    let first = &answer["first_difference"];
    assert_eq!((&first["kind"], &first["entry"]), (&json!("altered-entry"), &json!(size - 1)));
}

#[test]
fn a_removed_entry() {
    let rehearsal = lived();
    let truth = entries(&rehearsal.path());
    let place = at(&truth, "notice.record");
    let mut lie = truth.clone();
    lie.drain(place..place + 2);
    // The next entry is the operator's closing, whose number shows that one is missing.
    Told::new(&rehearsal, &lie).is_named("removed-entry", place as u64);
    renumber(&mut lie);
    Told::new(&rehearsal, &lie).is_named("removed-entry", place as u64);
    let mut lie = truth;
    let place = at(&lie, "finding.case.approved");
    lie.remove(place);
    Told::new(&rehearsal, &lie).is_named("removed-entry", place as u64);
}

#[test]
fn reordered_entries() {
    let rehearsal = lived();
    let truth = entries(&rehearsal.path());
    // Both with their findings: the members join after the case is filed.
    let (first, second) = (at(&truth, "member.enrol-batch"), at(&truth, "case.file"));
    let mut lie = truth.clone();
    lie[first..second + 2].rotate_left(2);
    Told::new(&rehearsal, &lie).is_named("reordered-entries", first as u64);
    // Two findings of one closing.
    let place = at(&truth, "finding.case.approved");
    let mut lie = truth;
    lie.swap(place, place + 1);
    Told::new(&rehearsal, &lie).is_named("reordered-entries", place as u64);
}

#[test]
fn a_split_view() {
    let rehearsal = lived();
    let truth = entries(&rehearsal.path());
    let mut other = truth.clone();
    let last = other.len() - 1;
    for entry in &mut other[last - 1..] {
        let at = entry["order"]["at"].as_i64().unwrap();
        entry["order"]["at"] = json!(at + 1);
    }
    let (one, two) = (Told::new(&rehearsal, &truth), Told::new(&rehearsal, &other));
    // Each by itself is a true log: only who holds both checkpoints can see the lie.
    let seen = one.folder.path().join("public/checkpoint");
    let seen = format!("--checkpoint {}", seen.to_str().unwrap());
    for place in ["ledger", "web", "bare"] {
        assert_eq!(two.audit(place, "").code, 0);
        assert_eq!(one.audit(place, &seen).code, 0, "its own checkpoint is no second view");
        let ran = two.audit(place, &seen);
        let answer = ran.document();
        assert_eq!((ran.code, &answer["first_difference"]["kind"]), (1, &json!("split-view")));
    }
    // An earlier checkpoint, and a later one.
    let longer = [other.clone(), truth[last..].to_vec()].concat();
    let longer = Told::new(&rehearsal, &longer);
    let kind = |ran: program::Ran| ran.document()["first_difference"]["kind"].clone();
    assert_eq!(kind(longer.audit("bare", &seen)), "rewritten-history");
    let shorter = Told::new(&rehearsal, &truth[..last - 1]);
    assert_eq!(shorter.audit("bare", "").code, 0);
    assert_eq!(kind(shorter.audit("bare", &seen)), "shortened-log");
}

#[test]
fn an_inflated_count() {
    let rehearsal = lived();
    let mut lie = entries(&rehearsal.path());
    let published = at(&lie, "finding.period.published");
    lie[published]["command"]["sharers"] = json!(11);
    Told::new(&rehearsal, &lie).is_named("inflated-count", published as u64);
    // Only the divisor, with shares that follow from it.
    let mut lie = entries(&rehearsal.path());
    let closed = at(&lie, "finding.period.closed");
    let of = &mut lie[closed]["command"];
    of["sharers"] = json!(11);
    of["rates"][0]["members"] = json!(11);
    of["rates"][0]["share_minor"] = json!(18_728);
    of["charges_minor"] = json!(206_008);
    of["carry_out_minor"] = json!(8);
    Told::new(&rehearsal, &lie).is_named("inflated-count", closed as u64);
}

#[test]
fn a_hidden_member() {
    let rehearsal = lived();
    let mut lie = entries(&rehearsal.path());
    let enrolled = at(&lie, "finding.members.enrolled");
    lie[enrolled]["command"]["count"] = json!(9);
    Told::new(&rehearsal, &lie).is_named("hidden-member", enrolled as u64);
    let mut lie = entries(&rehearsal.path());
    let closed = at(&lie, "finding.period.closed");
    let of = &mut lie[closed]["command"];
    of["sharers"] = json!(9);
    of["rates"][0]["members"] = json!(9);
    Told::new(&rehearsal, &lie).is_named("hidden-member", closed as u64);
}

#[test]
fn a_member_hidden_from_the_first_count_on() {
    let rehearsal = lived();
    let mut lie = entries(&rehearsal.path());
    let published = at(&lie, "finding.period.published");
    lie[published]["command"]["sharers"] = json!(9);
    let told = Told::new(&rehearsal, &lie);
    for place in ["ledger", "web"] {
        let first = told.audit(place, "").document()["first_difference"].clone();
        assert_eq!((&first["kind"], &first["entry"]), (&json!("hidden-member"), &json!(published)));
    }
    // Without the rows nobody can count who shares; then the closing gives it away.
    let first = told.audit("bare", "").document()["first_difference"].clone();
    assert_eq!(first["kind"], "inflated-count");
}

#[test]
fn a_share_that_does_not_follow_from_the_rules() {
    let rehearsal = lived();
    let mut lie = entries(&rehearsal.path());
    let closed = at(&lie, "finding.period.closed");
    let of = &mut lie[closed]["command"];
    of["rates"][0]["share_minor"] = json!(20_700);
    of["charges_minor"] = json!(207_000);
    of["carry_out_minor"] = json!(1_000);
    Told::new(&rehearsal, &lie).is_named("wrong-share", closed as u64);
}

#[test]
fn a_payout_without_a_case() {
    let rehearsal = lived();
    let truth = entries(&rehearsal.path());
    let mut lie = truth.clone();
    let paid = at(&lie, "finding.payout.paid");
    lie[paid]["command"]["aid_minor"] = json!(300_000);
    Told::new(&rehearsal, &lie).is_named("payout-without-case", paid as u64);

    // Truly signed by the custodian, for a case that was never filed.
    let key = SecretKey::read(&rehearsal.path().join(KEYS_FOLDER), "custodian").unwrap();
    let by = key.public();
    let own = truth.iter().filter(|entry| entry["command"]["by"] == by.to_string());
    let (plan, seq) = (truth[0]["command"]["plan"].as_str().unwrap(), own.count() as u64 + 1);
    let body = PayoutCommand::Confirm { period: 0, cases: vec![1], refunds: Vec::new() };
    let body = Do::Payout(body);
    let command = Command { plan: plan.to_owned(), by, seq, id: "ghost".into(), body };
    let signed = key.sign_command(command).unwrap();
    let order = &truth[truth.len() - 1]["order"];
    let command: Value = serde_json::from_slice(signed.bytes()).unwrap();
    let finding = json!({
        "do": "finding.payout.paid", "by": "rules", "plan": plan, "v": 1, "id": "", "seq": 0,
        "period": 0, "aid_minor": 100, "refund_minor": 0, "advance_minor": 100,
    });
    let mut lie = truth.clone();
    lie.push(json!({"command": command, "order": order}));
    lie.push(json!({"command": finding, "order": order}));
    renumber(&mut lie);
    let told = Told::new(&rehearsal, &lie);
    for place in ["ledger", "web", "bare"] {
        let answer = told.audit(place, "").document();
        assert_eq!(answer["first_difference"]["kind"], "payout-without-case", "{place}: {answer}");
    }
}

#[test]
fn a_fee_beyond_the_bound_and_a_decision_beyond_the_proposal() {
    let rehearsal = lived();
    let mut lie = entries(&rehearsal.path());
    let drawn = at(&lie, "finding.fee.drawn");
    lie[drawn]["command"]["fee_minor"] = json!(7_000);
    Told::new(&rehearsal, &lie).is_named("wrong-fee", drawn as u64);
    let mut lie = entries(&rehearsal.path());
    let approved = at(&lie, "finding.case.approved");
    lie[approved]["command"]["decided_minor"] = json!(200_001);
    Told::new(&rehearsal, &lie).is_named("wrong-decision", approved as u64);
}

#[test]
fn what_is_no_log_is_no_audit() {
    let folder = tempfile::tempdir().unwrap();
    program::fails(&format!("audit {}", folder.path().to_str().unwrap()), 2, "E-FOLDER");
    program::fails("audit http://127.0.0.1:9", 4, "E-MIRROR-UNREACHABLE");
    let rehearsal = lived();
    let policy = folder.path().join("policy");
    std::fs::write(&policy, "quorum none\n").unwrap();
    let text = policy.to_str().unwrap();
    program::fails(&format!("audit {} --policy {text}", rehearsal.dir()), 2, "E-POLICY");
}
