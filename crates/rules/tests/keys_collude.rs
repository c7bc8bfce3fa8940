//! Fear: some of the staff put their keys together and, short of all that the charter asks for,
//! decide a case, move money or make themselves more keys; or institutions and members together
//! pack a panel, decide a case on it, or change a rule.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use rules::Refusal;
use rules::amendment::{Amendment, Status as Amended, difference};
use rules::ballot::Choice;
use rules::case::{Reason, Status, Verdict};
use rules::charter::{Account, Cause, Role};
use rules::command::{
    AmendmentCommand, CaseCommand, Do, JuryCommand, MemberCommand, MemberList, NoticeCommand,
    PayoutCommand, PeriodCommand, RoleCommand,
};
use rules::finding::{Finding, RoleFinding};
use rules::jury::Outcome;
use rules::notice::About;
use rules::period::Status as PeriodStatus;
use testkit::{Chooser, Keys, SigningKey, World, charters, replay, seeds};

/// What colluders try: enough to go all the way when they have every key that it takes.
const MOVES: usize = 700;

/// Those whose keys are at hand, and the keys that they would like to have appointed.
struct Colluders {
    world: World,
    chooser: Chooser,
    roles: Vec<Role>,
    keys: Vec<SigningKey>,
    fresh: Vec<SigningKey>,
    held: Vec<u64>,
}

/// A plan in which case 0 is approved and its money collected and not paid, and case 1 is filed.
fn world(seed: u64) -> World {
    let mut world = World::found(seed, &charters::village());
    world.enrol_people(0..30, "1990-05".parse().unwrap()).unwrap();
    world.pass(60);
    let diagnosed = world.day().plus_days(-3);
    world.bring_case(3, diagnosed, 200_000).unwrap();
    let period = world.state().case(0).unwrap().period.unwrap();
    for number in 0..=period {
        world.publish_and_close(number).unwrap();
        world.collect(number, &[]).unwrap();
    }
    let diagnosed = world.day().plus_days(-3);
    world.file(4, diagnosed).unwrap();
    world
}

impl Colluders {
    fn new(seed: u64) -> Self {
        let mut chooser = Chooser::new(seed);
        let roles: Vec<Role> = Role::REQUIRED.into_iter().filter(|_| chooser.chance(65)).collect();
        let world = world(seed);
        let keys = roles.iter().map(|role| *world.keys().of(*role)).collect();
        let fresh = (0..3).map(|number| world.keys().of_member(500 + number)).collect();
        Self { world, chooser, roles, keys, fresh, held: Vec::new() }
    }

    fn have(&self, needed: &[Role]) -> bool {
        needed.iter().all(|role| self.roles.contains(role))
    }

    /// Whatever they think of, under any key they have.
    fn try_something(&mut self) -> Result<Vec<Finding>, Refusal> {
        if self.chooser.chance(10) {
            let days = self.chooser.between(1, 9) as i32;
            self.world.pass(days);
        }
        let body = self.something();
        let key = if self.chooser.chance(15) {
            *self.chooser.pick(&self.fresh)
        } else if let (Some(role), true) = (body.permitted().role(), self.chooser.chance(85)) {
            match self.roles.iter().position(|other| *other == role) {
                Some(place) => self.keys[place],
                None => *self.chooser.pick(&self.fresh),
            }
        } else {
            self.chooser.pick_any(&self.keys).unwrap_or(self.fresh[0])
        };
        let command = self.world.command(&key, body);
        let findings = self.world.offer(&key, command)?.1;
        for finding in &findings {
            if let Finding::Role(RoleFinding::Held { entry, .. }) = finding {
                self.held.push(*entry);
            }
        }
        Ok(findings)
    }

    /// The first period whose step is due, or any.
    fn some_period(&mut self) -> u32 {
        let state = self.world.state();
        let open = state.open_period();
        let unsettled = |wanted: PeriodStatus| {
            let periods = state.periods().iter();
            periods.clone().position(|period| period.status == wanted).map(|place| place as u32)
        };
        let due = [unsettled(PeriodStatus::Charged), unsettled(PeriodStatus::Published)];
        let due = due[self.chooser.below(2) as usize].unwrap_or(open);
        if self.chooser.chance(60) { due } else { self.chooser.below(u64::from(open) + 1) as u32 }
    }

