//! The bank's answer to a file: what became of each payment, as `pain.002.001.12`.

use money::{Amount, Currency};
use rails::{EndToEnd, MessageId, Sink};

use crate::order::Ordered;

/// What became of a file.
#[derive(Clone, Debug)]
pub struct Answer {
    pub(crate) original: MessageId,
    pub(crate) collects: bool,
    pub(crate) count: u64,
    pub(crate) sum: Amount,
    pub(crate) currency: Currency,
    pub(crate) day: String,
    /// Payments that are named: all payouts, but of collections only those that failed.
    pub(crate) lines: Vec<(Ordered, &'static str, &'static str)>,
    pub(crate) settled: u64,
}

impl Answer {
    /// Payments that settled.
    #[must_use]
    pub fn settled(&self) -> u64 {
        self.settled
    }

    /// Payments that failed, with the code of the reason.
    pub fn refused(&self) -> impl Iterator<Item = (EndToEnd, &'static str)> + '_ {
        let refused = self.lines.iter().filter(|(_, status, _)| *status == "RJCT");
        refused.map(|(ordered, _, reason)| (ordered.id, *reason))
    }

    /// The answer as `pain.002`.
    #[must_use]
    pub fn status(&self) -> String {
        let mut sink = begin("pain.002.001.12", self.currency);
        sink.raw("<CstmrPmtStsRpt><GrpHdr>").leaf("MsgId", &format!("S{}", self.original));
        created(&mut sink, &self.day);
        sink.raw("</GrpHdr><OrgnlGrpInfAndSts>").leaf("OrgnlMsgId", &self.original.to_string());
        let name = if self.collects { "pain.008.001.08" } else { "pain.001.001.09" };
        sink.leaf("OrgnlMsgNmId", name).raw("<OrgnlNbOfTxs>").number(self.count);
        sink.raw("</OrgnlNbOfTxs><OrgnlCtrlSum>").amount(self.sum).raw("</OrgnlCtrlSum>");
        let refused = self.refused().count() as u64;
        let group = match (self.settled, refused) {
            (settled, _) if settled == self.count => "ACSC",
            (_, refused) if refused == self.count => "RJCT",
            _ => "PART",
        };
        sink.leaf("GrpSts", group).raw("</OrgnlGrpInfAndSts>");
        if !self.lines.is_empty() {
            sink.raw("<OrgnlPmtInfAndSts>").leaf("OrgnlPmtInfId", &self.original.to_string());
            for (ordered, status, reason) in &self.lines {
                sink.raw("<TxInfAndSts>").leaf("OrgnlEndToEndId", &ordered.id.to_string());
                sink.leaf("TxSts", status);
                if !reason.is_empty() {
                    sink.raw("<StsRsnInf><Rsn>").leaf("Cd", reason).raw("</Rsn></StsRsnInf>");
                }
                sink.raw("<OrgnlTxRef><Amt><InstdAmt Ccy=\"").raw(self.currency.code()).raw("\">");
                sink.amount(ordered.amount).raw("</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>");
            }
            sink.raw("</OrgnlPmtInfAndSts>");
        }
        sink.raw("</CstmrPmtStsRpt></Document>\n");
        text(sink)
    }
}

/// Begins a document.
pub(crate) fn begin(message: &str, currency: Currency) -> Sink<Vec<u8>> {
    let mut sink = Sink::new(Vec::new(), currency);
    sink.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"");
    sink.raw("urn:iso:std:iso:20022:tech:xsd:").raw(message).raw("\">");
    sink
}

pub(crate) fn created(sink: &mut Sink<Vec<u8>>, day: &str) {
    sink.leaf("CreDtTm", &format!("{day}T18:00:00Z"));
}

pub(crate) fn text(sink: Sink<Vec<u8>>) -> String {
    let bytes = sink.finish().expect("memory takes every write");
    String::from_utf8(bytes).expect("only text was written")
}
