//! `huzhu period quote`: the arithmetic of one period, without a log and without earlier charges in
//! the year.

use std::path::PathBuf;

use money::{Amount, Rate, largest_remainder};
use rules::charter::{Charter, Payer};
use rules::period::{ArithmeticError, Class, Excess, Means, Settlement, Terms, settle};
use serde_json::json;

use crate::console::read_amount;
use crate::findings::{self, costs};
use crate::layout::{Table, count, money};
use crate::nearest::suggest;
use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem, sentence};

/// More cases than this no period has; the aid is split over each.
const CASES_MAX: u32 = 1_000_000;

/// Arguments of the quote.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  huzhu period quote --plan plans/xianghubao.toml \
                        --members 103321600 --aid 462077155.55")]
pub struct Arguments {
    /// The charter.
    #[arg(long, value_name = "FILE")]
    plan: PathBuf,
    /// Members who share; the sum of --classes when that is given.
    #[arg(long, value_name = "N")]
    members: Option<u64>,
    /// Decided aid of the period.
    #[arg(long, value_name = "AMOUNT")]
    aid: String,
    /// Cases over which the aid is split equally; without it the cap per case is not applied.
    #[arg(long, value_name = "C")]
    cases: Option<u32>,
    /// Rate of the fee in place of the charter's, such as 0.10.
    #[arg(long, value_name = "RATE")]
    fee: Option<String>,
    /// Carried over from the period before.
    #[arg(long, value_name = "AMOUNT", default_value = "0")]
    carry_in: String,
    /// Members of each class of a banded charter, such as "young=100,old=200".
    #[arg(long, value_name = "NAME=N,…")]
    classes: Option<String>,
}

/// Works out the period.
pub fn run(arguments: &Arguments, json: bool) -> Result<Outcome, Problem> {
    let mut charter = crate::commands::plan::read_charter(&arguments.plan)?;
    let currency = charter.plan.currency;
    if let Some(fee) = &arguments.fee {
        let error = |error: money::RateError| wrong("E-RATE", &error.to_string());
        charter.fee.rate = Rate::parse(fee).map_err(error)?;
    }
    let aid_minor = read_amount(&arguments.aid, currency)?;
    let carry_in_minor = read_amount(&arguments.carry_in, currency)?;
    if aid_minor.is_negative() || carry_in_minor.is_negative() {
        return Err(wrong("E-AMOUNT", "aid and carry-over are not negative"));
    }
    let fee_minor =
        charter.fee.rate.floor_of(aid_minor).map_err(|error| arithmetic(error.into()))?;
    let terms = Terms { aid_minor, fee_minor, carry_in_minor, ..Terms::default() };
    let cases = split(aid_minor, arguments.cases)?;
    let counts = counts(&charter, arguments)?;
    let room = charter.caps.year.as_ref().map(|cap| cap.amount_minor);
    let bands = charter.bands();
    let classes: Vec<Class> = bands
        .iter()
        .zip(&counts)
        .map(|(band, members)| Class { weight: band.weight, members: *members, room })
        .collect();
    let limit = charter.funds.sponsor.as_ref().map(|sponsor| sponsor.guarantee_amount_minor);
    let means = Means { sponsor: limit.unwrap_or(Some(Amount::ZERO)), ..Means::default() };
    let period = settle(&charter, &terms, &cases, &classes, means).map_err(arithmetic)?;
    report(&charter, &terms, &period, &counts, json)
}

/// Equal amounts for each case, the odd minor units to the first ones.
fn split(aid: Amount, cases: Option<u32>) -> Result<Vec<Amount>, Problem> {
    match cases {
        None => Ok(Vec::new()),
        Some(0) => Err(wrong("E-CASES", "aid without a case is paid to nobody")),
        Some(count) if count > CASES_MAX => {
            Err(wrong("E-CASES", &format!("a period has at most {CASES_MAX} cases")))
        }
        Some(count) => {
            let equal = vec![Amount::from_minor(1).unwrap_or_default(); count as usize];
            largest_remainder(aid, &equal).map_err(|error| arithmetic(error.into()))
        }
    }
}

