//! Fear: a checkpoint counts as signed though its log, or as many witnesses as it seems, never
//! signed it; or two programs read different sizes from it.

use ed25519_zebra::SigningKey;
use proof::Digest;
use proof::checkpoint::Checkpoint;
use proof::note::{Note, NoteError, NoteSignature, SIGNATURES_LIMIT, VerifierKey};

/// Keys, text and signatures published with the reference implementation of signed notes
/// (golang.org/x/mod/sumdb/note).
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const ENOCH: &str = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const TEXT: &str = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n";
const PETER_LINE: &str = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGU\
                          gYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const ENOCH_LINE: &str = "\u{2014} EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+\
                          vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

fn known(texts: &[&str]) -> Vec<VerifierKey> {
    texts.iter().map(|text| text.parse().expect("a verifier key")).collect()
}

fn key(name: &str, seed: u8) -> (VerifierKey, SigningKey) {
    let secret = SigningKey::from([seed; 32]);
    let public = VerifierKey::new(name, secret.verification_key().into()).expect("a key");
    (public, secret)
}

fn sign(note: &mut Note, name: &str, seed: u8) -> VerifierKey {
    let (public, secret) = key(name, seed);
    note.sign(&public, |text| secret.sign(text).to_bytes()).expect("signed");
    public
}

fn checkpoint() -> Checkpoint {
    let (origin, root) = ("plan.example/log".into(), Digest([5; 32]));
    Checkpoint { origin, size: 20_852_163, root, extensions: Vec::new() }
}

#[test]
fn the_published_note_verifies_and_is_written_back_unchanged() {
    let bytes = format!("{TEXT}\n{PETER_LINE}{ENOCH_LINE}");
    let note = Note::parse(bytes.as_bytes()).unwrap();
    assert_eq!(note.text(), TEXT);
    assert_eq!(note.to_string(), bytes);
    let (peter, both) = (known(&[PETER]), known(&[PETER, ENOCH]));
    assert_eq!(note.verify(&peter), Ok(vec![&peter[0]]));
    assert_eq!(note.verify(&both), Ok(vec![&both[0], &both[1]]));
    assert_eq!(note.verify_every(&both), Ok(vec![&both[0], &both[1]]));
    let stranger = NoteError::SignedByStranger { name: "EnochRoot".into() };
    assert_eq!(note.verify_every(&peter), Err(stranger));
    assert_eq!(peter[0].to_string(), PETER);
}

#[test]
fn a_verifier_key_with_any_other_character_is_refused() {
    for (place, _) in PETER.char_indices() {
        let mut text = PETER.to_string();
        let other = if &text[place..=place] == "A" { "B" } else { "A" };
        text.replace_range(place..=place, other);
        assert!(text.parse::<VerifierKey>().is_err(), "{text}");
        assert!(PETER[..place].parse::<VerifierKey>().is_err());
    }
}

#[test]
fn a_bad_signature_of_a_known_key_sinks_the_note_beside_a_good_one() {
    let bytes = format!("{TEXT}\n{PETER_LINE}{}", ENOCH_LINE.replace("zmZa", "zmZb"));
    let note = Note::parse(bytes.as_bytes()).unwrap();
    let error = NoteError::SignatureInvalid { name: "EnochRoot".into() };
    assert_eq!(note.verify(&known(&[PETER, ENOCH])), Err(error));
    // To one who does not know that key the line is nothing.
    assert!(note.verify(&known(&[PETER])).is_ok());
}

#[test]
fn one_key_counts_once_however_many_lines_it_signs() {
    let bytes = format!("{TEXT}\n{PETER_LINE}{PETER_LINE}{PETER_LINE}");
    let peter = known(&[PETER]);
    assert_eq!(Note::parse(bytes.as_bytes()).unwrap().verify(&peter).unwrap().len(), 1);

    let mut note = Note::new(TEXT).unwrap();
    let keys = [sign(&mut note, "bank.example", 1), sign(&mut note, "auditor.example", 1)];
    assert_eq!(note.verify(&keys).unwrap().len(), 1);
}

#[test]
fn a_signature_under_another_name_or_id_is_nobodys() {
    let mut note = Note::new(TEXT).unwrap();
    let public = sign(&mut note, "bank.example", 1);
    let line = note.signatures()[0].clone();
    for line in [
        NoteSignature { name: "bonk.example".into(), ..line.clone() },
        NoteSignature { id: [0; 4], ..line },
    ] {
        let mut twin = Note::new(TEXT).unwrap();
        twin.add(line).unwrap();
        let verdict = twin.verify(std::slice::from_ref(&public));
        assert_eq!(verdict, Err(NoteError::SignedByNobodyKnown));
    }
}

#[test]
fn every_changed_byte_of_a_checkpoint_is_noticed() {
    let mut note = Note::new(&checkpoint().to_string()).unwrap();
    let log = sign(&mut note, "plan.example/log", 1);
    let witness = sign(&mut note, "bank.example", 2);
    let keys = [log.clone(), witness];
    let bytes = note.to_string().into_bytes();
    let open = |bytes: &[u8]| {
        let (checkpoint, note) = Checkpoint::open(bytes, &log)?;
        note.verify_every(&keys)?;
        Ok::<_, NoteError>(checkpoint)
    };
    assert_eq!(open(&bytes), Ok(checkpoint()));
    for place in 0..bytes.len() {
        for bit in 0..8 {
            let mut twin = bytes.clone();
            twin[place] ^= 1 << bit;
            assert!(open(&twin).is_err(), "byte {place} bit {bit}");
        }
        // Cut after the log's own line it is a whole checkpoint again, with fewer witnesses.
        let whole = bytes[..place].ends_with(b"=\n") && note.text().len() + 1 < place;
        assert_eq!(open(&bytes[..place]).is_ok(), whole, "cut at {place}");
    }
}

