//! Fear: a file that claims to be the bank's makes the ledger believe what is not so, or brings the
//! reader down.

mod files;

use files::{PLAN, expect};
use proptest::prelude::*;
use rails::{
    Batch, MessageId, Movement, Outcome, Pull, RailsError, Statement, StatusLine, StatusReport,
    What, read_notification, read_statement, read_status,
};

fn status(file: &[u8]) -> Result<(StatusReport, Vec<StatusLine>), RailsError> {
    let mut lines = Vec::new();
    let report = read_status(Pull::begin(file)?, &expect("CNY"), &mut |line| {
        lines.push(line);
        Ok::<(), RailsError>(())
    })?;
    Ok((report, lines))
}

fn statement(file: &[u8], code: &str) -> Result<(Statement, Vec<Movement>), RailsError> {
    let mut movements = Vec::new();
    let head = read_statement(Pull::begin(file)?, &expect(code), &mut |movement| {
        movements.push(movement);
        Ok::<(), RailsError>(())
    })?;
    Ok((head, movements))
}

fn document(message: &str, inner: &str) -> String {
    format!("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:{message}\">{inner}</Document>")
}

fn original() -> MessageId {
    MessageId { batch: Batch::Collections, plan: PLAN, period: 4, attempt: 0, fingerprint: 7 }
}

fn refused(inner: &str) -> String {
    let head = format!(
        "<CstmrPmtStsRpt><GrpHdr><MsgId>1</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>{}\
         </OrgnlMsgId><OrgnlNbOfTxs>3</OrgnlNbOfTxs><OrgnlCtrlSum>6.18</OrgnlCtrlSum>\
         <GrpSts>PART</GrpSts></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>",
        original()
    );
    document("pain.002.001.12", &format!("{head}{inner}</OrgnlPmtInfAndSts></CstmrPmtStsRpt>"))
}

fn line(id: &str, code: &str, amount: &str) -> String {
    format!(
        "<TxInfAndSts><OrgnlEndToEndId>{id}</OrgnlEndToEndId><TxSts>{code}</TxSts><StsRsnInf><Rsn>\
         <Cd>AM04</Cd></Rsn></StsRsnInf><OrgnlTxRef><Amt><InstdAmt Ccy=\"CNY\">{amount}</InstdAmt>\
         </Amt></OrgnlTxRef></TxInfAndSts>"
    )
}

const SOUND: &str = "C.1a2b3c4d.4.12.0";

#[test]
fn a_sound_report_is_read() {
    let (report, lines) = status(refused(&line(SOUND, "RJCT", "2.06")).as_bytes()).unwrap();
    assert_eq!(report.original, original());
    assert_eq!((report.count, report.group), (Some(3), Some(Outcome::Partly)));
    assert_eq!(lines[0].id.number, 12);
    assert_eq!((lines[0].outcome, lines[0].reason.as_str()), (Outcome::Refused, "AM04"));
    // A prefix for the name space, a comment, CDATA and references change nothing.
    let prefixed = refused(&line(SOUND, "RJCT", "<!-- x --><![CDATA[2.0]]>&#54;"));
    let prefixed = prefixed.replace("</", "</p:").replace("xmlns=", "xmlns:p=");
    let mut out = String::new();
    let mut rest = prefixed.as_str();
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..=at]);
        rest = &rest[at + 1..];
        if !rest.starts_with(['/', '!']) {
            out.push_str("p:");
        }
    }
    out.push_str(rest);
    assert_eq!(status(out.as_bytes()).unwrap().1, lines);
}

fn code(file: &str) -> &'static str {
    status(file.as_bytes()).expect_err("the file is refused").code()
}

