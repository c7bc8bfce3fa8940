//! Files for the tests: payments to write, and small texts of the bank to read.

#![allow(dead_code, reason = "each test program uses a part")]

use money::{Amount, Currency};
use rails::{
    Account, Batch, EndToEnd, Expect, Header, Line, MessageId, PaymentFile, PlanTag, Purpose,
    RailsError, Side, Totals,
};

pub const PLAN: PlanTag = PlanTag(0x1a2b_3c4d);

pub fn currency(code: &str) -> Currency {
    Currency::from_code(code).expect("the test names a currency")
}

pub fn amount(minor: i64) -> Amount {
    Amount::from_minor(minor).expect("the test names an amount")
}

pub fn expect(code: &str) -> Expect {
    Expect { plan: PLAN, currency: currency(code), members: 1000, cases: 100, periods: 10 }
}

pub fn id(purpose: Purpose, number: u32) -> EndToEnd {
    EndToEnd { purpose, plan: PLAN, period: 4, number, attempt: 0 }
}

/// A payment of a test: what for, whose, how much.
pub type Payment = (Purpose, u32, i64);

/// Writes payments into memory.
pub fn write(batch: Batch, code: &str, payments: &[Payment]) -> Result<Vec<u8>, RailsError> {
    let accounts: Vec<String> = payments.iter().map(|(_, n, _)| format!("M-{n}")).collect();
    let lines: Vec<Line<'_>> = payments
        .iter()
        .zip(&accounts)
        .map(|((purpose, number, minor), account)| Line {
            id: id(*purpose, *number),
            amount: amount(*minor),
            name: "成员 & <member>",
            account: Account::Other(account),
        })
        .collect();
    let mut totals = Totals::default();
    lines.iter().for_each(|line| totals.add(line));
    let header = Header {
        id: MessageId::of(batch, PLAN, 4, 0, &totals),
        created: "2019-05-14T01:02:03Z".parse().expect("the test names a time"),
        day: "2019-05-14".parse().expect("the test names a day"),
        currency: currency(code),
        plan: Side { name: "互助", account: Account::Other("custody"), bank: "custodian bank" },
    };
    let mut file = PaymentFile::begin(Vec::new(), &header, totals)?;
    lines.iter().try_for_each(|line| file.line(line))?;
    file.finish()
}
