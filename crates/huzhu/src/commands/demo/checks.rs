//! What the demo checks of itself, from the log on disk and not from memory.

use std::path::Path;

use audit::{Place, Question};
use ledger::surface::FolderSource;
use money::Amount;
use node::Publication;
use rules::entry::Entry;
use serde_json::Value;

/// Members whose rows are published: 36 bytes each, so half a gigabyte.
const ROWS_PUBLISHED_MAX: u64 = 15_000_000;

use super::player::Played;
use crate::problem::Problem;
use crate::progress;

/// One check.
pub struct Check {
    /// What was checked.
    pub name: &'static str,
    /// Whether it holds.
    pub ok: bool,
    /// How it came out.
    pub detail: String,
}

/// Runs all checks.
pub fn run(dir: &Path, played: &Played) -> Result<Vec<Check>, Problem> {
    let bar = progress::spinner("replaying", "entries");
    let replay = node::replay(dir, &mut |applied| bar.set_position(applied))?;
    bar.finish_and_clear();
    let digest = replay.state.digest().to_string();
    let closings = findings(dir, "finding.period.closed")?;
    let exact = closings.iter().filter(|closing| equation_holds(closing)).count();
    let counted = played.rows.iter().filter(|row| row.sharers == row.scripted).count();
    let forecasts = closings.iter().filter_map(|closing| closing["forecast"]["inside"].as_bool());
    let forecasts: Vec<bool> = forecasts.collect();
    let inside = forecasts.iter().filter(|inside| **inside).count();
    let periods = played.rows.len() + played.scenes.periods as usize;
    let books: Vec<String> = replay
        .state
        .books()
        .balances()
        .filter(|(_, balance)| !balance.is_zero())
        .map(|(account, balance)| format!("{account:?} {}", balance.minor()))
        .collect();
    let resting = |account| replay.state.books().balance(account);
    let custody = resting(rules::charter::Account::Custody);
    let carried = resting(rules::charter::Account::CarryOver);
    let at_bank = at_bank(dir, &replay.state, periods)?;
    let audited = audited(dir, played)?;
    let seals = seals(dir, &replay.state)?;
    let receipts = super::receipts::check(dir, &replay.state)?;
    let scenes = super::scenes::check(&played.scenes, &replay.state);
    let mut checks = vec![
        Check {
            name: "replay from byte 0",
            ok: digest == played.digest && replay.entries == played.entries,
            detail: format!("{} entries lead to the same state {}…", replay.entries, &digest[..16]),
        },
        Check {
            name: "money equation",
            ok: exact == periods,
            detail: format!("exact in {exact} of {periods} periods, recomputed here"),
        },
        Check {
            name: "sharers",
            ok: counted == played.rows.len(),
            detail: format!("counted as scripted in {counted} of {} periods", played.rows.len()),
        },
        Check {
            name: "money at rest",
            ok: custody == carried,
            detail: format!("custody holds the carry-over and nothing else ({})", books.join(", ")),
        },
        at_bank,
        seals,
        receipts,
        Check {
            name: "forecasts",
            ok: true,
            detail: format!(
                "{inside} of {} held what came (scored, not required)",
                forecasts.len()
            ),
        },
        audited,
    ];
    checks.extend(scenes);
    Ok(checks)
}

/// Publishes the log and audits what was published, as anybody else would. Up to a size the rows
/// of the members, who are synthetic, are published too, so that the audit replays the rules.
fn audited(dir: &Path, played: &Played) -> Result<Check, Problem> {
    let to = dir.join(node::MIRROR_FOLDER);
    let members = played.rows.iter().map(|row| row.sharers).max().unwrap_or(0);
    let what = Publication { institutional: members <= ROWS_PUBLISHED_MAX, policy: None };
    let bar = progress::spinner("publishing", "entries");
    node::publish(dir, &to, what, &mut |done| bar.set_position(done))?;
    bar.finish_and_clear();
    let place = Place::Mirror(Box::new(FolderSource(to.clone())));
    let question = Question { place: &place, policy: None, seen: Vec::new() };
    let bar = progress::spinner("auditing", "entries");
    let answer = audit::audit(&question, &mut |done| bar.set_position(done));
    bar.finish_and_clear();
    let named = to.display().to_string();
    let answer = answer.map_err(|error| crate::commands::audit::problem(&named, error))?;
    let same = answer.digest.is_none_or(|digest| digest.to_string() == played.digest);
    let ok = answer.agrees() && same && answer.size == played.entries;
    Ok(Check {
        name: "audit of the published log",
        ok,
        detail: crate::commands::audit::line(&answer),
    })
}

