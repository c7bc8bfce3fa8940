//! Draws by lot: whose answers count, what they make of the sealed roll, and who was drawn.
//!
//! All but the roll itself is public: the answers stand in the log as the parties gave them, so
//! that anybody makes the seed again. A panel is checked as far as public entries say who may sit
//! on it. The paid cases of a period are known here, and with them a re-audit's draw in full.

use std::collections::{BTreeMap, BTreeSet};

use proof::Digest;
use proof::draw::{self, Eligible, NONCE_BYTES};
use proof::vrf;
use rules::bytes::Bytes;
use rules::charter::{Charter, Role};
use rules::key::Key;
use serde_json::Value;

use super::cases::Cases;
use super::group::{Group, number};
use crate::difference::{Difference, Kind};

/// What is drawn for: a hearing of a case, or the re-audit of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum For {
    Hearing(u64),
    ReAudit(u64),
}

/// A draw on its way.
#[derive(Clone, Debug, Default)]
struct Draw {
    subject: String,
    parties: Vec<Party>,
    commitment: Option<Digest>,
    nonce: Option<[u8; NONCE_BYTES]>,
    /// Digest of the roll, and how many can be drawn.
    sealed: Option<(Digest, i128)>,
    /// How many may be drawn, by each charter that can be in force.
    places: Vec<i128>,
    seed: Option<Digest>,
}

/// A party: its role, the keys that it can have, and the output that it gave.
#[derive(Clone, Debug)]
struct Party {
    role: Role,
    keys: Vec<Key>,
    output: Option<[u8; vrf::VRF_OUTPUT_BYTES]>,
}

/// All draws, and who may be drawn.
#[derive(Debug, Default)]
pub(super) struct Draws {
    plan: String,
    draws: BTreeMap<For, Draw>,
    /// Members who have passed the quiz with their own key.
    qualified: BTreeSet<u64>,
    /// The member of each case.
    applicants: Vec<Option<u64>>,
    made: u64,
    unknown: u64,
}

impl Draws {
    /// Whether a group begins a draw, for which the charters are needed.
    pub(super) fn concerns(group: &Group) -> bool {
        let mut verbs = ["finding.jury.opened", "finding.audit.begun"].into_iter();
        verbs.any(|verb| group.all(verb).next().is_some())
    }

    /// Draws whose seed was made again.
    pub(super) fn made(&self) -> u64 {
        self.made
    }

    /// Re-audits whose list of paid cases could not be made again.
    pub(super) fn unknown(&self) -> u64 {
        self.unknown
    }