#[test]
fn a_note_is_divided_at_its_last_blank_line() {
    let mut note = Note::new("a\n\n\u{2014} not a signature\n\n").unwrap();
    let public = sign(&mut note, "bank.example", 1);
    let read = Note::parse(note.to_string().as_bytes()).unwrap();
    assert_eq!(read.text(), "a\n\n\u{2014} not a signature\n\n");
    assert!(read.verify(&[public]).is_ok());
}

#[test]
fn malformed_notes_are_refused_by_name() {
    let refused = |bytes: &[u8]| Note::parse(bytes).unwrap_err();
    assert_eq!(refused(b"a\n"), NoteError::NoSignatures);
    assert_eq!(refused(b"a\n\n"), NoteError::NoSignatures);
    assert_eq!(refused(b"a\n\nx"), NoteError::NoSignatures);
    assert_eq!(refused(b"a\n\nx\n"), NoteError::SignatureLine { line: 1 });
    assert_eq!(refused(b"a\r\n\nx\n"), NoteError::NotText { offset: 1 });
    assert_eq!(refused(b"a\n\xff\n"), NoteError::NotText { offset: 2 });
    assert_eq!(refused(&vec![b'a'; (1 << 20) + 1]), NoteError::TooLong { found: (1 << 20) + 1 });
    for line in [
        "- bank.example AAAAAAA=\n",
        "\u{2014}  AAAAAAA=\n",
        "\u{2014} bank+ AAAAAAA=\n",
        "\u{2014} b\u{a0}k AAAAAAA=\n",
        "\u{2014} bank AAAAAAA\n",
        "\u{2014} bank AAAAAAB=\n",
        "\u{2014} bank AAAAAA==\n",
        "\u{2014} bank AAAAAAA= \n",
    ] {
        let bytes = format!("a\n\n{line}");
        assert_eq!(refused(bytes.as_bytes()), NoteError::SignatureLine { line: 1 }, "{line:?}");
    }
    let line = "\u{2014} bank AAAAAAA=\n";
    let most = format!("a\n\n{}", line.repeat(SIGNATURES_LIMIT));
    assert_eq!(Note::parse(most.as_bytes()).unwrap().signatures().len(), SIGNATURES_LIMIT);
    assert_eq!(refused((most + line).as_bytes()), NoteError::TooManySignatures);
    assert_eq!(Note::new("a"), Err(NoteError::TextUnended));
    assert_eq!(Note::new("a\t\n"), Err(NoteError::NotText { offset: 1 }));
}

#[test]
fn a_signer_that_returns_something_else_is_not_believed() {
    let (public, _) = key("bank.example", 1);
    let mut note = Note::new(TEXT).unwrap();
    let error = NoteError::SignatureInvalid { name: "bank.example".into() };
    assert_eq!(note.sign(&public, |_| [0; 64]), Err(error));
    assert!(note.signatures().is_empty());
}

#[test]
fn the_checkpoint_of_the_specification_is_read_and_written_back() {
    let text = "example.com/behind-the-sofa\n20852163\n\
                CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let read = Checkpoint::parse(text).unwrap();
    assert_eq!(read.size, 20_852_163);
    assert_eq!(read.to_string(), text);
    let extended = format!("{text}one\ntwo\n");
    let read = Checkpoint::parse(&extended).unwrap();
    assert_eq!((read.extensions.len(), read.to_string()), (2, extended));
}

#[test]
fn a_size_or_a_root_has_only_one_text() {
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    for size in ["00", "01", "+1", "-1", "", "1 ", " 1", "0x1", "18446744073709551616"] {
        let text = format!("origin\n{size}\n{root}\n");
        let error = Checkpoint::parse(&text).unwrap_err();
        assert!(matches!(error, NoteError::CheckpointLine { line: 2, .. }), "{size:?}");
    }
    assert!(Checkpoint::parse(&format!("origin\n0\n{root}\n")).is_ok());
    for root in ["", "AA==", &root[..43], &root.replace("2I=", "2J="), &format!("{root} ")] {
        let error = Checkpoint::parse(&format!("origin\n1\n{root}\n")).unwrap_err();
        assert!(matches!(error, NoteError::CheckpointLine { line: 3, .. }), "{root:?}");
    }
    for (text, line) in [("\n1\n", 1), ("origin\n", 2), ("origin\n1\n", 3)] {
        let error = Checkpoint::parse(text).unwrap_err();
        assert!(matches!(error, NoteError::CheckpointLine { line: found, .. } if found == line));
    }
    let empty = Checkpoint::parse(&format!("origin\n1\n{root}\nx\n\n")).unwrap_err();
    assert!(matches!(empty, NoteError::CheckpointLine { line: 5, .. }));
}

#[test]
fn a_checkpoint_of_another_log_is_refused_though_the_key_signed_it() {
    let mut note = Note::new(&checkpoint().to_string()).unwrap();
    let other = sign(&mut note, "other.example/log", 1);
    let error = Checkpoint::open(note.to_string().as_bytes(), &other).unwrap_err();
    assert!(matches!(error, NoteError::OtherOrigin { .. }));
}
