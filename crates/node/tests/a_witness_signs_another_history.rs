//! Fear: a witness cosigns a log that shrank or changed, because it forgot, was killed at a bad
//! moment, or was asked twice at once; or it says that it has replayed rules which it has not.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod fixture;

use std::path::Path;
use std::sync::Arc;

use fixture::{entries, ledger_in};
use ledger::disk::Disk;
use ledger::disk::simulated::{Fault, SimulatedDisk, Survives};
use ledger::surface::FolderSource;
use node::witness::{Answered, Witness};
use node::{Publication, SecretKey, publish};
use proof::add_checkpoint::AddCheckpoint;
use proof::checkpoint::Checkpoint;
use proof::cosignature::{self, CosignerKey};
use proof::merkle::{consistency_path, leaf_hash};
use proof::note::{Note, VerifierKey};
use proof::{Digest, merkle::Frontier};

const ORIGIN: &str = "plan.example/log";
const STATE: &str = "/witness";

fn log_secret() -> SecretKey {
    SecretKey::from_seed([41; 32])
}

fn log_key() -> VerifierKey {
    VerifierKey::new(ORIGIN, log_secret().public().0).unwrap()
}

fn witness_key(name: &str) -> (SecretKey, CosignerKey) {
    let key = SecretKey::from_seed([42; 32]);
    let name = CosignerKey::new(name, key.public().0).unwrap();
    (key, name)
}

/// Leaves of one history; a fork differs from its second leaf on.
fn leaves(fork: u8, size: u64) -> Vec<Digest> {
    (0..size).map(|at| leaf_hash(&[at as u8, if at == 0 { 0 } else { fork }])).collect()
}

fn note(fork: u8, size: u64) -> String {
    let root = Frontier::of(&leaves(fork, size)).root();
    let checkpoint = Checkpoint { origin: ORIGIN.into(), size, root, extensions: Vec::new() };
    signed(&checkpoint, &log_secret(), &log_key())
}

fn signed(checkpoint: &Checkpoint, key: &SecretKey, name: &VerifierKey) -> String {
    let mut note = Note::new(&checkpoint.to_string()).unwrap();
    note.sign(name, |bytes| key.sign(bytes)).unwrap();
    note.to_string()
}

fn request(fork: u8, old: u64, size: u64) -> AddCheckpoint {
    let proof = consistency_path(&leaves(fork, size), old as usize).unwrap_or_default();
    AddCheckpoint { old, proof, note: note(fork, size) }
}

fn open(disk: &SimulatedDisk) -> Result<Witness, node::Error> {
    let (key, name) = witness_key("bank.example/witness");
    let disk: Arc<dyn Disk> = Arc::new(disk.clone());
    Witness::open(disk, key, name, &[log_key()], Path::new(STATE), None)
}

fn ask(witness: &Witness, request: &AddCheckpoint) -> Answered {
    witness.add_checkpoint(request.to_string().as_bytes(), 1_700_000_000)
}

/// Whether an answer is a true cosignature of the request's checkpoint.
fn cosigns(answered: &Answered, request: &AddCheckpoint, name: &CosignerKey) -> bool {
    let whole = format!("{}{}", request.note, answered.body);
    let note = Note::parse(whole.as_bytes()).unwrap();
    let found = cosignature::verify(&note, std::slice::from_ref(name)).unwrap();
    found.len() == 1 && found[0].time == 1_700_000_000
}