#[test]
fn a_report_about_other_payments_is_refused() {
    let once = line(SOUND, "RJCT", "2.06");
    assert_eq!(code(&refused(&format!("{once}{once}"))), "E-BANK-TWICE");
    for id in ["C.1a2b3c4d.4.1000.0", "C.ffffffff.4.12.0", "C.1a2b3c4d.10.12.0", "NOTPROVIDED", ""]
    {
        assert_eq!(code(&refused(&line(id, "RJCT", "2.06"))), "E-BANK-ID", "{id:?}");
    }
    let other = refused(&once).replace("MC.1a2b3c4d", "MC.1a2b3c4e");
    assert_eq!(code(&other), "E-BANK-ID", "a file of another plan");
    assert_eq!(code(&refused(&line(SOUND, "WHAT", "2.06"))), "E-BANK-VALUE");
    assert_eq!(code(&refused(&line(SOUND, "PART", "2.06"))), "E-BANK-VALUE");
    for amount in ["2.061", "2,06", "1e3", "", "９.00"] {
        assert_eq!(code(&refused(&line(SOUND, "RJCT", amount))), "E-BANK-AMOUNT", "{amount:?}");
    }
    let dollars = refused(&once).replace("Ccy=\"CNY\"", "Ccy=\"USD\"");
    assert_eq!(code(&dollars), "E-BANK-CURRENCY");
    assert_eq!(code(&refused(&once).replace(" Ccy=\"CNY\"", "")), "E-BANK-CURRENCY");
    assert_eq!(code(&refused(&once).replace("OrgnlMsgId", "OtherMsgId")), "E-BANK-MISSING");
}

#[test]
fn what_is_no_plain_xml_is_refused() {
    let sound = refused(&line(SOUND, "RJCT", "2.06"));
    let with = |head: &str| format!("{head}{sound}");
    assert!(
        status(with("\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n").as_bytes()).is_ok()
    );
    let bomb = "<!DOCTYPE a [<!ENTITY b \"cccccccc\"><!ENTITY d \"&b;&b;&b;\">]>";
    assert_eq!(code(&with(bomb)), "E-BANK-DOCTYPE");
    assert_eq!(code(&with("<?xml version=\"1.0\" encoding=\"GB18030\"?>")), "E-BANK-ENCODING");
    assert_eq!(code(&with("<?other thing?>")), "E-BANK-XML");
    for entity in ["&b;", "&#0;", "&#x1F;", "&#xFFFFFFFF;", "&nbsp;"] {
        let inside = sound.replace("AM04", entity);
        assert_eq!(code(&inside), "E-BANK-ENTITY", "{entity}");
    }
    assert_eq!(code(&sound.replace("AM04", "<?x y?>")), "E-BANK-XML");
    assert_eq!(code(&sound.replace("<TxSts>", "stray<TxSts>")), "E-BANK-XML");
    assert_eq!(code(&sound.replace("</TxSts>", "</TxStz>")), "E-BANK-XML");
    assert_eq!(code(&sound.replace(":xsd:", ":xs:")), "E-BANK-MESSAGE");
    assert_eq!(code(&sound.replace("pain.002.001.12", "camt.053.001.08")), "E-BANK-MESSAGE");
    assert_eq!(code("<html></html>"), "E-BANK-MESSAGE");
    assert_eq!(code(""), "E-BANK-CUT");
    for end in [sound.len() / 3, sound.len() / 2, sound.len() - 1] {
        assert_eq!(code(&sound[..end]), "E-BANK-CUT", "cut at {end}");
    }
    assert_eq!(code(&format!("{sound}{sound}")), "E-BANK-CUT");
    assert_eq!(code(&format!("{sound}more")), "E-BANK-CUT");
    let utf16: Vec<u8> = sound.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf16 = [&[0xff, 0xfe][..], &utf16].concat();
    assert_eq!(status(&utf16).unwrap_err().code(), "E-BANK-ENCODING");
    let latin = sound.replace("AM04", "\u{1}").into_bytes();
    let latin: Vec<u8> = latin.iter().map(|b| if *b == 1 { 0xe9 } else { *b }).collect();
    assert_eq!(status(&latin).unwrap_err().code(), "E-BANK-ENCODING");
}

#[test]
fn depth_and_size_have_an_end() {
    let deep = document("pain.002.001.12", &"<a>".repeat(100_000));
    assert_eq!(code(&deep), "E-BANK-DEPTH");
    // None of these may be taken in whole: the reader is endless.
    let endless = |start: String, piece: &'static [u8]| {
        let rest = std::iter::repeat_with(move || piece).take(1 << 24);
        let file = Endless { head: start.into_bytes(), at: 0, rest: Box::new(rest), given: 0 };
        let mut file = std::io::BufReader::new(file);
        let answer = Pull::begin(&mut file)
            .and_then(|pull| read_status(pull, &expect("CNY"), &mut |_| Ok::<(), RailsError>(())));
        assert!(file.get_ref().given < 1 << 18, "{} bytes were taken in", file.get_ref().given);
        answer.expect_err("the file is refused").code()
    };
    let open = "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.12\">";
    assert_eq!(endless(format!("{open}<A>"), b"text"), "E-BANK-SIZE");
    assert_eq!(endless(format!("{open}<A>"), b"<!-- -->x"), "E-BANK-SIZE");
    assert_eq!(endless(format!("{open}<A "), b"name"), "E-BANK-SIZE");
    assert_eq!(endless(format!("{open}<!--"), b"more"), "E-BANK-SIZE");
    assert_eq!(endless(String::new(), b"    "), "E-BANK-SIZE");
    let attributes: String = (0..40).map(|n| format!(" a{n}=\"\"")).collect();
    assert_eq!(code(&format!("{open}<A{attributes}/>")), "E-BANK-SIZE");
}

