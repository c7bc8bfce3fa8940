//! Fear: a person is a member twice, somebody joins who may not, or a batch does half of what it
//! says.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use proof::Digest;
use rules::command::{Chunk, Do, MemberCommand};
use rules::day::Month;
use rules::finding::{Finding, MemberFinding, PeriodFinding};
use rules::member::{EnrolRow, Membership};
use rules::roll::{Identity, Standing};
use testkit::{World, charters, person, refused};

fn world() -> World {
    World::found(11, &charters::village())
}

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

fn row(number: u64, birth: &str) -> EnrolRow {
    EnrolRow { birth: month(birth), identity: person(number), assisted: false, payer: None }
}

#[test]
fn ages_at_joining_are_those_of_the_charter() {
    let mut world = world();
    world.go_to_text("2020-03-01");
    for (birth, expected) in [
        ("2020-04", "E-MEMBER-BIRTH"),
        ("2020-03", "E-MEMBER-AGE"),
        ("2020-02", "E-MEMBER-AGE"),
        ("1960-02", "E-MEMBER-AGE"),
        ("1900-01", "E-MEMBER-AGE"),
        ("2199-12", "E-MEMBER-BIRTH"),
    ] {
        assert_eq!(refused(world.enrol(1, month(birth))), expected, "born in {birth}");
        let batch = world.enrol_batch(&[row(2, "1990-01"), row(1, birth)]);
        let refusal = batch.unwrap_err();
        assert_eq!(refusal.code, expected);
        assert!(refusal.why.starts_with("Row 2:"), "{refusal}");
    }
    // 30 days after the last day of January; and the 60th birthday not before 1 April.
    world.enrol(1, month("2020-01")).unwrap();
    world.enrol(2, month("1960-03")).unwrap();
    assert_eq!(world.state().roll().len(), 2);
}

#[test]
fn one_person_is_one_member_however_they_come() {
    let mut world = world();
    let birth = month("1990-05");
    world.enrol(1, birth).unwrap();
    assert_eq!(refused(world.enrol(1, birth)), "E-MEMBER-TWICE");
    assert_eq!(refused(world.enrol(1, month("1991-05"))), "E-MEMBER-TWICE");
    let batch = |world: &mut World, numbers: &[u64]| {
        let rows: Vec<EnrolRow> = numbers.iter().map(|n| row(*n, "1990-05")).collect();
        world.enrol_batch(&rows)
    };
    for (numbers, bad_row) in [(&[2, 3, 1][..], 3), (&[2, 3, 2], 3), (&[4, 4], 2)] {
        let refusal = batch(&mut world, numbers).unwrap_err();
        assert_eq!(refusal.code, "E-MEMBER-TWICE");
        assert!(refusal.why.starts_with(&format!("Row {bad_row}:")), "{refusal}");
        assert_eq!(world.state().roll().len(), 1, "a batch is refused whole");
    }
    batch(&mut world, &[2, 3]).unwrap();
    assert_eq!(refused(batch(&mut world, &[5, 3])), "E-MEMBER-TWICE");
    assert_eq!(refused(world.enrol(2, birth)), "E-MEMBER-TWICE");
}

#[test]
fn whoever_left_may_join_again_and_waits_again() {
    let mut world = world();
    let birth = month("1990-05");
    world.enrol(1, birth).unwrap();
    world.pass(100);
    let charter = world.state().founded().unwrap().charter.clone();
    let before = world.state().roll().get(0).unwrap();
    assert_eq!(before.membership(world.day(), &charter, &charter), Membership::Covered);
    world.leave(0).unwrap();
    assert_eq!(refused(world.leave(0)), "E-MEMBER-OVER");
    let again = world.enrol(1, birth).unwrap();
    let covered_from = world.day().plus_days(21);
    let expected = Finding::Member(MemberFinding::Enrolled { first: 1, count: 1, covered_from });
    assert_eq!(again, [expected]);
    assert_eq!(world.state().roll().find(person(1)), Some(1));
    let member = world.state().roll().get(1).unwrap();
    assert_eq!(member.membership(world.day(), &charter, &charter), Membership::Waiting);
    let later = world.day().plus_days(20);
    assert_eq!(member.membership(later, &charter, &charter), Membership::Waiting);
    assert_eq!(member.membership(covered_from, &charter, &charter), Membership::Covered);
    let left = world.state().roll().get(0).unwrap();
    let over = Membership::Over(Standing::Left);
    assert_eq!(left.membership(covered_from, &charter, &charter), over);
    assert_eq!(refused(world.enrol(1, birth)), "E-MEMBER-TWICE");
}

#[test]
fn health_answers_are_sealed_one_for_each_question() {
    let mut world = world();
    for answers in [0, 2] {
        let enrol = Do::Member(MemberCommand::Enrol {
            birth: month("1990-05"),
            identity: person(1),
            health: vec![Digest([1; 32]); answers],
            assisted: false,
            payer: None,
        });
        assert_eq!(refused(world.send(enrol)), "E-MEMBER-HEALTH");
    }
}

