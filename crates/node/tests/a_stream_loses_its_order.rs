//! Fear: commands that come in a stream are checked and written by several threads, and one is
//! lost, done twice, done out of order, or acknowledged before it is durable.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod fixture;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use fixture::{
    FOLDER, Signer, command, enrol, entries, found, key, node_key, noon, open, signed, submit_one,
};
use ledger::disk::simulated::{Fault, SimulatedDisk, Survives};
use node::{Answer, Error, Flow, Rejection, ScriptedClock, Solo, replay_on};
use rules::charter::Role;
use rules::entry::EntryError;

/// Commands of the stream: more than are checked together.
const COMMANDS: u16 = 900;

fn founding(signer: &mut Signer) -> Vec<u8> {
    signer.sign(found(fixture::charter(fixture::CHARTER), "2019-05-07"))
}

/// A ledger with a plan and nobody in it.
fn founded(disk: &SimulatedDisk, signer: &mut Signer) -> (Solo, ScriptedClock) {
    let clock = ScriptedClock::default();
    clock.set(noon("2019-01-02"));
    let mut solo = open(disk, &clock).unwrap();
    submit_one(&mut solo, &founding(signer));
    (solo, clock)
}

fn enrolments(signer: &mut Signer) -> Vec<Vec<u8>> {
    (0..COMMANDS).map(|number| signer.sign(enrol(number))).collect()
}

/// A stream of all these commands.
fn stream_of(commands: &[Vec<u8>]) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    commands.iter().for_each(|command| sender.send(command.clone()).unwrap());
    receiver
}

fn submit(
    solo: &mut Solo,
    commands: &[Vec<u8>],
    flow: Flow,
    answers: &mut Vec<Answer>,
) -> Result<u64, Error> {
    solo.submit_stream(&mut stream_of(commands), flow, &mut |group| {
        answers.extend(group);
        Ok(())
    })
}

#[test]
fn the_log_is_the_one_that_the_same_commands_give_one_by_one() {
    let mut signer = Signer::default();
    let (one_by_one, all_at_once) = (SimulatedDisk::new(), SimulatedDisk::new());
    let (mut solo, _) = founded(&one_by_one, &mut signer);
    let commands = enrolments(&mut signer);
    let receipts: Vec<_> = commands.iter().map(|command| submit_one(&mut solo, command)).collect();
    let expected = entries(&solo);
    let digest = solo.state().digest();

    let (mut solo, _) = founded(&all_at_once, &mut Signer::default());
    let mut answers = Vec::new();
    let before = all_at_once.operations();
    let flow = Flow { group_max: 512, ..Flow::default() };
    assert_eq!(submit(&mut solo, &commands, flow, &mut answers).unwrap(), u64::from(COMMANDS));
    assert!(all_at_once.operations() - before < 20, "commands are committed in groups");
    assert_eq!((entries(&solo), solo.state().digest()), (expected, digest));
    for ((answer, command), receipt) in answers.iter().zip(&commands).zip(receipts) {
        assert_eq!((&answer.command, answer.receipt.clone().unwrap()), (command, receipt));
    }
    assert_eq!(answers.len(), commands.len());
}

#[test]
fn one_bad_signature_among_many_is_named_and_the_others_of_its_actor_wait_for_it() {
    let mut signer = Signer::default();
    let disk = SimulatedDisk::new();
    let (mut solo, _) = founded(&disk, &mut signer);
    let mut commands = enrolments(&mut signer);
    let good = commands.clone();
    // Signed by the reviewer's key under the registrar's name.
    let stranger = signed(&key(Role::Reviewer), 601, "Registrar-601", enrol(600));
    let (by, of) = (key(Role::Reviewer).public().to_string(), key(Role::Registrar).public());
    let forged = String::from_utf8(stranger).unwrap().replace(&by, &of.to_string());
    commands[600] = forged.into_bytes();
    commands[700] = b"{}".to_vec();
    let mut answers = Vec::new();
    submit(&mut solo, &commands, Flow::default(), &mut answers).unwrap();
    for (number, answer) in answers.iter().enumerate() {
        match (number, &answer.receipt) {
            (..600, Ok(receipt)) => assert!(!receipt.again),
            (600, Err(Rejection::Form(EntryError::Signature))) => {}
            (700, Err(Rejection::Form(EntryError::Shape(_)))) => {}
            // Numbered after the one that is not there.
            (601.., Err(Rejection::Rules(refusal))) => assert_eq!(refusal.code, "E-COMMAND-SEQ"),
            other => panic!("{other:?}"),
        }
    }
    // Sent again with the right one, they are all done, each once.
    let mut answers = Vec::new();
    submit(&mut solo, &good[560..], Flow::default(), &mut answers).unwrap();
    let again = answers
        .iter()
        .filter(|answer| answer.receipt.as_ref().unwrap_or_else(|no| panic!("{no}")).again);
    assert_eq!(again.count(), 40);
}

