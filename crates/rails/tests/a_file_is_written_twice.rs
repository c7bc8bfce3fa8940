//! Fear: the same payments leave twice because a file that was written again looks like another; or
//! a file says something else than its lines, or is none that a bank can read.

mod files;
#[path = "files/schemas.rs"]
mod schemas;

use files::{PLAN, amount, currency, id, write};
use proptest::prelude::*;
use rails::{
    Account, Batch, EndToEnd, Header, Line, MessageId, PaymentFile, PlanTag, Purpose, RailsError,
    Side, Totals,
};
use schemas::schemas;

const COLLECTIONS: [files::Payment; 3] = [
    (Purpose::Collection, 7, 20_600),
    (Purpose::Collection, 3, 1),
    (Purpose::Collection, 999, 9_000_000),
];

const PAYOUTS: [files::Payment; 2] = [(Purpose::Aid, 5, 30_000_000), (Purpose::Refund, 3, 20_600)];

#[test]
fn the_same_payments_are_the_same_bytes_and_others_another_id() {
    let first = write(Batch::Collections, "CNY", &COLLECTIONS).unwrap();
    assert_eq!(first, write(Batch::Collections, "CNY", &COLLECTIONS).unwrap());
    let message = |bytes: &[u8]| {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let from = text.find("<MsgId>").unwrap() + 7;
        text[from..].split('<').next().unwrap().to_owned()
    };
    // One line less, another amount of the same sum, another order: none may pass for the first.
    let mut others = vec![COLLECTIONS[..2].to_vec()];
    let mut moved = COLLECTIONS.to_vec();
    moved[0].2 += 1;
    moved[2].2 -= 1;
    others.push(moved);
    others.push(COLLECTIONS.iter().rev().copied().collect());
    for other in others {
        let other = write(Batch::Collections, "CNY", &other).unwrap();
        assert_ne!(message(&first), message(&other));
        assert!(message(&other).len() <= 35);
    }
}

#[test]
fn lines_that_were_not_announced_make_no_file() {
    let account = Account::Other("M-1");
    let line = |number, minor| Line {
        id: id(Purpose::Collection, number),
        amount: amount(minor),
        name: "one",
        account,
    };
    let mut totals = Totals::default();
    totals.add(&line(1, 5));
    let header = Header {
        id: MessageId::of(Batch::Collections, PLAN, 4, 0, &totals),
        created: "2019-05-14T00:00:00Z".parse().unwrap(),
        day: "2019-05-14".parse().unwrap(),
        currency: currency("CNY"),
        plan: Side { name: "plan", account: Account::Other("custody"), bank: "bank" },
    };
    let begin = || PaymentFile::begin(Vec::new(), &header, totals.clone()).unwrap();
    assert!(matches!(begin().finish(), Err(RailsError::Sum { .. })), "a line is missing");
    for wrong in [line(2, 5), line(1, 6)] {
        let mut file = begin();
        file.line(&wrong).unwrap();
        assert!(matches!(file.finish(), Err(RailsError::Sum { .. })));
    }
    let mut file = begin();
    assert!(matches!(file.line(&line(1, 0)), Err(RailsError::NotPositive(_))));
    let stray = Line { id: id(Purpose::Fee, 0), ..line(1, 5) };
    assert!(matches!(file.line(&stray), Err(RailsError::UnknownId(_))));
    let long = "n".repeat(71);
    for name in ["", " ", "a\u{0}b", long.as_str()] {
        assert!(matches!(file.line(&Line { name, ..line(1, 5) }), Err(RailsError::Text(_))));
    }
    for iban in ["DE", "de02120300000000202051", "DE0212030000000020 2051"] {
        let account = Account::Iban(iban);
        assert!(matches!(file.line(&Line { account, ..line(1, 5) }), Err(RailsError::Text(_))));
    }
    let nothing = PaymentFile::begin(Vec::new(), &header, Totals::default());
    assert!(matches!(nothing, Err(RailsError::Missing(_))));
}

