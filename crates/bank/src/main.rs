//! `huzhu-bank`: one business day of the rehearsal's bank. Takes payment files and lays its answers
//! and the day's statement beside its books.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bank::{Bank, Habits, Kind};
use clap::Parser;
use jiff::civil::Date;
use money::{Amount, Currency};

/// One business day of a bank for rehearsals: files in, answers and a statement out.
#[derive(Parser)]
#[command(
    name = "huzhu-bank",
    version,
    after_help = "Examples:\n  \
    huzhu-bank --dir bank --day 2019-05-14 collections.xml\n  \
    huzhu-bank --dir bank --day 2019-05-15 --interest 1.20 payouts.xml"
)]
struct Arguments {
    /// Folder of the bank's books and answers.
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// The day.
    #[arg(long, value_name = "DAY", value_parser = day)]
    day: Date,
    /// Currency of the account, when it is opened.
    #[arg(long, value_name = "CODE", default_value = "CNY")]
    currency: String,
    /// Where chance starts from, when the account is opened.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Collections refused of a thousand, when the account is opened.
    #[arg(long, value_name = "N", default_value_t = 0)]
    refuse: u64,
    /// Payouts made a day late of a thousand, when the account is opened.
    #[arg(long, value_name = "N", default_value_t = 0)]
    late: u64,
    /// Interest that the bank credits today.
    #[arg(long, value_name = "AMOUNT")]
    interest: Option<String>,
    /// Money that comes in under an end-to-end id, such as the sponsor's.
    #[arg(long, value_name = "ID=AMOUNT")]
    credit: Vec<String>,
    /// Payment files.
    files: Vec<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("huzhu-bank: {error}");
            ExitCode::from(2)
        }
    }
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "a day is YYYY-MM-DD".to_owned())
}

/// The account that every plan of a rehearsal has at this bank.
const ACCOUNT: &str = "custody";

fn run(arguments: &Arguments) -> Result<(), Box<dyn std::error::Error>> {
    std::fs::create_dir_all(&arguments.dir)?;
    let books = arguments.dir.join("books.json");
    let mut bank: Bank = if books.exists() {
        serde_json::from_slice(&std::fs::read(&books)?)?
    } else {
        let habits = Habits {
            refused_collections: arguments.refuse,
            late_payouts: arguments.late,
            ..Habits::smooth(arguments.seed)
        };
        let currency = Currency::from_code(&arguments.currency)?;
        Bank::open(habits, currency, ACCOUNT, arguments.day)
    };
    let currency = Currency::from_code(&arguments.currency)?;
    bank.go_to(arguments.day);
    for file in &arguments.files {
        let answer = bank.take(BufReader::new(File::open(file)?));
        let answer = answer.map_err(|error| format!("{}: {error}", file.display()))?;
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        write(&arguments.dir, &format!("{stem}.pain.002.xml"), &answer.status())?;
        println!("{stem}: {} settled, {} refused", answer.settled(), answer.refused().count());
    }
    if let Some(interest) = &arguments.interest {
        bank.book(Kind::Interest, Amount::parse(interest, currency)?, "");
    }
    for credit in &arguments.credit {
        let (id, amount) = credit.split_once('=').ok_or("a credit is ID=AMOUNT")?;
        bank.book(Kind::Payment(id.to_owned()), Amount::parse(amount, currency)?, "");
    }
    let day = arguments.day;
    write(&arguments.dir, &format!("{day}.camt.054.xml"), &bank.notification())?;
    write(&arguments.dir, &format!("{day}.camt.053.xml"), &bank.statement())?;
    write(&arguments.dir, "books.json", &serde_json::to_string(&bank)?)
}

fn write(dir: &Path, name: &str, text: &str) -> Result<(), Box<dyn std::error::Error>> {
    Ok(std::fs::write(dir.join(name), text)?)
}