/// Members of each class, in the charter's order.
fn counts(charter: &Charter, arguments: &Arguments) -> Result<Vec<u64>, Problem> {
    let bands = charter.bands();
    let Some(text) = &arguments.classes else {
        return match (arguments.members, bands.len()) {
            (Some(members), 1) => Ok(vec![members]),
            (None, 1) => Err(wrong("E-MEMBERS", "--members says how many share")),
            _ => {
                Err(wrong("E-CLASSES", "--classes gives the members of each band of this charter"))
            }
        };
    };
    let mut counts = vec![0; bands.len()];
    for pair in text.split(',') {
        let unreadable = || wrong("E-CLASSES", &format!("{pair:?} is not of the form name=number"));
        let (name, count) = pair.split_once('=').ok_or_else(unreadable)?;
        let position = bands.iter().position(|band| band.name == name.trim());
        let position = position.ok_or_else(|| {
            let bands = bands.iter().map(|band| band.name.as_str());
            let mut problem =
                wrong("E-CLASSES", &format!("the charter has no band {:?}", name.trim()));
            problem.next = suggest(name.trim(), bands);
            problem
        })?;
        counts[position] = count.trim().parse().map_err(|_| unreadable())?;
    }
    let sum = counts.iter().fold(0_u64, |sum, count| sum.saturating_add(*count));
    if arguments.members.is_some_and(|members| members != sum) {
        return Err(wrong(
            "E-MEMBERS",
            &format!("--members and --classes differ: the sum is {sum}"),
        ));
    }
    Ok(counts)
}

/// Who paid most of the excess first: the payers in the order in which chains may name them.
fn payers(excess: &Excess) -> Vec<(Payer, Amount)> {
    let all = [
        (Payer::Reserve, excess.reserve_draw_minor),
        (Payer::Sponsor, excess.sponsor_minor),
        (Payer::Reduction, excess.reduction_minor),
        (Payer::Deferral, excess.deferred_out_minor),
    ];
    all.into_iter().filter(|(_, amount)| !amount.is_zero()).collect()
}

fn report(
    charter: &Charter,
    terms: &Terms,
    period: &Settlement,
    counts: &[u64],
    json: bool,
) -> Result<Outcome, Problem> {
    let currency = charter.plan.currency;
    let excess = period.excess.total().map_err(|error| arithmetic(error.into()))?;
    let payers = payers(&period.excess);
    let bands = charter.bands();
    let first = period.shares.first().copied();
    let uniform = period.shares.iter().all(|share| Some(*share) == first);
    let classes = bands.iter().zip(counts).zip(&period.shares);
    let document = json!({
        "share_minor": first.filter(|_| uniform),
        "fee_minor": terms.fee_minor,
        "carry_out_minor": period.carry_out,
        "excess_minor": excess,
        "excess_payer": payers.first().map(|(payer, _)| payer),
        "excess_payers": payers.iter().map(|(payer, amount)| json!({
            "payer": payer, "amount_minor": amount,
        })).collect::<Vec<_>>(),
        "charges_minor": period.charges,
        "by_class": classes.clone().map(|((band, members), share)| json!({
            "class": band.name, "members": members, "share_minor": share,
        })).collect::<Vec<_>>(),
        "currency": currency.code(),
    });
    show(json, &document, || {
        println!("{} ({})", charter.plan.name.en, currency);
        let mut table = Table::new("lrl", 2);
        let mut line = |name: &str, amount: Amount, beside: String| {
            table.row([name.to_owned(), money(amount, currency), beside]);
        };
        for (name, amount, always) in costs(terms) {
            if always || !amount.is_zero() {
                line(name, amount, String::new());
            }
        }
        for (name, amount) in findings::payers(&period.excess) {
            if !amount.is_zero() {
                line(name, amount, String::new());
            }
        }
        line("to be carried over", period.carry_out, String::new());
        line("charged", period.charges, String::new());
        for ((band, members), share) in classes {
            let name =
                if bands.len() == 1 { "share".to_owned() } else { format!("share, {}", band.name) };
            line(&name, *share, format!("× {}", count(*members)));
        }
        table.print();
    });
    Ok(Outcome::Done)
}

fn wrong(code: &str, why: &str) -> Problem {
    let why = sentence(why);
    Problem::new(
        Kind::Input,
        code,
        "The period cannot be worked out.",
        why,
        "See `huzhu period quote --help`.",
    )
}

fn arithmetic(error: ArithmeticError) -> Problem {
    let refusal = rules::Refusal::from(error);
    Problem::new(Kind::Refused, refusal.code, refusal.what, refusal.why, refusal.next)
}