#[test]
fn every_answer_is_the_one_of_the_specification() {
    let disk = SimulatedDisk::new();
    let witness = open(&disk).unwrap();
    let (_, name) = witness_key("bank.example/witness");
    let status = |request: &AddCheckpoint| ask(&witness, request).status;
    // Before anything is cosigned only an old size of zero fits, and then there is no proof.
    let wrong = ask(&witness, &request(1, 3, 5));
    assert_eq!(
        (wrong.status, wrong.content_type, wrong.body.as_str()),
        (409, "text/x.tlog.size", "0\n")
    );
    let with_proof = AddCheckpoint { proof: vec![Digest([1; 32])], ..request(1, 0, 5) };
    assert_eq!(status(&with_proof), 422);
    let first = request(1, 0, 5);
    let answered = ask(&witness, &first);
    assert_eq!(answered.status, 200);
    assert!(cosigns(&answered, &first, &name));
    // Again the same, and further.
    assert_eq!(status(&request(1, 5, 5)), 200);
    assert_eq!(status(&request(1, 5, 9)), 200);
    // What it has cosigned is told.
    let behind = ask(&witness, &request(1, 5, 9));
    assert_eq!((behind.status, behind.body.as_str()), (409, "9\n"));
    let origin = proof::sha256(ORIGIN.as_bytes());
    assert!(witness.latest(&origin).body.starts_with(&note(1, 9)));
    // Smaller, another of this size, another that grows.
    assert_eq!(status(&request(1, 9, 8)), 400);
    let other = AddCheckpoint { proof: Vec::new(), ..request(2, 9, 9) };
    assert_eq!(status(&other), 409);
    assert_eq!(status(&request(2, 9, 12)), 422);
    let mut broken = request(1, 9, 12);
    broken.proof.pop();
    assert_eq!(status(&broken), 422);
    // Not signed by the log, by another, of another log, no note, no request.
    let stranger = SecretKey::from_seed([43; 32]);
    let checkpoint =
        Checkpoint::parse(Note::parse(note(1, 12).as_bytes()).unwrap().text()).unwrap();
    let theirs = VerifierKey::new(ORIGIN, stranger.public().0).unwrap();
    let strange = signed(&checkpoint, &stranger, &theirs);
    assert_eq!(status(&AddCheckpoint { note: strange, ..request(1, 9, 12) }), 403);
    let forged = note(1, 12).replacen("\n12\n", "\n13\n", 1);
    assert_eq!(status(&AddCheckpoint { note: forged, ..request(1, 9, 12) }), 403);
    let elsewhere = VerifierKey::new("other.example", log_secret().public().0).unwrap();
    let checkpoint = Checkpoint { origin: "other.example".into(), ..checkpoint };
    let elsewhere = signed(&checkpoint, &log_secret(), &elsewhere);
    assert_eq!(status(&AddCheckpoint { note: elsewhere, ..request(1, 9, 12) }), 404);
    for body in ["", "old", "old 9", "old 09\n\n", "old 9\nAAAA\n\n", "old 9\n\nno note"] {
        assert_eq!(witness.add_checkpoint(body.as_bytes(), 1).status, 400, "{body:?}");
    }
    let many = AddCheckpoint { proof: vec![Digest([1; 32]); 64], ..request(1, 9, 12) };
    assert_eq!(status(&many), 400);
    assert_eq!(status(&request(1, 9, 12)), 200, "nothing of that has done harm");
}

#[test]
fn whatever_fails_no_two_histories_are_cosigned() {
    let operations = {
        let disk = SimulatedDisk::new();
        let witness = open(&disk).unwrap();
        let from = disk.operations();
        assert_eq!(ask(&witness, &request(1, 0, 5)).status, 200);
        assert_eq!(ask(&witness, &request(1, 5, 9)).status, 200);
        from..disk.operations()
    };
    assert!(operations.end - operations.start >= 8);
    for number in operations {
        for fault in [Fault::Error, Fault::ShortWrite, Fault::Full, Fault::Death] {
            for survives in [Survives::Nothing, Survives::Half, Survives::Everything] {
                let story = format!("{fault:?} at {number}, {survives:?} survives");
                let disk = SimulatedDisk::new();
                let witness = open(&disk).unwrap();
                disk.fail_at(number, fault);
                let mut given = Vec::new();
                for (old, size) in [(0, 5), (5, 9)] {
                    if ask(&witness, &request(1, old, size)).status == 200 {
                        given.push(size);
                    }
                }
                drop(witness);
                disk.power_cut(survives);
                disk.mend();
                let witness = open(&disk).unwrap_or_else(|error| panic!("{story}: {error}"));
                // The other history is refused from the largest size on that was given away.
                let largest = given.last().copied().unwrap_or(0);
                for old in 0..=9 {
                    let answered = ask(&witness, &request(2, old, 9));
                    assert!(largest == 0 || answered.status != 200, "{story}: {old}");
                }
                if largest > 0 {
                    let told = ask(&witness, &request(1, 0, 9));
                    let signed: u64 = told.body.trim().parse().unwrap();
                    assert!(told.status == 409 && signed >= largest, "{story}: {told:?}");
                    assert_eq!(ask(&witness, &request(1, signed, 9)).status, 200, "{story}");
                }
            }
        }
    }
}