    fn something(&mut self) -> Do {
        let case = if self.chooser.chance(85) { 1 } else { 0 };
        let open = self.world.state().open_period();
        let period = self.some_period();
        let state = self.world.state();
        let amount = money::Amount::from_minor(*self.chooser.pick(&[1, 90_000, 300_000]));
        let amount = amount.unwrap();
        let paper = proof::sha256(b"a document");
        match self.chooser.below(14) {
            0..2 => Do::Case(CaseCommand::Investigate {
                case,
                born: "1990-05-15".parse().unwrap(),
                diagnosed: state.case(1).unwrap().diagnosed,
                assessed_minor: amount,
                report: paper,
            }),
            2 => Do::Case(CaseCommand::Review {
                case,
                verdict: Verdict::Approve { decided_minor: amount },
            }),
            3 => Do::Case(CaseCommand::Review {
                case,
                verdict: Verdict::Refuse {
                    reason: Reason::Evidence,
                    question: None,
                    answer: None,
                    opening: None,
                },
            }),
            4 => Do::Case(CaseCommand::Publish { case, card: paper }),
            5 => Do::Period(PeriodCommand::Publish { period: open }),
            6 => Do::Notice(NoticeCommand::Record {
                period,
                about: About::Charge,
                unreached: MemberList::Here(Vec::new()),
            }),
            7 => Do::Period(PeriodCommand::Close { period }),
            8 => Do::Period(PeriodCommand::Collect {
                period,
                failed: MemberList::Here(Vec::new()),
                sponsor_minor: money::Amount::ZERO,
            }),
            9 => Do::Payout(PayoutCommand::Order { period }),
            10 => {
                let cases = vec![self.chooser.below(2) as u32];
                Do::Payout(PayoutCommand::Confirm { period, cases, refunds: Vec::new() })
            }
            11 => match self.chooser.below(2) {
                0 => Do::Payout(PayoutCommand::DrawFee { period }),
                _ => Do::Case(CaseCommand::File {
                    member: self.chooser.below(30) as u32,
                    cause: Cause::Accident,
                    severity: "severe".to_owned(),
                    diagnosed: state.day(),
                    asked_minor: amount,
                    evidence: Vec::new(),
                }),
            },
            12 => {
                let key = Keys::name(self.chooser.pick(&self.fresh));
                let role = *self.chooser.pick(&Role::REQUIRED);
                Do::Role(RoleCommand::Appoint { role, key })
            }
            _ => {
                let entry = self.chooser.pick_any(&self.held).unwrap_or(3);
                Do::Role(RoleCommand::Second { entry })
            }
        }
    }

    /// What they have brought about, against what it takes.
    fn judge(&self, seed: u64, custody: i64) -> [bool; 3] {
        let state = self.world.state();
        let place = format!("seed {seed}, colluders {:?}", self.roles);
        let more = self.fresh.iter().any(|key| state.duties_of(&Keys::name(key)).is_some());
        let key_makers = self.have(&[Role::Operator, Role::Custodian]);
        assert!(!more || key_makers, "they made themselves keys; {place}");
        let decided = |case: &rules::case::Case| {
            !matches!(
                case.status,
                Status::Filed
                    | Status::Investigated
                    | Status::Reviewed
                    | Status::Published
                    | Status::Withdrawn
            )
        };
        let decided = state.cases().iter().skip(1).any(decided);
        let judges = [Role::Investigator, Role::Reviewer, Role::Operator];
        assert!(!decided || key_makers || self.have(&judges), "they decided a case; {place}");
        let paid = state.case(0).unwrap().paid.is_some();
        let left = state.books().balance(Account::Custody).minor() < custody;
        let payers = [Role::Treasurer, Role::Custodian];
        let may = key_makers || self.have(&payers);
        assert!(!paid && !left || may, "they moved money; {place}");
        [more, decided, paid]
    }
}

