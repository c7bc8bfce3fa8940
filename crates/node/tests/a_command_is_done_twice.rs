//! Fear: a phone that got no answer sends again and is charged twice; or one bad command among
//! many takes good ones down with it.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod fixture;

use fixture::{
    Progress, Signer, charter, enrol, found, key, open, script, send, signed, submit_one,
};
use ledger::disk::simulated::SimulatedDisk;
use node::{Orderer as _, Rejection, ScriptedClock};
use rules::charter::Role;
use rules::entry::EntryError;

#[test]
fn the_same_command_gets_its_first_place_again_also_after_a_restart() {
    let (disk, clock, script) = (SimulatedDisk::new(), ScriptedClock::default(), script());
    let mut solo = open(&disk, &clock).unwrap();
    let mut progress = Progress::default();
    send(&mut solo, &clock, &script, &mut progress).unwrap();
    for restart in [false, true] {
        if restart {
            drop(solo);
            solo = open(&disk, &clock).unwrap();
        }
        let (size, digest) = (solo.size(), solo.state().digest());
        for ((_, command), position) in script.iter().zip(&progress.acknowledged) {
            let receipt = submit_one(&mut solo, command);
            assert!(receipt.again);
            assert_eq!(receipt.position, *position);
        }
        assert_eq!((solo.size(), solo.state().digest()), (size, digest));
    }
}

#[test]
fn twice_in_one_batch_is_once() {
    let (disk, clock, script) = (SimulatedDisk::new(), ScriptedClock::default(), script());
    let mut solo = open(&disk, &clock).unwrap();
    send(&mut solo, &clock, &script[..1], &mut Progress::default()).unwrap();
    let mut signer = Signer::default();
    let command = signer.sign(enrol(1));
    let answers = solo.submit(&[command.clone(), command]).unwrap();
    let receipts: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!(receipts.iter().map(|r| r.again).collect::<Vec<_>>(), [false, true]);
    assert_eq!(receipts[0].position, receipts[1].position);
    assert_eq!(solo.state().roll().len(), 1);
}

#[test]
fn one_bad_signature_among_ten_thousand_is_refused_alone() {
    const BAD: usize = 7_250;
    let (disk, clock) = (SimulatedDisk::new(), ScriptedClock::default());
    let mut solo = open(&disk, &clock).unwrap();
    let mut signer = Signer::default();
    let charter = charter(fixture::CHARTER);
    clock.set(fixture::noon("2019-01-02"));
    submit_one(&mut solo, &signer.sign(found(charter, "2019-05-07")));
    let mut batch: Vec<Vec<u8>> = (0..9_999).map(|number| signer.sign(enrol(number))).collect();
    // A command of the registrar's next number under a signature that belongs to another one.
    let forged = signed(&key(Role::Registrar), BAD as u64 + 1, "forged", enrol(1_000));
    let other = signed(&key(Role::Registrar), BAD as u64 + 1, "forged", enrol(1_001));
    let parts = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).unwrap();
        let (head, tail) = text.split_once(r#""value":""#).unwrap();
        (head.to_owned(), tail.to_owned())
    };
    let (head, _) = parts(forged.clone());
    let (_, tail) = parts(other);
    batch.insert(BAD, format!(r#"{head}"value":"{tail}"#).into_bytes());
    assert_ne!(batch[BAD], forged);
    let answers = solo.submit(&batch).unwrap();
    for (index, answer) in answers.iter().enumerate() {
        match answer {
            Err(no) => {
                assert_eq!((index, no), (BAD, &Rejection::Form(EntryError::Signature)));
            }
            Ok(receipt) => assert!(index != BAD && !receipt.again),
        }
    }
    assert_eq!((answers.len(), solo.state().roll().len()), (10_000, 9_999));
}

#[test]
fn bytes_that_are_no_command_stop_nobody() {
    let (disk, clock, script) = (SimulatedDisk::new(), ScriptedClock::default(), script());
    let mut solo = open(&disk, &clock).unwrap();
    let nowhere = fixture::CHARTER.replace("Asia/Shanghai", "Asia/Nowhere");
    let nowhere = Signer::default().sign(found(charter(&nowhere), "2019-05-07"));
    let (at, good) = &script[0];
    clock.set(*at);
    let batch = [vec![], b"{}".to_vec(), vec![0xff; 70_000], nowhere, good.clone()];
    let answers = solo.submit(&batch).unwrap();
    assert!(answers[..3].iter().all(|answer| matches!(answer, Err(Rejection::Form(_)))));
    assert_eq!(answers[3], Err(Rejection::TimeZone("Asia/Nowhere".into())));
    assert_eq!(answers[4].as_ref().unwrap().position, 0);
}