#[test]
fn a_damaged_memory_stops_the_witness() {
    let disk = SimulatedDisk::new();
    assert_eq!(ask(&open(&disk).unwrap(), &request(1, 0, 5)).status, 200);
    let file = format!("{STATE}/{}.checkpoint", proof::sha256(ORIGIN.as_bytes()));
    let whole = disk.bytes(Path::new(&file)).unwrap();
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        disk.set_bytes(Path::new(&file), changed);
        assert!(open(&disk).is_err(), "byte {at}");
    }
    for cut in [0, 1, whole.len() / 2, whole.len() - 1] {
        disk.set_bytes(Path::new(&file), whole[..cut].to_vec());
        assert!(open(&disk).is_err(), "cut at {cut}");
    }
    disk.set_bytes(Path::new(&file), whole);
    let witness = open(&disk).unwrap();
    assert!(open(&disk).is_err(), "one memory has one witness");
    assert_eq!(ask(&witness, &request(1, 5, 7)).status, 200);
}

#[test]
fn many_requests_at_once_leave_one_history() {
    let witness = open(&SimulatedDisk::new()).unwrap();
    let given: Vec<(u8, u64)> = std::thread::scope(|scope| {
        let asking = (0..16_u64).map(|number| {
            let witness = &witness;
            scope.spawn(move || {
                let (fork, size) = (1 + (number % 2) as u8, 3 + number / 2);
                (ask(witness, &request(fork, 0, size)).status == 200).then_some((fork, size))
            })
        });
        let asking: Vec<_> = asking.collect();
        asking.into_iter().filter_map(|asked| asked.join().unwrap()).collect()
    });
    assert_eq!(given.len(), 1, "{given:?}");
}

/// A replaying witness of the log in `folder`, which reads the mirror.
fn replaying(mirror: &Path, state: &Path) -> (Witness, CosignerKey) {
    let (key, name) = witness_key("audit.example/replay");
    let log = VerifierKey::new("neighbours-test", fixture::node_key().public().0).unwrap();
    let mirror = Box::new(FolderSource(mirror.to_path_buf()));
    let witness = Witness::replaying(key, name.clone(), &log, mirror, state).unwrap();
    (witness, name)
}

fn stored_request(folder: &Path, old: u64, entries: &[Vec<u8>]) -> AddCheckpoint {
    let note = std::fs::read_to_string(folder.join("checkpoint")).unwrap();
    let leaves: Vec<Digest> = entries.iter().map(|entry| leaf_hash(entry)).collect();
    AddCheckpoint { old, proof: consistency_path(&leaves, old as usize).unwrap(), note }
}