#[test]
fn no_set_of_keys_short_of_the_charters_decides_pays_or_makes_keys() {
    let (mut brought_about, mut sets, mut short) = ([0; 3], 0, 0);
    for seed in seeds(1, 32) {
        let mut colluders = Colluders::new(seed);
        let custody = colluders.world.state().books().balance(Account::Custody).minor();
        for _ in 0..MOVES {
            let _ = colluders.try_something();
            colluders.judge(seed, custody);
        }
        let done = colluders.judge(seed, custody);
        brought_about.iter_mut().zip(done).for_each(|(count, done)| *count += u32::from(done));
        sets += 1;
        short += u32::from(done == [false; 3]);
        let world = &colluders.world;
        let replayed = replay(world.log(), world.chunks()).unwrap();
        assert_eq!(replayed.state().digest(), world.state().digest(), "seed {seed}");
    }
    println!("{sets} sets; keys, cases, money: {brought_about:?}; nothing: {short}");
    // Colluders who can do nothing at all would show nothing.
    assert!(sets == 1 || brought_about.iter().all(|count| *count > 2) && short > 2);
}

/// What colluders try in a hearing and a vote.
const PANEL_MOVES: usize = 400;

/// Members, all with keys of their own; the case is that of member 0, the objector is member 1.
const PEOPLE: u32 = 40;

/// What they vote: five of six for it.
fn choice(member: u32) -> Choice {
    if member.is_multiple_of(6) { Choice::Against } else { Choice::For }
}

/// Those who have keys of institutions and of members, before a hearing and a vote that have begun.
/// Everybody else stays silent, which is the best that they could hope for.
struct Panel {
    world: World,
    chooser: Chooser,
    roles: Vec<Role>,
    members: Vec<u32>,
    fresh: Vec<SigningKey>,
    held: Vec<u64>,
}

/// What they brought about: a verdict, a rule, somebody else's key.
type Done = [bool; 3];

impl Panel {
    fn new(seed: u64) -> Self {
        let mut chooser = Chooser::new(seed);
        let mut charter = charters::village();
        charter.amendment.quorum = money::Rate::parse("0.15").unwrap();
        let mut world = World::found(seed, &charter);
        world.enrol_people(1..u64::from(PEOPLE) + 1, "1990-05".parse().unwrap()).unwrap();
        (2..PEOPLE).for_each(|member| drop(world.qualify(member).unwrap()));
        world.pass(50);
        world.bring_case(0, world.day(), 5_000).unwrap();
        world.object(1, 0).unwrap();
        let percent = *chooser.pick(&[0, 20, 40, 60, 90]);
        let members = (2..PEOPLE).filter(|_| chooser.chance(percent)).collect();
        let roles = Role::ALL.into_iter().filter(|_| chooser.chance(50)).collect();
        let fresh = (0..3).map(|number| world.keys().of_member(500 + number)).collect();
        Self { world, chooser, roles, members, fresh, held: Vec::new() }
    }

    fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Two keys of two roles that the charter lets change keys, or of which one asks and the other
    /// seconds it: enough to take members' keys over, and less is not.
    fn may_take_over(&self) -> bool {
        let (operator, custodian) = (self.has(Role::Operator), self.has(Role::Custodian));
        operator && custodian || self.has(Role::Registrar) && (operator || custodian)
    }

    fn try_something(&mut self) -> Result<Vec<Finding>, Refusal> {
        match self.chooser.below(40) {
            0..2 => self.world.pass_hours(24),
            2 if self.chooser.chance(40) => self.world.pass(31),
            _ => {}
        }
        let member = self.chooser.pick_any(&self.members);
        let juror = self.some_juror();
        match self.chooser.below(14) {
            0..2 => self.draw(),
            2 => self.by_member(member, |_| Do::Jury(JuryCommand::Recuse { case: 0 })),
            3..5 => self.vote(juror),
            5 => self.by_member(juror, |juror| {
                let opening = World::opening(juror, choice(juror));
                Do::Jury(JuryCommand::Open { case: 0, opening })
            }),
            6 => self.count(),
            7..12 => self.amend(member),
            12 => self.take_over(),
            _ => {
                let entry = self.chooser.pick_any(&self.held).unwrap_or(3);
                self.by_any_role(Do::Role(RoleCommand::Second { entry }))
            }
        }
    }