#[test]
fn a_stream_ends_where_it_is_told_to_and_leaves_the_rest() {
    let mut signer = Signer::default();
    let (mut solo, _) = founded(&SimulatedDisk::new(), &mut signer);
    let commands = enrolments(&mut signer);
    let mut stream = stream_of(&commands);
    let mut answers = 0;
    let flow = Flow { commands_max: 300, group_max: 7 };
    let mut count = |group: Vec<Answer>| {
        assert!(group.len() <= 13, "a group of seven, and one that was checked with the last");
        answers += group.len();
        Ok(())
    };
    assert_eq!(solo.submit_stream(&mut stream, flow, &mut count).unwrap(), 300);
    let flow = Flow::default();
    let rest = solo.submit_stream(&mut stream, flow, &mut |_| Ok(())).unwrap();
    assert_eq!((answers, rest), (300, u64::from(COMMANDS) - 300));
    assert_eq!(u64::from(solo.state().roll().len()), u64::from(COMMANDS));
}

#[test]
fn whichever_operation_of_the_disk_fails_under_a_stream() {
    let mut signer = Signer::default();
    founding(&mut signer);
    let commands = enrolments(&mut signer)[..60].to_vec();
    let flow = Flow { group_max: 4, ..Flow::default() };
    let play = |disk: &SimulatedDisk, answers: &mut Vec<Answer>| {
        let clock = ScriptedClock::default();
        clock.set(noon("2019-01-02"));
        let mut solo = open(disk, &clock)?;
        node::Orderer::submit(&mut solo, &[founding(&mut Signer::default())])?;
        submit(&mut solo, &commands, flow, answers)?;
        assert!(matches!(answers.last(), Some(Answer { receipt: Ok(_), .. })));
        Ok::<_, Error>(())
    };
    let clean = SimulatedDisk::new();
    play(&clean, &mut Vec::new()).unwrap();
    assert!(clean.operations() > 20, "{}", clean.operations());
    for number in 0..clean.operations() {
        for (fault, survives) in [
            (Fault::Error, None),
            (Fault::ShortWrite, Some(Survives::Everything)),
            (Fault::Full, Some(Survives::Half)),
            (Fault::Death, Some(Survives::Nothing)),
        ] {
            let disk = SimulatedDisk::new();
            disk.fail_at(number, fault);
            let mut answers = Vec::new();
            let failed = play(&disk, &mut answers);
            survives.map_or_else(|| disk.mend(), |survives| disk.power_cut(survives));
            let story = format!("{fault:?} at operation {number}: {failed:?}");
            let mut solo = open(&disk, &ScriptedClock::default()).unwrap();
            let there = entries(&solo);
            for (answer, sent) in answers.iter().zip(&commands) {
                let position = answer.receipt.as_ref().unwrap().position as usize;
                assert_eq!(command(&there[position]).as_ref(), Some(sent), "{story}");
            }
            if solo.size() > 0 {
                let mut again = Vec::new();
                submit(&mut solo, &commands, flow, &mut again).unwrap();
                let alike = again.iter().zip(&answers).all(|(now, before)| {
                    now.receipt.as_ref().unwrap().position
                        == before.receipt.as_ref().unwrap().position
                });
                assert!(alike && again.len() == commands.len(), "{story}");
                drop(solo);
                let replay = replay_on(Arc::new(disk), Path::new(FOLDER), &mut |_| {}).unwrap();
                assert_eq!(replay.state.roll().len(), 60, "{story}");
            }
        }
    }
}

#[test]
fn a_node_whose_stream_failed_takes_no_more() {
    let mut signer = Signer::default();
    let disk = SimulatedDisk::new();
    let (mut solo, _) = founded(&disk, &mut signer);
    let commands = enrolments(&mut signer);
    let stop = |_: Vec<Answer>| Err(Error::Clock(0));
    let mut stop = stop;
    let stopped = solo.submit_stream(&mut stream_of(&commands), Flow::default(), &mut stop);
    assert!(matches!(stopped, Err(Error::Clock(0))), "{stopped:?}");
    let more = node::Orderer::submit(&mut solo, &commands[..1]);
    assert!(matches!(more, Err(Error::Poisoned)));
    assert!(matches!(solo.seal(), Err(Error::Poisoned)), "the state is ahead of the log");
    assert!(matches!(solo.snapshot(), Err(Error::Poisoned)));
    assert_eq!(node_key().public(), solo.state().founded().unwrap().node);
}
