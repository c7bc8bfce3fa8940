//! A plan of `plans/` that lives through the public commands, for the tests beside this folder.
#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses a part; it may panic")]

use std::path::Path;

use bank::{Bank, Habits, Kind};
use money::{Amount, Currency};
use serde_json::Value;

use crate::program::{done, fails, file, huzhu, run};

/// A founded rehearsal.
pub struct Life {
    folder: tempfile::TempDir,
    period: u32,
    bank: Bank,
}

impl Life {
    /// Founds a plan by its charter's file, with twelve people who join on 2 January 2019.
    pub fn found(plan: &str) -> Self {
        Self::found_by(&file(&format!("plans/{plan}.toml")))
    }

    /// The same by any file.
    pub fn found_by(plan: &str) -> Self {
        let (currency, day) = (Currency::from_code("CNY").unwrap(), "2019-01-02");
        let bank = Bank::open(Habits::smooth(1), currency, "custody", day.parse().unwrap());
        let life = Self { folder: tempfile::tempdir().unwrap(), period: 0, bank };
        let dir = life.dir();
        done(&format!(
            "plan found --plan {plan} --dir {dir} --rehearsal --day 2019-01-02 \
             --first-publicity 2019-08-01"
        ));
        let people = life.folder.path().join("people.csv");
        let mut rows = String::from("birth,person\n");
        for person in 0..12 {
            rows.push_str(&format!("{}-03,a person of the test {person}\n", 1965 + person * 2));
        }
        std::fs::write(&people, rows).unwrap();
        life.done(&format!("member enrol-batch {}", people.display()));
        life
    }

    /// Qingsong's plan, whose first case of 20,000.00 is paid from what the members paid in.
    pub fn qingsong() -> Self {
        let mut life = Self::found("qingsong");
        life.pay_in("9000.00");
        life.case(0, 3, "20000.00", "2019-07-30");
        life.close();
        life.finish("");
        life
    }