/// Builds the tree of every sealed period again from the roll that the replay led to.
fn seals(dir: &Path, state: &rules::State) -> Result<Check, Problem> {
    let sealed = state.periods().iter().filter(|period| period.sealed.is_some()).count();
    let bar = progress::bar(sealed as u64, "building trees again", "periods");
    let secret = node::plan_secret(dir)?.ok_or_else(crate::commands::receipt::no_secret)?;
    let confirmed = node::confirm_seals(state, &secret, 0, &mut |_| bar.inc(1));
    bar.finish_and_clear();
    let leaves: u64 = state
        .periods()
        .iter()
        .filter(|period| period.sealed.is_some())
        .map(|period| period.sharers.iter().sum::<u64>())
        .sum();
    Ok(match confirmed {
        Ok(confirmed) => Check {
            name: "seals",
            ok: confirmed as usize == sealed,
            detail: format!("{confirmed} trees of {leaves} charges in all have the sealed roots"),
        },
        Err(error) => Check { name: "seals", ok: false, detail: error.to_string() },
    })
}

/// Compares custody in the ledger with custody at the bank, after every statement, at least one a
/// period, and at the end.
fn at_bank(dir: &Path, state: &rules::State, periods: usize) -> Result<Check, Problem> {
    let comparisons = findings(dir, "finding.bank.reconciled")?;
    let equal = |found: &&Value| found["difference_minor"] == 0 && found["unmatched"] == 0;
    let (equal, stated) = (comparisons.iter().filter(equal).count(), comparisons.len());
    let difference = state.custody_difference().map_err(crate::bank::amount)?;
    Ok(Check {
        name: "ledger and bank",
        ok: equal == stated && stated >= periods && difference.is_zero(),
        detail: format!("equal to the cent after {equal} of {stated} statements of the bank"),
    })
}

/// Every finding of a kind, as it stands in the log.
fn findings(dir: &Path, kind: &str) -> Result<Vec<Value>, Problem> {
    let mut findings = Vec::new();
    node::read_entries(dir, &mut |_, bytes| {
        if let Ok(Entry::Finding(_, finding)) = Entry::parse(bytes) {
            let finding: Value = serde_json::from_slice(&finding).unwrap_or_default();
            if finding["do"] == kind {
                findings.push(finding);
            }
        }
        Ok(())
    })?;
    Ok(findings)
}

/// The money equation and every posting of it, from the numbers in the log alone.
fn equation_holds(closing: &Value) -> bool {
    let number = |value: &Value| value.as_i64().map(i128::from);
    let term = |name: &str| number(&closing["terms"][format!("{name}_minor")]);
    let excess = |name: &str| number(&closing["excess"][format!("{name}_minor")]);
    let equation = || -> Option<bool> {
        let total = term("aid")?
            + term("fee")?
            + term("reserve_load")?
            + term("refunds")?
            + term("uncollected_in")?
            + term("deferred_in")?
            - term("recovered")?
            - term("carry_in")?;
        let paid = excess("reserve_draw")?
            + excess("sponsor")?
            + excess("reduction")?
            + excess("deferred_out")?;
        let charges = number(&closing["charges_minor"])?;
        let carry_out = number(&closing["carry_out_minor"])?;
        let rates = closing["rates"].as_array()?.iter();
        let sums =
            rates.map(|rate| Some((number(&rate["members"])?, number(&rate["share_minor"])?)));
        let sums: Vec<(i128, i128)> = sums.collect::<Option<_>>()?;
        let charged: i128 = sums.iter().map(|(members, share)| members * share).sum();
        let sharers: i128 = sums.iter().map(|(members, _)| members).sum();
        let balanced = if total <= 0 {
            charges == 0 && carry_out == -total
        } else {
            charges == total - paid + carry_out
        };
        let counted = number(&closing["sharers"])? == sharers;
        let posted = posted(closing, "charges")? == charges
            && posted(closing, "aid")? == term("aid")?
            && posted(closing, "fee")? == term("fee")?
            && posted(closing, "carry-out")? == carry_out;
        Some(balanced && charged == charges && counted && posted)
    };
    equation().unwrap_or(false)
}

/// What was posted for a term.
fn posted(closing: &Value, term: &str) -> Option<i128> {
    let postings = closing["postings"].as_array()?.iter();
    let amounts = postings
        .filter(|posting| posting["term"] == term)
        .map(|posting| Amount::from_minor(posting["amount_minor"].as_i64()?).ok());
    Some(amounts.collect::<Option<Vec<_>>>()?.into_iter().map(Amount::wide).sum())
}
