//! A payment file as the bank reads it: checked against its own count and sum, payment by payment.

use std::io::BufRead;

use money::{Amount, AmountError, Currency};
use rails::{EndToEnd, MessageId, Pull, RailsError, Step};

/// Why the bank does not take a file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OrderError {
    /// Not a file that can be read.
    #[error(transparent)]
    File(#[from] RailsError),
    /// An amount that is none.
    #[error("an amount is refused: {0}")]
    Amount(#[from] AmountError),
    /// Another message than the two that order payments.
    #[error("{0} orders no payments")]
    Message(String),
    /// Count or sum of the head are not those of the payments, or something is missing.
    #[error("{0}")]
    Head(&'static str),
    /// A file with this id was taken before.
    #[error("the file {0} was taken before")]
    Again(String),
}

/// A payment that was ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ordered {
    /// Its id.
    pub id: EndToEnd,
    /// How much.
    pub amount: Amount,
    /// Account of the other side.
    pub account: String,
}

/// The head of a file.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub id: MessageId,
    pub collects: bool,
    pub count: u64,
    pub sum: Amount,
}

#[derive(Default)]
struct Open {
    id: Option<EndToEnd>,
    amount: Option<Amount>,
    account: String,
}

/// Paths of `pain.008.001.08` and `pain.001.001.09`.
const WAYS: [(&str, &str, &str); 2] = [
    ("pain.008.001.08", "/CstmrDrctDbtInitn", "/PmtInf/DrctDbtTxInf"),
    ("pain.001.001.09", "/CstmrCdtTrfInitn", "/PmtInf/CdtTrfTxInf"),
];

/// Reads a file; each payment goes to `tell`.
pub(crate) fn read(
    file: impl BufRead,
    currency: Currency,
    tell: &mut dyn FnMut(Ordered),
) -> Result<Head, OrderError> {
    let mut pull = Pull::begin(file)?;
    let way = WAYS.iter().find(|(message, ..)| *message == pull.message());
    let Some((message, root, payment)) = way else {
        return Err(OrderError::Message(pull.message().to_owned()));
    };
    let payment = format!("{root}{payment}");
    let (mut open, mut id, mut count, mut sum) = (Open::default(), None, None, None);
    let (mut counted, mut summed) = (0_u64, 0_i128);
    loop {
        match pull.pull()? {
            Step::End => break,
            Step::Open(path) if path == payment => open = Open::default(),
            Step::Open(_) => {}
            Step::Close(path, ..) if path == payment => {
                let ordered = std::mem::take(&mut open).close()?;
                counted += 1;
                summed += ordered.amount.wide();
                tell(ordered);
            }
            Step::Close(path, text, ccy) => match path.strip_prefix(&payment) {
                Some("/PmtId/EndToEndId") => open.id = Some(text.parse()?),
                Some("/InstdAmt" | "/Amt/InstdAmt") => {
                    if ccy != Some(currency.code()) {
                        return Err(OrderError::Head("an amount is in another currency"));
                    }
                    open.amount = Some(Amount::parse(text, currency)?);
                }
                Some(
                    "/DbtrAcct/Id/Othr/Id"
                    | "/DbtrAcct/Id/IBAN"
                    | "/CdtrAcct/Id/Othr/Id"
                    | "/CdtrAcct/Id/IBAN",
                ) => open.account = text.to_owned(),
                Some(_) => {}
                None => match path.strip_prefix(root) {
                    Some("/GrpHdr/MsgId") => id = Some(text.parse()?),
                    Some("/GrpHdr/NbOfTxs") => count = text.parse().ok(),
                    Some("/GrpHdr/CtrlSum") => sum = Some(Amount::parse(text, currency)?),
                    _ => {}
                },
            },
        }
    }
    let sum = sum.filter(|sum| sum.wide() == summed);
    let sum = sum.ok_or(OrderError::Head("the control sum is not that of the payments"))?;
    let count = count.filter(|count| *count == counted);
    let count = count.ok_or(OrderError::Head("the count is not that of the payments"))?;
    let id = id.ok_or(OrderError::Head("the file has no id"))?;
    Ok(Head { id, collects: *message == WAYS[0].0, count, sum })
}

impl Open {
    fn close(self) -> Result<Ordered, OrderError> {
        let id = self.id.ok_or(OrderError::Head("a payment has no id"))?;
        let amount = self.amount.ok_or(OrderError::Head("a payment has no amount"))?;
        Ok(Ordered { id, amount, account: self.account })
    }
}