#[test]
fn decimals_are_those_of_the_currency() {
    for (code, minor, text) in [
        ("CNY", 5, ">0.05<"),
        ("CNY", 120_000, ">1200.00<"),
        ("JPY", 1200, ">1200<"),
        ("KWD", 1_234, ">1.234<"),
        ("KWD", 7, ">0.007<"),
    ] {
        let bytes = write(Batch::Fee, code, &[(Purpose::Fee, 0, minor)]).unwrap();
        let file = String::from_utf8(bytes).unwrap();
        assert!(file.contains(&format!("Ccy=\"{code}\"{text}")), "{file}");
        assert!(file.contains(&format!("<CtrlSum{text}")), "{file}");
    }
}

#[test]
fn official_schemas_and_another_library_take_what_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let made = [
        ("c.xml", Batch::Collections, COLLECTIONS.to_vec()),
        ("p.xml", Batch::Payouts, PAYOUTS.to_vec()),
        ("f.xml", Batch::Fee, vec![(Purpose::Fee, 0, 1_234)]),
        ("r.xml", Batch::Repayment, vec![(Purpose::Repayment, 0, 1_234)]),
    ];
    for (name, batch, payments) in &made {
        std::fs::write(path(name), write(*batch, "CNY", payments).unwrap()).unwrap();
    }
    let paths = made.each_ref().map(|(name, ..)| path(name));
    let paths = paths.each_ref().map(std::path::PathBuf::as_path);
    let Some(answers) = schemas(&paths) else { return };
    let read = ["3 payments, 90206.01", "2 payments, 300206.00", "1 payments, 12.34"];
    for (place, answer) in answers.iter().enumerate() {
        let message = if place == 0 { "pain.008.001.08" } else { "pain.001.001.09" };
        let valid = format!("{message} valid");
        // Without another library that reads payment files there is nothing after the word.
        let read = format!("{valid} {}", read[place.min(2)]);
        assert!(*answer == valid || *answer == read, "{answer}");
    }
}

#[test]
fn an_id_that_is_nearly_one_is_none() {
    let text = id(Purpose::Collection, 12).to_string();
    assert_eq!(text, "C.1a2b3c4d.4.12.0");
    for wrong in [
        "C.1a2b3c4d.4.012.0",
        "C.1A2B3C4D.4.12.0",
        "c.1a2b3c4d.4.12.0",
        "C.1a2b3c4d.4.12",
        "C.1a2b3c4d.4.12.0.",
        "C.1a2b3c4d.4.+12.0",
        "C.1a2b3c4d.4.12.100",
        "C.1a2b3c4d..12.0",
        " C.1a2b3c4d.4.12.0",
        "X.1a2b3c4d.4.12.0",
        "C.1a2b3c.4.12.0",
        "C.1a2b3c4d.4.4294967296.0",
        "",
        "NOTPROVIDED",
    ] {
        assert!(wrong.parse::<EndToEnd>().is_err(), "{wrong:?} was read");
    }
}

proptest! {
    #[test]
    fn an_id_has_one_text_and_a_text_one_id(
        place in 0..Purpose::ALL.len(), plan: u32, period: u32, number: u32, attempt in 0_u8..100,
    ) {
        let purpose = Purpose::ALL[place];
        let id = EndToEnd { purpose, plan: PlanTag(plan), period, number, attempt };
        let text = id.to_string();
        prop_assert!(text.len() <= 35);
        prop_assert_eq!(text.parse::<EndToEnd>().unwrap(), id);
    }

    #[test]
    fn a_text_that_reads_as_an_id_is_the_text_of_that_id(
        text in "[A-Z][.][0-9a-f]{8}([.][0-9]{1,3}){3}",
    ) {
        if let Ok(id) = text.parse::<EndToEnd>() {
            prop_assert_eq!(id.to_string(), text);
        }
    }

    #[test]
    fn a_file_id_reads_back(
        place in 0..Batch::ALL.len(), plan: u32, period: u32, attempt in 0_u8..100,
        fingerprint: u32,
    ) {
        let batch = Batch::ALL[place];
        let id = MessageId { batch, plan: PlanTag(plan), period, attempt, fingerprint };
        let text = id.to_string();
        prop_assert!(text.len() <= 35);
        prop_assert_eq!(text.parse::<MessageId>().unwrap(), id);
    }
}