    /// Checks the steps of draws. `charters` are those that can be in force now: an adopted one is
    /// told only with the period after the one whose count brings it into force. `member` is who
    /// commands, if a member does.
    pub(super) fn check(
        &mut self,
        group: &Group,
        charters: &[Charter],
        member: Option<u64>,
        cases: &Cases,
    ) -> Result<(), Difference> {
        if self.plan.is_empty() {
            self.plan = group.command["plan"].as_str().unwrap_or_default().to_owned();
        }
        match group.verb() {
            "case.file" => self.applicants.push(group.command["member"].as_u64()),
            "jury.qualify" => self.qualified.extend(member),
            "jury.nonce" => {
                let commitment = digest(&group.command["commitment"]);
                self.of(group)?.commitment = commitment;
            }
            "jury.reveal" => self.reveal(group)?,
            "jury.answer" | "audit.answer" => self.answer(group)?,
            _ => {}
        }
        for (index, finding) in &group.findings {
            match finding["do"].as_str().unwrap_or_default() {
                "finding.jury.opened" => self.open(*index, finding, charters)?,
                "finding.jury.sealed" => {
                    let sealed =
                        digest(&finding["roll"]).map(|it| (it, number(finding, "eligible")));
                    self.at(hearing(finding), *index)?.sealed = sealed;
                }
                "finding.audit.begun" => self.begin(*index, finding, charters)?,
                "finding.jury.drawn" => self.panel(*index, finding)?,
                "finding.audit.drawn" => self.picked(*index, finding, cases)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn at(&mut self, what: For, index: u64) -> Result<&mut Draw, Difference> {
        let draw = self.draws.get_mut(&what);
        draw.ok_or_else(|| wrong(index, "what is drawn for was never begun".to_owned()))
    }

    /// The draw that a command speaks of.
    fn of(&mut self, group: &Group) -> Result<&mut Draw, Difference> {
        let what = if group.verb().starts_with("audit.") {
            For::ReAudit(group.command["period"].as_u64().unwrap_or(u64::MAX))
        } else {
            hearing(&group.command)
        };
        self.at(what, group.index)
    }

    fn open(&mut self, index: u64, opened: &Value, charters: &[Charter]) -> Result<(), Difference> {
        let subject = format!("case {} hearing {}", opened["case"], opened["hearing"]);
        let appeal = opened["appeal"] == true;
        let size = |charter: &Charter| {
            let jury = &charter.jury;
            i128::from(if appeal { jury.appeal_panel } else { jury.panel })
        };
        let places = charters.iter().map(size).collect();
        let parties = parties(index, &opened["parties"], charters)?;
        let draw = Draw { subject, parties, places, ..Draw::default() };
        self.draws.insert(hearing(opened), draw);
        Ok(())
    }

    fn begin(&mut self, index: u64, begun: &Value, charters: &[Charter]) -> Result<(), Difference> {
        let subject = format!("re-audit of period {}", begun["period"]);
        let parties = parties(index, &begun["parties"], charters)?;
        let count = number(begun, "cases");
        let share = |charter: &Charter| {
            let share = charter.re_audit.map(|clause| i128::from(clause.share.millionths()));
            share.map(|share| money::ceil_div(share * count, 1_000_000))
        };
        let places = charters.iter().filter_map(share).collect();
        let sealed = digest(&begun["sealed"]).map(|sealed| (sealed, count));
        let draw = Draw { subject, parties, places, sealed, ..Draw::default() };
        self.draws.insert(For::ReAudit(begun["period"].as_u64().unwrap_or(u64::MAX)), draw);
        Ok(())
    }

    /// The nonce is the one that was committed before the roll was sealed.
    fn reveal(&mut self, group: &Group) -> Result<(), Difference> {
        let draw = self.of(group)?;
        let nonce = bytes(&group.command["nonce"]);
        let fits =
            |nonce: &[u8; NONCE_BYTES]| draw.commitment == Some(draw::nonce_commitment(nonce));
        if draw.sealed.is_none() || !nonce.as_ref().is_some_and(fits) {
            let what = "a nonce is taken that was not committed, or before the roll is sealed";
            return Err(wrong(group.index, what.to_owned()));
        }
        draw.nonce = nonce;
        Ok(())
    }

    /// An answer is one of a party that has not answered yet, to this draw and no other.
    fn answer(&mut self, group: &Group) -> Result<(), Difference> {
        let plan = self.plan.clone();
        let draw = self.of(group)?;
        let (Some((roll, _)), Some(proof)) = (draw.sealed, bytes(&group.command["proof"])) else {
            let what = "an answer is taken before the roll is sealed, or is none";
            return Err(wrong(group.index, what.to_owned()));
        };
        let input = draw::input(&plan, &draw.subject, &roll, draw.nonce.as_ref());
        for party in draw.parties.iter_mut().filter(|party| party.output.is_none()) {
            let verified =
                party.keys.iter().find_map(|key| vrf::verify(&key.0, &input, &proof).ok());
            if verified.is_some() {
                party.output = verified;
                return Ok(());
            }
        }
        let what = "an answer belongs to no party of the draw, or was given before";
        Err(wrong(group.index, what.to_owned()))
    }

    /// The panel of a hearing. Of a second panel under the same seed nothing new is made.
    fn panel(&mut self, index: u64, drawn: &Value) -> Result<(), Difference> {
        let what = hearing(drawn);
        let For::Hearing(case) = what else { return Ok(()) };
        let applicant = usize::try_from(case).ok().and_then(|at| self.applicants.get(at).copied());
        let panel: Vec<u64> = members(&drawn["panel"]);
        let qualified = panel.iter().all(|juror| self.qualified.contains(juror));
        let others: BTreeSet<&u64> = panel.iter().collect();
        let own = panel.iter().any(|juror| applicant == Some(Some(*juror)));
        if !qualified || own || others.len() < panel.len() {
            let what = "a juror sits twice, has the case, or never passed the quiz";
            return Err(wrong(index, what.to_owned()));
        }
        let first = self.seed(what, index, drawn)?;
        let draw = self.at(what, index)?;
        let eligible = draw.sealed.map_or(0, |(_, eligible)| eligible);
        let right = |places: &i128| panel.len() as i128 == (*places).min(eligible);
        if first && !draw.places.iter().any(right) {
            let what = format!("{} jurors are drawn of {eligible}", panel.len());
            return Err(wrong(index, what));
        }
        Ok(())
    }

    /// The cases that a re-audit picked, drawn again from the paid ones.
    fn picked(&mut self, index: u64, drawn: &Value, cases: &Cases) -> Result<(), Difference> {
        let period = drawn["period"].as_u64().unwrap_or(u64::MAX);
        let what = For::ReAudit(period);
        self.seed(what, index, drawn)?;
        let draw = self.at(what, index)?;
        let paid = Eligible { strata: vec![cases.paid_of(period)], excluded: Vec::new() };
        let sealed = draw.sealed.map(|(sealed, _)| sealed);
        let (Some(seed), true) = (draw.seed, sealed == Some(paid.digest())) else {
            self.unknown += 1;
            return Ok(());
        };
        let picked = members(&drawn["cases"]);
        let again = |places: &i128| {
            let places = usize::try_from(*places).unwrap_or(usize::MAX);
            let drawn = paid.draw(&seed, places, 0).panel;
            drawn.iter().map(|case| u64::from(*case)).eq(picked.iter().copied())
        };
        if draw.places.iter().any(again) {
            return Ok(());
        }
        Err(wrong(index, format!("the draw picks other cases of period {period}")))
    }

    /// Makes the seed again and compares who answered; gives whether this was the first time.
    fn seed(&mut self, what: For, index: u64, drawn: &Value) -> Result<bool, Difference> {
        let draw = self.at(what, index)?;
        let stated = digest(&drawn["seed"]);
        let first = draw.seed.is_none();
        let outputs = (0_u8..).zip(&draw.parties);
        let outputs = outputs.filter_map(|(place, it)| it.output.as_ref().map(|out| (place, out)));
        let answered = |wanted: bool| -> Vec<Role> {
            let of = draw.parties.iter().filter(|party| party.output.is_some() == wanted);
            of.map(|party| party.role).collect()
        };
        if answered(true).is_empty() || stated != Some(draw::seed(outputs)) {
            return Err(wrong(index, "the seed does not follow from the answers".to_owned()));
        }
        let named = |name: &str, wanted: bool| {
            drawn[name].is_null() || roles(&drawn[name]).as_ref() == Some(&answered(wanted))
        };
        if !named("answered", true) || !named("silent", false) {
            return Err(wrong(index, "others have answered than are named".to_owned()));
        }
        draw.seed = stated;
        self.made += u64::from(first);
        Ok(first)
    }
}

fn wrong(index: u64, what: String) -> Difference {
    Difference::at(Kind::WrongDraw, index, what)
}

fn hearing(value: &Value) -> For {
    For::Hearing(value["case"].as_u64().unwrap_or(u64::MAX))
}

fn digest(value: &Value) -> Option<Digest> {
    value.as_str()?.parse().ok()
}

fn bytes<const N: usize>(value: &Value) -> Option<[u8; N]> {
    value.as_str()?.parse::<Bytes>().ok()?.array()
}

fn members(value: &Value) -> Vec<u64> {
    value.as_array().into_iter().flatten().filter_map(Value::as_u64).collect()
}

fn roles(value: &Value) -> Option<Vec<Role>> {
    serde_json::from_value(value.clone()).ok()
}

/// The parties that a finding names are those of a charter; their keys are the charters'.
fn parties(index: u64, named: &Value, charters: &[Charter]) -> Result<Vec<Party>, Difference> {
    let of = |charter: &Charter| {
        let parties = charter.jury.hearing.parties.iter();
        parties.filter(|party| party.key.is_some()).map(|party| party.role).collect::<Vec<_>>()
    };
    let named = roles(named).filter(|named| charters.iter().any(|charter| of(charter) == *named));
    let Some(named) = named else {
        return Err(wrong(index, "others answer than the charter's parties".to_owned()));
    };
    let keys = |role: Role| {
        let all = charters.iter().flat_map(|charter| &charter.jury.hearing.parties);
        all.filter(|party| party.role == role).filter_map(|party| party.key).collect()
    };
    Ok(named.into_iter().map(|role| Party { role, keys: keys(role), output: None }).collect())
}