/// A reader that never ends, and counts what was taken of it.
struct Endless {
    head: Vec<u8>,
    at: usize,
    rest: Box<dyn Iterator<Item = &'static [u8]>>,
    given: usize,
}

impl std::io::Read for Endless {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let mut given = 0;
        while given < out.len() {
            if self.at == self.head.len() {
                let Some(piece) = self.rest.next() else { break };
                (self.head, self.at) = (piece.to_vec(), 0);
            }
            out[given] = self.head[self.at];
            (self.at, given) = (self.at + 1, given + 1);
        }
        self.given += given;
        Ok(given)
    }
}

const ENTRY: &str = "<Ntry><NtryRef>1</NtryRef><Amt Ccy=\"CNY\">5.00</Amt><CdtDbtInd>DBIT\
    </CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><AcctSvcrRef>R1</AcctSvcrRef><NtryDtls><TxDtls>\
    <Refs><EndToEndId>\
    A.1a2b3c4d.4.7.0</EndToEndId></Refs><Amt Ccy=\"CNY\">2.00</Amt><RltdPties><CdtrAcct><Id><Othr>\
    <Id>M-3</Id></Othr></Id></CdtrAcct></RltdPties></TxDtls><TxDtls><Refs><EndToEndId>\
    B.1a2b3c4d.4.9.0</EndToEndId></Refs><Amt Ccy=\"CNY\">3.00</Amt></TxDtls></NtryDtls></Ntry>";

const INTEREST: &str = "<Ntry><NtryRef>2</NtryRef><Amt Ccy=\"CNY\">0.25</Amt><CdtDbtInd>CRDT\
    </CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BkTxCd><Domn><Cd>ACMT</Cd><Fmly><Cd>MCOP</Cd><SubFmlyCd>\
    INTR</SubFmlyCd></Fmly></Domn></BkTxCd></Ntry>";

const PENDING: &str = "<Ntry><Amt Ccy=\"CNY\">99.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>PDNG\
    </Cd></Sts></Ntry>";

fn balance(kind: &str, amount: &str) -> String {
    format!(
        "<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">{amount}</Amt>\
         <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2019-05-14</Dt></Dt></Bal>"
    )
}

fn day(entries: &str) -> String {
    let inner = format!(
        "<BkToCstmrStmt><GrpHdr><MsgId>S</MsgId></GrpHdr><Stmt><Id>S3</Id><ElctrncSeqNb>3\
         </ElctrncSeqNb><Acct><Id><Othr><Id>custody</Id></Othr></Id><Ccy>CNY</Ccy></Acct>{}{}\
         <TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries><Sum>5.25</Sum></TtlNtries></TxsSummry>\
         {entries}</Stmt></BkToCstmrStmt>",
        balance("OPBD", "100.00"),
        balance("CLBD", "95.25"),
    );
    document("camt.053.001.08", &inner)
}

#[test]
fn a_sound_statement_is_read() {
    let file = day(&format!("{ENTRY}{PENDING}{INTEREST}"));
    let (head, movements) = statement(file.as_bytes(), "CNY").unwrap();
    assert_eq!((head.number, head.entries), (3, 2));
    assert_eq!((head.opening.minor(), head.closing.minor()), (10_000, 9_525));
    let amounts: Vec<i64> = movements.iter().map(|m| m.amount.minor()).collect();
    assert_eq!(amounts, [-200, -300, 25]);
    assert_eq!(movements[0].account, "M-3");
    assert_eq!(movements[2].what, What::Interest);
}

