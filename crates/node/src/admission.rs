//! Giving a command its place in time and letting the rules decide about it. Touches the log no
//! more than its chunks: what is to be written is given to the caller.

use ledger::Records;
use ledger::chunks::Chunks;
use rules::State;
use rules::command::{Do, PlanCommand};
use rules::entry::{self, EntryError, Order, Signed, Verified};
use rules::machine::{Machine, Outcome};

use crate::Error;
use crate::clock::{Clock, PlanTime};
use crate::orderer::{Receipt, Rejection};

/// The rules with the time and the rows that they are given.
pub(crate) struct Admission {
    pub machine: Machine,
    pub chunks: Chunks,
    time: Option<PlanTime>,
    clock: Box<dyn Clock>,
}

/// Parses commands and checks their signatures together; the verdict on each is its own.
pub(crate) fn check<B: AsRef<[u8]>>(commands: &[B]) -> Vec<Result<Verified, EntryError>> {
    let mut parsed = Vec::with_capacity(commands.len());
    let mut forms = Vec::with_capacity(commands.len());
    for bytes in commands {
        match Signed::parse(bytes.as_ref()) {
            Ok(signed) => {
                parsed.push(signed);
                forms.push(Ok(()));
            }
            Err(error) => forms.push(Err(error)),
        }
    }
    let mut verified = entry::verify_all(parsed).into_iter();
    let verdict = |form: Result<(), EntryError>| {
        form.and_then(|()| verified.next().expect("a verdict for each command"))
    };
    forms.into_iter().map(verdict).collect()
}

impl Admission {
    pub(crate) fn new(
        machine: Machine,
        chunks: Chunks,
        clock: Box<dyn Clock>,
    ) -> Result<Self, Error> {
        let mut admission = Self { machine, chunks, time: None, clock };
        admission.read_time_zone()?;
        Ok(admission)
    }

    pub(crate) fn state(&self) -> &State {
        self.machine.state()
    }

    fn read_time_zone(&mut self) -> Result<(), Error> {
        if let (None, Some(founded)) = (&self.time, self.machine.state().founded()) {
            self.time = Some(PlanTime::new(&founded.charter.plan.time_zone)?);
        }
        Ok(())
    }

    /// Where a command stands in time: the clock's, but never before the last entry. The day is
    /// held as well, for in some zones a clock set back at midnight has repeated a day's end.
    fn order(&self, command: &Verified) -> Result<Order, Error> {
        let at = self.clock.now().max(self.state().at());
        let order = match (&self.time, &command.command().body) {
            (Some(time), _) => time.order(at),
            (None, Do::Plan(PlanCommand::Found { charter, .. })) => {
                PlanTime::new(&charter.plan.time_zone)?.order(at)
            }
            (None, _) => PlanTime::new("UTC")?.order(at),
        }?;
        Ok(Order { day: order.day.max(self.state().day()), ..order })
    }

    /// Applies one command and adds its entries to `records`.
    ///
    /// # Errors
    /// When the node cannot go on; the state and `records` are then as before.
    pub(crate) fn admit(
        &mut self,
        checked: Result<Verified, EntryError>,
        records: &mut Records,
    ) -> Result<Result<Receipt, Rejection>, Error> {
        let signed = match checked {
            Ok(signed) => signed,
            Err(error) => return Ok(Err(error.into())),
        };
        let order = match self.order(&signed) {
            Err(Error::TimeZone(name)) => return Ok(Err(Rejection::TimeZone(name))),
            order => order?,
        };
        let chunk = match signed.command().body.chunk() {
            Some(chunk) => match self.chunks.read(&chunk.hash) {
                Ok(bytes) => Some(bytes),
                Err(ledger::Error::NoSuchChunk { .. }) => None,
                Err(error) => return Err(error.into()),
            },
            None => None,
        };
        let position = self.state().entries();
        let (entries, answer) = match self.machine.submit(order, &signed, chunk.as_deref()) {
            Err(refusal) => return Ok(Err(refusal.into())),
            Ok(Outcome::Already(position)) => return Ok(Ok(Receipt { position, again: true })),
            Ok(Outcome::Done(entries)) => (entries, Ok(Receipt { position, again: false })),
            Ok(Outcome::Recorded(entries, refusal)) => {
                (entries, Err(Rejection::Recorded(refusal, position)))
            }
        };
        for entry in &entries {
            records.push(entry)?;
        }
        self.read_time_zone()?;
        Ok(answer)
    }
}
