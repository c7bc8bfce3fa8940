//! Fear: the bank of rehearsals speaks a dialect, so that what works with it works with no bank.

#[path = "../../rails/tests/files/schemas.rs"]
mod schemas;

use std::path::{Path, PathBuf};

use bank::{Bank, Habits, Kind};
use money::{Amount, Currency};
use rails::{
    Account, Batch, EndToEnd, Expect, Header, Line, MessageId, Outcome, PaymentFile, PlanTag, Pull,
    Purpose, RailsError, Side, Totals, What, read_notification, read_statement, read_status,
};

use schemas::schemas;

const PLAN: PlanTag = PlanTag(9);

fn cny() -> Currency {
    Currency::from_code("CNY").expect("the test is sound")
}

fn amount(minor: i64) -> Amount {
    Amount::from_minor(minor).expect("the test is sound")
}

fn id(purpose: Purpose, number: u32) -> EndToEnd {
    EndToEnd { purpose, plan: PLAN, period: 0, number, attempt: 0 }
}

fn file(batch: Batch, purpose: Purpose, numbers: std::ops::Range<u32>, minor: i64) -> Vec<u8> {
    let accounts: Vec<String> = numbers.clone().map(|number| format!("M-{}", number / 3)).collect();
    let first = numbers.start;
    let line = |number: u32| Line {
        id: id(purpose, number),
        amount: amount(minor),
        name: "member",
        account: Account::Other(&accounts[(number - first) as usize]),
    };
    let mut totals = Totals::default();
    numbers.clone().for_each(|number| totals.add(&line(number)));
    let header = Header {
        id: MessageId::of(batch, PLAN, 0, 0, &totals),
        created: "2019-05-14T00:00:00Z".parse().expect("the test is sound"),
        day: "2019-05-14".parse().expect("the test is sound"),
        currency: cny(),
        plan: Side { name: "plan", account: Account::Other("custody"), bank: "bank" },
    };
    let mut out = PaymentFile::begin(Vec::new(), &header, totals).expect("the test is sound");
    numbers.for_each(|number| out.line(&line(number)).expect("the test is sound"));
    out.finish().expect("the test is sound")
}

fn expect() -> Expect {
    Expect { plan: PLAN, currency: cny(), members: 1000, cases: 1000, periods: 1 }
}

fn rough() -> Bank {
    let habits = Habits {
        refused_collections: 300,
        refused_payouts: 200,
        late_payouts: 300,
        ..Habits::smooth(3)
    };
    Bank::open(habits, cny(), "custody", "2019-05-14".parse().expect("the test is sound"))
}

type Nothing = Result<(), RailsError>;

#[test]
fn what_the_bank_says_is_what_it_did() {
    let mut bank = rough();
    let answer = bank.take(&*file(Batch::Collections, Purpose::Collection, 0..300, 206)).unwrap();
    let mut refused = Vec::new();
    let text = answer.status();
    let report = read_status(Pull::begin(text.as_bytes()).unwrap(), &expect(), &mut |line| {
        assert_eq!(line.outcome, Outcome::Refused);
        refused.push(line.id.number);
        Nothing::Ok(())
    });
    let report = report.unwrap();
    assert_eq!((report.count, report.group), (Some(300), Some(Outcome::Partly)));
    assert!(refused.len() > 50 && refused.len() < 250, "{}", refused.len());
    assert_eq!(bank.balance().minor(), 206 * (300 - refused.len() as i64));
    // Whoever could not pay one charge of an account does not pay the next.
    for account in 0..100 {
        let of: Vec<bool> = (0..3).map(|n| refused.contains(&(3 * account + n))).collect();
        assert!(of.windows(2).all(|pair| pair[0] <= pair[1]), "{of:?}");
    }
    let again = bank.take(&*file(Batch::Collections, Purpose::Collection, 0..300, 206));
    assert!(again.is_err(), "the same file is not collected twice");

    let answer = bank.take(&*file(Batch::Payouts, Purpose::Aid, 0..40, 100)).unwrap();
    let paid = answer.settled() as i64;
    let collected = 206 * (300 - refused.len() as i64);
    assert_eq!(bank.balance().minor(), collected - 100 * paid);
    let statement = bank.statement();
    let mut sum = 0;
    let head = read_statement(Pull::begin(statement.as_bytes()).unwrap(), &expect(), &mut |m| {
        assert!(!matches!(m.what, What::Unknown));
        sum += m.amount.minor();
        Nothing::Ok(())
    });
    let head = head.unwrap();
    assert_eq!((head.number, head.closing.minor(), sum), (1, bank.balance().minor(), sum));
    assert_eq!(head.closing.minor(), sum);
    // The late ones leave on the next day, each once.
    let refused = answer.refused().count() as i64;
    bank.go_to("2019-05-15".parse().unwrap());
    assert_eq!(bank.balance().minor(), collected - 100 * (40 - refused));
}

#[test]
fn the_same_seed_gives_the_same_answers() {
    let take = || {
        let mut bank = rough();
        let file = file(Batch::Collections, Purpose::Collection, 0..300, 206);
        let status = bank.take(&*file).unwrap().status();
        (status, bank.notification(), bank.statement())
    };
    assert_eq!(take(), take());
}

#[test]
fn official_schemas_and_another_library_take_the_answers() {
    let folder = tempfile::tempdir().unwrap();
    let mut bank = rough();
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut lay = |name: &str, text: String| {
        paths.push(folder.path().join(name));
        std::fs::write(&paths[paths.len() - 1], text).unwrap();
    };
    let answer = bank.take(&*file(Batch::Collections, Purpose::Collection, 0..30, 206)).unwrap();
    lay("c.xml", answer.status());
    let answer = bank.take(&*file(Batch::Payouts, Purpose::Aid, 0..10, 100)).unwrap();
    lay("p.xml", answer.status());
    bank.book(Kind::Interest, amount(25), "");
    let stray = bank.book(Kind::Other("charges & more".into()), amount(-10), "");
    bank.take_back(&stray, "AC04");
    let notification = bank.notification();
    let read =
        read_notification(Pull::begin(notification.as_bytes()).unwrap(), &expect(), &mut |_| {
            Nothing::Ok(())
        });
    let entries = read.unwrap().entries;
    lay("n.xml", notification);
    let net = bank.balance();
    lay("s.xml", bank.statement());
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    let Some(answers) = schemas(&paths) else { return };
    assert!(answers[0].starts_with("pain.002.001.12 valid MC.00000009.0.0."), "{answers:?}");
    assert!(answers[1].starts_with("pain.002.001.12 valid MP.00000009.0.0."), "{answers:?}");
    let made = format!("valid {entries} entries, net {}", net.display(cny()));
    assert_eq!(answers[2], format!("camt.054.001.08 {made}"));
    assert_eq!(answers[3], format!("camt.053.001.08 {made}"));
}