    /// One of them who sits on the panel, or any of them.
    fn some_juror(&mut self) -> Option<u32> {
        let panel = self.world.panel(0);
        let theirs = panel.into_iter().filter(|juror| self.members.contains(juror));
        let theirs: Vec<u32> = theirs.collect();
        let sitting = self.chooser.pick_any(&theirs);
        sitting.filter(|_| self.chooser.chance(80)).or(self.chooser.pick_any(&self.members))
    }

    fn by_member(
        &mut self,
        member: Option<u32>,
        body: impl FnOnce(u32) -> Do,
    ) -> Result<Vec<Finding>, Refusal> {
        match member {
            Some(member) => self.send(self.world.keys().of_member(member), body(member)),
            None => self.send(self.fresh[0], body(2)),
        }
    }

    /// Under the key of a role that they have, if one may ask it.
    fn by_any_role(&mut self, body: Do) -> Result<Vec<Finding>, Refusal> {
        let role = body.permitted().role().filter(|role| self.has(*role));
        let role = role.or_else(|| self.chooser.pick_any(&self.roles));
        let key = role.map_or(self.fresh[0], |role| *self.world.keys().of(role));
        self.send(key, body)
    }

    fn send(&mut self, key: SigningKey, body: Do) -> Result<Vec<Finding>, Refusal> {
        let command = self.world.command(&key, body);
        let findings = self.world.offer(&key, command)?.1;
        for finding in &findings {
            if let Finding::Role(RoleFinding::Held { entry, .. }) = finding {
                self.held.push(*entry);
            }
        }
        Ok(findings)
    }

    /// Thins out the roll, draws, answers with keys that are theirs, or seats without the others.
    fn draw(&mut self) -> Result<Vec<Finding>, Refusal> {
        match self.chooser.below(5) {
            0 => {
                let others = (2..PEOPLE).filter(|member| !self.members.contains(member)).collect();
                self.by_any_role(Do::Jury(JuryCommand::Staff { members: others }))
            }
            // The objector, who is none of them, wants the hearing to go on; institutions answer.
            1 => self.world.send_by(1, Do::Jury(JuryCommand::Draw { case: 0 })),
            2 => self.world.send_by(1, Do::Jury(JuryCommand::Seat { case: 0 })),
            _ => {
                let role = *self.chooser.pick(&[Role::Operator, Role::Custodian]);
                self.world.answer(role, 0)
            }
        }
    }

    fn vote(&mut self, juror: Option<u32>) -> Result<Vec<Finding>, Refusal> {
        let votes = self.world.state().jury(0).is_some_and(|jury| jury.ballot.is_some());
        match juror.filter(|_| votes) {
            Some(juror) => self.world.commit_vote(0, juror, choice(juror)),
            None => self.draw(),
        }
    }

    /// Opens votes of others, or counts.
    fn count(&mut self) -> Result<Vec<Finding>, Refusal> {
        if self.chooser.chance(30) {
            let juror = self.chooser.between(2, i64::from(PEOPLE) - 1) as u32;
            let opening = World::opening(juror, Choice::For);
            return self.by_any_role(Do::Jury(JuryCommand::OpenLeft { case: 0, juror, opening }));
        }
        self.world.send_by(1, Do::Jury(JuryCommand::Close { case: 0 }))
    }