#[test]
fn a_statement_that_contradicts_itself_is_refused() {
    let sound = day(&format!("{ENTRY}{INTEREST}"));
    let code = |file: String| statement(file.as_bytes(), "CNY").unwrap_err().code();
    for (from, to, expected) in [
        ("95.25", "95.24", "E-BANK-SUM"),
        ("<Amt Ccy=\"CNY\">2.00", "<Amt Ccy=\"CNY\">2.01", "E-BANK-SUM"),
        ("<NbOfNtries>2", "<NbOfNtries>3", "E-BANK-SUM"),
        ("<Sum>5.25", "<Sum>5.26", "E-BANK-SUM"),
        ("<Amt Ccy=\"CNY\">0.25", "<Amt Ccy=\"CNY\">0.250", "E-BANK-AMOUNT"),
        ("<Amt Ccy=\"CNY\">0.25", "<Amt Ccy=\"JPY\">0.25", "E-BANK-CURRENCY"),
        ("<Ccy>CNY", "<Ccy>USD", "E-BANK-CURRENCY"),
        ("<Amt Ccy=\"CNY\">5.00", "<Amt Ccy=\"CNY\">-5.00", "E-BANK-VALUE"),
        ("<CdtDbtInd>DBIT", "<CdtDbtInd>DBT", "E-BANK-VALUE"),
        ("OPBD", "XXXX", "E-BANK-MISSING"),
        ("CLBD", "OPBD", "E-BANK-VALUE"),
        ("ElctrncSeqNb", "Other", "E-BANK-MISSING"),
        ("<ElctrncSeqNb>3", "<ElctrncSeqNb>-3", "E-BANK-VALUE"),
        ("2019-05-14", "2019-02-30", "E-BANK-VALUE"),
        ("</Stmt>", "</Stmt><Stmt><Id>S4</Id></Stmt>", "E-BANK-VALUE"),
    ] {
        let file = sound.replacen(from, to, 1);
        let file = if from == "ElctrncSeqNb" { sound.replace(from, to) } else { file };
        assert_ne!(file, sound, "{from} is there");
        assert_eq!(code(file), expected, "{from} → {to}");
    }
    assert_eq!(code(sound.replace("<Amt Ccy=\"CNY\">2.00</Amt>", "")), "E-BANK-MISSING");
}

#[test]
fn a_notification_does_not_tell_a_payment_twice() {
    let inner = |entries: &str| {
        let inner = format!(
            "<BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>N</MsgId></GrpHdr><Ntfctn><Id>N1</Id>{entries}\
             </Ntfctn></BkToCstmrDbtCdtNtfctn>"
        );
        document("camt.054.001.08", &inner)
    };
    let read = |file: String| {
        let mut count = 0;
        let tell = &mut |_| {
            count += 1;
            Ok::<(), RailsError>(())
        };
        read_notification(Pull::begin(file.as_bytes())?, &expect("CNY"), tell)?;
        Ok::<u32, RailsError>(count)
    };
    assert_eq!(read(inner(&format!("{ENTRY}{INTEREST}"))).unwrap(), 3);
    assert_eq!(read(inner(&format!("{ENTRY}{ENTRY}"))).unwrap_err().code(), "E-BANK-TWICE");
    let returned = ENTRY.replacen("DBIT", "CRDT", 1);
    assert_eq!(read(inner(&format!("{ENTRY}{returned}"))).unwrap(), 4, "and back is no second");
    let other = ENTRY.replace(".7.0", ".700.0");
    assert_eq!(read(inner(&other)).unwrap_err().code(), "E-BANK-ID");
}

proptest! {
    #[test]
    fn any_bytes_are_an_answer_and_never_a_crash(bytes: Vec<u8>) {
        let _ = status(&bytes);
        let _ = statement(&bytes, "JPY");
    }

    #[test]
    fn a_changed_byte_is_an_answer_and_never_a_crash(at: prop::sample::Index, byte: u8) {
        for file in [refused(&line(SOUND, "RJCT", "2.06")), day(&format!("{ENTRY}{INTEREST}"))] {
            let mut bytes = file.into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let _ = status(&bytes);
            // Whatever was changed: what is read still makes the closing balance.
            if let Ok((head, movements)) = statement(&bytes, "CNY") {
                let sum: i128 = movements.iter().map(|m| m.amount.wide()).sum();
                prop_assert_eq!(head.opening.wide() + sum, head.closing.wide());
            }
        }
    }
}