#[test]
fn a_replaying_witness_signs_only_what_it_has_replayed() {
    let [folder, mirror, state] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let solo = ledger_in(folder.path());
    let entries = entries(&solo);
    drop(solo);
    let (witness, name) = replaying(mirror.path(), state.path());
    let whole = stored_request(folder.path(), 0, &entries);
    let early = ask(&witness, &whole);
    assert_eq!(early.status, 503, "the mirror shows nothing yet: {}", early.body);
    publish(folder.path(), mirror.path(), Publication::default(), &mut |_| {}).unwrap();
    let chunks = mirror.path().join("chunks");
    let hidden = mirror.path().join("hidden");
    std::fs::rename(&chunks, &hidden).unwrap();
    assert_eq!(ask(&witness, &whole).status, 503, "it has no rows");
    std::fs::rename(&hidden, &chunks).unwrap();
    let answered = ask(&witness, &whole);
    assert_eq!(answered.status, 200, "{}", answered.body);
    assert!(cosigns(&answered, &whole, &name));
    assert_eq!(
        ask(&witness, &stored_request(folder.path(), entries.len() as u64, &entries)).status,
        200
    );
}

#[test]
fn a_replaying_witness_does_not_sign_what_the_rules_refuse() {
    let [folder, mirror, state] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let solo = ledger_in(folder.path());
    let mut lie = entries(&solo);
    drop(solo);
    let place = lie.iter().position(|entry| {
        std::str::from_utf8(entry).unwrap().contains(r#""do":"finding.payout.paid""#)
    });
    let place = place.unwrap();
    let text = String::from_utf8(lie[place].clone()).unwrap();
    lie[place] = text.replacen(r#""aid_minor":200000"#, r#""aid_minor":300000"#, 1).into_bytes();
    // The operator writes the lie over the log and signs it.
    for gone in ["journal", "snapshots"] {
        std::fs::remove_dir_all(folder.path().join(gone)).unwrap();
    }
    std::fs::remove_file(folder.path().join("checkpoint")).unwrap();
    let key = VerifierKey::new("neighbours-test", fixture::node_key().public().0).unwrap();
    let open = |note: &[u8]| Ok::<_, proof::note::NoteError>(Checkpoint::open(note, &key)?.0);
    let disk: Arc<dyn Disk> = Arc::new(ledger::disk::RealDisk);
    let mut log = ledger::Log::open(disk, folder.path(), &open).unwrap();
    for entry in &lie {
        log.append(entry).unwrap();
    }
    log.commit().unwrap();
    let origin = "neighbours-test".to_owned();
    let (size, root) = (log.size(), log.root());
    let checkpoint = Checkpoint { origin, size, root, extensions: Vec::new() };
    let note = signed(&checkpoint, &fixture::node_key(), &key);
    log.store_checkpoint(note.as_bytes(), &open).unwrap();
    publish(folder.path(), mirror.path(), Publication::default(), &mut |_| {}).unwrap();

    let (witness, _) = replaying(mirror.path(), state.path());
    let answered = ask(&witness, &stored_request(folder.path(), 0, &lie));
    assert_eq!(answered.status, 422);
    assert!(answered.body.contains(&format!("entry {place}")), "{}", answered.body);
    assert_eq!(ask(&witness, &stored_request(folder.path(), 0, &lie)).status, 422, "nor later");
    // Whoever only looks at growth signs it: that is what the two kinds are for.
    let (key, name) = witness_key("bank.example/witness");
    let log = VerifierKey::new("neighbours-test", fixture::node_key().public().0).unwrap();
    let plain = tempfile::tempdir().unwrap();
    let plain = Witness::append_only(key, name, &[log], plain.path()).unwrap();
    assert_eq!(ask(&plain, &stored_request(folder.path(), 0, &lie)).status, 200);
}

#[test]
fn a_name_says_what_the_witness_does() {
    let (folder, log) = (tempfile::tempdir().unwrap(), log_key());
    let (key, name) = witness_key("audit.example/replay");
    let logs = [log.clone()];
    assert!(Witness::append_only(key, name, &logs, folder.path()).is_err());
    let (key, name) = witness_key("bank.example/witness");
    let mirror = Box::new(FolderSource(folder.path().to_path_buf()));
    assert!(Witness::replaying(key, name, &log, mirror, folder.path()).is_err());
    let other = SecretKey::from_seed([44; 32]);
    let (_, name) = witness_key("bank.example/witness");
    assert!(Witness::append_only(other, name, &logs, folder.path()).is_err());
}