#[test]
fn a_batch_is_the_chunk_that_its_command_names() {
    let mut world = world();
    let rows = [row(1, "1990-05"), row(2, "1990-06")];
    let bytes: Vec<u8> = rows.iter().flat_map(|row| row.to_bytes()).collect();
    let chunk = world.lay_rows(bytes.clone(), 2);
    let enrol =
        |world: &mut World, chunk| world.send(Do::Member(MemberCommand::EnrolBatch { chunk }));
    for wrong in [
        Chunk { rows: 3, ..chunk },
        Chunk { rows: 1, ..chunk },
        Chunk { rows: 0, ..chunk },
        Chunk { rows: u32::MAX, ..chunk },
        Chunk { size: chunk.size + 20, ..chunk },
        Chunk { size: 0, ..chunk },
    ] {
        assert_eq!(refused(enrol(&mut world, wrong)), "E-CHUNK", "{wrong:?}");
    }
    // The bytes under the name are others than the name says.
    let key = *world.keys().of(rules::charter::Role::Registrar);
    let command = world.command(&key, Do::Member(MemberCommand::EnrolBatch { chunk }));
    let verified = testkit::Keys::sign(&key, command).unwrap().verify().unwrap();
    let mut altered = world.chunks()[&chunk.hash].clone();
    altered[40] ^= 1;
    let mut machine = world.machine().clone();
    let refusal = machine.submit(world.order(), &verified, Some(&altered)).unwrap_err();
    assert_eq!(refusal.code, "E-CHUNK");
    let nothing = machine.submit(world.order(), &verified, None).unwrap_err();
    assert_eq!(nothing.code, "E-CHUNK-MISSING");

    let empty = world.lay_rows(Vec::new(), 0);
    assert_eq!(refused(enrol(&mut world, empty)), "E-CHUNK");
    let half = world.lay_rows(bytes[..30].to_vec(), 1);
    assert_eq!(refused(enrol(&mut world, half)), "E-CHUNK");
    world.lose_chunk(&chunk.hash);
    assert_eq!(refused(enrol(&mut world, chunk)), "E-CHUNK-MISSING");
    assert!(world.state().roll().is_empty());
    let chunk = world.lay_rows(bytes, 2);
    enrol(&mut world, chunk).unwrap();
    assert_eq!(world.state().roll().len(), 2);
}

#[test]
fn a_row_that_is_none_is_named() {
    let mut world = world();
    let good = row(1, "1990-05").to_bytes();
    let mut no_month = row(2, "1990-05").to_bytes();
    no_month[..2].copy_from_slice(&3_600_u16.to_le_bytes());
    let mut unknown_flag = row(2, "1990-05").to_bytes();
    unknown_flag[2] = 2;
    for bad in [no_month, unknown_flag] {
        let bytes = [good, bad].concat();
        let chunk = world.lay_rows(bytes, 2);
        let refusal = world.send(Do::Member(MemberCommand::EnrolBatch { chunk })).unwrap_err();
        assert_eq!(refusal.code, "E-BATCH-ROW");
        assert!(refusal.why.contains("row 2"), "{refusal}");
    }
    assert!(world.state().roll().is_empty());
}

#[test]
fn leavers_are_members_each_once() {
    let mut world = world();
    world.enrol_people(0..5, month("1990-05")).unwrap();
    assert_eq!(refused(world.leave(5)), "E-MEMBER-UNKNOWN");
    for (members, code, bad_row) in [
        (&[0, 9][..], "E-MEMBER-UNKNOWN", 2),
        (&[0, 1, 0], "E-MEMBER-TWICE", 3),
        (&[u32::MAX], "E-MEMBER-UNKNOWN", 1),
    ] {
        let refusal = world.leave_batch(members).unwrap_err();
        assert_eq!(refusal.code, code);
        assert!(refusal.why.starts_with(&format!("Row {bad_row}:")), "{refusal}");
    }
    world.leave_batch(&[4, 1]).unwrap();
    assert_eq!(refused(world.leave_batch(&[0, 4])), "E-MEMBER-OVER");
    let standing = |member| world.state().roll().get(member).unwrap().standing;
    let standings: Vec<Standing> = (0..5).map(standing).collect();
    use Standing::{Active, Left};
    assert_eq!(standings, [Active, Left, Active, Active, Left]);
}

#[test]
fn who_joins_or_leaves_on_the_publicity_day_is_counted_as_at_its_first_minute() {
    let mut world = world();
    let birth = month("1990-05");
    world.enrol_people(0..10, birth).unwrap();
    world.go_to_text("2020-01-04");
    world.leave(0).unwrap();
    world.enrol(100, birth).unwrap();
    world.go_to_text("2020-01-05");
    let left = world.leave(1).unwrap();
    let owing = Finding::Member(MemberFinding::Left { count: 1, owes_until: Some(0), released: 0 });
    assert_eq!(left, [owing], "the share of what is public already stays due");
    world.enrol(101, birth).unwrap();
    let published = world.publish_period(0).unwrap();
    assert!(
        matches!(published[0], Finding::Period(PeriodFinding::Published { sharers: 10, .. })),
        "{published:?}"
    );
}

#[test]
fn an_identity_is_128_bits_and_nothing_else() {
    for text in ["", "0", &"0".repeat(31), &"0".repeat(33), &"G".repeat(32), &"A".repeat(32)] {
        assert!(text.parse::<Identity>().is_err(), "{text:?}");
    }
    let identity = person(1);
    assert_eq!(identity.to_string().parse(), Ok(identity));
}