    /// A step of an amendment that lowers the fee.
    fn amend(&mut self, member: Option<u32>) -> Result<Vec<Finding>, Refusal> {
        let state = self.world.state();
        let number = (state.amendments().len() as u32).saturating_sub(1);
        let subject = Amendment::question(number);
        match self.chooser.below(8) {
            0 => {
                let before = &state.founded().unwrap().charter;
                let mut after = before.clone();
                charters::set_fee(&mut after, "0.01");
                let changes = difference(&before.to_value(), &after.to_value());
                self.by_any_role(Do::Amendment(AmendmentCommand::Propose { changes }))
            }
            1 => {
                let unreached = MemberList::Here(Vec::new());
                let told = AmendmentCommand::Notice { amendment: number, unreached };
                self.by_any_role(Do::Amendment(told))
            }
            2 => self.by_any_role(Do::Amendment(AmendmentCommand::Count { amendment: number })),
            3 => self.by_member(member, |member| {
                let opening = World::opening(member, choice(member));
                Do::Amendment(AmendmentCommand::Open { amendment: number, opening })
            }),
            _ => {
                let voter = member.unwrap_or(2);
                let (commitment, copies) = self.world.sealed_on(&subject, voter, choice(voter));
                self.by_member(member, |_| {
                    let amendment = number;
                    Do::Amendment(AmendmentCommand::Commit { amendment, commitment, copies })
                })
            }
        }
    }

    /// Puts a key of theirs in the place of somebody's.
    fn take_over(&mut self) -> Result<Vec<Finding>, Refusal> {
        let member = self.chooser.between(2, i64::from(PEOPLE) - 1) as u32;
        let key = Keys::name(self.chooser.pick(&self.fresh));
        self.by_any_role(Do::Member(MemberCommand::Key { member, key }))
    }

    /// What they have brought about, against what it takes.
    fn judge(&self, seed: u64) -> Done {
        let state = self.world.state();
        let place = format!("seed {seed}, {:?} and members {:?}", self.roles, self.members);
        let fresh = |key: &SigningKey| state.member_of_key(&Keys::name(key)).is_some();
        let taken = self.fresh.iter().any(fresh);
        assert!(!taken || self.may_take_over(), "they took a key over; {place}");
        let jury = state.jury(0).unwrap();
        let quorum = jury.quorum(&state.founded().unwrap().charter) as usize;
        let theirs = jury.panel.iter().filter(|juror| self.members.contains(juror)).count();
        let decided = matches!(jury.outcome, Some(Outcome::Aid { .. } | Outcome::Refusal));
        assert!(!decided || theirs >= quorum || self.may_take_over(), "they decided; {place}");
        let thinned = jury.outcome == Some(Outcome::NoPanel);
        assert!(!thinned || self.may_take_over(), "they thinned out the roll; {place}");
        if let Some(sealed) = jury.draw.sealed.as_ref().and_then(|one| one.eligible.as_ref()) {
            let whole = sealed.count() == PEOPLE as usize - 2;
            assert!(whole || self.may_take_over(), "they packed the roll; {place}");
            if let Some(seed) = jury.draw.seed {
                let drawn = sealed.draw(&seed, jury.drawn.panel.len(), 0).panel;
                assert_eq!(drawn, jury.drawn.panel, "the panel is not what was drawn; {place}");
            }
        }
        let adopted = |one: &Amendment| matches!(one.status, Amended::Adopted | Amended::InForce);
        let changed = state.versions().len() > 1 || state.amendments().iter().any(adopted);
        let enough = self.members.len() as u32 * 100 >= PEOPLE * 15 && self.has(Role::Operator);
        assert!(!changed || enough || self.may_take_over(), "they changed a rule; {place}");
        [decided, changed, taken]
    }
}

#[test]
fn no_set_of_institutions_and_members_short_of_the_charters_packs_a_panel_or_changes_a_rule() {
    let (mut brought_about, mut sets, mut short) = ([0; 3], 0, 0);
    for seed in seeds(1, 60) {
        let mut panel = Panel::new(seed);
        for _ in 0..PANEL_MOVES {
            let _ = panel.try_something();
            panel.judge(seed);
        }
        let done = panel.judge(seed);
        brought_about.iter_mut().zip(done).for_each(|(count, done)| *count += u32::from(done));
        sets += 1;
        short += u32::from(done == [false; 3]);
        let replayed = replay(panel.world.log(), panel.world.chunks()).unwrap();
        assert_eq!(replayed.state().digest(), panel.world.state().digest(), "seed {seed}");
    }
    println!("{sets} sets; verdicts, rules, keys: {brought_about:?}; nothing: {short}");
    assert!(sets == 1 || brought_about.iter().all(|count| *count > 2) && short > 2);
}