    /// All twelve pay the same in ahead, on 30 July 2019.
    pub fn pay_in(&self, amount: &str) {
        let payments: Vec<String> = (0..12).map(|member| format!("{member}={amount}")).collect();
        self.done(&format!("fund pay-in {} --day 2019-07-30", payments.join(",")));
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn dir(&self) -> String {
        self.folder.path().join("ledger").to_str().unwrap().to_owned()
    }

    pub fn done(&self, arguments: &str) -> Value {
        done(&format!("{arguments} --dir {}", self.dir()))
    }

    pub fn fails(&self, arguments: &str, exit: i32, code: &str) -> Value {
        fails(&format!("{arguments} --dir {}", self.dir()), exit, code)
    }

    /// Brings a case of a member from filing, on the day of the diagnosis, to its card.
    pub fn case(&self, number: u32, member: u32, aid: &str, diagnosed: &str) {
        self.reported(number, member, aid, (diagnosed, diagnosed));
    }

    /// The same with a day of filing after that of the diagnosis.
    pub fn reported(&self, number: u32, member: u32, aid: &str, (diagnosed, day): (&str, &str)) {
        let born = format!("{}-03-12", 1965 + member * 2);
        self.done(&format!(
            "case file --member {member} --severity severe --diagnosed {diagnosed} --ask {aid} \
             --day {day}"
        ));
        self.done(&format!("case investigate {number} --born {born} --assess {aid}"));
        self.done(&format!("case approve {number} --aid {aid}"));
        self.done(&format!("case publish {number}"));
    }

    /// The bank states that custody holds what the ledger says, so that payouts go on. What each
    /// movement was for is told and tested elsewhere.
    pub fn told(&mut self) {
        let ran = huzhu(&format!("bank reconcile --json --dir {}", self.dir()));
        let seen = ran.document();
        let held = |name: &str| seen[name].as_i64().unwrap();
        let difference = held("ledger_minor") - held("bank_minor");
        if difference == 0 {
            return;
        }
        let amount = Amount::from_minor(difference).unwrap();
        self.bank.book(Kind::Other("as the ledger says".to_owned()), amount, "");
        let path = self.folder.path().join("told.camt.053.xml");
        std::fs::write(&path, self.bank.statement()).unwrap();
        self.done(&format!("bank statement {}", path.display()));
    }

    /// The calendar of the next period that is not over.
    fn next(&self) -> Value {
        self.done("period list")["periods"][self.period as usize].clone()
    }

    /// Publishes, announces and closes the next period; gives its number and the findings.
    pub fn close(&mut self) -> (u32, Value) {
        self.close_from("2019-01-02")
    }

    /// The same, not before a day that the plan has reached.
    pub fn close_from(&mut self, day: &str) -> (u32, Value) {
        let (period, number) = (self.next(), self.period);
        let publicity = period["publicity"].as_str().unwrap().max(day).to_owned();
        self.done(&format!("period publish {number} --day {publicity}"));
        self.done(&format!("period notice {number} --about charge"));
        let charge = self.next()["charge"].as_str().unwrap().max(day).to_owned();
        let closed = self.done(&format!("period close {number} --day {charge}"));
        (number, closed)
    }

    /// Collects a closed period, all but `failed`, and takes it to its end.
    pub fn finish(&mut self, failed: &str) {
        let number = self.period;
        let list = if failed.is_empty() { String::new() } else { format!(" --failed {failed}") };
        let sponsor = self.holds("sponsor");
        let sponsor = if sponsor == 0 {
            String::new()
        } else {
            format!(" --sponsor {}.{:02}", sponsor / 100, sponsor % 100)
        };
        self.done(&format!("period collect {number}{list}{sponsor}"));
        if !failed.is_empty() {
            self.done(&format!("period notice {number} --about failed-charge"));
        }
        self.told();
        if self.next()["cases"].as_u64().unwrap_or(0) > 0 {
            self.done(&format!("period pay {number}"));
            self.told();
            let fee = run(&["period", "fee", &number.to_string(), "--dir", &self.dir()]);
            assert!(matches!(fee.code, 0 | 3), "{}", fee.err);
        }
        self.told();
        self.period += 1;
    }

    /// Ends the ladder of a period's failed charges and settles it.
    pub fn settle(&self, number: u32) {
        self.done(&format!("period settle {number}"));
    }

    /// Collects a closed period in which nobody is charged, and leaves it there.
    pub fn collect_only(&mut self) {
        self.done(&format!("period collect {}", self.period));
        self.told();
        self.period += 1;
    }

    /// Publishes and closes the periods until a day, each to its end; none has a case.
    pub fn publish_until(&mut self, day: &str) {
        while self.next()["publicity"].as_str().unwrap() < day {
            let (number, _) = self.close();
            self.collect_only();
            self.settle(number);
        }
    }

    /// Settles what is collected and not settled.
    pub fn settle_all(&self) {
        for period in self.done("period list")["periods"].as_array().unwrap() {
            if period["status"] == "collected" {
                self.settle(u32::try_from(period["period"].as_u64().unwrap()).unwrap());
            }
        }
    }

    /// What an account holds, in minor units.
    pub fn holds(&self, account: &str) -> i64 {
        let accounts = self.done("fund show")["accounts"].clone();
        let found = accounts.as_array().unwrap().iter().find(|row| row["account"] == account);
        found.map_or(0, |row| row["balance_minor"].as_i64().unwrap())
    }

    /// Every account of the books adds up: assets are what is owed.
    pub fn balances(&self) {
        let owns = ["custody", "receivable", "sponsor", "deferred"];
        let accounts = self.done("fund show")["accounts"].clone();
        let mut sum = 0;
        for row in accounts.as_array().unwrap() {
            let balance = row["balance_minor"].as_i64().unwrap();
            assert!(balance >= 0, "{row}");
            let owned = owns.contains(&row["account"].as_str().unwrap());
            sum += if owned { balance } else { -balance };
        }
        assert_eq!(sum, 0, "{accounts}");
    }
}
